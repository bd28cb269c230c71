package cli

import (
	"os"
	"time"

	"golang.org/x/term"

	"latchkey/app"
)

// System is the Env of a real run: the process's own streams and settings.
func System(config app.Config) Env {
	plain := os.Getenv("TERM") == "dumb"
	return Env{
		In: os.Stdin, Out: os.Stdout, Err: os.Stderr,
		OutColour:   !plain && os.Getenv("NO_COLOR") == "" && terminal(os.Stdout),
		ErrTerminal: !plain && terminal(os.Stderr),
		Now:         time.Now,
		Language:    language(),
		Config:      config,
	}
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
