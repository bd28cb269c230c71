package checklist

import (
	"bytes"

	"latchkey/diag"
)

// mostWord bounds a text kept in a fact, in characters: longer than any name,
// address or path that is meant to be one.
const mostWord = 300

// told makes a printed word safe to keep.
func told[T string | []byte](s T) string {
	return diag.Clean(string(s[:min(len(s), 4*mostWord)]), mostWord)
}

// shown makes a text from an output fit for a screen (300 characters).
func shown(s string) string { return diag.Clean(s, 300) }

// ledger counts what a reader understands.
type ledger struct {
	command string
	tallied
}

func (l *ledger) where(i int) Where { return Where{l.command, i + 1} }

// share says how many of the lines are such, in per cent.
func share(lines [][]byte, such func(line []byte) bool) int {
	n := 0
	for _, line := range lines {
		if such(line) {
			n++
		}
	}
	return n * 100 / max(len(lines), 1)
}

func blank(line []byte) bool { return len(bytes.TrimSpace(line)) == 0 }

// between is a heading that tells one file from the next: «== /etc/passwd»,
// «==> /var/log/mail.log <==». It gives the file's name.
func between(line []byte) (file string, ok bool) {
	rest, ok := bytes.CutPrefix(line, []byte("=="))
	if !ok {
		return "", false
	}
	return told(bytes.Trim(rest, "=<> ")), true
}
