// Package app answers «what can one do with this server's case?». Session is
// the one object both faces (window and terminal) talk to: it runs checks,
// reads what the person has at hand, and owns every goroutine, cancellation
// and progress report. It knows no widget and no language.
package app

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"sync"

	"latchkey/diag/provider"
	"latchkey/diag/trace"
)

// Sentinels a face turns into a sentence and a next step.
var (
	ErrBadTarget   = errors.New("not a host name or address")
	ErrUnknownHost = errors.New("name has no address")
	ErrNoResolver  = errors.New("no name server answers")
	ErrNoFamily    = errors.New("name has no address of that family")
	ErrTooLarge    = errors.New("input is too large")
	ErrEmpty       = errors.New("input is empty")
)

// Config is what main wires together.
type Config struct {
	Home    string // folder of all files; "" means the system's place
	Assets  fs.FS  // package assets
	Version string
}

// Session is the program's state. Its methods are safe for concurrent use.
type Session struct {
	config    Config
	providers *provider.Set
	mu        sync.Mutex
	settings  Settings
}

// Open loads data and settings.
func Open(c Config) (*Session, error) { return nil, errors.New("not yet") }

// Providers is the set of profiles in use.
func (s *Session) Providers() *provider.Set { return s.providers }

// Check runs a whole check and blocks until it is over or ctx ends. onChange
// gets a fresh snapshot after every change, from Check's own goroutine; it must
// not block long. The last snapshot is also the result. The error says why
// there is no answer; then Result.Err is the same.
func (s *Session) Check(ctx context.Context, input string, o CheckOptions, onChange func(Check)) (Check, error) {
	return Check{}, errors.New("not yet")
}

// Start runs Check in a goroutine of the session; Stop on the result ends it.
func (s *Session) Start(input string, o CheckOptions, onChange func(Check)) *Running {
	ctx, cancel := context.WithCancel(context.Background())
	r := &Running{cancel: cancel, done: make(chan struct{})}
	go func() {
		defer close(r.done)
		_, _ = s.Check(ctx, input, o, onChange)
	}()
	return r
}

// Running is a check in progress.
type Running struct {
	cancel context.CancelFunc
	done   chan struct{}
}

// Stop ends the check at once; its last snapshot has Cancelled set.
func (r *Running) Stop() { r.cancel() }

// Done is closed when the last snapshot has been handed out.
func (r *Running) Done() <-chan struct{} { return r.done }

// Reading is what Read made of an input.
type Reading struct {
	Kind     string // «trace», «ping», «unrecognised»; later kinds as in the contract
	Format   string // name of the reader, e.g. «traceroute», «tracert»
	Check    Check  // for a trace: Path, Places and Verdict are set
	Ping     *trace.Ping
	Lines    Lines
	Warnings []Warning
}

// Lines counts the input's lines and those that were understood.
type Lines struct{ Total, Understood int }

// Warning is a line that could not be used as it stands.
type Warning struct {
	Code string
	Line int    // 1-based
	Text string // the line, cleaned
}

// Read recognises and reads a printed trace or ping (at most 20 MB).
func (s *Session) Read(ctx context.Context, name string, r io.Reader, o CheckOptions) (Reading, error) {
	return Reading{}, errors.New("not yet")
}

// Example is the case shipped with the program.
func (s *Session) Example() (Reading, error) { return Reading{}, errors.New("not yet") }

// Settings are the person's choices. The zero value is the default.
type Settings struct {
	Language   string `json:"language,omitempty"`  // "" follows the system
	Theme      string `json:"theme,omitempty"`     // "", "light", "dark"
	TextSize   string `json:"text_size,omitempty"` // "", "large", "largest"
	LessMotion bool   `json:"less_motion,omitempty"`
	NoNames    bool   `json:"no_names,omitempty"` // ask no name server for routers' names
}

// Settings gives the current settings.
func (s *Session) Settings() Settings {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.settings
}

// SetSettings keeps new settings and writes them to the program's folder.
func (s *Session) SetSettings(new Settings) error { return errors.New("not yet") }
