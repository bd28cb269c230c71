package checklist

import (
	"cmp"
	"slices"
	"time"

	"latchkey/diag"
)

// mostTraces bounds the traces of each kind.
const mostTraces = 10

// traces are what happened on the machine around the reported time: logins
// that were open then, requests that sent something, programs that changed in
// the day before. They lead on when no socket is left. Several outputs tell the
// same, so each is told once.
func traces(h *Host, first, last time.Time) []diag.Finding {
	if first.IsZero() {
		return nil
	}
	var all []diag.Finding
	told, counts := map[string]bool{}, map[string]int{}
	add := func(code string, at Where, once string, pairs ...any) {
		if !told[code+once] && counts[code] < mostTraces {
			counts[code]++
			told[code+once] = true
			all = append(all, about(code, diag.Notice, at, pairs...))
		}
	}
	dayBefore, after := first.Add(-24*time.Hour), last.Add(10*time.Minute)
	between := func(t, from time.Time) bool { return t.After(from) && t.Before(after) }
	for _, l := range h.Logins {
		if l.Success && l.From != "" && (between(l.Time, dayBefore) || l.during(first)) {
			add("trace.login", l.Where, l.User+" "+l.From, "user", shown(l.User), "address", shown(l.From), "time", l.Time.Format(time.DateTime))
		}
	}
	for _, q := range h.Requests {
		if q.sent() && between(q.Time, first.Add(-10*time.Minute)) {
			add("trace.request", q.Where, q.Client+" "+q.Path, "path", shown(q.Path), "address", shown(q.Client), "time", q.Time.Format(time.DateTime))
		}
	}
	for _, f := range changed(h, dayBefore, first, after) {
		add("trace.file", f.Where, f.Path, "path", shown(f.Path), "time", f.Time.Format(time.DateTime))
	}
	return all
}

// changed are the programs that changed between two times, the telling ones
// first, then those whose time is nearest to at.
func changed(h *Host, from, at, to time.Time) (files []File) {
	for _, f := range h.Files {
		if (f.Executable || f.SUID) && f.Link == "" && f.Time.After(from) && f.Time.Before(to) && !within(aboard(f.Path), "/var/spool/postfix", "/var/spool/exim4") {
			files = append(files, f)
		}
	}
	slices.SortStableFunc(files, func(a, b File) int {
		return cmp.Or(cmp.Compare(b.tells(), a.tells()), cmp.Compare(a.Time.Sub(at).Abs(), b.Time.Sub(at).Abs()))
	})
	return files
}

// tells says how much a changed program tells: most where none is installed.
func (f File) tells() int {
	if strayPlace(aboard(f.Path)) {
		return 4
	}
	return sensitive(aboard(f.Path))
}

// sent says whether a request carried something and was accepted.
func (q Request) sent() bool { return q.Method == "POST" && q.Status < 400 }
