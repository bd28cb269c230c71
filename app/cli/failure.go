package cli

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"syscall"

	"latchkey/app"
	"latchkey/diag"
	"latchkey/i18n"
)

// failure is an error as people get it: one sentence («cli.error.<code>») that
// says what to do next, and the exit status.
type failure struct {
	code   string
	key    string // of its text, if that is not «cli.error.<code>»
	pairs  []any
	status int
	// answered is set when the answer is on Out already, so that --json must
	// not add a second object.
	answered bool
}

func (f failure) Error() string { return f.code }

// sentence says f in one language. What people typed and what systems reported
// is cleaned: it may carry escape sequences.
func (f failure) sentence(t *i18n.Text) string {
	pairs := make([]any, len(f.pairs))
	for i, v := range f.pairs {
		if s, ok := v.(string); ok {
			v = diag.Clean(s, longestQuote)
		}
		pairs[i] = v
	}
	if f.key != "" {
		return t.T(f.key, pairs...)
	}
	return t.T("cli.error."+f.code, pairs...)
}

// longestQuote is how much of an input a sentence repeats, in characters.
const longestQuote = 200

func wrongCall(code string, pairs ...any) failure {
	return failure{code: code, pairs: pairs, status: statusWrongCall}
}

func unanswered(code string, pairs ...any) failure {
	return failure{code: code, pairs: pairs, status: statusUnanswered}
}

// explain turns an error into a failure; about is the target or file it
// concerns.
func explain(err error, about string) failure {
	var f failure
	if errors.As(err, &f) {
		return f
	}
	for _, known := range []struct {
		err     error
		failure failure
	}{
		{app.ErrBadTarget, wrongCall("bad-target", "name", about)},
		{app.ErrUnknownHost, unanswered("unknown-host", "name", about)},
		{app.ErrNoResolver, unanswered("no-resolver", "name", about)},
		{app.ErrNoFamily, unanswered("no-family", "name", about)},
		{app.ErrNoNetwork, unanswered("no-network")},
		{app.ErrMethod, unanswered("method-here")},
		{app.ErrClassic, unanswered("classic")},
		{app.ErrTooLarge, unanswered("too-large", "name", about)},
		{app.ErrEmpty, unanswered("empty", "name", about)},
		{app.ErrNotBundle, unanswered("bundle", "name", about)},
		{app.ErrBundleVersion, unanswered("bundle", "name", about)},
		{app.ErrBundleForged, unanswered("bundle", "name", about)},
		{app.ErrBundleTooLarge, unanswered("bundle", "name", about)},
		{app.ErrFolder, unanswered("folder", "name", about)},
		{app.ErrNoCase, unanswered("no-case", "name", about)},
		{app.ErrCaseOpen, unanswered("case-open", "name", about)},
		{app.ErrCaseNewer, unanswered("case-newer", "name", about)},
		{app.ErrCaseDamaged, unanswered("case-damaged", "name", about)},
		{app.ErrNoFeed, unanswered("no-feed")},
		{app.ErrBadFeed, unanswered("bad-feed")},
		{app.ErrCaseArchive, unanswered("case-archive", "name", about)},
		{app.ErrDiskFull, unanswered("disk-full")},
		{app.ErrUnwritable, unanswered("unwritable")},
		{context.Canceled, unanswered("stopped")},
		{context.DeadlineExceeded, unanswered("too-slow")},
		{syscall.EROFS, unanswered("unwritable")},
		{fs.ErrNotExist, unanswered("no-file", "name", about)},
		{fs.ErrPermission, unanswered("no-permission", "name", about)},
	} {
		if errors.Is(err, known.err) {
			return known.failure
		}
	}
	return unanswered("other", "detail", err.Error())
}

// report says what went wrong and gives the exit status.
func (p *program) report(err error, asJSON bool) int {
	if err == nil {
		return statusAnswered
	}
	f := explain(err, "")
	if asJSON && !f.answered {
		english := p.texts.For(i18n.Fallback)
		_ = writeJSON(p.env.Out, errorJSON{"error", f.code, f.sentence(english)}) // the sentence below is for people
	}
	_, _ = io.WriteString(p.env.Err, "latchkey: "+f.sentence(p.text)+"\n")
	return f.status
}
