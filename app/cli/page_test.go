package cli

import (
	"context"
	"flag"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"latchkey/app"
	"latchkey/app/casefile"
	"latchkey/assets"
	"latchkey/diag"
	"latchkey/diag/checklist"
	"latchkey/diag/provider"
	"latchkey/diag/trace"
	"latchkey/diag/verdict"
	"latchkey/i18n"
)

var update = flag.Bool("update", false, "write the golden files anew")

func reply(addr, name string, ms float64, kind trace.Kind) trace.Reply {
	r := trace.Reply{Name: name, RTT: time.Duration(ms * float64(time.Millisecond)), Kind: kind}
	if addr != "" {
		r.Addr = netip.MustParseAddr(addr)
	}
	return r
}

// lockedCheck is a whole check of a silently locked server.
func lockedCheck() app.Check {
	hetzner := &provider.Profile{ID: "hetzner", Name: "Hetzner"}
	c := app.Check{
		Input: "web1.example.org", Name: "web1.example.org", Addr: netip.MustParseAddr("192.0.2.10"), Provider: hetzner,
		Started: time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC), FirstVerdict: 1270 * time.Millisecond, Elapsed: 5280 * time.Millisecond,
		Path: trace.Path{Method: trace.UDP, Reached: diag.No, Complete: true},
		Ping: &trace.Ping{Sent: 5, Min: trace.Unknown, Avg: trace.Unknown, Max: trace.Unknown},
		Ports: []trace.Port{
			{Number: 22, State: trace.SilentPort}, {Number: 443, State: trace.SilentPort}, {Number: 80, State: trace.SilentPort},
		},
		Control: &app.Control{Host: "www.hetzner.de", Path: trace.Path{Reached: diag.Yes, Hops: []trace.Hop{
			{TTL: 1, Replies: []trace.Reply{reply("192.0.2.254", "www.hetzner.de", 14, trace.EchoReply)}}}}},
		Final: true,
	}
	add := func(place provider.Place, replies ...trace.Reply) {
		c.Path.Hops = append(c.Path.Hops, trace.Hop{TTL: len(c.Path.Hops) + 1, Replies: replies, Sent: 3, Lost: 3 - len(replies)})
		c.Places = append(c.Places, place)
	}
	add(provider.Place{Role: provider.Private}, reply("192.168.0.1", "router.home.arpa", 3.4, trace.TimeExceeded),
		reply("192.168.0.1", "router.home.arpa", 1.964, trace.TimeExceeded), reply("192.168.0.1", "router.home.arpa", 2.87, trace.TimeExceeded))
	add(provider.Place{})
	add(provider.Place{Role: provider.Transit}, reply("198.51.100.6", "a-router-with-a-very-long-name.access.example.net", 13.5, trace.TimeExceeded),
		reply("198.51.100.14", "", 13.9, trace.TimeExceeded))
	add(provider.Place{Profile: hetzner, Role: provider.Border}, reply("195.85.217.16", "nix-gw.hetzner.de", 13.045, trace.TimeExceeded))
	for range 8 {
		add(provider.Place{})
	}
	c.Verdict = &verdict.Verdict{
		Code: verdict.Locked, Confidence: verdict.Likely, LastHop: "nix-gw.hetzner.de", LastTTL: 4, Provider: "hetzner",
		Because: []diag.Finding{{Code: "trace.ends-at-border", Severity: diag.Critical,
			Params: diag.Params{"router": "nix-gw.hetzner.de", "provider": "Hetzner", "count": 8, "ttl": 4}}},
		Changes: []diag.Finding{{Code: "change.lock-host", Severity: diag.Info, Params: diag.Params{"lock_host": "blocked.hetzner.com"}}},
		Steps:   []diag.Finding{{Code: "step.find-mail", Severity: diag.Info}},
	}
	return c
}

// longAddresses is a path whose addresses do not fit into their column.
func longAddresses() app.Check {
	addr := netip.MustParseAddr("2001:db8:1111:2222:3333:4444:5555:6666")
	return app.Check{
		Input: addr.String(), Addr: addr,
		Path: trace.Path{Method: trace.ICMP, Reached: diag.Yes, Complete: true, Hops: []trace.Hop{
			{TTL: 1, Replies: []trace.Reply{reply("2001:db8:aaaa:bbbb:cccc:dddd:eeee:1", "gw.example.org", 0.4, trace.TimeExceeded)}},
			{TTL: 2, Replies: []trace.Reply{reply("2001:db8:aaaa:bbbb:cccc:dddd:eeee:2", "", 1500, trace.HostUnreachable)}},
			{TTL: 3, Replies: []trace.Reply{{Name: "name-only.example.org", RTT: trace.Unknown, Kind: trace.Answered}}},
			{TTL: 4, Replies: []trace.Reply{reply(addr.String(), "web1.example.org", 12, trace.EchoReply)}},
		}},
		Ping:    &trace.Ping{Sent: 5, Received: 5, Min: 11900 * time.Microsecond, Avg: 12 * time.Millisecond, Max: 12345 * time.Microsecond},
		Ports:   []trace.Port{{Number: 22, State: trace.Open}, {Number: 25, State: trace.UnreachablePort}, {Number: 80, State: trace.Closed}},
		Verdict: &verdict.Verdict{Code: verdict.Reachable, Confidence: verdict.Certain},
	}
}

func stoppedCheck() app.Check {
	c := lockedCheck()
	c.Verdict, c.Control, c.Ping, c.Ports, c.Cancelled = nil, nil, nil, nil, true
	c.Path.Hops = c.Path.Hops[:3]
	return c
}

func TestPages(t *testing.T) {
	texts, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	pages := map[string]func(*page){
		"check--locked":         func(p *page) { p.check(lockedCheck()) },
		"check--long-addresses": func(p *page) { p.check(longAddresses()) },
		"check--stopped":        func(p *page) { p.check(stoppedCheck()) },
		"read--trace":           func(p *page) { p.reading(readTrace()) },
		"read--ping": func(p *page) {
			p.reading(app.Reading{Kind: "ping", Format: "ping", Ping: longAddresses().Ping, Lines: app.Lines{Total: 9, Understood: 9}})
		},
		"read--unrecognised": func(p *page) { p.reading(app.Reading{Kind: "unrecognised"}) },
		"match--strong":      func(p *page) { p.match(strongMatch()) },
		"case--full":         func(p *page) { p.oneCase(fullCase(), nil, &provider.Set{}) },
		"case--damaged": func(p *page) {
			p.oneCase(casefile.Case{ID: "2026-03-04-abcdef"}, &casefile.Damage{Fields: []string{"reports"}}, &provider.Set{})
		},
		"case--list": func(p *page) {
			p.caseList([]casefile.Summary{{ID: "2026-03-04-abcdef", Case: fullCase()}, {ID: "2026-03-01-012345", Damage: &casefile.Damage{}}}, []string{"2026-02-01-fedcba"})
		},
		"match--none": func(p *page) { p.match(noMatch()) },
		"providers":   func(p *page) { p.providers(twoProviders()) },
	}
	for name, reading := range inputs(t, "evidence", app.KindEvidence) {
		pages["evidence--"+name] = func(p *page) { p.reading(reading) }
	}
	for name, reading := range inputs(t, "report", app.KindReport) {
		pages["report--"+name] = func(p *page) { p.reading(reading) }
	}
	for name, write := range pages {
		for _, tag := range texts.Languages() {
			t.Run(name+"."+tag, func(t *testing.T) {
				p := &page{text: texts.For(tag), now: morning()}
				write(p)
				golden(t, name+"."+tag+".txt", p.String())
			})
		}
	}
}

// morning is when the reports are looked at, by a clock in Berlin.
func morning() time.Time {
	return time.Date(2026, 3, 4, 9, 0, 0, 0, time.FixedZone("CET", 3600))
}

// inputs are the files of a folder of testdata, read as «latchkey read» does.
func inputs(t *testing.T, folder, kind string) map[string]app.Reading {
	t.Helper()
	files, err := filepath.Glob("testdata/" + folder + "/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	s, err := app.Open(app.Config{Home: t.TempDir(), Assets: assets.FS})
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]app.Reading{}
	for _, file := range files {
		r, err := s.ReadFile(context.Background(), file, app.ReadOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if r.Kind != kind {
			t.Errorf("%s is %s, want %s", file, r.Kind, kind)
		}
		all[strings.TrimSuffix(filepath.Base(file), ".txt")] = r
	}
	return all
}

func readTrace() app.Reading {
	c := lockedCheck()
	c.Printed, c.Control, c.Ping, c.Ports = true, nil, nil, nil
	c.Path.Tool, c.Path.Method = "traceroute", ""
	r := app.Reading{Kind: "trace", Format: "traceroute", Check: c, Lines: app.Lines{Total: 20, Understood: 13}}
	for i := range 7 {
		r.Warnings = append(r.Warnings, app.Warning{Code: "ttl-repaired", Line: i + 2, Text: strings.Repeat("a line nobody understands ", 1+4*i)})
	}
	return r
}

// strongMatch has all that a page of a match can tell.
func strongMatch() (checklist.Matching, []app.Evidence) {
	finding := func(code string, pairs ...any) diag.Finding {
		f := diag.Finding{Code: "evidence." + code, Params: diag.Params{}}
		for i := 0; i < len(pairs); i += 2 {
			f.Params[pairs[i].(string)] = pairs[i+1]
		}
		return f
	}
	m := checklist.Matching{Grade: checklist.Strong, ClockOffset: -time.Hour, Assumed: true,
		Against: []diag.Finding{finding("against.rebooted", "time", "2026-03-04 06:30:00")},
		Traces:  []diag.Finding{finding("trace.login", "user", "deploy", "address", "203.0.113.9", "time", "2026-03-04 05:00:12")},
	}
	for i := range 7 {
		m.Processes = append(m.Processes, checklist.Suspect{PID: 592 + i, Name: "scan", User: "www-data", Exe: "/tmp/.x/scan (deleted)", Score: 110 - 20*i,
			Because: []diag.Finding{finding("match.target", "count", 2, "address", "198.51.100.7", "points", 50),
				finding("match.incoming", "port", 80, "points", -30)},
			Chain: []diag.Finding{finding("chain.parent", "name", "cron", "pid", 88, "user", "root")}})
	}
	m.Processes[1] = checklist.Suspect{PID: -1, Score: 15}
	m.Processes[2].Excluded = true
	return m, []app.Evidence{
		{Name: "ss.txt", Known: true, Reading: checklist.Reading{Command: "ss", Rows: 1}},
		{Name: "notes.txt"},
	}
}

func fullCase() casefile.Case {
	at := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	return casefile.Case{
		Schema: 1, ID: "2026-03-04-abcdef", Created: at, Changed: at, Server: casefile.Server{Input: "192.0.2.10", Address: "192.0.2.10", Provider: "ovh"},
		Invoice: "no", Reason: "net-scan", Deadline: at.Add(24 * time.Hour),
		Diagnoses: []casefile.Diagnosis{{Time: at, Verdict: &verdict.Verdict{Code: verdict.Locked, Confidence: verdict.Likely}}, {Time: at}},
		Reports:   []casefile.Input{{Name: "abuse-mail.eml", Kind: app.KindReport, Format: "hetzner-iso"}},
		Evidence:  []casefile.Input{{Name: "ss.txt", Kind: app.KindEvidence, Format: "ss", Item: "F3"}, {Name: "notes.txt", Kind: app.KindUnrecognised}},
		Fields:    map[string]string{"cause": "A password was guessed.\x1b[2J **Not** ours.", "a-very-long-name-of-a-field": "x"},
	}
}

func noMatch() (checklist.Matching, []app.Evidence) {
	return checklist.Matching{Grade: checklist.None}, []app.Evidence{{Name: "ss.txt", Known: true, Reading: checklist.Reading{Command: "ss", Rows: 12}}}
}

func twoProviders() providersJSON {
	checked, line, key := "2026-03-04", 7, "colour"
	return providersJSON{
		Providers: []providerJSON{
			{ID: "hetzner", Name: "Hetzner", Checked: &checked, Networks: 123, Routers: 9},
			{ID: "my-own-hosting-company", Name: "A hosting company with a rather long name", Networks: 1, Routers: 2, Own: true},
		},
		Problems: []problemJSON{{File: "mine.toml", Line: &line, Key: &key, Code: "unknown-key"}},
	}
}

// golden compares got with a file of testdata and keeps the width of a page.
func golden(t *testing.T, name, got string) {
	t.Helper()
	for i, line := range strings.Split(got, "\n") {
		if width(line) > pageWidth {
			t.Errorf("line %d is %d columns wide: %s", i+1, width(line), line)
		}
	}
	file := filepath.Join("testdata", "page", name)
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != got {
		t.Errorf("%s differs (go test -update writes it anew); got:\n%s", file, got)
	}
}

// Colour repeats what words say: without it the text is the same.
func TestColourAddsNothing(t *testing.T) {
	texts, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	bare, coloured := &page{text: texts.For("en")}, &page{text: texts.For("en"), colour: true}
	bare.check(lockedCheck())
	coloured.check(lockedCheck())
	if !strings.Contains(coloured.String(), "\x1b[1;31m") {
		t.Error("a lock is not shown in red")
	}
	stripped := coloured.String()
	for _, code := range []string{"1;31", "1", "22", "0"} {
		stripped = strings.ReplaceAll(stripped, "\x1b["+code+"m", "")
	}
	if stripped != bare.String() {
		t.Errorf("texts differ:\n%s\n%s", stripped, bare.String())
	}
}

func TestCutKeepsBothEnds(t *testing.T) {
	for _, row := range []struct {
		in      string
		columns int
		want    string
	}{
		{"nix-gw.hetzner.de", 17, "nix-gw.hetzner.de"},
		{"a-router.access.example.net", 15, "a-route…ple.net"},
		{"äöüß", 3, "ä…ß"},
		{"abc", 2, "ab"},
		{"abc", 0, ""},
	} {
		if got := cut(row.in, row.columns); got != row.want {
			t.Errorf("cut(%q, %d) = %q, want %q", row.in, row.columns, got, row.want)
		}
	}
}
