package statement

import (
	"os"
	"regexp"
	"strings"
	"testing"
	"time"
)

// French sets a narrow blank that no line breaks at before «: ; ! ?» and inside
// «guillemets».
func TestFrenchBlanks(t *testing.T) {
	wrong := regexp.MustCompile(`[^\x{202F}][!?»]|[^\x{202F}0-9A-Za-z}\]][:;]|[ \x{A0}][:;]|[A-Za-zéè}\]][:;] |«[^\x{202F}]`)
	check := func(name, text string) {
		if at := wrong.FindString(text); at != "" {
			t.Errorf("%s: %q in %q", name, at, text)
		}
	}
	l := shipped(t)
	for key, texts := range l.Words.texts {
		check(key, texts["fr"])
	}
	for _, q := range l.Questions {
		for _, one := range q.Questions {
			check(q.ID, one.Ask["fr"])
		}
	}
	form := filled()
	form["fix"], form["certainty"] = "", "possible"
	d := l.Compose(scan("hetzner", "Hetzner"), form, l.For("hetzner"), "fr")
	if text := plainText(d.Letter); !strings.Contains(text, "Contact\u202f: owner@") {
		t.Error(text)
	}
	for _, b := range append(d.Letter, d.Annex...) {
		if b.Kind == KindParagraph || b.Kind == KindHeading {
			text := spansText(b.Text)
			if strings.Contains(text, " :") || strings.Contains(text, " ;") || strings.Contains(text, "�") {
				t.Errorf("%q", text)
			}
		}
	}
}

// The narrow blank reaches the page and the mail as it is.
func TestFrenchBlanksShown(t *testing.T) {
	fonts, err := LoadFonts(os.DirFS("../../assets/fonts"))
	if err != nil {
		t.Fatal(err)
	}
	const text = "Contact\u202f: vous, 1\u00a0000"
	for _, face := range []Font{FontRegular, FontBold, FontMono} {
		if got := fonts.Shown(face, clean(text, 100)); got != text {
			t.Errorf("face %d: %q", face, got)
		}
	}
	if clean("a\u202f", 10) != "a" {
		t.Error("a blank at the end stays")
	}
}

func TestFrenchFirst(t *testing.T) {
	for day, want := range map[int]string{1: "1er janvier 2030", 11: "11 janvier 2030"} {
		if got := shipped(t).Words.in("fr", nil).date(time.Date(2030, 1, day, 0, 0, 0, 0, time.UTC)); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
