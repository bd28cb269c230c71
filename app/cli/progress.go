package cli

import (
	"io"
	"sync"

	"latchkey/app"
	"latchkey/diag"
	"latchkey/i18n"
)

// progress is the one live line of a running check or a long read. It exists on
// terminals only; elsewhere its writer is nil and nothing is shown.
type progress struct {
	w     io.Writer
	text  *i18n.Text
	mu    sync.Mutex // a log is read by several goroutines
	shown string
}

func (p *program) startProgress() *progress {
	if !p.env.ErrTerminal {
		return &progress{}
	}
	return &progress{w: p.env.Err, text: p.text}
}

// update shows a snapshot of a check.
func (l *progress) update(c app.Check) {
	if l.w != nil {
		l.show(l.line(c))
	}
}

// collection shows how far a collection has come.
func (l *progress) collection(c app.CollectProgress) {
	switch {
	case l.w == nil:
	case c.Stage == app.CollectRunning && c.Section != "":
		l.show(l.text.T("cli.progress.section", "done", int64(c.Done), "total", int64(c.Total), "name", c.Section))
	case c.Stage != app.CollectRunning:
		l.show(l.text.T("cli.progress.collect." + string(c.Stage)))
	}
}

// longRead is from how many bytes on reading takes long enough to be watched.
const longRead = 64 << 20

// bytes shows how much of a long log was read.
func (l *progress) bytes(done, total int64) {
	if l.w == nil || total < longRead || done >= total {
		return
	}
	l.show(l.text.T("cli.progress.read", "done", done>>20, "total", total>>20))
}

// show replaces the line if there is news.
func (l *progress) show(line string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	line = cut(line, pageWidth-1) // one less: no terminal wraps
	if line == l.shown {
		return
	}
	l.shown = line
	_, _ = io.WriteString(l.w, "\r\x1b[K"+line)
}

// line says what is known now: the verdict so far, or how far the path got.
func (l *progress) line(c app.Check) string {
	if c.Verdict != nil {
		return l.text.T("cli.progress.verdict",
			"badge", l.text.T("verdict."+string(c.Verdict.Code)+".badge"),
			"sure", l.text.T("verdict.confidence."+string(c.Verdict.Confidence)))
	}
	last, ok := c.Path.Last()
	if !ok {
		return l.text.T("cli.progress.start", "name", diag.Clean(c.Input, longestQuote))
	}
	return l.text.T("cli.progress.hop", "ttl", last.TTL, "router", stationName(last.Replies[len(last.Replies)-1]))
}

// clear takes the line away before the answer is printed.
func (l *progress) clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.shown != "" {
		_, _ = io.WriteString(l.w, "\r\x1b[K")
		l.shown = ""
	}
}
