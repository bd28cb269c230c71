package cli

import (
	"context"
	"io"
	"strings"

	"latchkey/app"
	"latchkey/diag/evidence"
)

// people lets the person at the terminal answer what a login asks; without a
// terminal nobody does. What is met is told of the last key that is not on
// record.
func (p *program) people(ctx context.Context, show *progress, o *app.CollectOptions) (met *evidence.Contact) {
	met = &evidence.Contact{}
	o.Trust = func(_ context.Context, c evidence.Contact) (bool, error) {
		*met = c
		if p.env.Secret == nil {
			return false, nil
		}
		show.clear()
		return p.trust(ctx, c)
	}
	if p.env.Secret != nil {
		o.Ask = func(ctx context.Context, q evidence.Question) (string, error) {
			show.clear()
			return p.question(ctx, q)
		}
	}
	return met
}

// trust shows a key that is not on record and wants a whole word, as ssh does.
func (p *program) trust(ctx context.Context, c evidence.Contact) (bool, error) {
	out := p.page()
	key := "cli.ask.key"
	if c.Rescue {
		key = "cli.ask.key.rescue"
	}
	out.paragraph("", p.text.T(key, "name", value(c.Alias), "address", c.Address, "kind", c.Kind))
	out.line(bold, "  "+c.Fingerprint)
	out.paragraph("", p.text.T("cli.ask.compare"))
	if _, err := io.WriteString(p.env.Err, out.String()+p.text.T("cli.ask.yes")+" "); err != nil {
		return false, err
	}
	word, err := p.env.Secret(ctx, true)
	if err != nil {
		return false, err
	}
	word = strings.ToLower(strings.TrimSpace(word))
	return word == "yes" || word == strings.ToLower(p.text.T("cli.ask.yes.word")) || word == strings.ToLower(c.Fingerprint), nil
}

// question asks for a secret; the server's own words stand as a quotation.
func (p *program) question(ctx context.Context, q evidence.Question) (string, error) {
	t, words := p.text, ""
	switch q.Kind {
	case evidence.Passphrase:
		words = t.T("cli.ask.passphrase", "file", value(q.File))
	case evidence.Password:
		words = t.T("cli.ask.password", "host", value(q.Host.String()))
	default:
		words = t.T("cli.ask.answer", "host", value(q.Host.String()), "text", strings.TrimSpace(value(q.Instruction)+" "+value(q.Prompt)))
	}
	if q.Again > 0 {
		words = t.T("cli.ask.again") + " " + words
	}
	if _, err := io.WriteString(p.env.Err, words+" "); err != nil {
		return "", err
	}
	secret, err := p.env.Secret(ctx, q.Echo)
	if !q.Echo { // the line end was not shown either
		_, _ = io.WriteString(p.env.Err, "\n")
	}
	return secret, err
}
