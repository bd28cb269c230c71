package cli

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"syscall"
)

// interruptible gives a context that ^C ends; a second ^C kills the program, as
// it would any other.
func interruptible(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	return ctx, stop
}

// check runs a live check. ^C ends it early and what is known so far is
// printed.
func (p *program) check(ctx context.Context, c call) error {
	if err := p.knownProvider(c.check.Provider); err != nil {
		return err
	}
	ctx, stop := interruptible(ctx)
	defer stop()

	target := c.operands[0]
	show := p.startProgress()
	result, err := p.session.Check(ctx, target, c.check, show.update)
	show.clear()

	stopped := result.Cancelled || errors.Is(err, context.Canceled)
	if err != nil && result.Verdict == nil && !stopped {
		return explain(err, target)
	}
	result.Cancelled = stopped
	if err := p.answer(c, checkObject(result), func(out *page) { out.check(result) }); err != nil {
		return err
	}
	if err == nil && stopped {
		err = context.Canceled
	}
	if err == nil {
		return nil
	}
	f := explain(err, target)
	f.answered = true
	return f
}

// knownProvider refuses a --provider that has no profile.
func (p *program) knownProvider(id string) error {
	if id == "" {
		return nil
	}
	var have []string
	for _, profile := range p.session.Providers().All() {
		if profile.ID == id {
			return nil
		}
		have = append(have, profile.ID)
	}
	return wrongCall("provider", "value", id, "list", have)
}
