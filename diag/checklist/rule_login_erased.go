package checklist

import (
	"net/netip"
	"slices"
	"time"

	"latchkey/diag"
)

const (
	// clocks is how far two logs' times of one login may stand apart.
	clocks = 2 * time.Minute
	// quarter: the zones of two clocks lie whole quarters of an hour apart, up
	// to zones.
	quarter = 15 * time.Minute
	zones   = 14 * time.Hour
	// mostDoubts bounds the logins that are searched for in other zones.
	mostDoubts = 1000
)

// witness is what auth.log tells and keeps silent about, in durations since a
// moment of its own so that clocks with and without year or zone compare.
type witness struct {
	base   time.Time
	logs   []span
	logins map[comer]*visits
}

// visits are the logins of one user from one address.
type visits struct {
	ports map[int]bool
	at    []time.Duration // ascending
}

// span is the time a log covers, without its gaps of an hour and more.
type span struct {
	from, to time.Duration
	gaps     [][2]time.Duration // ascending
}

// witnessOf is false if there is no auth.log that was printed unfiltered.
func witnessOf(h *Host) (w witness, ok bool) {
	w.logins = map[comer]*visits{}
	for _, log := range h.Logs {
		if log.Command != "auth-log" || !log.Whole {
			continue
		}
		if !ok {
			w.base, ok = log.From, true
		}
		s := span{from: w.since(log.From), to: w.since(log.To)}
		for _, g := range log.Gaps {
			s.gaps = append(s.gaps, [2]time.Duration{w.since(g.From), w.since(g.To)})
		}
		slices.SortFunc(s.gaps, func(a, b [2]time.Duration) int { return int(min(1, max(-1, a[0]-b[0]))) })
		w.logs = append(w.logs, s)
	}
	for _, l := range h.Logins {
		if !ok || !l.Success || l.Command != "auth-log" || l.From == "" {
			continue
		}
		key := comer{l.User, l.From}
		if w.logins[key] == nil {
			w.logins[key] = &visits{ports: map[int]bool{}}
		}
		v := w.logins[key]
		v.ports[l.Port] = l.Port >= 0
		v.at = append(v.at, w.since(l.Time))
	}
	for _, v := range w.logins {
		slices.Sort(v.at)
	}
	return w, ok
}

func (w *witness) since(t time.Time) time.Duration { return apart(t, w.base) }

// covers says whether auth.log speaks of a time, from before a login to after
// its entry in wtmp, which follows the line in the log and may be told to the
// minute only. silent: it falls into a gap, or after the log's end.
func (w *witness) covers(t time.Time) (speaks, silent bool) {
	from := w.since(t)
	to := from
	if t.Second() == 0 {
		to += 59 * time.Second
	}
	for _, s := range w.logs {
		if from < s.from+clocks {
			continue
		}
		if to > s.to {
			silent = silent || from > s.to+time.Hour
			continue
		}
		i, _ := slices.BinarySearchFunc(s.gaps, from, func(g [2]time.Duration, at time.Duration) int { return int(min(1, max(-1, g[1]-at))) })
		if i < len(s.gaps) && s.gaps[i][0]+clocks < from && to+clocks < s.gaps[i][1] {
			silent = true
			continue
		}
		return true, false
	}
	return false, silent
}

// knows says whether auth.log has a login: by the port if both tell it, else by
// the time, in the same zone or, for the doubtful, in any.
func (w *witness) knows(l Login, doubt *int) bool {
	v := w.logins[comer{l.User, l.From}]
	if v == nil {
		return false
	}
	if l.Port >= 0 {
		return v.ports[l.Port]
	}
	at := w.since(l.Time)
	i, _ := slices.BinarySearch(v.at, at-clocks)
	if i < len(v.at) && v.at[i] <= at+clocks {
		return true
	}
	if *doubt++; *doubt > mostDoubts {
		return true
	}
	i, _ = slices.BinarySearch(v.at, at-zones)
	for ; i < len(v.at) && v.at[i] <= at+zones; i++ {
		if d := v.at[i] - at; (d - d.Round(quarter)).Abs() <= clocks {
			return true
		}
	}
	return false
}

// erasedLogin is L03: a login that wtmp or the journal has and auth.log has not,
// although auth.log speaks of the time before and after.
func erasedLogin(h *Host, found finder) {
	w, ok := witnessOf(h)
	if !ok {
		return
	}
	named, doubt := map[comer]bool{}, 0
	for _, l := range h.Logins {
		if !l.Success || l.Tampers || l.Time.IsZero() || l.Command != "last" && l.Command != "journal" {
			continue
		}
		if _, err := netip.ParseAddr(l.From); err != nil || named[comer{l.User, l.From}] || len(named) == mostOfRule {
			continue
		}
		if speaks, _ := w.covers(l.Time); !speaks || w.knows(l, &doubt) {
			continue
		}
		named[comer{l.User, l.From}] = true
		found(diag.Critical, l.Where, "user", l.User, "address", l.From, "time", moment(l.Time), "name", l.Command)
	}
}

// silentLog is L04: more than an hour without a line in auth.log, in which the
// journal or wtmp tell of somebody at sshd.
func silentLog(h *Host, found finder) {
	w, ok := witnessOf(h)
	if !ok {
		return
	}
	count := 0
	var first Login
	for _, l := range h.Logins {
		if l.From == "" || l.Time.IsZero() || l.Command != "journal" && l.Command != "last" {
			continue
		}
		if _, silent := w.covers(l.Time); silent {
			if count == 0 {
				first = l
			}
			count++
		}
	}
	if count > 0 {
		found(diag.Warning, first.Where, "count", count, "time", moment(first.Time), "user", first.User, "address", first.From)
	}
}
