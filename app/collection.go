package app

import (
	"io"
	"slices"
	"sync/atomic"

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
