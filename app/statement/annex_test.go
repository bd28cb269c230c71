package statement

import (
	"strings"
	"testing"
)

// A long command stands below its row over the whole width: it takes the lines
// that it needs, and no column of its row is stretched by it.
func TestLongCommandsDoNotStretchTheEvidence(t *testing.T) {
	l, f := shipped(t), scan("hetzner", "Hetzner")
	command := "for f in /etc/crontab /etc/cron.d/* /var/spool/cron/crontabs/*; do [ -f \"$f\" ] && { echo \"== $f\"; ls -ln --time-style=full-iso \"$f\"; cat \"$f\"; }; done"
	sha := strings.Repeat("0123456789abcdef", 4)
	f.Exhibits = []Exhibit{{ID: "E1", Name: "cron.txt", Command: command, Time: utc("13:04:10"), SHA256: sha, Lines: 1234, Data: []byte("#\n")}}
	d := l.Compose(f, Form{}, l.For("hetzner"), "en")
	var table *Table
	for _, b := range d.Annex {
		if b.Table != nil && b.Table.Under {
			table = b.Table
			break
		}
	}
	if table == nil || len(table.Rows) != 1 {
		t.Fatal("no table of evidence")
	}
	pages := Layout(Document{Annex: []Block{{Kind: KindTable, Table: table}}}, fonts(t), PageOptions{Annex: true})
	top, bottom, texts := 1e9, 0.0, ""
	for _, m := range pages[len(pages)-1].Marks {
		if m.Kind != MarkText || m.Y > textEnd || m.Y < marginTop {
			continue
		}
		if m.Text == "E1" {
			top = m.Y
		}
		if m.Y >= top-2 { // smaller type stands a little higher
			bottom = max(bottom, m.Y)
			texts += m.Text + " "
		}
	}
	if lines := int((bottom-top)/small().leading+0.5) + 1; lines < 2 || lines > 4 {
		t.Errorf("the row has %d lines: %s", lines, texts)
	}
	if !strings.Contains(texts, sha+" ") || strings.Join(strings.Fields(texts), "") != strings.ReplaceAll("E12026-11-1714:04:101,234"+sha+"cron.txt:"+command, " ", "") {
		t.Errorf("the row says %q", texts)
	}
}

// What is too large to be attached is named, with its size; a collection is not:
// its outputs are.
func TestAnnexSaysWhatIsNotAttached(t *testing.T) {
	l, f := shipped(t), scan("hetzner", "Hetzner")
	f.Exhibits = append(f.Exhibits, Exhibit{ID: "E5", Name: "collection.fcb", SHA256: "aa", Size: 9 << 20}, Exhibit{ID: "E6", Name: "ss.txt", From: "aa", SHA256: "bb", Data: []byte("x")},
		Exhibit{ID: "E7", Name: "auth.log", SHA256: "cc", Size: 2_449_000})
	for language, want := range map[string]string{"en": "kept unchanged: E7 (2.5 MB).", "de": "aufbewahrt: E7 (2,5 MB).", "fr": "inchangé\u202f: E7 (2,5\u00a0Mo)."} {
		d := l.Compose(f, Form{}, l.For("hetzner"), language)
		if text := plainText(d.Annex); !strings.Contains(text, want) || strings.Contains(text, "E5 (") {
			t.Errorf("%s: %s", language, text)
		}
	}
	f.Exhibits = f.Exhibits[:4]
	if text := plainText(l.Compose(f, Form{}, l.For("hetzner"), "en").Annex); strings.Contains(text, "Not attached") {
		t.Error("all is attached")
	}
}
