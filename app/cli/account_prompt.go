package cli

import (
	"context"
	"errors"
	"io"
	"os"

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
func (a *prompt) shown(name string) (string, error) { return a.ask(name, true) }

// secrets asks for all secrets of a kind of login; an empty line is none.
func (a *prompt) secrets(k credential.Kind) (map[credential.Field]diag.Secret, error) {
	all := map[credential.Field]diag.Secret{}
	for _, f := range k.Fields() {
		text, err := a.ask(string(f), false)
		if err != nil {
			return nil, err
		}
		if s := diag.NewSecret(text); !s.IsZero() {
			all[f] = s
		}
	}
	return all, nil
}

// ask reads one answer, on a terminal without showing it unless echo.
func (a *prompt) ask(name string, echo bool) (text string, err error) {
	if a.file == nil {
		text, err = awaited(a.ctx, func() (string, error) { return readLine(a.p.env.In) })
	} else {
		_, _ = io.WriteString(a.p.env.Err, a.p.text.T("cli.account.ask."+name)+" ")
		text, err = readTyped(a.ctx, a.file, a.fd, echo)
		if !echo {
			_, _ = io.WriteString(a.p.env.Err, "\n") // the person's own was not shown
		}
	}
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return text, err
}
