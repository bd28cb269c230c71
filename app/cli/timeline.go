package cli

import (
	"context"
	"errors"
	"io"
	"slices"
	"time"

	"latchkey/app"
	"latchkey/app/casefile"
)

// noteFailure says what went wrong with an own entry.
func noteFailure(err error, id, entry string) error {
	for _, known := range []struct {
		err     error
		failure failure
	}{
		{app.ErrNoEntry, unanswered("no-entry", "name", entry)},
		{app.ErrNotOwn, wrongCall("not-own", "name", entry)},
		{app.ErrNoteText, wrongCall("note-text")},
		{app.ErrNotes, unanswered("notes")},
	} {
		if errors.Is(err, known.err) {
			return known.failure
		}
	}
	return caseFailure(err, id, id)
}

// caseNote adds an own entry to a timeline, or changes or removes one.
func (p *program) caseNote(_ context.Context, c call) error {
	id, text := c.operands[0], ""
	if len(c.operands) > 1 {
		text = c.operands[1]
	}
	n := c.note
	if text == "" && n.remove == "" {
		return wrongCall("operand-missing", "verb", "case note", "usage", noteUsage)
	}
	if n.remove != "" && (text != "" || n.edit != "") {
		return wrongCall("note-both")
	}
	now := p.env.Now()
	entry := n.edit + n.remove
	model, err := p.session.ChangeStored(id, now, func(m *casefile.Case) error {
		switch {
		case n.remove != "":
			return app.RemoveEntry(m, n.remove)
		case n.edit != "":
			return app.EditEntry(m, n.edit, text, n.at)
		}
		at := n.at
		if at.IsZero() {
			at = now
		}
		kind := app.EventNote
		if n.kind != "" {
			kind = n.kind
		}
		var err error
		entry, err = app.AddEntry(m, kind, text, at)
		return err
	})
	if err != nil {
		return noteFailure(err, id, entry)
	}
	object := p.timelineObject(model, now)
	object.Entry = orNull(entry)
	return p.answer(c, object, func(out *page) { out.timeline(model, object) })
}

const noteUsage = "ID TEXT [--kind note|call|mail] [--at TIME] [--edit N] | ID --remove N"

// caseTimeline shows the timeline with the clocks, or writes it as a table.
func (p *program) caseTimeline(_ context.Context, c call) error {
	id := c.operands[0]
	model, _, err := p.load(id)
	if err != nil {
		return err
	}
	now := p.env.Now()
	object := p.timelineObject(model, now)
	if c.csv == "" {
		return p.answer(c, object, func(out *page) { out.timeline(model, object) })
	}
	err = putFile(c.csv, "", func(w io.Writer) error { return app.WriteTimeline(w, p.text, model, now.Location()) })
	if err != nil {
		return explain(err, c.csv)
	}
	object.File = orNull(c.csv)
	return p.answer(c, object, func(out *page) { out.paragraph("", out.text.T("cli.timeline.written", "name", value(c.csv))) })
}

// caseWays shows the ways in and out.
func (p *program) caseWays(_ context.Context, c call) error {
	model, _, err := p.load(c.operands[0])
	if err != nil {
		return err
	}
	ways := p.session.Ways(model, p.env.Now())
	return p.answer(c, waysObject(model, ways), func(out *page) { out.ways(model, ways, p.session.WayProblems()) })
}

// caseRemind writes a reminder to the provider, in the language of --lang.
func (p *program) caseRemind(_ context.Context, c call) error {
	model, _, err := p.load(c.operands[0])
	if err != nil {
		return err
	}
	subject, body := app.Reminder(p.text, model, model.Fields["reference"], p.env.Now())
	return p.answer(c, reminderJSON{"reminder", model.ID, p.text.Tag, subject, body}, func(out *page) {
		out.line(bold, subject)
		out.blank()
		for _, line := range splitLines(body) {
			out.paragraph("", line)
		}
	})
}

type reminderJSON struct {
	Kind     string `json:"kind"`
	ID       string `json:"id"`
	Language string `json:"language"`
	Subject  string `json:"subject"`
	Body     string `json:"body"`
}

type timelineJSON struct {
	Kind   string      `json:"kind"`
	ID     string      `json:"id"`
	Entry  *string     `json:"entry"` // the one that was added, changed or removed
	File   *string     `json:"file"`  // written by --csv
	Events []eventJSON `json:"events"`
	Clocks []clockJSON `json:"clocks"`
	Stages []stageJSON `json:"stages"`
	Next   *string     `json:"next"` // next best action; null: the case is closed
}

type eventJSON struct {
	ID   *string           `json:"id"` // of own ones
	Time *string           `json:"time"`
	Code string            `json:"code"`
	Own  bool              `json:"own"`
	Text *string           `json:"text"`
	With map[string]string `json:"with"`
}

type clockJSON struct {
	Kind  string   `json:"kind"`  // deadline, gti, gtr
	State string   `json:"state"` // unknown, running, last-quarter, over, met
	From  *string  `json:"from"`
	Due   *string  `json:"due"`
	Met   *string  `json:"met"`
	Left  *float64 `json:"left_s"`
	Over  *float64 `json:"over_s"`
}

type stageJSON struct {
	ID    string  `json:"id"`    // paid, seen; retest, sent, decides; reachable
	State string  `json:"state"` // to-do, current, done
	Time  *string `json:"time"`
}

func (p *program) timelineObject(m casefile.Case, now time.Time) timelineJSON {
	o := timelineJSON{Kind: "timeline", ID: m.ID, Events: []eventJSON{}, Clocks: []clockJSON{}, Stages: []stageJSON{},
		Next: orNull(app.NextAction(m, false, "unlock", now).Code)}
	for _, e := range app.Timeline(m) {
		j := eventJSON{orNull(e.ID), moment(e.Time), e.Code, app.Own(e), orNull(e.Text), map[string]string{}}
		for name, value := range e.With {
			j.With[name] = value
		}
		o.Events = append(o.Events, j)
	}
	for _, c := range clocks(m, now) {
		j := clockJSON{Kind: string(c.Kind), State: string(c.State), From: moment(c.From), Due: moment(c.Due), Met: moment(c.Met)}
		switch c.State {
		case app.ClockRunning, app.ClockLast:
			left := c.Left.Seconds()
			j.Left = &left
		case app.ClockOver:
			over := c.Over.Seconds()
			j.Over = &over
		}
		o.Clocks = append(o.Clocks, j)
	}
	for _, s := range p.session.UnlockStages(m, now) {
		o.Stages = append(o.Stages, stageJSON{s.ID, string(s.State), moment(s.Time)})
	}
	return o
}

// clocks are the deadline and the promises.
func clocks(m casefile.Case, now time.Time) []app.Clock {
	return slices.Concat([]app.Clock{app.DeadlineClock(m, now)}, app.Clocks(m, now))
}
