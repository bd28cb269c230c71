package app

import (
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"latchkey/app/casefile"
	"latchkey/diag"
	"latchkey/diag/account"
	"latchkey/diag/provider"
)

// The shipped ways prove themselves; every shipped provider has some, and each
// way a short name for the timeline.
func TestShippedWays(t *testing.T) {
	s := open(t, nil)
	set, problems := s.wayFiles()
	for _, p := range problems {
		t.Error(p)
	}
	for _, profile := range s.Providers().All() {
		list := set.choose(profile.ID, wayFacts{})
		if len(list) < 3 {
			t.Errorf("%s: %v", profile.ID, list)
		}
		for _, w := range list {
			for tag := range w.Title {
				if key := "way." + w.ID + ".short"; !words(t, tag).Has(key) {
					t.Errorf("%s: no %s", tag, key)
				}
				for _, text := range []string{w.Title[tag], w.Note[tag], w.Why[tag], w.Steps[0].Text[tag]} {
					if text == "" || strings.ContainsAny(text, "{}!") {
						t.Errorf("%s, %s: %q", profile.ID, w.ID, text)
					}
				}
			}
		}
		// The rules of the facts: money first, the rescue system never before
		// another way in, and each lock a way.
		for _, reason := range append(wayReasons(), "") {
			list := set.choose(profile.ID, wayFacts{reason: reason})
			if len(list) == 0 && !strings.HasPrefix(reason, "hacked") {
				t.Errorf("%s, %q: no way", profile.ID, reason)
			}
			for i, w := range list {
				if w.Kind == WayPay && i > 0 || w.ID == "rescue" && w.State == WayPossible {
					t.Errorf("%s, %q: %s is %s at %d", profile.ID, reason, w.ID, w.State, i)
				}
			}
		}
	}
}

func wayState(list []Way, id string) WayState {
	for _, w := range list {
		if w.ID == id {
			return w.State
		}
	}
	return ""
}

func TestWaysOfACase(t *testing.T) {
	s := open(t, nil)
	m := casefile.Case{Server: casefile.Server{Address: "192.0.2.10", Provider: "hetzner"}, Fields: map[string]string{"own-address": "203.0.113.77"},
		Timeline: []casefile.Event{{Time: start, Code: EventReport, With: map[string]string{"incident": "net-scan"}}}}
	list := s.Ways(m, start)
	own := list[0]
	if own.ID != "own-ip" || own.State != WayPossible || own.Steps[1].Copy != "203.0.113.77" || !strings.Contains(own.Steps[1].Text.In("de"), "203.0.113.77") ||
		own.Steps[0].Menu.In("de") != "Robot: Hauptfunktionen; Server; Serversperrung" {
		t.Errorf("%+v", own)
	}
	if got := list[1].Steps[0].Text.In("en"); !strings.Contains(got, "192.0.2.10") || !strings.Contains(got, "the reference in the mail") {
		t.Errorf("%q", got)
	}
	at := func(minutes int, code, way string) casefile.Event {
		return casefile.Event{Time: start.Add(time.Duration(minutes) * time.Minute), Code: code, With: map[string]string{"way": way}}
	}
	m.Timeline = append(m.Timeline, at(1, EventRefused, "rescue"), at(2, EventAccess, "own-ip"))
	if list = s.Ways(m, start); wayState(list, "rescue") != WayRefused || wayState(list, "own-ip") != WayInUseNow {
		t.Errorf("%+v", list)
	}
	m.Timeline = append(m.Timeline, at(3, EventNoAccess, "own-ip"), at(4, EventAccess, "rescue"))
	if list = s.Ways(m, start); wayState(list, "rescue") != WayInUseNow || wayState(list, "own-ip") != WayPossible {
		t.Errorf("%+v", list)
	}
	m.Reason = "mac-violation"
	if list = s.Ways(m, start); wayState(list, "own-ip") != WayRefused || list[0].ID == "own-ip" {
		t.Errorf("%+v", list)
	}
	m.Invoice = "yes"
	if list = s.Ways(m, start); len(list) != 2 || list[0].ID != "invoice" { // and what is in use
		t.Errorf("%+v", list)
	}
}

// What the provider itself says decides more than the mail.
func TestWaysAfterTheProvidersWord(t *testing.T) {
	s := open(t, nil)
	said := func(service account.Service, reason account.Reason, until time.Time) casefile.Case {
		return casefile.Case{Server: casefile.Server{Address: "192.0.2.10", Provider: "ovh"}, Reason: "net-scan", Accounts: []casefile.Account{{Time: start, Service: service,
			States: []account.State{{Service: service, Address: netip.MustParsePrefix("192.0.2.10/32"), Locked: diag.Yes, Reason: reason, Until: until}}}}}
	}
	if list := s.Ways(said(account.OVH, account.HackedBlocked, time.Time{}), start); list[0].ID != "ftp-rescue" || wayState(list, "rescue") != WayRefused {
		t.Errorf("%+v", list)
	}
	until := start.Add(time.Hour)
	list := s.Ways(said(account.OVH, account.AntiHack, until), start)
	if w := list[len(list)-1]; w.ID != "unblock-api" || w.State != WayRefused || !w.From.Equal(until) || !strings.Contains(w.Why.In("en"), "2026-03-04 16:48") {
		t.Errorf("%+v", w)
	}
	if list = s.Ways(said(account.OVH, account.AntiHack, until), until.Add(time.Second)); wayState(list, "unblock-api") != WayPossible {
		t.Errorf("%+v", list)
	}
	m := said(account.Cloud, account.AbuseTeam, time.Time{})
	m.Server.Provider = "hetzner"
	if list = s.Ways(m, start); wayState(list, "console-cloud") != WayPossible || wayState(list, "own-ip") != "" {
		t.Errorf("%+v", list)
	}
	m.Server.Provider = "nobody"
	if list = s.Ways(m, start); list[0].ID != "console" {
		t.Errorf("%+v", list)
	}
}

const ownWays = `provider = "example"
checked = "2026-01-02"
inherits = ["console"]

[[way]]
id = "call"
kind = "access"
title.en = "Call them"
title.de = "Anrufen"
note.en = "By phone."
why.en = "They ask for {reference}."
[[way.step]]
text.en = "Call."
text.de = "Rufen Sie an."

[[sample]]
reason = "scan"
ways = ["console possible", "call possible"]
`

func TestOwnWays(t *testing.T) {
	s := open(t, nil)
	dir := filepath.Join(s.config.Home, "ways")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	write := func(text string) {
		if err := os.WriteFile(filepath.Join(dir, "own.toml"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(ownWays)
	m := casefile.Case{Server: casefile.Server{Provider: "example"}, Reason: "net-scan"}
	if list := s.Ways(m, start); len(list) != 2 || wayState(list, "call") != WayPossible || len(s.WayProblems()) != 0 {
		t.Errorf("%+v %v", list, s.WayProblems())
	}
	for name, c := range map[string]struct{ old, now, code, key string }{
		"no TOML":               {`"example"`, `"example`, provider.BadSyntax, "provider"},
		"unknown key":           {`note.en`, `nota.en`, provider.UnknownKey, "way.nota.en"},
		"no English":            {`title.en = "Call them"`, ``, provider.Missing, "way[1].title"},
		"placeholder":           {`They ask for {reference}.`, `They ask for {password}.`, provider.BadValue, "way[1].why"},
		"escape sequence":       {`Call.`, `Call.\u001b[2J`, provider.BadValue, "way[1].step[1]"},
		"no such reason":        {`kind = "access"`, "kind = \"access\"\nreasons = [\"mood\"]", provider.BadValue, "way[1].reasons"},
		"no such kind":          {`kind = "access"`, `kind = "magic"`, provider.BadValue, "way[1].kind"},
		"a page that is a file": {`text.de = "Rufen Sie an."`, "url = \"file:///etc/passwd\"", provider.BadValue, "way[1].step[1].url"},
		"a copy of nothing":     {`text.de = "Rufen Sie an."`, "copy = \"secret\"", provider.BadValue, "way[1].step[1].copy"},
		"no such way":           {`["console"]`, `["magic"]`, provider.BadValue, "inherits[1]"},
		"words of its own":      {`[[sample]]`, "[[word]]\nname = \"x\"\ntext.en = \"x\"\n[[sample]]", provider.BadValue, "word[1]"},
		"a sample that is off":  {`"call possible"`, `"call in-use"`, provider.BadSample, "sample[1]"},
		"no sample":             {"[[sample]]\nreason = \"scan\"\nways = [\"console possible\", \"call possible\"]\n", ``, provider.NoSample, "sample"},
		"no date":               {`2026-01-02`, `soon`, provider.BadValue, "checked"},
		"too large":             {`checked`, strings.Repeat("# xxxxxxxxxxxxxxx\n", 5000) + `checked`, provider.TooLarge, ""},
		"dotted keys":           {`checked`, strings.Repeat("a.", 50) + "b = 1\nchecked", provider.TooLarge, ""},
		"deep lists":            {`checked`, "x = " + strings.Repeat("[", 3000) + "\nchecked", provider.TooLarge, ""},
	} {
		t.Run(name, func(t *testing.T) {
			if !strings.Contains(ownWays, c.old) {
				t.Fatalf("no %q", c.old)
			}
			write(strings.Replace(ownWays, c.old, c.now, 1))
			problems := s.WayProblems()
			if len(problems) != 1 || problems[0].Code != c.code || problems[0].Key != c.key || !problems[0].User {
				t.Fatalf("%+v", problems)
			}
			if list := s.Ways(m, start); len(list) == 0 || wayState(list, "call") != "" {
				t.Errorf("the faulty file is used: %+v", list)
			}
		})
	}
}

func TestPublicAddresses(t *testing.T) {
	for text, want := range map[string]bool{"203.0.113.7": true, "2001:db8::1": true, "192.168.0.1": false, "10.1.2.3": false, "100.64.0.1": false,
		"169.254.1.1": false, "127.0.0.1": false, "fe80::1": false, "fd00::1": false, "::1": false, "0.0.0.0": false, "224.0.0.1": false, "2001:db8::1%eth0": false} {
		if a := netip.MustParseAddr(text); public(a) != want {
			t.Errorf("%s: %v", text, !want)
		}
	}
	if a, from, sure := OwnAddress(casefile.Case{}); a.IsValid() != (from == "interface") || (sure == diag.Yes) != a.IsValid() {
		t.Errorf("%v %s %v", a, from, sure)
	}
}

// Whatever a file holds, nothing falls, the shipped ways stay, and a problem can
// be shown.
func FuzzWays(f *testing.F) {
	f.Add(ownWays)
	for _, name := range []string{"generic", "hetzner", "ovh"} {
		text, err := os.ReadFile("../assets/ways/" + name + ".toml")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	shipped := os.DirFS("../assets/ways")
	f.Fuzz(func(t *testing.T, text string) {
		set, problems := loadWays(shipped, fstest.MapFS{"own.toml": {Data: []byte(text)}})
		for _, p := range problems {
			if p.Code == "" || diag.Clean(p.Error(), 10*longWayText) != p.Error() {
				t.Errorf("%#v", p)
			}
		}
		for _, p := range []string{"example", "hetzner"} {
			for _, reason := range append(wayReasons(), "") {
				for _, w := range set.choose(p, wayFacts{reason: reason}) {
					if !shown(w.Title.In("en")) && w.Title.In("en") != "" {
						t.Errorf("%q", w.Title)
					}
				}
			}
		}
		if len(set.choose("hetzner", wayFacts{})) == 0 && !strings.Contains(text, "hetzner") {
			t.Error("the shipped ways are gone")
		}
	})
}
