package app

import (
	"context"
	"errors"

	"latchkey/app/casefile"
	"latchkey/diag"
)

// LockFlag is a question a watch can ask: what the provider itself says about a
// case's address, with the saved logins. Nothing of it is written into the case.
// It ends, with an error, where asking again would be wrong: no login, a login
// that was refused, an address that is not known.
func (s *Session) LockFlag(m casefile.Case) func(context.Context) (diag.Answer, error) {
	return func(ctx context.Context) (diag.Answer, error) {
		addresses, profile, err := s.subject(m)
		if err != nil {
			return diag.NotAsked, err
		}
		asked, err := s.AskProvider(ctx, addresses, profile, AskOptions{})
		if err != nil {
			return diag.NotAsked, err
		}
		return flagOf(asked)
	}
}

// flagOf is one answer of several: Yes if any says so. That the provider wants
// to be asked later is no error.
func flagOf(asked Asked) (diag.Answer, error) {
	flag, failed := diag.NotAsked, error(nil)
	for _, a := range asked.Answers {
		for _, s := range a.States {
			if s.Locked == diag.Yes || s.Locked == diag.No && flag == diag.NotAsked {
				flag = s.Locked
			}
		}
		if a.Err != nil && !errors.As(a.Err, new(*AskLater)) {
			failed = a.Err
		}
	}
	if flag != diag.NotAsked {
		return flag, nil
	}
	return flag, failed
}
