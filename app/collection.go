package app

import (
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"latchkey/app/casefile"
	"latchkey/diag"
	"latchkey/diag/checklist"
	"latchkey/diag/checklist/bundle"
)

// EventCollection is told in a case's timeline when a collection was read: name,
// sha256, host, mode, sections, findings, role.
const EventCollection = "collection.read"

// bundleCommand stands where an output has the id of its reader.
const bundleCommand = "bundle"

// IsCollection reports whether a text begins like the collector's file. The
// first 4 KB are enough.
func IsCollection(head []byte) bool { return bundle.IsBundle(head[:min(len(head), 4096)]) }

// Evidence is a collection taken as one output: all its sections together.
func (r BundleReading) Evidence(name string) Evidence {
	e := Evidence{Name: name, Known: true, Findings: r.Findings, Reading: checklist.Reading{Command: bundleCommand, Host: r.Host}}
	for _, section := range r.Sections {
		e.Reading.Rows += section.Rows
		e.Reading.Lines++
		if section.Known {
			e.Reading.Understood++
		}
	}
	return e
}

// Settles reports whether a collection answers a step. Those about mending ask
// how it is afterwards: no collection made before settles them. Nor does what was
// compared of the base system alone settle a step about all packages.
func (r BundleReading) Settles(i checklist.Item) bool {
	before := []checklist.Phase{checklist.Contain, checklist.Preserve, checklist.Find}
	whole := func(s SectionReading) bool { return s.ID != sectionTools }
	return slices.Contains(before, i.Phase) && slices.ContainsFunc(r.Answers(i.Reads), whole)
}

// RoleFor guesses whose a collection of a machine is, given the names of those
// whose collections are the case's server's: what comes in beside a collection
// of another machine is that machine's twin. A person corrects it.
func RoleFor(host string, servers []string) string {
	if host == "" {
		return ""
	}
	for _, known := range servers {
		if known != "" && !strings.EqualFold(known, host) {
			return casefile.RoleTwin
		}
	}
	return ""
}

// FileBundle puts a collection that somebody handed in into a case and its
// timeline; in.Role says whose it is. Open steps that it answers are done.
func (s *Session) FileBundle(m *casefile.Case, in casefile.Input, b BundleReading, now time.Time) {
	s.fileBundle(m, in, b, EventCollection, map[string]string{"host": diag.Clean(b.Hostname, 253)}, now)
}

func (s *Session) fileBundle(m *casefile.Case, in casefile.Input, b BundleReading, code string, with map[string]string, now time.Time) {
	in.Kind, in.Format, in.Item = KindBundle, b.Mode, ""
	m.Evidence = append(slices.DeleteFunc(m.Evidence, func(old casefile.Input) bool { return old.SHA256 == in.SHA256 }), in)
	maps.Copy(with, map[string]string{"name": in.Name, "sha256": in.SHA256, "mode": b.Mode, "role": in.Role,
		"sections": strconv.Itoa(len(b.Sections)), "findings": strconv.Itoa(len(b.Findings))})
	m.Timeline = append(m.Timeline, casefile.Event{Time: now, Code: code, With: with})
	if in.Role != "" {
		return // it says nothing of the case's server
	}
	list, _ := s.Checklist() // faulty files are told elsewhere
	for _, i := range list.Items {
		if was := m.Checks[i.ID]; was.State == "" && b.Settles(i) {
			if m.Checks == nil {
				m.Checks = map[string]casefile.Check{}
			}
			m.Checks[i.ID] = casefile.Check{State: "done", Changed: now, Note: was.Note}
		}
	}
}

// serversOf are the names of the machines whose collections are the case's
// server's, as the timeline has them.
func serversOf(m casefile.Case) (names []string) {
	for _, in := range m.Evidence {
		if in.Kind != KindBundle || in.Role != "" {
			continue
		}
		for _, e := range m.Timeline {
			if e.With["sha256"] != in.SHA256 {
				continue
			}
			switch e.Code {
			case EventCollection:
				names = append(names, e.With["host"])
			case EventCollected:
				names = append(names, e.With["machine"])
			}
		}
	}
	return names
}

// Answers are the sections that some readers took, without those that describe
// a rescue system: they answer the step of the checklist that asks for these
// readers.
func (r BundleReading) Answers(readers []string) []SectionReading {
	var all []SectionReading
	for _, s := range r.Sections {
		if s.Known && !s.Foreign && slices.Contains(readers, s.Reader) {
			all = append(all, s)
		}
	}
	return all
}

// FindingsIn are the findings from some sections.
func (r BundleReading) FindingsIn(sections []SectionReading) []diag.Finding {
	var all []diag.Finding
	for _, f := range r.Findings {
		if f.Source != nil && slices.ContainsFunc(sections, func(s SectionReading) bool { return s.ID == f.Source.Part }) {
			all = append(all, f)
		}
	}
	return all
}

// counted tells how much of an input was read. What its bytes say is worked out
// after the last one: a fifth of the way is left for that.
type counted struct {
	r     io.ReaderAt
	done  atomic.Int64
	total int64
	tell  func(done, total int64) // nil: nobody listens
}

func (c *counted) ReadAt(p []byte, at int64) (int, error) {
	n, err := c.r.ReadAt(p, at)
	if c.tell != nil {
		c.tell(min(c.done.Add(int64(n)), c.total), c.total+c.total/4)
	}
	return n, err
}
