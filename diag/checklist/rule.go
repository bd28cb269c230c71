package checklist

import (
	"slices"

	"latchkey/diag"
)

// rule judges the facts of a host. Rules have ids of their own; what MITRE
// ATT&CK (v19.1) calls the same stands beside them.
type rule struct {
	id     string // lasting: «P01»
	attack []string
	judge  func(h *Host, found func(severity diag.Severity, at Where, pairs ...any))
}

// Judge applies all rules. Findings are ordered by severity, then by rule. The
// code of a finding is «evidence.» and the rule's id in lower case; its
// parameters say what it is about (pid, user, path, address, port, …). Of one
// rule at most mostFindings are told; «evidence.more» says how many it left out.
func Judge(h *Host) []diag.Finding {
	var all []diag.Finding
	for _, r := range rules() {
		var mine []diag.Finding
		told := 0
		r.judge(h, func(severity diag.Severity, at Where, pairs ...any) {
			told++
			p := diag.Params{}
			for i := 0; i+1 < len(pairs); i += 2 {
				p[pairs[i].(string)] = pairs[i+1]
			}
			mine = append(mine, diag.Finding{Code: code(r.id), Severity: severity, Params: p, Rule: r.id, Attack: r.attack,
				Source: &diag.Source{Part: at.Command, Line: at.Line}})
			if len(mine) == 2*mostFindings {
				mine = worst(mine)
			}
		})
		if all = append(all, worst(mine)...); told > mostFindings {
			all = append(all, diag.Finding{Code: "evidence.more", Severity: all[len(all)-1].Severity, Rule: r.id,
				Attack: r.attack, Params: diag.Params{"rule": r.id, "count": told - mostFindings}})
		}
	}
	bySeverity(all)
	return all
}

// worst are the findings of a rule that are told, in the order they were found
// within a severity.
func worst(all []diag.Finding) []diag.Finding {
	bySeverity(all)
	return all[:min(len(all), mostFindings)]
}

func bySeverity(all []diag.Finding) {
	slices.SortStableFunc(all, func(a, b diag.Finding) int { return order(a.Severity) - order(b.Severity) })
}

// mostFindings bounds the findings of one rule: nobody reads more, and hostile
// outputs can hold a million.
const mostFindings = 200

func order(s diag.Severity) int {
	return slices.Index([]diag.Severity{diag.Critical, diag.Warning, diag.Notice, diag.Info}, s)
}

func code(id string) string {
	b := []byte("evidence." + id)
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}

// rules is the registry. C, H, M and I of the facts are critical, warning,
// notice and info.
func rules() []rule {
	return slices.Concat(processRules(), networkRules(), loginRules(), systemRules())
}
