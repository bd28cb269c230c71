package app

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"latchkey/app/casefile"
	"latchkey/app/statement"
	"latchkey/diag"
	"latchkey/diag/checklist"
	"latchkey/diag/checklist/bundle"
)

// readEvidence reads one output, or the parts of a collection, as exhibits.
func (g *gathering) readEvidence(ctx context.Context, in casefile.Input) error {
	path, err := g.c.Path(in.SHA256)
	if err != nil {
		return skipGone(err)
	}
	if in.Kind == KindExhibit { // nobody reads it
		g.add(statement.Exhibit{Name: in.Name, Command: "", Time: in.Added, SHA256: in.SHA256, Size: in.Size}, in.Item)
		return nil
	}
	r, err := g.s.ReadFile(ctx, path, readOptionsOf(g.m))
	if err != nil {
		return skipGone(err)
	}
	defer func() { _ = r.Close() }() // read only
	switch {
	case r.Bundle != nil:
		g.takeBundle(in, *r.Bundle)
		return nil
	case r.Evidence == nil:
		r.Evidence = &Evidence{Name: in.Name}
	}
	data, err := dataOf(path, mostExhibit)
	if err != nil {
		return skipGone(err)
	}
	e := *r.Evidence
	e.Name = in.Name
	g.add(statement.Exhibit{Name: in.Name, Command: g.command(in), Time: in.Added, SHA256: in.SHA256, Size: in.Size,
		Lines: countLines(data), Data: data, Parts: []string{in.Format}, From: in.SHA256}, in.Item)
	if e.Known {
		mark(e.Findings, in.SHA256)
		g.all, g.plain = append(g.all, e), append(g.plain, e)
		if slices.ContainsFunc(e.Reading.Warnings, func(w checklist.Warning) bool { return w.Code == checklist.WarnNotRoot }) {
			g.missing("not-root")
		}
	}
	return nil
}

// takeBundle makes every section that was understood an exhibit of its own; the
// collection as a whole comes first, with its checksum.
func (g *gathering) takeBundle(in casefile.Input, b BundleReading) {
	g.add(statement.Exhibit{Name: in.Name, Command: "collect.sh", Time: b.Started, Exact: !b.Started.IsZero(), SHA256: in.SHA256, Size: in.Size, Lines: len(b.Sections)}, "")
	for _, section := range b.Sections {
		if !section.Known || section.Foreign || len(section.Text) == 0 {
			continue
		}
		e := statement.Exhibit{Name: fileName(section.ID) + ".txt", Command: section.Command, Time: b.Started, Exact: !b.Started.IsZero(), SHA256: section.SHA256,
			Size: int64(len(section.Text)), Lines: countLines(section.Text), Parts: []string{section.ID, section.Reader}, From: in.SHA256}
		if len(section.Text) <= mostExhibit {
			e.Data = section.Text
		}
		item := ""
		for _, i := range g.items.Items {
			if i.Phase == checklist.Find && slices.Contains(i.Reads, section.Reader) && item == "" {
				item = i.ID
			}
		}
		g.add(e, item)
	}
	mark(b.Findings, in.SHA256)
	g.bundles = append(g.bundles, b)
	g.all = append(g.all, b.Evidence(in.Name))
	switch {
	case b.Mode == bundle.Rescue:
		g.missing("rescue")
	case !b.Root:
		g.missing("not-root")
	}
	if !b.Complete {
		g.missing("incomplete")
	}
}

func (g *gathering) missing(code string) {
	if !slices.Contains(g.f.Missing, code) {
		g.f.Missing = append(g.f.Missing, code)
	}
}

// add numbers an exhibit. Its bytes are kept as long as there is room.
func (g *gathering) add(e statement.Exhibit, item string) string {
	e.ID = fmt.Sprintf("E%d", len(g.f.Exhibits)+1)
	if g.held += int64(len(e.Data)); g.held > mostExhibits {
		g.held -= int64(len(e.Data))
		e.Data = nil
	}
	g.f.Exhibits = append(g.f.Exhibits, e.Mask())
	if item != "" {
		g.byItem[item] = append(g.byItem[item], e.ID)
	}
	return e.ID
}

// mark says in findings which input they are from. Their sources are shared with
// nobody: they were made by reading.
func mark(list []diag.Finding, sha string) {
	for _, f := range list {
		if f.Source != nil {
			f.Source.File = sha
		}
	}
}

// dataOf reads a stored input, nil if it is longer than most.
func dataOf(path string, most int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, most+1))
	if err != nil || int64(len(data)) > most {
		return nil, err
	}
	return data, nil
}

func countLines(data []byte) int {
	n := bytes.Count(data, []byte("\n"))
	if len(data) > 0 && data[len(data)-1] != '\n' {
		n++
	}
	return n
}

// fileName makes a section's id a file's name.
func fileName(id string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("._-", r) {
			return r
		}
		return '_'
	}, id[strings.LastIndex(id, "/")+1:])
}

// command is what printed an output: the step's command of that name, else the
// name of its reader.
func (g *gathering) command(in casefile.Input) string {
	if item, ok := g.items.ByID(in.Item); ok {
		for _, line := range slices.Concat(item.Live, item.Rescue) {
			if word, _, _ := strings.Cut(line, " "); word == in.Format {
				return line
			}
		}
	}
	return in.Format
}

// judge compares report and evidence, and says what became of it.
func (g *gathering) judge() {
	if g.report != nil && len(g.all) > 0 {
		g.f.Matching = g.s.Match(g.report.Report, g.all)
		g.place()
	}
	g.f.Findings = g.s.JudgeAll(g.plain)
	for _, b := range g.bundles {
		g.f.Findings = append(g.f.Findings, b.Findings...)
	}
	g.f.Findings = once(g.f.Findings)
	g.people()
	for name, reason := range g.m.Fields {
		rule, ok := strings.CutPrefix(name, statement.KnownPrefix)
		if !ok {
			continue
		}
		for _, f := range g.f.Findings {
			if strings.EqualFold(f.Rule, rule) {
				g.f.Known = append(g.f.Known, statement.KnownFinding{Finding: f, Reason: reason})
				break
			}
		}
	}
	slices.SortFunc(g.f.Known, func(a, b statement.KnownFinding) int { return strings.Compare(a.Finding.Rule, b.Finding.Rule) })
	if taken, ok := CauseOf(g.m); ok {
		for _, f := range g.f.Findings {
			if f.Code == taken.With["code"] {
				g.f.Cause = &f
				break
			}
		}
	}
	if g.report == nil || len(g.bundles) < 2 {
		return
	}
	if a := g.s.Aftermath(g.report.Report, g.bundles); a.Looks > 0 && a.After == 0 {
		g.f.Quiet = &statement.Quiet{Since: a.Since, Until: a.Until, Looks: a.Looks, Exhibits: g.socketsOf(a.Since, a.Until)}
	}
}

// place says once in which input a reason of the correlation stands: it compares
// all of them merged.
func (g *gathering) place() {
	m := &g.f.Matching
	lists := [][]diag.Finding{m.Against, m.Traces}
	for _, s := range m.Processes {
		lists = append(lists, s.Because, s.Chain)
	}
	for _, f := range slices.Concat(lists...) {
		if f.Source == nil || f.Source.File != "" {
			continue
		}
		id := statement.ExhibitOf(g.f.Exhibits, f)
		for _, e := range g.f.Exhibits {
			if e.ID == id {
				f.Source.File = e.From
			}
		}
	}
}

// socketsOf are the lists of connections taken in a stretch of time.
func (g *gathering) socketsOf(since, until time.Time) []string {
	var ids []string
	for _, e := range g.f.Exhibits {
		if e.Exact && !e.Time.Before(since) && !e.Time.After(until) && slices.ContainsFunc(e.Parts, func(p string) bool { return p == "ss" || p == "netstat" }) {
			ids = append(ids, e.ID)
		}
	}
	return ids
}

// once drops findings that two collections have in common.
func once(list []diag.Finding) []diag.Finding {
	seen := map[string]bool{}
	return slices.DeleteFunc(list, func(f diag.Finding) bool {
		key := fmt.Sprint(f.Code, f.Params)
		twice := seen[key]
		seen[key] = true
		return twice
	})
}

// steps are the ones that were taken. A step of mending that only an output set
// is none: that it was looked at does not say that it was done.
func (g *gathering) steps() {
	for _, item := range g.items.Items {
		check, set := g.m.Checks[item.ID]
		exhibits := g.byItem[item.ID]
		mending := item.Phase == checklist.Fix || item.Phase == checklist.Prevent
		switch {
		case mending && (check.State != stepDone || g.byOutput(check.Changed)):
			continue
		case !mending && (!set || check.State != stepDone) && len(exhibits) == 0:
			continue
		}
		step := statement.Step{ID: item.ID, Phase: item.Phase, Title: statement.Texts(item.Title), Commands: item.Live, Time: check.Changed, Feeds: item.Feeds, Kinds: item.Kinds, Exhibits: exhibits}
		for _, f := range g.f.Findings {
			if slices.Contains(exhibits, statement.ExhibitOf(g.f.Exhibits, f)) {
				step.Found++
			}
		}
		g.f.Done = append(g.f.Done, step)
	}
}

// stepDone is the state of a step that was taken.
const stepDone = "done"

// byOutput reports whether a step was set when an output came in.
func (g *gathering) byOutput(at time.Time) bool {
	const slack = 2 * time.Second // both are written down in one go
	return slices.ContainsFunc(g.m.Evidence, func(in casefile.Input) bool { return in.Added.Sub(at).Abs() <= slack })
}

// people are the names a blackened copy must not tell.
func (g *gathering) people() {
	users, hosts := map[string]bool{}, map[string]bool{}
	for _, e := range g.all {
		h := e.Reading.Host
		for _, a := range h.Accounts {
			users[a.Name] = true
		}
		for _, l := range h.Logins {
			users[l.User] = true
		}
		for _, p := range h.Processes {
			users[p.User] = true
		}
		for _, k := range h.Keys {
			users[k.User], users[k.Comment] = true, true
		}
		hosts[h.Kernel.Machine] = true
	}
	for _, b := range g.bundles {
		hosts[b.Hostname] = true
	}
	delete(users, "")
	delete(hosts, "")
	g.f.Users, g.f.Hosts = slices.Sorted(maps.Keys(users)), slices.Sorted(maps.Keys(hosts))
}
