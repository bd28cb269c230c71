package cli

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/term"

	"latchkey/app"
)

// System is the Env of a real run: the process's own streams and settings.
func System(config app.Config) Env {
	plain := os.Getenv("TERM") == "dumb"
	env := Env{
		In: os.Stdin, Out: os.Stdout, Err: os.Stderr,
		OutColour:   !plain && os.Getenv("NO_COLOR") == "" && terminal(os.Stdout),
		ErrTerminal: !plain && terminal(os.Stderr),
		Now:         time.Now,
		Language:    language(),
		Config:      config,
	}
	if term.IsTerminal(int(os.Stdin.Fd())) && env.ErrTerminal {
		env.Secret = readSecret
	}
	return env
}

// readSecret reads a line from the terminal. It gives up when ctx ends, and
// leaves the terminal as it was: a read that waits cannot be taken back.
func readSecret(ctx context.Context, echo bool) (string, error) {
	fd := int(os.Stdin.Fd())
	before, err := term.GetState(fd)
	if err != nil {
		return "", err
	}
	type typed struct {
		text string
		err  error
	}
	got := make(chan typed, 1)
	go func() {
		if echo {
			text, err := bufio.NewReader(io.LimitReader(os.Stdin, mostTyped)).ReadString('\n')
			got <- typed{strings.TrimRight(text, "\r\n"), err}
			return
		}
		text, err := term.ReadPassword(fd)
		got <- typed{string(text), err}
	}()
	select {
	case t := <-got:
		return t.text, t.err
	case <-ctx.Done():
		return "", errors.Join(ctx.Err(), term.Restore(fd, before))
	}
}

// mostTyped bounds a line somebody types, in bytes.
const mostTyped = 4096

// terminal reports whether f is a terminal that obeys control sequences.
func terminal(f *os.File) bool {
	return term.IsTerminal(int(f.Fd())) && obeysSequences(f)
}

// language is what the environment asks for, in the order of POSIX, else what
// the system itself says.
func language() string {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if v := os.Getenv(name); v != "" {
			return v
		}
	}
	return systemLanguage()
}
