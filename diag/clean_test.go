package diag

import "testing"

func TestClean(t *testing.T) {
	for text, want := range map[string]string{
		"web1.example.org": "web1.example.org",
		"a\x1b[2Jb":        "a\uFFFD[2Jb",
		"a\nb\tc":          "a\uFFFDb\uFFFDc",
		"a\u202Eb":         "a\uFFFDb", // turns the writing round
		"a\xffb":           "a\uFFFDb",
		"Réfuté\u00A0: «\u202Foui\u202F», 1\u00A0024": "Réfuté\u00A0: «\u202Foui\u202F», 1\u00A0024",
		"12345678901": "1234567890…",
	} {
		limit := 40
		if text[0] == '1' {
			limit = 10
		}
		if got := Clean(text, limit); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
