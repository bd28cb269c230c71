// Package cli is the terminal face: it answers «what does the session say?» in
// text for people (in their language, verdict first) or in the JSON of the
// command-line contract. It decides nothing about networks or locks; that is
// left to app and the packages below it. It knows no widget.
//
// What goes where: the answer, and nothing else, goes to Out; progress and
// error sentences go to Err. With --json Out gets exactly one object, also for
// an error. Colour only repeats what words say, and appears only on a terminal.
package cli

import (
	"context"
	"io"
	"slices"
	"time"

	"latchkey/app"
	"latchkey/i18n"
)

// The exit statuses of the contract.
const (
	statusAnswered   = 0 // whatever the answer is
	statusUnanswered = 1 // network down, unreadable file, unknown host, stopped
	statusWrongCall  = 2 // the person has to type something else
)

// Env is what the program finds around it.
type Env struct {
	In          io.Reader
	Out, Err    io.Writer
	OutColour   bool // Out is a terminal that shows colours
	ErrTerminal bool // Err is a terminal on which a line can be overwritten
	// Secret reads a line of what the person types, without showing it unless echo;
	// nil: nobody sits at a terminal.
	Secret   func(ctx context.Context, echo bool) (string, error)
	Now      func() time.Time // this computer's clock and time zone
	Language string           // what the system is set to («de_DE.UTF-8»); "" if it does not say
	Config   app.Config
}

// Run does what args (without the program's name) ask for and gives the exit
// status. Ending ctx stops a running check as ^C does.
func Run(ctx context.Context, args []string, env Env) int {
	p, err := start(env)
	if err != nil {
		return statusUnanswered
	}
	c, err := parse(args)
	wrongLanguage := p.useLanguage(c) // first, so that the next error is said in it
	if err == nil {
		err = wrongLanguage
	}
	if err == nil {
		err = p.perform(ctx, c)
	}
	return p.report(err, c.json)
}

// program is one run of the terminal face.
type program struct {
	env     Env
	texts   *i18n.Catalogue
	text    *i18n.Text // in the language of the person
	session *app.Session
}

// start loads the texts. They are part of the program: when they cannot be read
// there are no words to say it with but the error's own.
func start(env Env) (*program, error) {
	texts, err := i18n.Load()
	if err != nil {
		_, _ = io.WriteString(env.Err, "latchkey: "+err.Error()+"\n")
		return nil, err
	}
	return &program{env: env, texts: texts, text: texts.For(texts.Match(env.Language))}, nil
}

// perform does what a call asks for.
func (p *program) perform(ctx context.Context, c call) error {
	if c.help {
		return p.helpOn(c)
	}
	if c.verb.session {
		if err := p.open(c); err != nil {
			return err
		}
	}
	return c.verb.run(p, ctx, c)
}

// useLanguage follows --lang.
func (p *program) useLanguage(c call) error {
	tag := c.lang
	if tag == "" {
		return nil
	}
	for _, have := range p.texts.Languages() {
		if have == tag {
			p.text = p.texts.For(tag)
			return nil
		}
	}
	if slices.Contains(c.verb.languages, tag) { // of what is written, not of what is said here
		return nil
	}
	return wrongCall("language", "value", tag, "list", p.texts.Languages())
}

// open starts the session. The language chosen in the settings beats that of
// the system, --lang beats both.
func (p *program) open(c call) error {
	if p.env.Config.Home == "" {
		return unanswered("no-home")
	}
	if c.verb.keeps || c.inCase != "" {
		if err := p.home(); err != nil {
			return err
		}
	}
	s, err := app.Open(p.env.Config)
	if err != nil {
		return err
	}
	p.session = s
	if chosen := s.Settings().Language; chosen != "" && c.lang == "" {
		p.text = p.texts.For(p.texts.Match(chosen))
	}
	return nil
}

// answer writes the JSON object or the page for people.
func (p *program) answer(c call, object any, write func(*page)) error {
	if c.json {
		return unwritten(writeJSON(p.env.Out, object))
	}
	out := p.page()
	out.colour = p.env.OutColour
	write(out)
	return p.write(out.String())
}

// write writes an answer that is text.
func (p *program) write(text string) error {
	_, err := io.WriteString(p.env.Out, text)
	return unwritten(err)
}

// unwritten says that an answer did not arrive; nobody reads another one there.
func unwritten(err error) error {
	if err == nil {
		return nil
	}
	f := unanswered("unwritten", "detail", err.Error())
	f.answered = true
	return f
}

// page is an empty page in the language of the person.
func (p *program) page() *page { return &page{text: p.text, now: p.env.Now()} }
