package cli

import (
	"context"
	"fmt"
	"io/fs"
	"testing"

	"latchkey/app"
	"latchkey/i18n"
)

// Every error that a person can meet is one sentence in every language, with
// the status of the contract.
func TestErrorsAreSentences(t *testing.T) {
	texts, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		err    error
		code   string
		status int
	}{
		{app.ErrBadTarget, "bad-target", 2},
		{app.ErrUnknownHost, "unknown-host", 1},
		{app.ErrNoResolver, "no-resolver", 1},
		{app.ErrNoFamily, "no-family", 1},
		{app.ErrNoNetwork, "no-network", 1},
		{app.ErrMethod, "method-here", 1},
		{app.ErrClassic, "classic", 1},
		{app.ErrTooLarge, "too-large", 1},
		{app.ErrEmpty, "empty", 1},
		{app.ErrNoCase, "no-case", 1},
		{app.ErrCaseOpen, "case-open", 1},
		{app.ErrCaseNewer, "case-newer", 1},
		{app.ErrCaseDamaged, "case-damaged", 1},
		{app.ErrCaseArchive, "case-archive", 1},
		{app.ErrDiskFull, "disk-full", 1},
		{app.ErrUnwritable, "unwritable", 1},
		{context.Canceled, "stopped", 1},
		{context.DeadlineExceeded, "too-slow", 1},
		{fs.ErrNotExist, "no-file", 1},
		{fs.ErrPermission, "no-permission", 1},
		{fmt.Errorf("disk on fire\x1b[2J"), "other", 1},
	} {
		f := explain(fmt.Errorf("do something: %w", row.err), "web1.example.org")
		if f.code != row.code || f.status != row.status {
			t.Errorf("%v becomes %s with status %d, want %s with %d", row.err, f.code, f.status, row.code, row.status)
		}
		for _, tag := range texts.Languages() {
			if s := f.sentence(texts.For(tag)); !oneSentence(s) {
				t.Errorf("%s, %s: %q", tag, f.code, s)
			}
		}
	}
}

// oneSentence: there is a text, it is one line, and nothing in it is for the
// terminal.
func oneSentence(s string) bool {
	for _, r := range s {
		if r < ' ' || r == '⟦' {
			return false
		}
	}
	return len(s) > 20
}
