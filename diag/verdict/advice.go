package verdict

import (
	"latchkey/diag"
)

// advice is what each verdict leads to: what to do now, and what would change
// it. The words are «finding.step.…» and «finding.change.…».
func advice(c Code) (steps, changes []string) {
	a := map[Code]struct{ steps, changes []string }{
		Reachable:      {[]string{"step.other-line", "step.watch"}, []string{"change.exempt", "change.service"}},
		Locked:         {[]string{"step.invoice", "step.find-mail", "step.keep-running"}, []string{"change.lock-host", "change.other-line", "change.invoice"}},
		HostDown:       {[]string{"step.console", "step.panel", "step.watch"}, []string{"change.provider-flag", "change.host-answers"}},
		Filtered:       {[]string{"step.login", "step.own-firewall", "step.watch"}, []string{"change.exempt", "change.provider-flag"}},
		BeforeProvider: {[]string{"step.second-line", "step.status-page", "step.again-later"}, []string{"change.other-line", "change.provider-flag"}},
		Local:          {[]string{"step.cable", "step.phone", "step.again-when-back"}, []string{"change.first-hop"}},
		Loop:           {[]string{"step.again-later", "step.send-trace", "step.status-page"}, []string{"change.loop-gone", "change.provider-flag"}},
		Inconclusive:   {[]string{"step.invoice", "step.find-mail", "step.second-line"}, []string{"change.lock-host", "change.provider-flag", "change.other-line"}},
	}[c]
	return a.steps, a.changes
}

// printedAdvice comes first where the trace was printed by another program.
const printedAdvice = "step.check-live"

func (s *sight) addAdvice(v *Verdict) {
	steps, changes := advice(v.Code)
	params := diag.Params{"provider": s.providerName(), "router": s.name, "lock_host": s.lockHost()}
	add := func(list []diag.Finding, codes []string) []diag.Finding {
		for _, code := range codes {
			if code == "change.lock-host" && (v.Confidence == Certain || params["lock_host"] == "") {
				code = "change.provider-flag"
			}
			if !has(list, code) {
				list = append(list, finding(code, diag.Info, params))
			}
		}
		return list
	}
	if s.Printed && v.Code != Locked {
		v.Steps = add(v.Steps, []string{printedAdvice})
	}
	v.Steps = add(v.Steps, steps)
	v.Changes = add(v.Changes, changes)
}

func has(list []diag.Finding, code string) bool {
	for _, f := range list {
		if f.Code == code {
			return true
		}
	}
	return false
}

// lockHost gives the name of the lock host that the provider documents, "" if
// none is known.
func (s *sight) lockHost() string {
	p := s.Profile
	if s.ours() {
		p = s.place.Profile
	}
	if p == nil {
		return ""
	}
	return p.LockHost()
}
