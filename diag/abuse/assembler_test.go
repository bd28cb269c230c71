package abuse

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"latchkey/diag/abuse/grammar"
)

// recordReader reads records of «name=number» lines without an end mark: the
// line that follows tells that a record has ended, and belongs to none.
type recordReader struct{ fields int }

func (r *recordReader) Line(line []byte, row *grammar.Row) grammar.Outcome {
	name, value, ok := bytes.Cut(line, []byte("="))
	n, number := grammar.ReadPort(value)
	if !ok || !number || r.fields > 0 && string(name) == "first" {
		return grammar.Foreign
	}
	if string(name) == "first" {
		row.Source.Port = n
	} else {
		row.Target.Port = n
	}
	r.fields++
	return grammar.Begun
}

func (r *recordReader) End(row *grammar.Row) grammar.Outcome {
	fields := r.fields
	if r.fields = 0; fields < 2 || row.Source.Port < 0 {
		return grammar.Foreign
	}
	return grammar.Done
}

func (r *recordReader) Clone() grammar.Reader { c := *r; return &c }

func recordGrammar() grammar.Grammar {
	return grammar.Grammar{Name: "test-record", Open: func([]byte) grammar.Reader { return &recordReader{} }}
}

// TestRecordsWithoutEnd: a record ends before the line that is not of it. That
// line is read anew: prose stays prose, and the next record begins on its own
// first line, in segments of any size.
func TestRecordsWithoutEnd(t *testing.T) {
	var b strings.Builder
	for i := range 600 {
		fmt.Fprintf(&b, "first=%d\nsecond=%d\n", i, i+1)
		switch i % 4 {
		case 1:
			b.WriteString("A sentence that follows the record 2025.\n")
		case 2:
			b.WriteString("\nsecond=77\nlost without its beginning\n") // belongs to nobody
		}
	}
	text := []byte(b.String())
	for _, stride := range []int64{segmentSize, tiny, 13} {
		l := logOf(t, recordGrammar(), text, stride)
		agree(t, l, recordGrammar(), text)
		if l.Rows != 600 {
			t.Errorf("%d rows", l.Rows)
		}
		if l.Understood != 2*600+150 { // «second=77» goes on with the record before
			t.Errorf("%d lines understood", l.Understood)
		}
		if line := l.NextMarked(0, Plain); line != 4 {
			t.Errorf("the first sentence is said to be in line %d", line)
		}
		if e, ok := l.RowAt(5); !ok || e.Source.Port != 2 {
			t.Errorf("the record behind it: %+v", e)
		}
	}
	whole, cut := logOf(t, recordGrammar(), text, segmentSize), logOf(t, recordGrammar(), text, tiny)
	if !sameSums(whole.tally, cut.tally) || len(whole.segments[0].blocks) < 2 {
		t.Errorf("%d blocks", len(whole.segments[0].blocks))
	}
}

// TestRecordsGivenUp: lines of a record that was never finished are not
// understood, wherever it began.
func TestRecordsGivenUp(t *testing.T) {
	text := []byte("first=1\nsecond=2\nprose\nsecond=7777\n\nprose\nfirst=8888\nprose\nfirst=3\nsecond=4\n")
	for _, stride := range []int64{segmentSize, 5} {
		l := logOf(t, recordGrammar(), text, stride)
		agree(t, l, recordGrammar(), text)
		if l.Rows != 2 || l.Understood != 4 || l.Damaged != 2 {
			t.Errorf("%d rows, %d understood, %d not", l.Rows, l.Understood, l.Damaged)
		}
	}
}

// TestEndlessRecord: a record that never ends is ended.
func TestEndlessRecord(t *testing.T) {
	text := []byte("first=1\n" + strings.Repeat("second=2\n", mostRowLines+10))
	l := logOf(t, recordGrammar(), text, 1<<16)
	if l.Rows != 1 {
		t.Errorf("%d rows", l.Rows)
	}
	if e, err := l.Row(0); err != nil || e.Source.Port != 1 || e.Line != 0 {
		t.Errorf("%+v %v", e, err)
	}
}

// greedyReader waits after a mark for any line, and takes it for the rest of a
// row.
type greedyReader struct{ open bool }

func (r *greedyReader) Line(line []byte, row *grammar.Row) grammar.Outcome {
	if r.open {
		r.open = false
		row.Note = line
		return grammar.Done
	}
	if r.open = string(line) == "mark"; r.open {
		return grammar.Begun
	}
	return grammar.Foreign
}

func (r *greedyReader) Clone() grammar.Reader { c := *r; return &c }

// TestPrimed: a reader for the middle of a text has seen its beginning, and does
// not wait for what the beginning left open.
func TestPrimed(t *testing.T) {
	g := grammar.Grammar{Name: "test-greedy", Open: func([]byte) grammar.Reader { return &greedyReader{} }}
	for head, open := range map[string]bool{"": false, "a\nb\n": false, "a\nmark\nb\n": false, "a\nmark\n": false, "mark": false, "mark\nb\nmark\n\n": false} {
		if r := primed(g, []byte(head)).(*greedyReader); r.open != open {
			t.Errorf("%q leaves a row open", head)
		}
	}
	iso := primed(grammarOf(t, "hetzner-iso"), []byte(wrappedTable(3)[:280]))
	var row grammar.Row
	row.Reset()
	if o := iso.Line([]byte("2025-02-03 04:05:06  192.0.2.10 40112 ->    198.51.100.7    22   74 TCP"), &row); o != grammar.Done || row.Time.Zone != "UTC" {
		t.Errorf("outcome %d, zone %q: the heading is not known", o, row.Time.Zone)
	}
}
