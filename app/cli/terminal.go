package cli

import (
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

// readSecret reads a line that the person types at standard input.
func readSecret(ctx context.Context, echo bool) (string, error) {
	return readTyped(ctx, os.Stdin, int(os.Stdin.Fd()), echo)
}

// readTyped reads a line from a terminal, whose descriptor is fd, without showing
// it unless echo. When ctx ends it leaves the terminal as it was: without that,
// the shell would go on showing nothing.
func readTyped(ctx context.Context, f *os.File, fd int, echo bool) (string, error) {
	before, err := term.GetState(fd)
	if err != nil {
		return "", err
	}
	text, err := awaited(ctx, func() (string, error) {
		if echo {
			return readLine(f)
		}
		b, err := term.ReadPassword(fd)
		return string(b), err
	})
	if ctx.Err() != nil {
		return "", errors.Join(ctx.Err(), term.Restore(fd, before))
	}
	return text, err
}

// awaited waits for a read and gives up when ctx ends: a read that waits for a
// person cannot be taken back.
func awaited(ctx context.Context, read func() (string, error)) (string, error) {
	type line struct {
		text string
		err  error
	}
	got := make(chan line, 1)
	go func() {
		text, err := read()
		got <- line{text, err}
	}()
	select {
	case l := <-got:
		return l.text, l.err
	case <-ctx.Done():
		return "", ctx.Err()
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
