package app

import (
	"encoding/csv"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"latchkey/app/casefile"
	"latchkey/app/statement"
	"latchkey/diag"
	"latchkey/i18n"
)

// longDetail bounds what a line of the timeline shows of a text.
const longDetail = 500 // characters

// EventWords says an event in a language: a title, and a detail that may be "".
// Times in it are shown in the zone of at.
func EventWords(t *i18n.Text, e casefile.Event, zone *time.Location) (title, detail string) {
	if Own(e) {
		return t.T("timeline." + e.Code), diag.Clean(e.Text, longDetail)
	}
	if !slices.Contains(EventCodes(), e.Code) { // a newer version's
		return t.T("timeline.other"), diag.Clean(e.Code, longDetail)
	}
	with := make(map[string]any, len(e.With)+len(eventValues()))
	for name := range eventValues() {
		with[name] = ""
	}
	with["count"] = 0
	if n, err := strconv.Atoi(e.With["count"]); err == nil {
		with["count"] = n
	}
	for name, value := range e.With {
		if name == "count" {
			continue
		}
		with[strings.ReplaceAll(name, "-", "_")] = eventValue(t, name, value, zone)
	}
	return t.P("timeline."+e.Code, with), t.P("timeline."+e.Code+".detail", with)
}

// eventValues are the values whose words come from the catalogue: the key before
// and after the code; "" for what stands as it is.
func eventValues() map[string][2]string {
	return map[string][2]string{
		"verdict": {"verdict.", ".badge"}, "from": {"verdict.", ".badge"}, "confidence": {"verdict.confidence.", ""},
		"incident": {"report.", ".short"}, "way": {"way.", ".short"}, "by": {"timeline.by.", ""}, "why": {"timeline.why.", ""},
		"locked": {"timeline.locked.", ""}, "own_ip": {"timeline.own-ip.", ""},
		"service": {"account.service.", ""}, "address": {}, "paid_until": {}, "name": {}, "sha256": {}, "rows": {}, "deadline": {}, "item": {}, "command": {}, "findings": {}, "code": {}, "line": {},
		"host": {}, "sections": {}, "path": {}, "bytes": {},
		"server": {}, "minutes": {}, "provider": {}, "gti": {}, "gtr": {}, "start": {}, "every": {}, "since": {}, "hop": {}, "before": {}, "last": {},
	}
}

// eventValue says one value of an event.
func eventValue(t *i18n.Text, name, value string, zone *time.Location) string {
	keys := eventValues()[strings.ReplaceAll(name, "-", "_")]
	if key := keys[0] + value + keys[1]; keys[0] != "" && value != "" && t.Has(key) {
		return t.T(key)
	}
	if at, err := time.Parse(time.RFC3339, value); err == nil {
		return at.In(zone).Format("2006-01-02 15:04")
	}
	if d, err := time.ParseDuration(value); err == nil && (name == "gti" || name == "gtr" || name == "every") {
		return SpanWords(t, d)
	}
	return diag.Clean(value, longDetail)
}

// SpanWords writes a span in hours and minutes.
func SpanWords(t *i18n.Text, d time.Duration) string {
	hours, minutes := int(d/time.Hour), int(d%time.Hour/time.Minute)
	switch {
	case hours == 0:
		return t.T("timeline.span.minutes", "m", minutes)
	case minutes == 0:
		return t.T("timeline.span.hours", "h", hours)
	}
	return t.T("timeline.span.both", "h", hours, "m", minutes)
}

// TimelineRows are events as rows of time (with its offset), title and detail,
// in the order given.
func TimelineRows(t *i18n.Text, events []casefile.Event, zone *time.Location) [][]string {
	rows := make([][]string, 0, len(events))
	for _, e := range events {
		title, detail := EventWords(t, e, zone)
		rows = append(rows, []string{e.Time.In(zone).Format("2006-01-02 15:04 -07:00"), title, detail})
	}
	return rows
}

// TimelineTable is a timeline for the annex of a statement, the oldest first.
func TimelineTable(t *i18n.Text, m casefile.Case, zone *time.Location) statement.Table {
	events := Timeline(m)
	slices.Reverse(events)
	return statement.Table{
		Columns: []statement.Column{{Title: t.T("timeline.column.time"), Width: 3, Mono: true},
			{Title: t.T("timeline.column.event"), Width: 3}, {Title: t.T("timeline.column.detail"), Width: 5}},
		Rows: TimelineRows(t, events, zone),
	}
}

// WriteTimeline writes the timeline as CSV (RFC 4180) with a head, the oldest
// first. Cells that a spreadsheet would take for a formula get an apostrophe.
func WriteTimeline(w io.Writer, t *i18n.Text, m casefile.Case, zone *time.Location) error {
	out := csv.NewWriter(w)
	out.UseCRLF = true
	table := TimelineTable(t, m, zone)
	head := make([]string, len(table.Columns))
	for i, c := range table.Columns {
		head[i] = c.Title
	}
	for _, row := range append([][]string{head}, table.Rows...) {
		for i, cell := range row {
			if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
				row[i] = "'" + cell
			}
		}
		if err := out.Write(row); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// Reminder is a short, polite reminder to the provider in a language: subject
// and body. reference is the provider's own («AbuseID», «L0123ABCD»), "" if
// there is none; it stays as it is, so that the answer finds its case.
func Reminder(t *i18n.Text, m casefile.Case, reference string, now time.Time) (subject, body string) {
	server := diag.Clean(firstOf(m.Server.Address, m.Server.Name, m.Server.Input), longDetail)
	with := map[string]any{"server": server, "reference": diag.Clean(reference, longDetail), "sent": "", "promised": ""}
	if at := SentAt(m); !at.IsZero() {
		with["sent"] = at.In(now.Location()).Format("2006-01-02 15:04 (-07:00)")
	}
	for _, c := range Clocks(m, now) {
		if c.State == ClockOver && c.Met.IsZero() {
			with["promised"] = c.Due.In(now.Location()).Format("2006-01-02 15:04 (-07:00)")
			with["what"] = t.T("reminder." + string(c.Kind))
		}
	}
	lines := []string{t.T("reminder.greeting"), ""}
	first := "reminder.sent"
	switch paid := PaidAt(m); {
	case m.Invoice == "yes" && !paid.IsZero():
		first, with["paid"] = "reminder.paid", paid.In(now.Location()).Format("2006-01-02 15:04 (-07:00)")
	case with["sent"] == "":
		first = "reminder.waiting"
	}
	lines = append(lines, t.P(first, with))
	if with["promised"] != "" {
		lines = append(lines, t.P("reminder.promised", with))
	}
	lines = append(lines, "", t.P("reminder.ask", with), "", t.T("reminder.end"))
	if name := m.Fields["name"]; name != "" {
		lines = append(lines, diag.Clean(name, longDetail))
	}
	key := "reminder.subject"
	if reference == "" {
		key = "reminder.subject.plain"
	}
	return t.P(key, with), strings.Join(lines, "\n") + "\n"
}

func firstOf(list ...string) string {
	for _, s := range list {
		if s != "" {
			return s
		}
	}
	return ""
}

// NoticeWords says a notice in a language: a title and a sentence.
func NoticeWords(t *i18n.Text, n Notice, now time.Time) (title, body string) {
	with := map[string]any{"server": diag.Clean(n.Server, longDetail), "state": "", "left": "", "time": ""}
	if code, ok := n.Params["verdict"].(string); ok {
		with["state"] = t.T("verdict." + code + ".badge")
	}
	if !n.Due.IsZero() {
		with["left"] = SpanWords(t, max(n.Due.Sub(now), 0))
		with["time"] = n.Due.In(now.Location()).Format("15:04")
	}
	return t.P("notice."+n.Code, with), t.P("notice."+n.Code+".body", with)
}
