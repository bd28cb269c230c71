package cli

import (
	"latchkey/app/casefile"
	"latchkey/diag"
)

// caseAccountJSON is what one service said about a case.
type caseAccountJSON struct {
	Time    *string     `json:"time"`
	Service string      `json:"service"`
	Error   *string     `json:"error"` // code of why there is no more; null: all was answered
	States  []stateJSON `json:"states"`
}

func caseAccountObjects(list []casefile.Account) []caseAccountJSON {
	all := []caseAccountJSON{}
	for _, a := range list {
		o := caseAccountJSON{moment(a.Time), string(a.Service), orNull(string(a.Error)), []stateJSON{}}
		for _, s := range a.States {
			o.States = append(o.States, stateObject(s))
		}
		all = append(all, o)
	}
	return all
}

// caseAccounts lists what providers said, a line each.
func (p *page) caseAccounts(list []casefile.Account) {
	t := p.text
	if len(list) > 0 {
		p.heading("cli.case.accounts")
	}
	for _, a := range list {
		service := string(a.Service)
		if key := "account.service." + service; t.Has(key) {
			service = t.T(key)
		}
		words := t.T("cli.account.state.unknown")
		for _, s := range a.States {
			if s.Locked == diag.Yes {
				words = t.T("cli.account.state.locked")
				break
			}
			if s.Locked == diag.No {
				words = t.T("cli.account.state.free")
			}
		}
		p.paragraph("  - ", join(p.clock(a.Time), value(service), words))
	}
}
