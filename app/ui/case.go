package ui

import (
	"fmt"
	"strconv"
	"time"

	"latchkey/app"
	"latchkey/app/casefile"
	"latchkey/diag"
	"latchkey/diag/checklist"
)

// What of a record goes into its case, as it happens.

// invoiceWords are the stored answers to «Is an invoice open?».
func invoiceWords() []string { return []string{"yes", "no", "unsure"} }

// newFile begins a case.
func (w *window) newFile() *app.OpenCase { return w.Session.NewCase(w.caseOptions()) }

func (w *window) caseOptions() app.CaseOptions {
	return app.CaseOptions{Now: w.now, Told: func(error) { w.told() }}
}

// fileOf is the case of a record, made when it is first needed. The example has
// none; the caller sees to that.
func (w *window) fileOf(r *record) *app.OpenCase {
	if r.kept == nil {
		r.kept = w.newFile()
	}
	return r.kept
}

// store keeps what a person set.
func (w *window) store(r *record) { w.storeWith(r, func(*casefile.Case) {}) }

func (w *window) storeWith(r *record, change func(*casefile.Case)) {
	if r.example || r.id != "" && r.kept == nil || !w.listed(r) {
		return
	}
	r.changed = w.now()
	w.fileOf(r).Change(func(m *casefile.Case) {
		r.fill(m, w.now())
		change(m)
	})
}

// listed reports whether a record is still among the cases: a check may end
// after its case was deleted.
func (w *window) listed(r *record) bool {
	for _, known := range w.cases {
		if known == r {
			return true
		}
	}
	return false
}

// fill puts into a case what a person set.
func (r *record) fill(m *casefile.Case, now time.Time) {
	m.Server, m.Invoice, m.Reason = app.ServerOf(r.check), "", string(r.reason)
	if r.invoice >= 0 {
		m.Invoice = invoiceWords()[r.invoice]
	}
	if r.report != nil {
		m.Deadline = r.report.deadline
	}
	for id, s := range r.cause.items {
		before := m.Checks[id]
		switch {
		case s.state == before.State:
		case s.state == "" && before.Note == "":
			delete(m.Checks, id)
		default:
			if m.Checks == nil {
				m.Checks = map[string]casefile.Check{}
			}
			m.Checks[id] = casefile.Check{State: s.state, Changed: now, Note: before.Note}
		}
	}
}

func event(m *casefile.Case, now time.Time, code string, with map[string]string) {
	m.Timeline = append(m.Timeline, casefile.Event{Time: now, Code: code, With: with})
}

// storeChange keeps what a snapshot of a check brought.
func (w *window) storeChange(r *record, renamed, final bool) {
	if r.check.Addr.IsValid() && renamed {
		w.store(r)
	}
	if final && !w.mistyped(r, r.check) {
		w.storeCheck(r)
	}
}

// storeCheck keeps a check that is over.
func (w *window) storeCheck(r *record) {
	c, input := r.check, r.input
	w.storeWith(r, func(m *casefile.Case) {
		if c.Verdict == nil && c.Ping == nil && len(c.Path.Hops) == 0 {
			return // it was stopped before it saw anything
		}
		m.Diagnoses = append(m.Diagnoses, app.DiagnosisOf(c, input))
		with := map[string]string{"server": m.Server.Address}
		if c.Verdict != nil {
			with["verdict"], with["confidence"] = string(c.Verdict.Code), string(c.Verdict.Confidence)
		}
		event(m, w.now(), app.EventChecked, with)
	})
}

// storeInput lists an input that was kept.
func (w *window) storeInput(r *record, h *handed, kind, format string) {
	w.storeKept(r, h, func(m *casefile.Case, in casefile.Input) {
		in.Kind, in.Format = kind, format
		m.Reports = append(m.Reports, in)
	})
}

// storeReport keeps that a report was read.
func (w *window) storeReport(r *record, h *handed) {
	rep, in := r.report.reading.Report, h.in
	w.storeInput(r, h, app.KindReport, rep.Format)
	with := map[string]string{"name": r.report.reading.Name, "sha256": in.SHA256, "incident": string(rep.Incident), "rows": strconv.Itoa(rep.Rows)}
	if d := rep.Notice.Deadline; d != nil {
		with["deadline"] = d.At.Format(time.RFC3339)
	}
	w.storeWith(r, func(m *casefile.Case) { event(m, w.now(), app.EventReport, with) })
}

// storeDeadline keeps the deadline that was set by hand, or taken back.
func (w *window) storeDeadline(r *record) {
	with := map[string]string{}
	if at := r.report.deadline; !at.IsZero() {
		with["deadline"] = at.Format(time.RFC3339)
	}
	w.storeWith(r, func(m *casefile.Case) { event(m, w.now(), app.EventDeadline, with) })
}

// giveOutput puts an output that was read into its step.
func (w *window) giveOutput(r *record, i checklist.Item, e output, h *handed) {
	s := r.cause.of(i.ID)
	s.evidence, s.state, w.notRead = &e, stateDone, nil
	in := h.in
	w.storeKept(r, h, func(m *casefile.Case, in casefile.Input) {
		in.Kind, in.Format, in.Item = app.KindEvidence, e.Reading.Command, i.ID
		m.Evidence = append(without(m.Evidence, i.ID), in)
	})
	w.storeWith(r, func(m *casefile.Case) {
		event(m, w.now(), app.EventOutput, map[string]string{"item": i.ID, "command": e.Reading.Command,
			"sha256": in.SHA256, "findings": strconv.Itoa(len(e.Findings))})
	})
	w.rethink(r)
}

// storeNoOutput takes a step's output back. Its bytes stay.
func (w *window) storeNoOutput(r *record, item string) {
	w.storeWith(r, func(m *casefile.Case) { m.Evidence = without(m.Evidence, item) })
}

// without frees a step: its outputs stay in the case, but answer nothing.
func without(list []casefile.Input, item string) []casefile.Input {
	var rest []casefile.Input
	for _, in := range list {
		if in.Item == item {
			in.Item = ""
		}
		rest = append(rest, in)
	}
	return rest
}

// storeCause keeps what was taken as the cause: which finding in which output.
func (w *window) storeCause(r *record) {
	f := r.cause.cause
	if f == nil {
		w.storeWith(r, func(m *casefile.Case) { event(m, w.now(), app.EventNoCause, nil) })
		return
	}
	with := map[string]string{"code": f.Code, "line": sourceLine(*f)}
	if !r.cause.special() {
		with["item"] = r.cause.item
	}
	if part := sourcePart(*f); part != "" {
		with["section"] = part
	}
	if isDifference(*f) { // a comparison may come out otherwise later
		with["a"], with["b"] = fmt.Sprint(f.Params["a"]), fmt.Sprint(f.Params["b"])
	}
	w.storeWith(r, func(m *casefile.Case) { event(m, w.now(), app.EventCause, with) })
}

func sourceLine(f diag.Finding) string {
	if f.Source == nil {
		return ""
	}
	return strconv.Itoa(f.Source.Line)
}

func sourcePart(f diag.Finding) string {
	if f.Source == nil {
		return ""
	}
	return f.Source.Part
}
