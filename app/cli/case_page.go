package cli

import (
	"cmp"
	"errors"
	"maps"
	"slices"
	"time"

	"latchkey/app"
	"latchkey/app/casefile"
	"latchkey/diag/abuse"
	"latchkey/diag/provider"
)

type caseJSON struct {
	Kind      string                    `json:"kind"`
	ID        string                    `json:"id"`
	Created   *string                   `json:"created"`
	Changed   *string                   `json:"changed"`
	Server    caseServerJSON            `json:"server"`
	Invoice   *string                   `json:"invoice"`
	Reason    *string                   `json:"reason"`
	Deadline  *string                   `json:"deadline"` // as set by hand, else as the report says
	Diagnoses []diagnosisJSON           `json:"diagnoses"`
	Reports   []inputJSON               `json:"reports"` // and printed traces
	Evidence  []inputJSON               `json:"evidence"`
	Checks    map[string]casefile.Check `json:"checks"` // by the item's id
	Fields    map[string]string         `json:"fields"`
	Accounts  []caseAccountJSON         `json:"accounts"` // what providers said, oldest first
	Damage    *string                   `json:"damage"`   // null: it is sound
}

type caseServerJSON struct {
	Input    *string `json:"input"`
	Name     *string `json:"name"`
	Address  *string `json:"address"`
	Provider *string `json:"provider"`
}

type diagnosisJSON struct {
	Time       *string `json:"time"`
	Verdict    *string `json:"verdict"`
	Confidence *string `json:"confidence"`
	Input      *string `json:"input"` // SHA-256 of the printed trace; null: a check
}

type inputJSON struct {
	SHA256 string  `json:"sha256"`
	Name   string  `json:"name"`
	Size   int64   `json:"size"`
	Added  *string `json:"added"`
	Kind   string  `json:"kind"`
	Format *string `json:"format"`
	Item   *string `json:"item"`
	Role   *string `json:"role"` // twin, unused; null: the case's server
}

type caseListJSON struct {
	Kind    string     `json:"kind"`
	Cases   []caseJSON `json:"cases"` // the last changed first
	Deleted []string   `json:"deleted"`
}

type addedJSON struct {
	Kind    string      `json:"kind"`
	ID      string      `json:"id"`
	Added   inputJSON   `json:"added"`
	Already bool        `json:"already"`
	Reading readingJSON `json:"reading"`
}

func moment(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	s := t.Format(time.RFC3339)
	return &s
}

func inputObject(in casefile.Input) inputJSON {
	return inputJSON{in.SHA256, in.Name, in.Size, moment(in.Added), in.Kind, orNull(in.Format), orNull(in.Item), orNull(in.Role)}
}

func caseObject(c casefile.Case, damage error) caseJSON {
	o := caseJSON{
		Kind: "case", ID: c.ID, Created: moment(c.Created), Changed: moment(c.Changed),
		Server:  caseServerJSON{orNull(c.Server.Input), orNull(c.Server.Name), orNull(c.Server.Address), orNull(c.Server.Provider)},
		Invoice: orNull(c.Invoice), Reason: orNull(c.Reason), Deadline: moment(app.DueOf(c)),
		Diagnoses: []diagnosisJSON{}, Reports: []inputJSON{}, Evidence: []inputJSON{},
		Checks: map[string]casefile.Check{}, Fields: map[string]string{},
	}
	for _, d := range c.Diagnoses {
		j := diagnosisJSON{Time: moment(d.Time), Input: orNull(d.Input)}
		if d.Verdict != nil {
			j.Verdict, j.Confidence = orNull(string(d.Verdict.Code)), orNull(string(d.Verdict.Confidence))
		}
		o.Diagnoses = append(o.Diagnoses, j)
	}
	for _, in := range c.Reports {
		o.Reports = append(o.Reports, inputObject(in))
	}
	for _, in := range c.Evidence {
		o.Evidence = append(o.Evidence, inputObject(in))
	}
	o.Accounts = caseAccountObjects(c.Accounts)
	maps.Copy(o.Checks, c.Checks)
	maps.Copy(o.Fields, c.Fields)
	if damage != nil {
		o.Damage = orNull(damageCode(damage))
	}
	return o
}

// damageCode names what is wrong with a case, and its text.
func damageCode(err error) string {
	var damage *casefile.Damage
	switch {
	case errors.Is(err, casefile.ErrNewer):
		return "newer"
	case errors.As(err, &damage) && damage.Backup:
		return "older-copy"
	case errors.As(err, &damage) && len(damage.Fields) > 0:
		return "parts"
	}
	return "whole"
}

func caseListObject(all []casefile.Summary, deleted []string) caseListJSON {
	o := caseListJSON{Kind: "cases", Cases: []caseJSON{}, Deleted: append([]string{}, deleted...)}
	for _, s := range all {
		s.Case.ID = s.ID // a damaged one may not say
		o.Cases = append(o.Cases, caseObject(s.Case, s.Damage))
	}
	return o
}

func addedObject(id string, a app.Added) addedJSON {
	return addedJSON{"case", id, inputObject(a.Input), a.Already, readingObject(a.Reading)}
}

// caseList writes one row for each case.
func (p *page) caseList(all []casefile.Summary, deleted []string) {
	t := p.text
	if len(all) == 0 {
		p.paragraph("", t.T("cli.case.none"))
	}
	for _, s := range all {
		where := value(cmp.Or(s.Case.Server.Name, s.Case.Server.Address, s.Case.Server.Input))
		if s.Damage != nil {
			where = join(where, t.T("cli.case.damage."+damageCode(s.Damage)+".short"))
		}
		p.line(plain, pad(s.ID, idWidth)+"  "+pad(p.clock(s.Case.Changed), len("2026-03-04 05:06"))+"  "+cut(where, 36))
	}
	if len(deleted) > 0 {
		p.heading("cli.case.trash")
		for _, id := range deleted {
			p.line(plain, "  "+id)
		}
	}
}

// idWidth is the length of an id: a date and six digits.
const idWidth = len("2026-03-04-abcdef")

// clock is a time by the clock of this computer; "" if it is not known.
func (p *page) clock(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(p.now.Location()).Format("2006-01-02 15:04")
}

// oneCase writes what is in a case.
func (p *page) oneCase(c casefile.Case, damage error, providers *provider.Set) {
	t := p.text
	p.line(bold, t.T("cli.case.title", "id", c.ID))
	if damage != nil {
		p.paragraph("", t.T("cli.case.damage."+damageCode(damage)))
	}
	name := c.Server.Provider
	if profile := providers.ByID(name); profile != nil {
		name = profile.Name
	}
	p.known("cli.server", join(value(cmp.Or(c.Server.Name, c.Server.Input)), other(c.Server.Address, c.Server.Input), value(name)))
	p.known("cli.case.changed", p.clock(c.Changed))
	if slices.Contains(app.Incidents(), abuse.Incident(c.Reason)) {
		p.field(t.T("cli.case.reason"), t.T("report."+c.Reason+".short"))
	}
	if slices.Contains([]string{"yes", "no", "unsure"}, c.Invoice) {
		p.field(t.T("cli.case.invoice"), t.T("cli.case.invoice."+c.Invoice))
	}
	if due := app.DueOf(c); !due.IsZero() {
		p.field(t.T("cli.abuse.deadline"), p.until(due))
	}
	p.diagnoses(c.Diagnoses)
	p.caseAccounts(c.Accounts)
	p.inputs("cli.case.reports", c.Reports)
	p.inputs("cli.case.evidence", c.Evidence)
	if len(c.Fields) > 0 {
		p.heading("cli.case.fields")
	}
	for _, name := range slices.Sorted(maps.Keys(c.Fields)) {
		p.paragraph("  - ", value(name)+": "+value(c.Fields[name]))
	}
}

// diagnoses lists checks and traces by their verdicts.
func (p *page) diagnoses(list []casefile.Diagnosis) {
	t := p.text
	if len(list) > 0 {
		p.heading("cli.case.diagnoses")
	}
	for _, d := range list {
		words := t.T("cli.check.no-verdict")
		if d.Verdict != nil {
			words = t.T("cli.verdict.line", "badge", t.T("verdict."+string(d.Verdict.Code)+".badge"), "sure", t.T("verdict.confidence."+string(d.Verdict.Confidence)))
		}
		p.paragraph("  - ", join(p.clock(d.Time), words))
	}
}

// known writes a field if it is known.
func (p *page) known(key, words string) {
	if words != "" {
		p.field(p.text.T(key), words)
	}
}

// other is s unless it says the same again.
func other(s, said string) string {
	if s == said {
		return ""
	}
	return value(s)
}

func (p *page) inputs(heading string, list []casefile.Input) {
	if len(list) == 0 {
		return
	}
	p.heading(heading)
	for _, in := range list {
		p.paragraph("  - ", p.inputWords(in))
	}
}

// inputWords are name, what it was read as, and the step it answers.
func (p *page) inputWords(in casefile.Input) string {
	read := value(in.Kind)
	if key := "cli.case.kind." + in.Kind; p.text.Has(key) {
		read = p.text.T(key)
	}
	if in.Format != "" {
		read += " (" + value(in.Format) + ")"
	}
	item := ""
	if in.Item != "" {
		item = p.text.T("cli.case.item", "item", value(in.Item))
	}
	role := ""
	if key := "cli.case.role." + in.Role; in.Role != "" && p.text.Has(key) {
		role = p.text.T(key)
	}
	return value(in.Name) + ": " + join(read, item, role)
}

// added says what became of an input, and what it says.
func (p *page) added(a app.Added) {
	key := "cli.case.added"
	if a.Already {
		key = "cli.case.already"
	}
	p.paragraph("", p.text.T(key, "words", p.inputWords(a.Input)))
	p.blank()
	p.reading(a.Reading)
}

// aboutCase lists what can be done with cases.
func (p *page) aboutCase() {
	p.blank()
	for _, v := range caseVerbs() {
		p.line(bold, "  latchkey case "+v.name+" "+v.usage)
		p.paragraph("      ", p.text.T("cli.case."+v.name))
	}
}
