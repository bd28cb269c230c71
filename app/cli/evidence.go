package cli

import (
	"strings"

	"latchkey/app"
	"latchkey/diag"
)

// evidenceJSON is «evidence» of the contract.
type evidenceJSON struct {
	Command string `json:"command"`
	Rows    int    `json:"rows"`
}

// ruleJSON is a finding in a command's output: it always names its rule, and
// what MITRE ATT&CK calls it.
type ruleJSON struct {
	diag.Finding
	Rule   string   `json:"rule"`
	Attack []string `json:"attack"`
}

func ruleObjects(list []diag.Finding) []ruleJSON {
	all := []ruleJSON{}
	for _, f := range findingObjects(list) {
		all = append(all, ruleJSON{f, f.Rule, append([]string{}, f.Attack...)})
	}
	return all
}

// severities, what matters most first.
func severities() []diag.Severity {
	return []diag.Severity{diag.Critical, diag.Warning, diag.Notice, diag.Info}
}

// mostFindings is how many findings of one severity people get to see; --json
// has all.
const mostFindings = 12

// evidence writes what the output of a command shows: each finding with what
// would be harmless, the gravest first.
func (p *page) evidence(e *app.Evidence) {
	t := p.text
	p.line(bold, t.T("cli.evidence.title", "command", e.Reading.Command, "count", e.Reading.Rows))
	if len(e.Findings) == 0 {
		p.paragraph("", t.T("cli.evidence.clean"))
		return
	}
	for _, severity := range severities() {
		p.rules(severity, e.Findings)
	}
}

// rules lists the findings of one severity.
func (p *page) rules(severity diag.Severity, list []diag.Finding) {
	shown, left := 0, 0
	for _, f := range list {
		if f.Severity != severity {
			continue
		}
		if shown == mostFindings {
			left++
			continue
		}
		if shown++; shown == 1 {
			p.blank()
			p.line(severityStyle(severity), p.text.T("ui.severity."+string(severity)))
		}
		p.paragraph("  - ", p.text.P("finding."+f.Code, values(f.Params)))
		if key := strings.Replace(f.Code, "evidence.", "evidence.harmless.", 1); p.text.Has(key) {
			p.paragraph("    ", p.text.T(key))
		}
	}
	if left > 0 {
		p.paragraph("  - ", p.text.T("cli.evidence.more", "count", left))
	}
}

func severityStyle(s diag.Severity) style {
	switch s {
	case diag.Critical:
		return red
	case diag.Warning:
		return amber
	case diag.Notice:
		return blue
	}
	return bold
}
