package cli

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"latchkey/app/credential"
	"latchkey/diag"
)

// prompt asks a person for what nobody else should see. On a terminal nothing of
// it is shown; elsewhere standard input has one line for each answer, and nothing
// is asked.
type prompt struct {
	ctx  context.Context
	p    *program
	file *os.File // the terminal; nil if standard input is none
	fd   int      // of file, asked for once: a question that was given up may still hold it
}

func (p *program) startPrompt(ctx context.Context) *prompt {
	a := &prompt{ctx: ctx, p: p}
	if f, ok := p.env.In.(*os.File); ok {
		if fd := int(f.Fd()); term.IsTerminal(fd) {
			a.file, a.fd = f, fd
		}
	}
	return a
}

// say writes a sentence for whoever is asked, and an address on a line of its
// own, so that it can be copied whole.
func (a *prompt) say(key, url string) {
	out := a.p.page()
	out.paragraph("", a.p.text.T(key))
	out.line(plain, "  "+url)
	_, _ = io.WriteString(a.p.env.Err, out.String())
}

// shown asks for something that may be seen while it is typed.
func (a *prompt) shown(name string) (string, error) { return a.ask(name, readLine) }

// secrets asks for all secrets of a kind of login; an empty line is none.
func (a *prompt) secrets(k credential.Kind) (map[credential.Field]diag.Secret, error) {
	all := map[credential.Field]diag.Secret{}
	for _, f := range k.Fields() {
		text, err := a.ask(string(f), a.hidden)
		if err != nil {
			return nil, err
		}
		if s := diag.NewSecret(text); !s.IsZero() {
			all[f] = s
		}
	}
	return all, nil
}

// hidden reads a line without showing it.
func (a *prompt) hidden(r io.Reader) (string, error) {
	if a.file == nil {
		return readLine(r)
	}
	b, err := term.ReadPassword(a.fd)
	_, _ = io.WriteString(a.p.env.Err, "\n") // the person's own was not shown
	return string(b), err
}

// ask reads one answer. ^C ends it and leaves the terminal as it was: without
// that, the shell would go on showing nothing.
func (a *prompt) ask(name string, read func(io.Reader) (string, error)) (string, error) {
	restore := func() {}
	if a.file != nil {
		if state, err := term.GetState(a.fd); err == nil {
			restore = func() { _ = term.Restore(a.fd, state) }
		}
		_, _ = io.WriteString(a.p.env.Err, a.p.text.T("cli.account.ask."+name)+" ")
	}
	type line struct {
		text string
		err  error
	}
	done := make(chan line, 1)
	go func() {
		text, err := read(a.p.env.In)
		done <- line{text, err}
	}()
	select {
	case l := <-done:
		if errors.Is(l.err, io.EOF) {
			l.err = nil
		}
		return l.text, l.err
	case <-a.ctx.Done():
		restore()
		return "", a.ctx.Err()
	}
}

// longestLine bounds an answer: the largest keyring takes 64 KB.
const longestLine = 64 << 10

// readLine reads one line and not a byte more, so that the next question finds
// its own.
func readLine(r io.Reader) (string, error) {
	var b strings.Builder
	one := make([]byte, 1)
	for b.Len() <= longestLine {
		n, err := r.Read(one)
		if n == 1 {
			if one[0] == '\n' {
				break
			}
			b.WriteByte(one[0])
		}
		if err != nil {
			return strings.TrimSuffix(b.String(), "\r"), err
		}
	}
	return strings.TrimSuffix(b.String(), "\r"), nil
}
