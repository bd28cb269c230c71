package app

import (
	"context"
	"errors"
	"sync"

	"latchkey/app/credential"
	"latchkey/diag"
	"latchkey/diag/evidence"
)

// SSHQuestion asks a person for a secret of SSH.
type SSHQuestion struct {
	evidence.Question
	// Savable: it is a password or a passphrase, which a keyring can keep. What a
	// server asks by itself is neither.
	Savable bool
	// Saved: the one from the keyring was tried and not accepted.
	Saved bool
}

// SSHSecrets answers what SSH asks for: from the saved logins first, then from a
// person. What was typed to be kept is saved by Keep, once it was accepted.
type SSHSecrets struct {
	s      *Session
	person func(context.Context, SSHQuestion) (secret diag.Secret, keep bool, err error)
	mu     sync.Mutex
	tried  map[string]bool // the saved ones that were handed out, by ID
	typed  map[string]credential.Login
}

// SSHSecrets begins with a connection; person may be called several times, one
// after the other.
func (s *Session) SSHSecrets(person func(context.Context, SSHQuestion) (diag.Secret, bool, error)) *SSHSecrets {
	return &SSHSecrets{s: s, person: person, tried: map[string]bool{}, typed: map[string]credential.Login{}}
}

// sshLogin is the saved login that may answer a question; false if none may: an
// Answer goes to a question that the server thought of.
func sshLogin(q evidence.Question) (credential.Kind, credential.Field, string, bool) {
	switch q.Kind {
	case evidence.Password:
		return credential.SSHPassword, credential.Password, q.Host.String(), true
	case evidence.Passphrase:
		return credential.SSHKey, credential.Passphrase, q.File, true
	}
	return "", "", "", false
}

// Ask is the evidence.Asker.
func (a *SSHSecrets) Ask(ctx context.Context, q evidence.Question) (string, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	kind, field, name, savable := sshLogin(q)
	id := credential.IDOf(kind, name)
	if savable && q.Again == 0 && !a.tried[id] {
		secret, err := a.s.Secret(ctx, id, field)
		switch {
		case ctx.Err() != nil:
			return "", ctx.Err()
		case err == nil && !secret.IsZero():
			a.tried[id] = true
			return secret.Reveal(), nil
		}
		// A keyring that is locked or away: the person knows it as well.
	}
	delete(a.typed, id) // it was wrong
	secret, keep, err := a.person(ctx, SSHQuestion{Question: q, Savable: savable, Saved: a.tried[id] && q.Again == 1})
	if err != nil {
		return "", err
	}
	if savable && keep {
		a.typed[id] = credential.Login{Kind: kind, Name: name, Secrets: map[credential.Field]diag.Secret{field: secret}}
	}
	return secret.Reveal(), nil
}

// Keep saves what was typed to be kept; call it once the server accepted it.
func (a *SSHSecrets) Keep(ctx context.Context) (err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for id, l := range a.typed {
		err = errors.Join(err, a.s.SaveLogin(ctx, l))
		delete(a.typed, id)
	}
	return err
}
