package app

import (
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"latchkey/app/casefile"
	"latchkey/diag/verdict"
)

var start = time.Date(2026, 3, 4, 15, 48, 0, 0, time.UTC)

func TestClocks(t *testing.T) {
	both := casefile.Promise{GTI: time.Hour, GTR: 2 * time.Hour, From: start}
	reacted, repaired := both, both
	reacted.Reacted = start.Add(77 * time.Minute)
	repaired.Repaired = start.Add(50 * time.Minute)
	reachable := casefile.Event{Time: start.Add(3 * time.Hour), Code: EventReachable, With: map[string]string{"verdict": "reachable"}}
	mine := reachable
	mine.With = map[string]string{"verdict": "reachable", "own-ip": "yes"}
	for name, c := range map[string]struct {
		p        casefile.Promise
		events   []casefile.Event
		after    time.Duration
		gti, gtr ClockState
		left     time.Duration // of GTI
		over     time.Duration // of GTI
	}{
		"nothing entered":           {gti: ClockUnknown, gtr: ClockUnknown},
		"no start":                  {p: casefile.Promise{GTI: time.Hour, GTR: time.Hour}, gti: ClockUnknown, gtr: ClockUnknown},
		"reaction alone":            {p: casefile.Promise{GTI: time.Hour, From: start}, gti: ClockRunning, gtr: ClockUnknown, left: time.Hour},
		"as in the picture":         {p: both, after: 46 * time.Minute, gti: ClockLast, gtr: ClockRunning, left: 14 * time.Minute},
		"just before the quarter":   {p: both, after: 45*time.Minute - time.Second, gti: ClockRunning, gtr: ClockRunning, left: 15*time.Minute + time.Second},
		"at the due time":           {p: both, after: time.Hour, gti: ClockLast, gtr: ClockRunning},
		"over":                      {p: both, after: 77 * time.Minute, gti: ClockOver, gtr: ClockRunning, over: 17 * time.Minute},
		"both over":                 {p: both, after: 8 * 24 * time.Hour, gti: ClockOver, gtr: ClockOver, over: 8*24*time.Hour - time.Hour},
		"reacted too late":          {p: reacted, after: 5 * time.Hour, gti: ClockOver, gtr: ClockOver, over: 17 * time.Minute},
		"repaired in time":          {p: repaired, after: 9 * time.Hour, gti: ClockMet, gtr: ClockMet},
		"reachable in time":         {p: both, events: []casefile.Event{reachable}, after: 9 * time.Hour, gti: ClockOver, gtr: ClockMet, over: 2 * time.Hour},
		"reachable from here alone": {p: both, events: []casefile.Event{mine}, after: 200 * time.Minute, gti: ClockOver, gtr: ClockOver, over: 140 * time.Minute},
		"start in the future":       {p: both, after: -time.Hour, gti: ClockRunning, gtr: ClockRunning, left: 2 * time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			got := Clocks(casefile.Case{Promise: c.p, Timeline: c.events}, start.Add(c.after))
			if got[0].State != c.gti || got[1].State != c.gtr || got[0].Left != c.left || got[0].Over != c.over {
				t.Errorf("got %+v", got)
			}
			for _, k := range got {
				if k.Share < 0 || k.Share > 1 {
					t.Errorf("share %v", k.Share)
				}
			}
			if c.p.GTR > 0 && !c.p.From.IsZero() && !got[1].Due.Equal(start.Add(3*time.Hour)) {
				t.Errorf("the repair is due %v", got[1].Due)
			}
		})
	}
}

func TestDeadlineClock(t *testing.T) {
	due := start.Add(6 * time.Hour)
	m := casefile.Case{Timeline: []casefile.Event{{Time: start, Code: EventReport, With: map[string]string{"deadline": due.Format(time.RFC3339)}}}}
	if c := DeadlineClock(m, start.Add(time.Hour)); c.State != ClockRunning || c.Left != 5*time.Hour || c.Promised != 6*time.Hour {
		t.Errorf("%+v", c)
	}
	if c := DeadlineClock(m, start.Add(5*time.Hour)); c.State != ClockLast {
		t.Errorf("%+v", c)
	}
	if c := DeadlineClock(m, start.Add(7*time.Hour)); c.State != ClockOver || c.Over != time.Hour {
		t.Errorf("%+v", c)
	}
	m.Statements = []casefile.Statement{{Time: start.Add(time.Hour)}, {Time: start.Add(2 * time.Hour), Sent: true}}
	if c := DeadlineClock(m, start.Add(7*time.Hour)); c.State != ClockMet || !c.Met.Equal(start.Add(2*time.Hour)) {
		t.Errorf("%+v", c)
	}
	if c := DeadlineClock(casefile.Case{}, start); c.State != ClockUnknown {
		t.Errorf("%+v", c)
	}
}

func TestPresetsComeFromTheProfile(t *testing.T) {
	s := open(t, nil)
	gti, gtr, source, ok := PromisePreset(s.Providers().ByID("ovh"))
	if !ok || gti != time.Hour || gtr != 2*time.Hour || source == "" {
		t.Errorf("%v %v %q %v", gti, gtr, source, ok)
	}
	if _, _, _, ok := PromisePreset(s.Providers().ByID("hetzner")); ok {
		t.Error("a promise out of nothing")
	}
	if _, _, _, ok := PromisePreset(nil); ok {
		t.Error("a promise of nobody")
	}
}

func TestPromisesAreEntered(t *testing.T) {
	s := open(t, nil)
	f, err := s.Cases().Create(watched, start)
	if err != nil {
		t.Fatal(err)
	}
	f.Close()
	id := f.Case.ID
	m, err := s.SetInCase(id, map[string]string{"gti": "1", "gtr": "2h", "promised-from": "2026-03-04T15:48:00Z", "own-address": "203.0.113.77"}, start)
	if err != nil {
		t.Fatal(err)
	}
	if (m.Promise != casefile.Promise{GTI: time.Hour, GTR: 2 * time.Hour, From: start}) {
		t.Errorf("%+v", m.Promise)
	}
	if e := m.Timeline[len(m.Timeline)-1]; e.Code != EventPromise || e.With["gtr"] != "2h0m0s" || e.With["start"] != "2026-03-04T15:48:00Z" {
		t.Errorf("entry %+v", e)
	}
	if a, from, _ := OwnAddress(m); a.String() != "203.0.113.77" || from != "entered" {
		t.Errorf("%v %s", a, from)
	}
	for name, value := range map[string]string{"gti": "soon", "gtr": "-1h", "promised-from": "yesterday", "reacted": "7", "own-address": "192.168.0.7"} {
		if _, err := s.SetInCase(id, map[string]string{name: value}, start); err == nil {
			t.Errorf("%s=%s was taken", name, value)
		}
	}
	reacted, err := s.SetInCase(id, map[string]string{"reacted": "2026-03-04T16:05:00Z", "gti": "2"}, start.Add(time.Minute))
	if n := len(m.Timeline); err != nil || len(reacted.Timeline) != n+2 || reacted.Timeline[n].Code != EventReacted || !reacted.Timeline[n].Time.Equal(start.Add(17*time.Minute)) {
		t.Errorf("%v %+v", err, reacted.Timeline)
	}
	n := len(reacted.Timeline)
	SetPromise(&reacted, casefile.Promise{GTI: 3 * time.Hour, From: start, Reacted: reacted.Promise.Reacted}, start.Add(2*time.Minute))
	if e := reacted.Timeline[n-1]; len(reacted.Timeline) != n || e.With["gti"] != "3h0m0s" {
		t.Errorf("%+v", reacted.Timeline)
	}
	for _, value := range []string{"10s", "800h", "NaN", "1e9", "Inf"} {
		if _, ok := parseSpan(value); ok {
			t.Errorf("%s was taken for a span", value)
		}
	}
	if m, err = s.SetInCase(id, map[string]string{"gti": "", "gtr": "", "promised-from": "", "own-address": "", "reacted": ""}, start); err != nil || m.Promise != (casefile.Promise{}) || len(m.Fields) > 0 {
		t.Errorf("%+v %v", m, err)
	}
}

// Deadlines and promises are told at their times, once, and not when they are
// met or the case is closed.
func TestAlarms(t *testing.T) {
	base := casefile.Case{ID: "one", Server: watched, Promise: casefile.Promise{GTI: time.Hour, GTR: 2 * time.Hour, From: start}}
	base.Deadline = start.Add(5 * time.Hour)
	sent, closed, met := base, base, base
	sent.Statements = []casefile.Statement{{Time: start, Sent: true}}
	closed.Timeline = []casefile.Event{{Time: start, Code: EventClosed}}
	met.Promise.Repaired = start.Add(time.Minute)
	type told struct {
		code  string
		after time.Duration
	}
	all := []told{{NoticeGTI, time.Hour}, {NoticeSoon, 3 * time.Hour}, {NoticeGTR, 3 * time.Hour}, {NoticeUrgent, 270 * time.Minute}}
	for name, c := range map[string]struct {
		m    casefile.Case
		want []told
	}{
		"all":    {base, all},
		"sent":   {sent, []told{all[0], all[2]}},
		"closed": {closed, nil},
		"met":    {met, []told{all[1], all[3]}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				zero := time.Now()
				now := func() time.Time { return start.Add(time.Since(zero)) }
				var got []told
				n := NewNotices(func(n Notice) { got = append(got, told{n.Code, now().Sub(start)}) }, now)
				done := make(chan struct{})
				go func() {
					n.Keep(t.Context(), func() []casefile.Case { return []casefile.Case{c.m} })
					close(done)
				}()
				time.Sleep(10 * time.Hour)
				synctest.Wait()
				if len(got) != len(c.want) {
					t.Fatalf("told %v, want %v", got, c.want)
				}
				for i, w := range c.want {
					if late := got[i].after - w.after; got[i].code != w.code || late < 0 || late > noticeLook {
						t.Errorf("told %v, want %v", got[i], w)
					}
				}
			})
		})
	}
}

// A program that starts late, or a computer that slept, tells what still is
// news, and the nearer of two.
func TestAlarmsAfterASleep(t *testing.T) {
	m := casefile.Case{ID: "one", Server: watched, Deadline: start.Add(5 * time.Hour)}
	var got []string
	now := start
	n := NewNotices(func(n Notice) { got = append(got, n.Code) }, func() time.Time { return now })
	for _, after := range []time.Duration{0, 285 * time.Minute, 286 * time.Minute, 6 * time.Hour} {
		now = start.Add(after)
		n.Look([]casefile.Case{m, m})
	}
	if len(got) != 1 || got[0] != NoticeUrgent {
		t.Errorf("told %v", got)
	}
	var none *Notices
	if none.Tell(Notice{}) {
		t.Error("nobody listens, and yet it was told")
	}
}

func TestUnlockStages(t *testing.T) {
	event := func(minutes int, code string, with ...string) casefile.Event {
		e := casefile.Event{Time: start.Add(time.Duration(minutes) * time.Minute), Code: code, With: map[string]string{}}
		for i := 0; i+1 < len(with); i += 2 {
			e.With[with[i]] = with[i+1]
		}
		return e
	}
	locked := event(0, EventChecked, "verdict", "locked")
	retest, sent := event(10, EventRetest), event(20, EventSent, "by", "form")
	paid := event(10, EventPaid)
	const done, now, later = StagePassed, StageCurrent, StageToDo
	four := []string{"retest", "sent", "decides", "reachable"}
	for name, c := range map[string]struct {
		invoice, provider string
		events            []casefile.Event
		ids               []string
		want              []StageState
	}{
		"nothing yet":     {provider: "hetzner", ids: four, want: []StageState{now, later, later, later}},
		"retest":          {"", "hetzner", []casefile.Event{locked, retest}, four, []StageState{done, now, later, later}},
		"sent":            {"", "hetzner", []casefile.Event{locked, retest, sent}, four, []StageState{done, done, now, later}},
		"sent, no retest": {"", "hetzner", []casefile.Event{locked, sent}, four, []StageState{done, done, now, later}},
		"reachable": {"", "hetzner", []casefile.Event{locked, sent, event(66, EventReachable, "verdict", "reachable")}, four,
			[]StageState{done, done, done, done}},
		"reachable for us alone": {"", "hetzner", []casefile.Event{locked, sent, event(66, EventReachable, "verdict", "reachable", "own-ip", "yes")}, four,
			[]StageState{done, done, now, later}},
		"never locked": {"", "hetzner", []casefile.Event{event(0, EventChecked, "verdict", "reachable")}, four, []StageState{now, later, later, later}},
		"locked again": {"", "hetzner", []casefile.Event{locked, event(30, EventReachable, "verdict", "reachable"), event(40, EventChanged, "verdict", "locked")}, four,
			[]StageState{now, later, later, later}},
		"a provider without a retest": {"", "netcup", []casefile.Event{locked}, four[1:], []StageState{now, later, later}},
		"an unknown provider":         {"", "", []casefile.Event{locked, sent}, four[1:], []StageState{done, now, later}},
		"an open invoice":             {"yes", "hetzner", []casefile.Event{locked}, []string{"paid", "seen", "reachable"}, []StageState{now, later, later}},
		"paid":                        {"yes", "hetzner", []casefile.Event{locked, paid}, []string{"paid", "seen", "reachable"}, []StageState{done, now, later}},
		"no open invoice":             {"no", "hetzner", []casefile.Event{locked}, four, []StageState{now, later, later, later}},
	} {
		t.Run(name, func(t *testing.T) {
			m := casefile.Case{Invoice: c.invoice, Server: casefile.Server{Provider: c.provider}, Timeline: c.events}
			got := open(t, nil).UnlockStages(m, start.Add(66*time.Minute))
			if len(got) != len(c.ids) {
				t.Fatalf("%+v", got)
			}
			for i, s := range got {
				if s.ID != c.ids[i] || s.State != c.want[i] {
					t.Errorf("%s: %s, want %s %s", s.ID, s.State, c.ids[i], c.want[i])
				}
			}
			if name == "sent" && (got[2].For != 46*time.Minute || got[1].By != "form") {
				t.Errorf("%+v", got)
			}
			if name == "paid" && got[1].For != 56*time.Minute {
				t.Errorf("%+v", got)
			}
		})
	}
}

func TestNextAction(t *testing.T) {
	seen := func(code verdict.Code) casefile.Case {
		return casefile.Case{Diagnoses: []casefile.Diagnosis{{Verdict: &verdict.Verdict{Code: code}}}}
	}
	with := func(m casefile.Case, f func(*casefile.Case)) casefile.Case { f(&m); return m }
	locked := seen(verdict.Locked)
	report := with(locked, func(m *casefile.Case) { m.Reports = []casefile.Input{{Kind: KindReport}} })
	caused := with(report, func(m *casefile.Case) { m.Timeline = []casefile.Event{{Code: EventCause}} })
	done := with(caused, func(m *casefile.Case) { m.Fields = map[string]string{"cause": "a", "fix": "b", "prevent.h2": "active"} })
	sent := with(done, func(m *casefile.Case) { m.Statements = []casefile.Statement{{Time: start, Sent: true}} })
	for name, c := range map[string]struct {
		m       casefile.Case
		running bool
		on      Step
		want    string
		quiet   bool
	}{
		"running":     {m: sent, running: true, want: "stop", quiet: true},
		"not checked": {want: "check"},
		"local":       {m: seen(verdict.Local), want: "again"},
		"host down":   {m: seen(verdict.HostDown), want: "watch"},
		"filtered":    {m: seen(verdict.Filtered), want: "watch"},
		"invoice":     {m: with(report, func(m *casefile.Case) { m.Invoice = "yes" }), want: "pay"},
		"paid": {m: with(report, func(m *casefile.Case) {
			m.Invoice, m.Timeline = "yes", []casefile.Event{{Time: start, Code: EventPaid}}
		}), want: "watch"},
		"paid, promise over": {m: with(locked, func(m *casefile.Case) {
			m.Invoice, m.Timeline = "yes", []casefile.Event{{Time: start, Code: EventPaid}}
			m.Promise = casefile.Promise{GTI: time.Hour, From: start.Add(-2 * time.Hour)}
		}), want: "remind"},
		"step 2, empty": {m: locked, on: "report", want: "mail"},
		"locked":        {m: locked, want: "report"},
		"reason known":  {m: with(locked, func(m *casefile.Case) { m.Reason = "net-scan" }), want: "cause"},
		"report":        {m: report, want: "cause"},
		"hurry":         {m: with(report, func(m *casefile.Case) { m.Deadline = start.Add(50 * time.Minute) }), want: "statement"},
		"too late":      {m: with(report, func(m *casefile.Case) { m.Deadline = start.Add(-time.Minute) }), want: "cause"},
		"cause":         {m: caused, want: "statement"},
		"written":       {m: done, want: "send"},
		"sent":          {m: sent, want: "remind", quiet: true},
		"promise over":  {m: with(sent, func(m *casefile.Case) { m.Promise = casefile.Promise{GTI: time.Hour, From: start.Add(-2 * time.Hour)} }), want: "remind"},
		"reachable again": {m: with(seen(verdict.Reachable), func(m *casefile.Case) {
			m.Timeline = []casefile.Event{{Time: start, Code: EventChecked, With: map[string]string{"verdict": "locked"}},
				{Time: start.Add(time.Minute), Code: EventReachable, With: map[string]string{"verdict": "reachable"}}}
		}), want: "close"},
		"closed": {m: with(sent, func(m *casefile.Case) { m.Timeline = []casefile.Event{{Code: EventClosed}} }), want: ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := NextAction(c.m, c.running, c.on, start); got != (NextStep{c.want, c.quiet}) {
				t.Errorf("got %+v, want %q quiet %v", got, c.want, c.quiet)
			}
		})
	}
}

// A program that is started again within the hour says nothing twice; a damaged
// memory does no harm.
func TestNoticesAreRemembered(t *testing.T) {
	s, now, told := open(t, nil), start, 0
	session := func() *Notices { return s.Notices(func(Notice) { told++ }, func() time.Time { return now }) }
	notice := Notice{Code: NoticeReachable, Case: "one"}
	for _, step := range []struct {
		after time.Duration
		want  int
	}{{0, 1}, {59 * time.Minute, 1}, {61 * time.Minute, 2}, {62 * time.Minute, 2}} {
		now = start.Add(step.after)
		if session().Tell(notice); told != step.want {
			t.Errorf("after %v: told %d times, want %d", step.after, told, step.want)
		}
	}
	for i, damaged := range []string{"null", "{", `{"x": 7}`, "[]", ""} {
		if err := os.WriteFile(filepath.Join(s.config.Home, noticeFile), []byte(damaged), 0o600); err != nil {
			t.Fatal(err)
		}
		if session().Tell(notice); told != 3+i {
			t.Errorf("%q: told %d times", damaged, told)
		}
	}
}
