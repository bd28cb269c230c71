package abuse

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"latchkey/diag/abuse/grammar"
	"latchkey/diag/abuse/mail"
)

func failedLogins(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "Feb  3 04:%02d:%02d gate sshd[%d]: Failed password for root from 192.0.2.10 port %d ssh2\n", i/60%60, i%60, 700+i, 40000+i)
	}
	return b.String()
}

func shortDump(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "04:05:%02d.000100 IP 192.0.2.10.4001 > 198.51.100.%d.%d: UDP, length 50\n", i%60, i%256, 1000+i)
	}
	return b.String()
}

// TestBeside: two logs in one text are both read, in any order and wherever
// segments end; the sums are of the larger one only.
func TestBeside(t *testing.T) {
	records := strings.Repeat("---\nCategory: abuse\nReport-Type: login-attack\nDate: Mon, 03 Feb 2025 20:57:25 +0100\nSource-Type: ip-address\nSource: 192.0.2.10\nPort: 143\n\n", 9)
	for _, c := range []struct {
		name, text, format, second string
		rows, beside               int
	}{
		{"dump of two lines a packet, then logins", verboseDump(50) + "\nOur log says:\n" + failedLogins(20), "tcpdump", "sshd", 50, 20},
		{"logins first", failedLogins(20) + "\nThe router saw:\n" + verboseDump(50), "tcpdump", "sshd", 50, 20},
		{"line by line", alternate(shortDump(30), failedLogins(20)), "tcpdump", "sshd", 30, 20},
		{"wrapped table, then logins", wrappedTable(40) + "\n" + failedLogins(9), "hetzner-iso", "sshd", 40, 9},
		{"records that only end where the next begins", failedLogins(30) + "\n" + records, "sshd", "xarf-yaml", 30, 9},
		{"two lines are a quotation", verboseDump(50) + failedLogins(2), "tcpdump", "", 50, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			var first []Entry
			for _, stride := range []int64{segmentSize, tiny, 97} {
				r, ok, err := read(context.Background(), mail.Message{}, []Text{TextOf("", []byte(c.text))}, Options{stride: stride})
				if err != nil || !ok {
					t.Fatal(ok, err)
				}
				sound(t, r)
				if r.Format != c.format || r.Counted() != c.rows || r.Rows != c.rows+c.beside || c.second == "" != (len(r.Beside) == 0) {
					t.Fatalf("stride %d: %s with %d rows, %d counted, beside %+v", stride, r.Format, r.Rows, r.Counted(), r.Beside)
				}
				if len(r.Beside) > 0 && (r.Beside[0].Format != c.second || r.Beside[0].Rows != c.beside) {
					t.Errorf("stride %d: %+v", stride, r.Beside)
				}
				if n := r.Logs[0].Damaged; c.second != "" && n > 0 {
					t.Errorf("stride %d: %d lines not understood", stride, n)
				}
				entries := entriesOf(t, r.Logs[0])
				if first == nil {
					first = entries
				}
				for i, e := range entries {
					if f := first[i]; e.Line != f.Line || e.Beside != f.Beside || e.Source.Addr != f.Source.Addr || !bytes.Equal(e.Source.Word, f.Source.Word) {
						t.Fatalf("stride %d: row %d is %+v, then %+v", stride, i, f, e)
					}
				}
			}
		})
	}
}

// alternate puts blocks of lines of two logs by turns.
func alternate(a, b string) string {
	const block = 6
	first, second := strings.SplitAfter(a, "\n"), strings.SplitAfter(b, "\n")
	var all []string
	for len(first)+len(second) > 0 {
		n, m := min(block, len(first)), min(block, len(second))
		all = append(append(all, first[:n]...), second[:m]...)
		first, second = first[n:], second[m:]
	}
	return strings.Join(all, "")
}

func entriesOf(t *testing.T, l *Log) []Entry {
	t.Helper()
	var all []Entry
	err := l.Each(context.Background(), func(_ int, e Entry) bool {
		e.Source.Word = bytes.Clone(e.Source.Word)
		all = append(all, e)
		return true
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestBesideForeign: a row the first gives up is not handed to the second in the
// middle, and neither sees what the other has begun.
func TestBesideForeign(t *testing.T) {
	g := grammar.Beside(grammarOf(t, "hetzner-iso"), recordGrammar())
	text := wrappedTable(1)
	table := text[strings.LastIndex(text[:len(text)-1], "\n2025")+1:]
	cut, _, _ := strings.Cut(table, "\n") // the row's beginning without its end
	for _, c := range []struct {
		text          string
		rows, besides int
	}{
		{cut + "\nthat is all\nfirst=1\nsecond=2\n" + table, 2, 1},
		{"first=1\nsecond=2\n" + table + "first=3\nsecond=4\n", 3, 2},
		{"first=1\n" + cut + "\n", 0, 0},
	} {
		l := logOf(t, g, []byte(c.text), segmentSize)
		if l.Rows != c.rows || l.tally.beside != c.besides {
			t.Errorf("%q: %d rows, %d of the second", c.text, l.Rows, l.tally.beside)
		}
	}
}
