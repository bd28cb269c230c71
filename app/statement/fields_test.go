package statement

import (
	"slices"
	"strings"
	"testing"
)

// A field that was emptied on purpose stays empty, whatever the facts say, and
// can be filled from them again.
func TestEmptiedStaysEmpty(t *testing.T) {
	l, f, form := shipped(t), scan("hetzner", "Hetzner"), filled()
	q := l.For("hetzner")
	letter := func() string { return l.Ticket(l.Compose(f, form, q, "en"), false, 0).Text }
	whole := letter()
	for _, row := range []struct {
		name Field
		gone []string
	}{
		{FieldTitle, []string{"Statement on the incident"}},
		{FieldSummary, []string{"Summary", "contacted at least"}},
		{FieldCause, []string{"Cause (", "held 24 connections", "cause was found"}},
		{FieldRequest, []string{"Please unlock"}},
		{FieldReference, []string{"Reference ABCDEF:1A"}},
		{FieldAddress, []string{"· 192.0.2.10"}},
		{FieldTo, nil},
	} {
		proposed := l.Propose(f, form, q, "en")[row.name]
		form.Empty(row.name)
		d := l.Compose(f, form, q, "en")
		text := letter()
		for _, words := range row.gone {
			if !strings.Contains(whole, words) && words != "cause was found" || strings.Contains(text, words) {
				t.Errorf("%s: %q stands in\n%s", row.name, words, text)
			}
		}
		if row.name == FieldTo && d.To != "" || proposed == "" || l.Propose(f, form, q, "en")[row.name] != proposed {
			t.Errorf("%s: to %q, proposed %q", row.name, d.To, proposed)
		}
		if strings.Contains(text, "\n\n\n") || strings.HasPrefix(text, "\n") {
			t.Errorf("%s left a hole:\n%s", row.name, text)
		}
		form.Type(row.name, "", "")
		if letter() != whole {
			t.Errorf("%s is not proposed again", row.name)
		}
	}
	form.Empty(FieldFixed)
	if text := letter(); !strings.Contains(text, "No measure is finished yet.") {
		t.Error(text)
	}
	var codes []string
	for _, n := range l.Notes(l.Compose(f, form, q, "en"), f, form, q, NoteOptions{}).Notes {
		codes = append(codes, n.Code)
	}
	if !slices.Contains(codes, "no-fix") {
		t.Errorf("nothing is fixed, but noted are %q", codes)
	}
}
