package ui

import (
	"context"
	"errors"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"latchkey/app"
	"latchkey/app/casefile"
	"latchkey/diag"
	"latchkey/diag/abuse"
	"latchkey/diag/checklist"
)

// How a stored case comes back.

// keepDeleted is how long a deleted case can be brought back.
const keepDeleted = 30 * 24 * time.Hour

// listCases lists what is stored: models only, no input is read.
func (w *window) listCases() {
	var stored []*record
	var err error
	w.behind(func(context.Context) {
		var all []casefile.Summary
		// What stays in the trash longer does no harm: there is nothing to tell.
		_ = w.Session.Cases().Empty(w.now().Add(-keepDeleted))
		all, err = w.Session.Cases().List()
		for _, s := range all {
			stored = append(stored, w.listing(s))
		}
	}, func() {
		for _, r := range stored {
			if w.byID(r.id) == nil { // else it was imported meanwhile
				w.cases = append(w.cases, r)
			}
		}
		if err != nil {
			w.listTrouble = "ui.list.unread"
		}
		if w.show == screenHome {
			w.build()
		}
		w.resumeWatches()
	})
}

// byID finds a stored case in the list; nil if it is not there.
func (w *window) byID(id string) *record {
	for _, r := range w.cases {
		if r.id == id {
			return r
		}
	}
	return nil
}

// listing is a stored case before it is opened.
func (w *window) listing(s casefile.Summary) *record {
	r := &record{id: s.ID, damage: s.Damage, changed: s.Case.Changed}
	r.adopt(w.Session.CheckOf(s.Case), s.Case)
	r.stored, r.watching = &s.Case, app.Watching(s.Case)
	return r
}

// adopt takes over what the model of a case says.
func (r *record) adopt(c app.Check, m casefile.Case) {
	r.check, r.reason, r.due = c, abuse.Incident(m.Reason), app.DueOf(m)
	r.invoice = slices.Index(invoiceWords(), m.Invoice) // -1: none yet
	if n := len(m.Diagnoses); n > 0 {
		r.input = m.Diagnoses[n-1].Input
	}
	for _, in := range m.Reports {
		if in.SHA256 == r.input {
			r.format = in.Format
		}
	}
	for id, check := range m.Checks {
		r.cause.of(id).state = check.State
	}
}

// opened is a stored case with its inputs, read again.
type opened struct {
	file     *app.OpenCase
	err      error
	report   *app.Reading
	evidence map[string]output
	whole    []*collection
	lost     bool
}

func (o *opened) drop() {
	if o.report != nil {
		_ = o.report.Close() // nobody waits for it any more
	}
	if o.file != nil {
		_ = o.file.Close() // nothing was changed
	}
}

// load opens a stored case, if it is not open, and then goes on.
func (w *window) load(r *record, then func()) {
	if r.kept != nil || r.id == "" {
		then()
		return
	}
	var o opened
	w.take(w.title(r.check), job{
		read: func(ctx context.Context, ro app.ReadOptions) { o = w.readCase(ctx, r.id, ro) },
		then: func() {
			if o.file == nil {
				w.listTrouble = "ui.list.gone"
				w.build()
				return
			}
			w.restore(r, o)
			then()
		},
		drop: func() { o.drop() },
	})
}

// readCase opens a case and reads its inputs again.
func (w *window) readCase(ctx context.Context, id string, o app.ReadOptions) opened {
	file, err := w.Session.LoadCase(id, w.caseOptions())
	c := opened{file: file, err: err, evidence: map[string]output{}}
	if file == nil {
		return c
	}
	m := file.Model()
	if in, ok := app.LastReport(m); ok {
		path, err := file.Path(in.SHA256)
		var reading app.Reading
		if err == nil {
			reading, err = w.Session.ReadFile(ctx, path, o)
		}
		if err == nil && reading.Report != nil {
			reading.Name = in.Name
			c.report = &reading
		} else {
			c.lost = true
		}
	}
	list, _ := w.Session.Checklist() // faulty files are told in the settings
	for _, in := range m.Evidence {
		if in.Kind == app.KindBundle {
			k, err := w.readCollection(ctx, file, in, o)
			if err != nil {
				c.lost = true
				continue
			}
			c.whole = append(c.whole, k)
		}
		item, known := list.ByID(in.Item)
		if !known {
			continue
		}
		e, err := w.readStored(ctx, file, in, item)
		if err != nil {
			c.lost = true
			continue
		}
		c.evidence[in.Item] = e
	}
	return c
}

// readStored reads a stored output of a step.
func (w *window) readStored(ctx context.Context, file *app.OpenCase, in casefile.Input, i checklist.Item) (output, error) {
	path, err := file.Path(in.SHA256)
	if err != nil {
		return output{}, err
	}
	f, err := os.Open(path)
	if err != nil {
		return output{}, err
	}
	e, err := w.readOutput(ctx, i.Title.In("en"), f, hintOf(i))
	return e, errors.Join(err, f.Close())
}

// readCollection reads a stored collection.
func (w *window) readCollection(ctx context.Context, file *app.OpenCase, in casefile.Input, o app.ReadOptions) (*collection, error) {
	path, err := file.Path(in.SHA256)
	if err != nil {
		return nil, err
	}
	reading, err := w.Session.ReadFile(ctx, path, o)
	if err != nil {
		return nil, err
	}
	if reading.Bundle == nil {
		return nil, errors.Join(app.ErrNotBundle, reading.Close())
	}
	return &collection{name: in.Name, sha: in.SHA256, role: in.Role, reading: *reading.Bundle}, nil
}

// restore makes a record what its case says.
func (w *window) restore(r *record, o opened) {
	m := o.file.Model()
	r.stored = nil
	r.kept, r.damage, r.lost, r.cause = o.file, o.err, o.lost, causeState{}
	r.adopt(w.Session.CheckOf(m), m)
	if o.report != nil {
		r.report = newReportState(*o.report)
		r.report.deadline = m.Deadline
		if !m.Deadline.IsZero() {
			r.report.typed = m.Deadline.Format("2006-01-02 15:04 -07:00")
		}
	}
	for id, e := range o.evidence {
		r.cause.of(id).evidence = &e
	}
	r.cause.collections = o.whole
	if taken, ok := app.CauseOf(m); ok {
		r.cause.recall(taken)
	}
	w.rethink(r)
}

// recall takes the cause again that was taken once.
func (c *causeState) recall(taken casefile.Event) {
	code := taken.With["code"]
	var among []diag.Finding
	switch id := taken.With["item"]; {
	case strings.HasPrefix(code, twinCode):
		c.item = itemTwin
		c.cause = &diag.Finding{Code: code, Severity: diag.Notice,
			Params: diag.Params{"a": taken.With["a"], "b": taken.With["b"]}}
		return
	case id != "" && c.of(id).evidence != nil:
		c.item, among = id, c.of(id).evidence.Findings
	default:
		c.item = id
		for i, k := range c.collections {
			if k.role != "" {
				continue
			}
			among = append(among, k.reading.Findings...)
			if id == "" {
				c.item = itemCollection + strconv.Itoa(i)
			}
		}
	}
	for _, f := range among {
		if f.Code == code && sourceLine(f) == taken.With["line"] && sourcePart(f) == taken.With["section"] {
			c.cause = &f
		}
	}
}

// takeEvidence gives an output to the step that is open, else to the first that
// asks for it.
func (w *window) takeEvidence(e output, h *handed) {
	r := w.addressee()
	if r == nil {
		r = &record{invoice: -1}
	}
	onStep := w.show == screenCause && r == w.current
	w.keep(r)
	items := w.causeItems()
	if len(items) == 0 {
		h.drop()
		w.fail("ui.notread.unknown", nil)
		return
	}
	h.bring(w, r)
	item := items[0]
	for _, i := range items {
		if slices.Contains(i.Reads, e.Reading.Command) {
			item = i
			break
		}
	}
	if open, ok := w.checklist.ByID(r.cause.item); ok && onStep && (slices.Contains(open.Reads, e.Reading.Command) || len(open.Reads) == 0) {
		item = open
	}
	r.cause.item = item.ID
	w.giveOutput(r, item, e, h)
	w.open(screenCause)
}
