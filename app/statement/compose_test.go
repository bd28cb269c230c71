package statement

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"latchkey/diag"
	"latchkey/diag/abuse"
	"latchkey/diag/checklist"
)

var update = flag.Bool("update", false, "write the golden texts")

// letters are the letters that stand in testdata/letter, one file each.
func letters() map[string]struct {
	facts    Facts
	form     Form
	language string
} {
	type one = struct {
		facts    Facts
		form     Form
		language string
	}
	all := map[string]one{}
	for id, name := range map[string]string{"hetzner": "Hetzner", "ovh": "OVH", "netcup": "netcup", "contabo": "Contabo", "scaleway": "Scaleway", "strato": "Strato"} {
		for _, language := range Languages() {
			all[id+"."+language] = one{scan(id, name), filled(), language}
		}
	}
	bare := Facts{Now: utc("15:10:00"), Address: "192.0.2.10", Provider: "hetzner", ProviderName: "Hetzner"}
	all["empty.en"] = one{bare, Form{}, "en"}
	invalid := scan("hetzner", "Hetzner")
	invalid.Matching = checklist.Matching{Grade: checklist.None}
	all["not-valid.de"] = one{invalid, Form{"not-valid": "Die Adresse 192.0.2.10 ist erst seit heute, 2026-11-17 08:00 UTC, diesem Server zugewiesen.\nDer Verkehr Ihrer Meldung liegt davor."}, "de"}
	none := scan("ovh", "OVH")
	none.Matching, none.Findings, none.Quiet = checklist.Matching{Grade: checklist.None, Against: []diag.Finding{{Code: "evidence.against.rebooted"}}}, nil, nil
	all["not-found.fr"] = one{none, Form{"fix": "Règle de pare-feu en sortie ajoutée."}, "fr"}
	story := scan("ovh", "OVH")
	story.Report.Incident, story.Report.Ports, story.Report.Capped, story.Report.Rows = abuse.MACViolation, nil, false, 3
	story.Matching, story.Quiet = checklist.Matching{Grade: checklist.None}, nil
	kernel := diag.Finding{Code: "evidence.k01", Rule: "K01", Params: diag.Params{"time": "2026-11-16 03:00:12", "kernel": "6.1.0-50", "before": "6.1.0-47"}, Source: &diag.Source{Part: "last", Line: 1}}
	story.Findings, story.Cause = []diag.Finding{kernel, {Code: "evidence.m01", Rule: "M01", Params: diag.Params{"bridge": "vmbr0", "interface": "tap100i0", "mac": "02:00:5e:00:53:0a"}}}, &kernel
	all["kernel.fr"] = one{story, Form{"certainty": "likely"}, "fr"}
	all["kernel.de"] = one{story, Form{"certainty": "likely"}, "de"}
	return all
}

// TestLetters compares with testdata/letter; -update writes it.
func TestLetters(t *testing.T) {
	l := shipped(t)
	for name, one := range letters() {
		q := l.For(one.facts.Provider)
		d := l.Compose(one.facts, one.form, q, one.language)
		text := "Subject: " + d.Subject + "\nTo: " + d.To + "\n\n" + l.Ticket(d, false, 0).Text
		for _, n := range l.Notes(d, one.facts, one.form, q, NoteOptions{}).Notes {
			text += "note: " + n.Code + "\n"
		}
		file := filepath.Join("testdata", "letter", name+".txt")
		if *update {
			if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil || text != string(want) {
			t.Errorf("%s: %v\n%s", name, err, text)
		}
		if strings.Contains(text, "⟦") || strings.Contains(text, "{") {
			t.Errorf("%s: a word is missing, or a placeholder stayed:\n%s", name, text)
		}
		if pages := Layout(d, fonts(t), PageOptions{}); len(pages) != 1 {
			t.Errorf("%s has %d pages", name, len(pages))
		}
	}
}

// The person's words stand against every later proposal, which is offered once.
func TestOwnWordsWin(t *testing.T) {
	l, f, form := shipped(t), scan("hetzner", "Hetzner"), filled()
	q := l.For("hetzner")
	before := l.Propose(f, form, q, "en")
	form.Type(FieldCause, "A program on port 22, as your report says.", before[FieldCause])
	if list := l.Changes(f, form, q, "en"); len(list) != 0 && list[0].Field == FieldCause {
		t.Fatalf("offered at once: %v", list)
	}
	f.Matching.Processes[0].Because[0].Params["count"] = 31
	d := l.Compose(f, form, q, "en")
	if text := sectionText(d.Letter, SectionCause); !strings.Contains(text, "A program on port 22, as your report says. [E1, E2, E3]") || strings.Contains(text, "kswapd00") {
		t.Errorf("the own words are not what is said:\n%s", text)
	}
	var offered *Change
	for _, c := range l.Changes(f, form, q, "en") {
		if c.Field == FieldCause {
			offered = &c
		}
	}
	if offered == nil || offered.Mine != "A program on port 22, as your report says." || !strings.Contains(offered.Proposed, "31 connections") {
		t.Fatalf("not offered: %+v", offered)
	}
	form.Type(FieldCause, offered.Mine, offered.Proposed) // declined
	for _, c := range l.Changes(f, form, q, "en") {
		if c.Field == FieldCause {
			t.Errorf("offered again: %+v", c)
		}
	}
	form.Type(FieldCause, "", "")
	if text := sectionText(l.Compose(f, form, q, "en").Letter, SectionCause); !strings.Contains(text, "31 connections") {
		t.Errorf("an emptied field is not filled in again:\n%s", text)
	}
}

// Nothing is said surer than the evidence, done that was not ticked, or promised
// without a day.
func TestLettersSayNoMore(t *testing.T) {
	l, f := shipped(t), scan("hetzner", "Hetzner")
	q := l.For("hetzner")
	text := func(f Facts, form Form) string { return plainText(l.Compose(f, form, q, "en").Letter) }
	if s := text(f, filled()); strings.Contains(s, "automatic updates") {
		t.Error("a promise without a date was written down")
	}
	f.Matching.Grade = checklist.Strong
	if s := text(f, Form{}); !strings.Contains(s, "Cause (most likely)") || strings.Contains(s, "proved)") {
		t.Errorf("the grade is not followed:\n%s", s)
	}
	f.Done = nil
	if s := text(f, Form{}); !strings.Contains(s, "No measure is finished yet") || strings.Contains(s, "found and removed") {
		t.Errorf("something is claimed to be fixed:\n%s", s)
	}
	f.Matching.Processes[0].Excluded = true
	if s := text(f, Form{}); strings.Contains(s, "held 24") {
		t.Error("a process that started afterwards is blamed")
	}
	f = scan("hetzner", "Hetzner")
	f.Quiet.Since, f.Quiet.Until = utc("13:00:00"), utc("13:00:00")
	if s := text(f, filled()); strings.Contains(s, "no connection to the reported targets any more") {
		t.Error("a look before the fix counts as proof of quiet")
	}
	f.Known = []KnownFinding{{f.Findings[0], "our own monitoring"}}
	annex := plainText(l.Compose(f, filled(), q, "en").Annex)
	if !strings.Contains(annex, "our own monitoring") || strings.Count(annex, "P03") != 1 {
		t.Errorf("known findings do not stand apart:\n%s", annex)
	}
}

// A report in no known zone says so, and its clock is not moved.
func TestUnknownZone(t *testing.T) {
	l, f := shipped(t), scan("generic", "")
	f.ZoneKnown, f.Zone = false, time.UTC
	d := l.Compose(f, Form{}, l.For("generic"), "en")
	if s := plainText(d.Annex); !strings.Contains(s, "names no time zone; UTC was assumed") {
		t.Errorf("not said:\n%s", s)
	}
}

func FuzzCompose(f *testing.F) {
	f.Add("ABCDEF:1A", "cause\nline", "fix 12:00", "2026-11-23", "{address} ⟦x⟧")
	f.Add("\x00\x1b[31m", "[E1]", strings.Repeat("a", 300), "active", "\u202e")
	l := shipped(f)
	f.Fuzz(func(t *testing.T, reference, cause, fix, day, name string) {
		form := Form{"reference": reference, "cause": cause, "fix": fix, "prevent.h1": day, "prevent.x1": "active", "prevent.x1.text": name, "name": name, "contact": name, "retest": day}
		facts := scan("hetzner", name)
		facts.Report.Subject, facts.Report.Reference, facts.Exhibits[0].Name, facts.Matching.Processes[0].Name = cause, reference, name, fix
		facts.Matching.Processes[0].Because[0].Params["port"] = name
		for _, language := range Languages()[len(cause)%3:][:1] {
			q := l.For("hetzner")
			d := l.Compose(facts, form, q, language)
			text := plainText(d.Letter) + plainText(d.Annex) + d.Subject + d.Title + d.Reference
			if strings.ContainsAny(text, "\x00\x1b\u202e\r") {
				t.Fatalf("control characters: %q", text)
			}
			l.Notes(d, facts, form, q, NoteOptions{Pages: 1})
			l.Changes(facts, form, q, language)
			if short := l.Ticket(d, true, 500); len([]rune(short.Text)) > 500 {
				t.Fatalf("%d characters", len([]rune(short.Text)))
			}
			r, list := Redact(d, Identifiers(facts, form))
			after := plainText(r.Letter) + plainText(r.Annex) + r.Subject + r.Title
			for _, gone := range []string{"192.0.2.10", "198.51.100.17", "02:00:5e"} {
				if strings.Contains(after, gone) {
					t.Fatalf("%s is left: %v\n%s", gone, list, after)
				}
			}
		}
	})
}

// A case that came from elsewhere may have codes that no text is for.
func TestAMissingTextIsSafeToShow(t *testing.T) {
	text := speech{words: &Words{}, language: "en"}.t("verdict.\x1b]0;owned\x07\u202e")
	if !strings.HasPrefix(text, "⟦verdict.") || strings.ContainsAny(text, "\x1b\x07\u202e") {
		t.Errorf("%q", text)
	}
}
