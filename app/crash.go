package app

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"time"
)

// Crash is what is known of a run that ended against its will.
type Crash struct {
	Time time.Time // when the runtime wrote its last words, by the file's clock
	Path string    // the report on disk
	Text string    // the report, redacted
}

// The files of folder «crash».
const (
	crashFolder  = "crash"
	crashRunning = "running.txt" // what the runtime would write into
	crashReport  = "report.txt"  // redacted, until the person discards it
	crashLimit   = 1 << 20       // bytes that are looked at: some thousand goroutines
)

// WatchCrashes lets the runtime write its last words into a file, after making
// the report of a crash of the run before. Only the one window of a home calls
// it, so that no two runs write the same file. The function it gives ends the
// watch of a run that ends well.
//
// The words are redacted at the next start and not by a second process that
// waits for them: that would cost memory in every run for the rare one that
// ends badly. Until then they lie in a folder that only the person can open.
func (s *Session) WatchCrashes() (end func(), err error) {
	dir := filepath.Join(s.config.Home, crashFolder)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("watch for crashes: %w", err)
	}
	path := filepath.Join(dir, crashRunning)
	if err := s.keepCrash(path); err != nil {
		return nil, fmt.Errorf("keep the report of a crash: %w", err)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("watch for crashes: %w", err)
	}
	_, err = fmt.Fprintf(f, "latchkey %s %s/%s %s\n\n", s.config.Version, runtime.GOOS, runtime.GOARCH, runtime.Version())
	err = errors.Join(err, debug.SetCrashOutput(f, debug.CrashOptions{}), f.Close())
	if err != nil {
		return nil, fmt.Errorf("watch for crashes: %w", err)
	}
	return func() {
		// Nobody is left to tell; a file with a heading alone is no crash.
		_ = errors.Join(debug.SetCrashOutput(nil, debug.CrashOptions{}), os.Remove(path))
	}, nil
}

// keepCrash makes a report of what the run before has left, and removes that.
func (s *Session) keepCrash(path string) error {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	raw, err := io.ReadAll(io.LimitReader(f, crashLimit))
	info, statErr := f.Stat()
	if err := errors.Join(err, statErr, f.Close()); err != nil {
		return err
	}
	heading, words, _ := bytes.Cut(raw, []byte("\n\n"))
	if len(bytes.TrimSpace(words)) > 0 {
		at := info.ModTime().UTC().Format(time.RFC3339)
		text := redactHeading(string(heading)) + "\n" + at + "\n\n" + redactCrash(string(words))
		if err := writeFile(s.crashPath(), []byte(text)); err != nil {
			return err
		}
	}
	return os.Remove(path)
}

// LastCrash gives the report of the last crash that was not discarded.
func (s *Session) LastCrash() (Crash, bool) {
	path := s.crashPath()
	info, err := os.Stat(path)
	if err != nil {
		return Crash{}, false
	}
	text, err := readFile(path, 2*crashLimit) // «‹…›» is longer than what it stands for
	if err != nil || len(text) == 0 {
		return Crash{}, false
	}
	c := Crash{Time: info.ModTime(), Path: path, Text: string(text)}
	if lines := bytes.SplitN(text, []byte("\n"), 3); len(lines) == 3 {
		if at, err := time.Parse(time.RFC3339, string(lines[1])); err == nil {
			c.Time = at
		}
	}
	return c, true
}

// DiscardCrash forgets the last crash.
func (s *Session) DiscardCrash() error {
	if err := os.Remove(s.crashPath()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("discard the report of a crash: %w", err)
	}
	return nil
}

func (s *Session) crashPath() string { return filepath.Join(s.config.Home, crashFolder, crashReport) }
