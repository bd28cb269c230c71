package grammar

import (
	"strings"
	"testing"
)

// A mail as evidence makes a report longer than any line that is read: the
// report is taken from the text's head instead.
func TestXARFLongLine(t *testing.T) {
	text := `{"xarf_version":"4.2.0","type":"spam","evidence":[{"payload":"` + strings.Repeat("QUJD", MaxLine/2) +
		`"}],"source_identifier":"192.0.2.10","timestamp":"2025-02-03T04:05:06Z"}`
	rows, _ := read(xarfJSON(), []byte(text))
	if len(rows) != 2 || !strings.Contains(rows[0], "2025-02-03T04:05:06+0Z | 192.0.2.10 ") || !strings.Contains(rows[1], "Incident:spam") {
		t.Errorf("rows %q", rows)
	}
}

// Of a line longer than the text's head counts what stands before the evidence.
func TestXARFCutLine(t *testing.T) {
	text := `{"xarf_version":"4.2.0","type":"spam","source_identifier":"192.0.2.10","tags":["a","b"],"timestamp":"2025-02-03T04:05:06Z",` +
		`"evidence":[{"content_type":"message/rfc822","payload":"\"` + strings.Repeat("QUJD", HeadSize)
	rows, _ := read(xarfJSON(), []byte(text))
	if len(rows) != 2 || !strings.Contains(rows[0], "2025-02-03T04:05:06+0Z | 192.0.2.10 ") || !strings.Contains(rows[1], "Incident:spam") {
		t.Errorf("rows %q", rows)
	}
}

// The line of the evidence is left out where it is too long; the report stands.
func TestXARFWithoutItsLongLine(t *testing.T) {
	r := xarfJSON().Open(nil)
	var row Row
	row.Reset()
	var last Outcome
	for _, line := range []string{"{", ` "xarf_version": "4",`, ` "source_identifier": "192.0.2.10",`, ` "evidence": [`, "],", ` "type": "spam",`, "}"} {
		last = r.Line([]byte(line), &row)
	}
	if last != Done || row.Source.Host() != "192.0.2.10" {
		t.Errorf("outcome %d, row %+v", last, row)
	}
}

// Text that never closes its brace is held up to the bound and no further.
func TestXARFBound(t *testing.T) {
	r := xarfJSON().Open(nil).(*xarfJSONReader)
	var row Row
	row.Reset()
	line := []byte(`"key": "` + strings.Repeat("x", 1000) + `",`)
	r.Line([]byte("{"), &row)
	gaveUp := false
	for range 3 * maxXARF / len(line) {
		gaveUp = gaveUp || r.Line(line, &row) == Foreign
		if len(r.text) > maxXARF {
			t.Fatalf("holds %d bytes", len(r.text))
		}
	}
	if !gaveUp {
		t.Error("never gave up")
	}
}
