package cli

import (
	"time"

	"latchkey/app"
	"latchkey/app/credential"
	"latchkey/diag"
	"latchkey/diag/account"
	"latchkey/i18n"
)

type accountJSON struct {
	Kind    string `json:"kind"`
	ID      string `json:"id"`
	Saved   *bool  `json:"saved,omitempty"`
	Works   *bool  `json:"works,omitempty"`
	Removed *bool  `json:"removed,omitempty"`
}

func yes() *bool {
	b := true
	return &b
}

type loginsJSON struct {
	Kind    string      `json:"kind"`
	Keyring keyringJSON `json:"keyring"`
	Logins  []loginJSON `json:"logins"`
}

type keyringJSON struct {
	State  *string `json:"state"`  // usable, locked, absent; null: it does not say without being opened
	Reason *string `json:"reason"` // why it is not usable
}

type loginJSON struct {
	ID      string  `json:"id"`
	Kind    string  `json:"kind"`
	Name    string  `json:"name"`
	Saved   *string `json:"saved"`
	Used    *string `json:"used"`
	Outcome *string `json:"outcome"` // works, refused; null: not used yet
	Wait    *string `json:"wait"`    // the provider wants no questions before
}

type statusJSON struct {
	Kind    string             `json:"kind"`
	Input   *string            `json:"input"` // null: all that the accounts have
	Asked   *string            `json:"asked"`
	Locked  diag.Answer        `json:"locked"` // false is no proof
	Answers []accountReplyJSON `json:"answers"`
}

type accountReplyJSON struct {
	Login   string      `json:"login"`
	Service string      `json:"service"`
	Error   *errorJSON  `json:"error"` // null: all was answered
	States  []stateJSON `json:"states"`
}

type stateJSON struct {
	Address   string         `json:"address"` // or subnet
	Server    *string        `json:"server"`
	Name      *string        `json:"name"`
	Locked    diag.Answer    `json:"locked"`
	Reason    *string        `json:"reason"`
	Since     *string        `json:"since"`
	Until     *string        `json:"until"`
	PaidUntil *string        `json:"paid_until"`
	Log       *string        `json:"log"` // the provider's evidence, as it came
	Findings  []diag.Finding `json:"findings"`
}

func loginsObject(k credential.Condition, all []credential.Entry) loginsJSON {
	o := loginsJSON{Kind: "accounts", Keyring: keyringJSON{orNull(string(k.State)), orNull(string(k.Reason))}, Logins: []loginJSON{}}
	for _, e := range all {
		o.Logins = append(o.Logins, loginJSON{e.ID(), string(e.Kind), e.Name, moment(e.Saved), moment(e.Used), orNull(string(e.Outcome)), moment(e.Wait)})
	}
	return o
}

func statusObject(p *program, about string, asked app.Asked) statusJSON {
	o := statusJSON{Kind: "account-status", Input: orNull(about), Asked: moment(asked.Time), Answers: []accountReplyJSON{}}
	english := p.texts.For(i18n.Fallback)
	for _, a := range asked.Answers {
		reply := accountReplyJSON{Login: a.Login.ID(), Service: string(a.Service), States: []stateJSON{}}
		if a.Err != nil {
			f := accountFailure(a.Err, a.Login.ID())
			reply.Error = &errorJSON{"error", f.code, f.sentence(english)}
		}
		for _, s := range a.States {
			reply.States = append(reply.States, stateObject(s))
			if s.Locked == diag.Yes || o.Locked == diag.NotAsked {
				o.Locked = s.Locked
			}
		}
		o.Answers = append(o.Answers, reply)
	}
	return o
}

func stateObject(s account.State) stateJSON {
	return stateJSON{s.Shown(), orNull(s.Server), orNull(s.Name), s.Locked, orNull(string(s.Reason)), moment(s.Since), moment(s.Until),
		orNull(s.PaidUntil), orNull(s.Log), findingObjects(s.Findings)}
}

// account shows what a provider is being asked.
func (l *progress) account(s account.Step) {
	if l.w != nil {
		l.show(l.text.T("cli.progress.account", "service", l.text.T("account.service."+string(s.Service)), "act", l.text.T("account.act."+s.Act), "about", value(s.About)))
	}
}

// accountStatus writes what each service said, address by address.
func (p *page) accountStatus(asked app.Asked) {
	t := p.text
	for i, a := range asked.Answers {
		if i > 0 {
			p.blank()
		}
		p.line(bold, t.T("cli.account.title", "service", t.T("account.service."+string(a.Service)), "name", value(a.Login.Name), "time", p.clock(asked.Time)))
		if a.Err != nil {
			p.paragraph("", accountFailure(a.Err, a.Login.ID()).sentence(t))
		} else if len(a.States) == 0 {
			p.paragraph("", t.T("cli.account.nothing"))
		}
		for _, s := range a.States {
			p.state(s, len(a.States) > severalStates)
		}
	}
}

// severalStates is from how many addresses on those that are not locked get one
// line each.
const severalStates = 3

func (p *page) state(s account.State, short bool) {
	t := p.text
	look, key := plain, "cli.account.state.unknown"
	switch s.Locked {
	case diag.Yes:
		look, key = red, "cli.account.state.locked"
	case diag.No:
		key = "cli.account.state.free"
	}
	server := ""
	if s.Server != "" {
		server = t.T("cli.account.server", "server", value(s.Server), "name", value(s.Name))
	}
	p.line(look, "  "+join(s.Shown()+"  "+t.T(key), server))
	if short && s.Locked == diag.No {
		return
	}
	for _, row := range []struct {
		key string
		at  time.Time
	}{{"account.since", s.Since}, {"account.until", s.Until}} {
		if !row.at.IsZero() {
			p.paragraph("    ", t.T(row.key, "time", p.clock(row.at)))
		}
	}
	if s.PaidUntil != "" {
		p.paragraph("    ", t.T("account.paid-until", "date", s.PaidUntil))
	}
	for _, f := range s.Findings {
		p.paragraph("    - ", t.P("finding."+f.Code, values(f.Params)))
	}
	if s.Log != "" {
		p.paragraph("    - ", t.T("cli.account.log"))
	}
}

// logins lists what is saved, and how the keyring is.
func (p *page) logins(k credential.Condition, all []credential.Entry) {
	t := p.text
	p.line(bold, t.T("keyring.state."+keyringState(k)))
	if k.Reason != "" {
		p.paragraph("", t.T("keyring.error."+string(k.Reason), "detail", value(k.Detail)))
	}
	if len(all) == 0 {
		p.paragraph("", t.T("cli.account.none"))
	}
	for _, e := range all {
		words := t.T("account.outcome.none")
		if e.Outcome != "" {
			words = t.T("account.outcome."+string(e.Outcome), "time", p.clock(e.Used))
		}
		p.paragraph("  ", value(e.ID())+": "+words)
	}
}

// keyringState names the state of a keyring for its text.
func keyringState(k credential.Condition) string {
	if k.State == "" {
		return "unknown"
	}
	return string(k.State)
}
