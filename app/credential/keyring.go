package credential

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/zalando/go-keyring"
)

// service names the program in the keyring. It has no colon: go-keyring on
// Windows takes what stands before one for a group.
const service = "latchkey"

// Keyring is what a Store needs of the system. Its calls may block until a
// person has answered a question.
type Keyring interface {
	Set(name, secret string) error
	Get(name string) (string, error)
	Delete(name string) error
	// Look says how it is without asking anybody anything; the zero Condition if
	// that cannot be said.
	Look() Condition
}

// System is the keyring of this system: Secret Service, Keychain, Credential
// Manager.
func System() Keyring { return system{} }

type system struct{}

func (system) Set(name, secret string) error { return reached(keyring.Set, name, secret) }

func (system) Get(name string) (string, error) {
	if c := look(); c.State == Absent {
		return "", &Trouble{c}
	}
	return keyring.Get(service, name)
}

func (system) Delete(name string) error {
	return reached(func(service, name, _ string) error { return keyring.Delete(service, name) }, name, "")
}

func (system) Look() Condition { return look() }

// reached keeps go-keyring from starting a message bus of its own where there is
// none: nobody would end it.
func reached(work func(service, name, secret string) error, name, secret string) error {
	if c := look(); c.State == Absent && c.Reason != NoCollection {
		return &Trouble{c}
	}
	return work(service, name, secret)
}

// Limits of a call: answerTime leaves a person time to type the keyring's
// password, lookTime is for a question that asks nobody.
const (
	answerTime = 60 * time.Second
	lookTime   = 3 * time.Second
)

// call runs work, which cannot be ended, for at most limit. One runs at a time:
// behind a question that nobody answered others would only pile up. late is told
// of a success that came after the caller had gone; nil: nobody cares.
func (s *Store) call(ctx context.Context, limit time.Duration, work func() error, late func()) error {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case s.turn <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return trouble(Locked, NoAnswer, nil)
	}
	done, gone := make(chan error), make(chan struct{})
	defer close(gone)
	go func() {
		defer func() { <-s.turn }()
		err := protect(work)
		select {
		case done <- err:
		case <-gone:
			if err == nil && late != nil {
				late()
			}
		}
	}()
	select {
	case err := <-done:
		return classify(err)
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return trouble(Locked, NoAnswer, nil)
	}
}

// protect turns a panic into an error: go-keyring takes the answers of the bus
// for what it expects, and reads from a connection that may have ended.
func protect(work func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = errors.New("the keyring's answer cannot be read")
		}
	}()
	if err := work(); err != nil {
		return fmt.Errorf("ask the keyring: %w", err)
	}
	return nil
}
