package cli

import (
	"io"
	"sync"

	"latchkey/app"
	"latchkey/diag"
	"latchkey/i18n"
)

// progress is the one live line of a running check. It exists on terminals
// only; elsewhere its writer is nil and nothing is shown.
type progress struct {
	w     io.Writer
	text  *i18n.Text
	shown string
}

func (p *program) startProgress() *progress {
	if !p.env.ErrTerminal {
		return &progress{}
	}
	return &progress{w: p.env.Err, text: p.text}
}

// update shows a snapshot. Session calls it from one goroutine.
func (l *progress) update(c app.Check) {
	if l.w == nil {
		return
	}
	line := cut(l.line(c), pageWidth-1) // one less: no terminal wraps
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
	if l.shown != "" {
		_, _ = io.WriteString(l.w, "\r\x1b[K")
	}
}

// readProgress gives the callback that shows how much of a long log was read;
// nil where nothing is shown.
func (p *program) readProgress(c call) func(done, total int64) {
	l := p.startProgress()
	if l.w == nil || c.json {
		return nil
	}
	var mu sync.Mutex // it is called from several goroutines
	return func(done, total int64) {
		mu.Lock()
		defer mu.Unlock()
		if total < 2*readStep || done >= total {
			l.clear()
			return
		}
		line := l.text.T("cli.progress.read", "done", l.text.Number(float64(done>>20), 0), "total", l.text.Number(float64(total>>20), 0))
		if line != l.shown {
			l.shown = line
			_, _ = io.WriteString(l.w, "\r\x1b[K"+line)
		}
	}
}

// readStep is from how many bytes on reading takes long enough to be watched.
const readStep = 32 << 20
