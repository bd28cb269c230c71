package statement

import (
	"slices"
	"testing"
	"time"

	"latchkey/diag/abuse"
	"latchkey/diag/checklist"
	"latchkey/i18n"
)

// good is a form that nothing is to be said about.
func good() Form {
	f := filled()
	delete(f, "prevent.h1")
	return f
}

func notesOf(t *testing.T, f Facts, form Form, language string, o NoteOptions) []Note {
	t.Helper()
	l := shipped(t)
	q := l.For(f.Provider)
	return l.Notes(l.Compose(f, form, q, language), f, form, q, o).Notes
}

// TestNotes: each of the rejections that were seen is noted, and its neighbour
// that is as it should be is not.
func TestNotes(t *testing.T) {
	with := func(pairs ...string) func(*Facts, Form) {
		return func(_ *Facts, form Form) {
			for i := 0; i < len(pairs); i += 2 {
				form[pairs[i]] = pairs[i+1]
			}
		}
	}
	weaker := func(cause string) func(*Facts, Form) {
		return func(f *Facts, form Form) { f.Matching.Grade, form["cause"] = checklist.Strong, cause }
	}
	incident := func(i abuse.Incident, fix string) func(*Facts, Form) {
		return func(f *Facts, form Form) { f.Report.Incident, form["fix"] = i, fix }
	}
	for _, row := range []struct {
		name   string
		change func(*Facts, Form)
		code   string // "" for none at all
	}{
		{"a good one", func(*Facts, Form) {}, ""},
		{"fail2ban against an outgoing flood", incident(abuse.Flood, "fail2ban installed."), "fix-mismatch"},
		{"fail2ban against a scan, German", incident(abuse.NetScan, "fail2ban eingerichtet und SSH-Port geändert."), "fix-mismatch"},
		{"a port against spam", incident(abuse.Spam, "Changed the SSH port."), "fix-mismatch"},
		{"a restart alone", incident(abuse.NetScan, "Server neu gestartet."), "fix-mismatch"},
		{"a scanner alone", incident(abuse.Malware, "clamav was run."), "fix-mismatch"},
		{"fail2ban beside what helps", incident(abuse.NetScan, "Bot removed, password changed, fail2ban installed."), ""},
		{"fail2ban where others attack", func(f *Facts, form Form) { f.Report.Direction, form["fix"] = abuse.In, "fail2ban installed." }, ""},
		{"no proof of quiet", func(f *Facts, _ Form) { f.Quiet = nil }, "no-quiet"},
		{"an own proof of quiet", func(f *Facts, form Form) { f.Quiet, form["quiet"] = nil, "30 minutes of capture, 0 packets" }, ""},
		{"a cause not tied to the report", func(f *Facts, form Form) {
			f.Matching.Processes, form["cause"], form["certainty"] = nil, "A bad program.", "likely"
		}, "cause-untied"},
		{"a cause that names the port", func(f *Facts, form Form) {
			f.Matching.Processes, form["cause"], form["certainty"] = nil, "A bad program on port 22.", "likely"
		}, ""},
		{"a cause with its evidence", with("cause", "A bad program."), ""},
		{"a promise without a date", with("prevent.h1", "planned"), "promise"},
		{"a promise in words", with("fix", "Bot removed. We will install a firewall."), "promise"},
		{"a promise in words, German", with("fix", "Bot entfernt. Künftig werden Updates eingespielt."), "promise"},
		{"a promise with its day", with("fix", "Bot removed. A firewall will be set up by 2026-11-20."), ""},
		{"a planned day that is over", with("prevent.h1", "2026-11-10"), "past-plan"},
		{"a planned day that is today", with("prevent.h1", "2026-11-17"), ""},
		{"active from a day to come", with("prevent.h1", "active 2026-12-01"), "future-active"},
		{"active from today on", with("prevent.h1", "active 2026-11-17"), ""},
		{"fixed in the future", with("fix-time", "2026-11-18 15:10"), "fix-future"},
		{"fixed before the traffic began", with("fix-time", "2026-11-17 04:00 +01:00"), "fix-early"},
		{"fixed while it went on", with("fix-time", "2026-11-17T04:07:00Z"), "fix-early"},
		{"fixed in the minute it ended", with("fix-time", "2026-11-17T04:09:00Z"), ""},
		{"fixed on the day it ended", with("fix-time", "2026-11-17"), ""},
		{"fixed on the day before", with("fix-time", "2026-11-15"), "fix-early"},
		{"fixed before, in whichever zone", func(f *Facts, form Form) { f.ZoneKnown, form["fix-time"] = false, "2026-11-16 12:00 +00:00" }, "fix-early"},
		{"the report's zone is assumed", func(f *Facts, _ Form) { f.ZoneKnown = false }, "zone-assumed"},
		{"a report without times needs no zone", func(f *Facts, _ Form) { f.ZoneKnown, f.Report.First, f.Report.Last = false, time.Time{}, time.Time{} }, ""},
		{"proved, but nothing proves it", func(f *Facts, form Form) { f.Matching.Grade, form["certainty"] = checklist.Strong, "proven" }, "overclaim"},
		{"proved in words", weaker("It is proven that the bot scanned port 22."), "overclaim"},
		{"proved in words, German", weaker("Der Bot auf Port 22 ist nachweislich die Ursache."), "overclaim"},
		{"proved in words, French", weaker("La cause est établie : port 22."), "overclaim"},
		{"not proved in words", weaker("The way in to port 22 could not be proved."), ""},
		{"not proved in words, German", weaker("Der Weg hinein ist nicht belegt, Port 22 war der einzige."), ""},
		{"a port that is in use, German", weaker("Port 22 war vom Bot belegt."), ""},
		{"connections in French", weaker("24 connexions établies vers le port 22."), ""},
		{"proved, and it is", with("cause", "It is proven that the bot scanned port 22."), ""},
		{"a step for another kind", func(f *Facts, form Form) {
			delete(form, "fix")
			f.Done = append(f.Done, Step{ID: "R5", Phase: checklist.Fix, Kinds: []string{"mac", "hardware"}})
		}, "unfit-steps"},
		{"a step for this kind", func(f *Facts, form Form) {
			delete(form, "fix")
			f.Done = append(f.Done, Step{ID: "R7", Phase: checklist.Fix, Kinds: []string{"all"}}, Step{ID: "R3", Phase: checklist.Fix, Kinds: []string{"scan"}})
		}, ""},
		{"own words stand for the step", func(f *Facts, _ Form) {
			f.Done = append(f.Done, Step{ID: "R5", Phase: checklist.Fix, Kinds: []string{"mac"}})
		}, ""},
		{"nothing that prevents fits", func(f *Facts, form Form) {
			for _, m := range form.Measures() {
				delete(form, PreventPrefix+m.ID)
			}
			f.Done = []Step{{ID: "H5", Phase: checklist.Prevent, Kinds: []string{"cms"}}}
		}, "unfit-steps"},
		{"an attack on web pages is of two kinds", func(f *Facts, _ Form) {
			f.Report.Incident = abuse.WebAttack
			f.Done = append(f.Done, Step{ID: "H5", Phase: checklist.Prevent, Kinds: []string{"cms"}})
		}, ""},
		{"no prevention", func(_ *Facts, form Form) {
			for _, m := range form.Measures() {
				delete(form, PreventPrefix+m.ID)
			}
		}, "no-prevention"},
		{"a time without a zone", with("fix", "Bot removed at 14:10."), "no-zone"},
		{"a time with its zone", with("fix", "Bot removed at 14:10 +01:00, checked 14:20 UTC and 15:30 Uhr (MEZ)."), ""},
		{"no reference", func(f *Facts, _ Form) { f.Report.Reference = "" }, "no-reference"},
		{"no address", func(f *Facts, _ Form) { f.Address, f.Name = "", "" }, "no-address"},
		{"a password", with("cause", "Port 22, password: hunter22 was guessed."), "secret"},
		{"a private key", with("cause", "Port 22. -----BEGIN OPENSSH PRIVATE KEY----- abc"), "secret"},
		{"a token in a link", with("fix", "Bot removed. Tested: https://abuse.example.org/r?token=SECRET123"), "secret"},
		{"a key of a cloud", with("cause", "Port 22, key AKIAABCDEFGHIJKLMNOP leaked."), "secret"},
		{"a mail address of somebody", with("cause", "Port 22, by customer joe@example.net."), "third-party"},
		{"an address not in the report", with("cause", "Port 22, from 192.0.2.99."), "third-party"},
		{"an IPv6 address not in the report", with("cause", "Port 22, from 2001:db8::99."), "third-party"},
		{"a name", with("cause", "Port 22, durch Herrn Meier."), "third-party"},
		{"addresses of the report, the server, nobody", with("cause", "Port 22 to 198.51.100.7 and 203.0.113.9, from 192.0.2.10 and 10.0.0.1."), ""},
		{"a chain for what comes in", incident(abuse.Flood, "Blocked UDP with iptables on INPUT."), "fix-mismatch"},
		{"logins by password are not the cause of a flood", incident(abuse.Flood, "fail2ban installed, SSH password login disabled."), "fix-mismatch"},
		{"removed, but only logs", with("fix", "Removed old logs and rebooted."), "fix-mismatch"},
		{"what was not done is no help", with("fix", "Rebooted; nothing was removed."), "fix-mismatch"},
		{"no report and no reference", func(f *Facts, _ Form) { f.Report = nil }, "no-reference"},
		{"the report's own link, its secret in the path", func(f *Facts, form Form) {
			f.Report.AnswerLink = "https://abuse.example.org/statements/4f9a1c77e2"
			form["cause"] = "Port 22, see " + f.Report.AnswerLink
		}, "secret"},
		{"a password in a sentence", with("cause", "Port 22. Das Passwort lautete hunter22."), "secret"},
		{"a password in French", with("cause", "Port 22. Mot de passe : hunter22"), "secret"},
		{"a key of PGP", with("cause", "Port 22. -----BEGIN PGP PRIVATE KEY BLOCK----- abc"), "secret"},
		{"a password that was changed", with("fix", "Bot removed. The password was changed."), ""},
		{"a German clock without a zone", with("fix", "Bot entfernt um 14.10 Uhr."), "no-zone"},
		{"a French clock without a zone", with("fix", "Bot supprimé à 14h10."), "no-zone"},
		{"a measure's clock without a zone", with("prevent.x1.text", "Updates at 04:00."), "no-zone"},
		{"a German clock with its zone", with("fix", "Bot entfernt um 14.10 Uhr MEZ, 14h20 UTC."), ""},
		{"fixed without a cause", func(f *Facts, _ Form) { f.Matching.Grade, f.Findings = checklist.None, nil }, "fixed-without-cause"},
		{"neither cause nor fix", func(f *Facts, form Form) {
			f.Matching.Grade, f.Findings, f.Done = checklist.None, nil, nil
			delete(form, "cause")
			delete(form, "fix")
		}, "no-cause"},
		{"nothing fixed", func(f *Facts, form Form) {
			delete(form, "fix")
			f.Done = nil
		}, "no-fix"},
		{"installed anew, hole open", func(f *Facts, form Form) {
			f.Done, form["fix"] = nil, "Server neu installiert."
			for _, m := range form.Measures() {
				delete(form, PreventPrefix+m.ID)
			}
			f.Done = []Step{{ID: "H7", Phase: checklist.Prevent, Title: Texts{"en": "Backups offline"}}}
		}, "reinstall-hole"},
		{"installed anew, hole closed", with("fix", "Reinstalled; the outdated plugin was removed."), ""},
		{"the test has not passed", func(_ *Facts, form Form) { delete(form, "retest") }, "retest-missing"},
		{"the test passed before the fix", with("retest", "2026-11-17T12:00:00+01:00"), "retest-early"},
		{"the deadline is over", func(f *Facts, _ Form) { f.Deadline = utc("15:00:00") }, "late"},
		{"a reproach", with("cause", "Port 22. It is your fault."), "blame"},
		{"a log in the letter", with("cause", "Port 22:\n"+lines(12)), "log-lines"},
	} {
		f, form := scan("hetzner", "Hetzner"), good()
		row.change(&f, form)
		var codes []string
		for _, n := range notesOf(t, f, form, "en", NoteOptions{Pages: 1}) {
			codes = append(codes, n.Code)
		}
		if row.code == "" && len(codes) > 0 || row.code != "" && !slices.Contains(codes, row.code) || len(codes) > 2 {
			t.Errorf("%s: %v, want %q", row.name, codes, row.code)
		}
	}
}

func lines(n int) string {
	s := ""
	for range n {
		s += "2026-11-17 04:05:06 192.0.2.10 -> 198.51.100.7 22\n"
	}
	return s
}

func TestNotesOnTheWay(t *testing.T) {
	f := scan("hetzner", "Hetzner")
	for _, row := range []struct {
		code     string
		language string
		o        NoteOptions
	}{
		{"pages", "en", NoteOptions{Pages: 2}}, {"language", "fr", NoteOptions{}}, {"form-only", "en", NoteOptions{Mail: true}},
	} {
		list := notesOf(t, f, good(), row.language, row.o)
		if len(list) != 1 || list[0].Code != row.code {
			t.Errorf("%s: %v", row.code, list)
		}
	}
	list := notesOf(t, scan("hetzner", "Hetzner"), Form{"fix": "fail2ban installed."}, "en", NoteOptions{})
	i := slices.IndexFunc(list, func(n Note) bool { return n.Code == "fix-mismatch" })
	if i < 0 || !slices.Contains(list[i].Fits, "stop-process") || list[i].Params["remedy"] != "fail2ban" {
		t.Errorf("what fits is not said: %v", list)
	}
}

// Masking takes the secret and leaves what stands around it.
func TestMaskSecrets(t *testing.T) {
	for in, want := range map[string]string{
		"mysqldump -u root -pS3cret! db":                                  "mysqldump -u root -p[MASKED] db",
		"curl -H 'Authorization: Bearer abcdef123456' https://x":          "curl -H 'Authorization: Bearer [MASKED]' https://x",
		"app --password=hunter22 --port=22":                               "app --password=[MASKED] --port=22",
		"https://user:pa55word@example.org/x":                             "https://user:[MASKED]@example.org/x",
		"root:$6$salt$hashhashhash:19000:0:":                              "root:[MASKED]:19000:0:",
		"ghp_abcdefghijklmnopqrstuvwxyz012345 pushed":                     "[MASKED] pushed",
		"-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\nx": "[MASKED]\nx",
		"SSH with passwords: no. The token was changed.":                  "SSH with passwords: no. The token was changed.",
		"ss -tunap": "ss -tunap",
	} {
		if got := maskSecrets(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// Every note, and all that it names, has words on the screen.
func TestNotesHaveWords(t *testing.T) {
	texts, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, language := range texts.Languages() {
		text := texts.For(language)
		want := func(key string) {
			if !text.Has(key) {
				t.Errorf("%s: no %s", language, key)
			}
		}
		for _, r := range noteRules() {
			for _, part := range []string{".title", ".text", ".do"} {
				want("statement.note." + r.code + part)
			}
		}
		for _, r := range remedies() {
			want("statement.remedy." + r.code)
		}
		for _, kind := range append(checklist.Kinds(), "") {
			for _, code := range fits(kind) {
				want("statement.fits." + code)
			}
			for _, id := range KnownMeasures(kind) {
				if !shipped(t).Words.in("en", nil).has(PreventPrefix + id) {
					t.Errorf("no word for the measure %s", id)
				}
			}
		}
	}
}
