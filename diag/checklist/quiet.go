package checklist

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"latchkey/diag"
)

// State is what one collection says of a machine.
type State struct {
	Time     time.Time // when it was collected
	Host     *Host
	Findings []diag.Finding
	Live     bool // of the running system; a mounted disk has no connections
}

// Aftermath is what became of what was suspicious, from the first collection to
// the last.
type Aftermath struct {
	// Gone were found in the first and not in the last, Remaining in both, New in
	// the last alone. What only one of them was asked about is in none.
	Gone, Remaining, New []diag.Finding
	// Comparison holds the first against the last.
	Comparison Comparison
	// Connections to the report's targets, in the first and the last state that
	// tell connections; -1 if none does.
	Before, After int
	// Since is the first of the states in a row up to the last, in each of which
	// there was no such connection; zero if there is none. Until is the last of
	// them, Looks their number: in between nobody looked.
	Since, Until time.Time
	Looks        int
	// Facts are the same for a statement.
	Facts []diag.Finding
}

// Quiet compares collections of one machine, oldest first; fewer than two give
// the zero value with -1 connections.
func Quiet(r Events, states []State) Aftermath {
	a := Aftermath{Before: -1, After: -1}
	if len(states) < 2 {
		return a
	}
	first, last := states[0], states[len(states)-1]
	a.Comparison = Compare(first.Host, last.Host)
	a.fates(first, last)
	a.silence(wantedOf(r), states)
	a.tell()
	return a
}

// volatile are the parameters of a finding that differ though it is the same.
var volatile = []string{"pid", "count", "cpu", "more", "points", "time", "started", "since", "first", "last", "hosts", "line", "parent"}

// sameness is what makes two findings the same.
func sameness(f diag.Finding) string {
	var b strings.Builder
	b.WriteString(f.Rule + " " + f.Code)
	for _, name := range slices.Sorted(maps.Keys(f.Params)) {
		if !slices.Contains(volatile, name) {
			fmt.Fprintf(&b, " %s=%v", name, f.Params[name])
		}
	}
	return b.String()
}

// asked says whether a state could show a finding again: one about processes or
// connections only where they were listed.
func (s State) asked(f diag.Finding) bool {
	switch {
	case strings.HasPrefix(f.Rule, "P"):
		return s.Live && s.Host.Processes != nil
	case strings.HasPrefix(f.Rule, "N"):
		return s.Live && s.Host.Sockets != nil
	}
	return true
}

// fates sorts the findings that need a look: what is only told is neither gone
// nor new.
func (a *Aftermath) fates(first, last State) {
	matters := func(f diag.Finding) bool { return f.Severity == diag.Critical || f.Severity == diag.Warning }
	keys := func(list []diag.Finding) map[string]bool {
		all := map[string]bool{}
		for _, f := range list {
			all[sameness(f)] = true
		}
		return all
	}
	before, after := keys(first.Findings), keys(last.Findings)
	told := map[string]bool{}
	once := func(f diag.Finding) bool {
		key := sameness(f)
		fresh := !told[key]
		told[key] = true
		return fresh
	}
	for _, f := range first.Findings {
		switch {
		case !matters(f) || !once(f):
		case after[sameness(f)]:
			a.Remaining = append(a.Remaining, f)
		case last.asked(f):
			a.Gone = append(a.Gone, f)
		}
	}
	for _, f := range last.Findings {
		if matters(f) && !before[sameness(f)] && first.asked(f) && once(f) {
			a.New = append(a.New, f)
		}
	}
}

// silence counts the connections to the report's targets.
func (a *Aftermath) silence(w wanted, states []State) {
	for _, s := range states {
		if !s.Live || s.Host.Sockets == nil {
			continue
		}
		n := s.talking(w)
		if a.After = n; a.Before < 0 {
			a.Before = n
		}
		if n > 0 {
			a.Since, a.Until, a.Looks = time.Time{}, time.Time{}, 0
			continue
		}
		if a.Until = s.Time; a.Looks == 0 {
			a.Since = s.Time
		}
		a.Looks++
	}
}

// closing are the states of connections that the machine itself has ended
// already.
var closing = []string{"TIME-WAIT", "FIN-WAIT-1", "FIN-WAIT-2", "LAST-ACK", "CLOSING", "CLOSE"}

// talking counts the connections to reported targets, each once though several
// commands list it.
func (s State) talking(w wanted) int {
	seen := map[ends]bool{}
	for _, c := range s.Host.Sockets {
		if slices.Contains(closing, c.State) {
			continue
		}
		switch code, _ := w.reason(c); code {
		case "same-port", "target-port", "target", "network-port":
			seen[endsOf(c)] = true
		}
	}
	return len(seen)
}

// clockLayout is how a fact writes a time.
const clockLayout = "2006-01-02 15:04 UTC"

// tell makes facts of it.
func (a *Aftermath) tell() {
	fact := func(code string, severity diag.Severity, params diag.Params) {
		a.Facts = append(a.Facts, diag.Finding{Code: "evidence.quiet." + code, Severity: severity, Params: params})
	}
	switch {
	case a.Looks > 0:
		fact("since", diag.Info, diag.Params{"since": a.Since.UTC().Format(clockLayout), "until": a.Until.UTC().Format(clockLayout),
			"minutes": int(a.Until.Sub(a.Since).Minutes()), "count": a.Looks, "before": max(a.Before, 0)})
	case a.After > 0:
		fact("not", diag.Warning, diag.Params{"count": a.After})
	}
	if len(a.Gone) > 0 {
		fact("gone", diag.Info, diag.Params{"count": len(a.Gone), "list": rulesOf(a.Gone)})
	}
	if len(a.Remaining) > 0 {
		fact("remains", diag.Warning, diag.Params{"count": len(a.Remaining), "list": rulesOf(a.Remaining)})
	}
	if len(a.New) > 0 {
		fact("new", diag.Warning, diag.Params{"count": len(a.New), "list": rulesOf(a.New)})
	}
}

func rulesOf(list []diag.Finding) (rules []string) {
	for _, f := range list {
		if !slices.Contains(rules, f.Rule) {
			rules = append(rules, f.Rule)
		}
	}
	slices.Sort(rules)
	return rules
}
