package abuse

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
)

// TestFind: text is found in any case, from any line on, across pages.
func TestFind(t *testing.T) {
	lines := strings.Split(strings.TrimSuffix(scanTable(scan(publicSweep, 250, 40, fresh, fixed(22), 0, "")), "\n"), "\n")
	lines[3] += " Müller"
	lines[9000] += " MÜLLER and Needle"
	text := strings.Join(lines, "\n")
	l := logOf(t, grammarOf(t, "hetzner-iso"), []byte(text), tiny)
	for _, c := range []struct {
		from int
		text string
		want int
	}{
		{0, "müller", 3}, {4, "mÜller", 9000}, {0, "NEEDLE", 9000}, {9001, "needle", -1}, {0, "src-port", 0},
		{0, "no such text", -1}, {len(lines), "tcp", -1}, {-1, "tcp", -1}, {0, lines[len(lines)-1], slices.Index(lines, lines[len(lines)-1])},
	} {
		got, err := l.Find(context.Background(), c.from, c.text)
		if err != nil || got != c.want {
			t.Errorf("%q from %d is in %d (%v), want %d", c.text, c.from, got, err, c.want)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := l.Find(ctx, 0, "no such text"); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// TestNextMarked: marks are found as looking at each line would find them.
func TestNextMarked(t *testing.T) {
	text := []byte("Dear customer,\nwe saw 1234 things.\n\n" + damage(wrappedTable(120)) + "\n\nYours\n")
	for _, stride := range []int64{tiny, segmentSize} {
		l := logOf(t, grammarOf(t, "hetzner-iso"), text, stride)
		for m := Plain; m <= Unread; m++ {
			var want, got []int
			for i := range l.Lines {
				if l.Mark(i) == m {
					want = append(want, i)
				}
			}
			for i := l.NextMarked(0, m); i >= 0; i = l.NextMarked(i+1, m) {
				got = append(got, i)
			}
			if len(want) == 0 || !slices.Equal(got, want) {
				t.Errorf("mark %d at %v, want %v", m, got, want)
			}
			if m == Unread && !slices.Equal(l.Unread(context.Background(), 3), want[:3]) {
				t.Errorf("unread %v, want %v", l.Unread(context.Background(), 3), want[:3])
			}
		}
		if l.NextMarked(l.Lines, Plain) != -1 || l.NextMarked(-5, Plain) != 0 {
			t.Error("lines that do not exist are marked")
		}
	}
}

// TestDamaged: a sentence is never counted as a line that was not understood, a
// row that broke off always is.
func TestDamaged(t *testing.T) {
	table := scanTable(scan(publicSweep, 30, 1, fresh, fixed(22), 0, ""))
	row := "2025-02-03 04:05:06  192.0.2.10 40112 ->    198.51.100.7    22   74 TCP"
	for _, c := range []struct {
		name, text string
		damaged    int
	}{
		{"nothing else", table, 0},
		{"sentence between", table + "The following rows were seen on 2025-02-03 by another sensor.\n" + row + "\n", 0},
		{"label between", table + "Server: 192.0.2.10\nDate: 2025-02-03\n" + row + "\n", 0},
		{"sentences around", "On 2025-02-03 we received this about 192.0.2.10 from a third party.\nIP: 192.0.2.10\n" + table + "\nYour case is 20250203-4711.\nPhone: +49 123 456789\n", 0},
		{"title between", table + "#   Netscan detected from 192.0.2.10   #\n" + row + "\n", 0},
		{"whois behind", table + "\n\ninetnum: 192.0.2.0 - 192.0.2.255\nroute: 192.0.2.0/24\nnetname: EXAMPLE-NET\n", 0},
		{"rule and ornament", table + "#####################\n*** 12 ***\n" + row + "\n", 0},
		{"cut-off row within", table + row[:50] + "\n" + row + "\n", 1},
		{"cut-off row before", "192.0.2.10 40112 ->    198.51.100.7    22   74 TCP\n" + table, 1},
		{"cut-off row after a blank line", table + "\n" + row[:60] + "\n", 1},
		{"text ends within a row", table + row[:41], 1},
		{"text ends within a time", table + row[:13], 1},
		{"arrow without its second half", table + row[:39] + "\n\nYours\n", 1},
		{"long line", table + strings.Repeat("x1", 20000) + "\n" + row + "\n", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := logOf(t, grammarOf(t, "hetzner-iso"), []byte(c.text), segmentSize)
			if l.Damaged != c.damaged {
				for i := l.NextMarked(0, Unread); i >= 0; i = l.NextMarked(i+1, Unread) {
					line, _ := l.Line(i)
					t.Logf("line %d: %.80s", i+1, line)
				}
				t.Errorf("%d lines not understood, want %d", l.Damaged, c.damaged)
			}
		})
	}
}

func TestEachLine(t *testing.T) {
	long := strings.Repeat("a", 5000)
	for _, text := range []string{"", "\n", "a", "a\n", "a\nb", "\n\n\n", long, long + "\nb\n", "b\n" + long, "b\n" + long + "\n" + long + "\nc"} {
		want := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
		if text == "" {
			want = nil
		}
		for _, page := range []int{64, 4999, 5000, 5001, 1 << 16} {
			var got []string
			err := TextOf("", []byte(text)).eachLine(0, int64(len(text)), page, func(line []byte) bool {
				got = append(got, string(line))
				return true
			})
			ok := err == nil && len(got) == len(want)
			for i := range got { // of a long line the beginning is enough
				ok = ok && strings.HasPrefix(want[i], got[i]) && len(got[i]) >= min(len(want[i]), page)
			}
			if !ok {
				t.Errorf("pages of %d: %d lines (%v), want %d", page, len(got), err, len(want))
			}
		}
	}
}

// TestPlainText: a text without a log can be looked at all the same.
func TestPlainText(t *testing.T) {
	text := []byte("first\n\nthird\r\n" + strings.Repeat("x", 20000) + "\nlast")
	l, err := plainLog(context.Background(), TextOf("", text))
	if err != nil {
		t.Fatal(err)
	}
	if l.Lines != 5 || l.Rows != 0 || l.Damaged != 0 || l.Mark(3) != Plain || l.NextMarked(0, Unread) != -1 {
		t.Errorf("%d lines, %d rows, %d damaged", l.Lines, l.Rows, l.Damaged)
	}
	if line, err := l.Line(2); err != nil || !bytes.Equal(line, []byte("third")) {
		t.Errorf("%q %v", line, err)
	}
	if e, ok := l.RowAt(0); ok {
		t.Errorf("a row %+v", e)
	}
}
