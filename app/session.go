// Package app answers «what can one do with this server's case?». Session is
// the one object both faces (window and terminal) talk to: it runs checks,
// reads what the person has at hand, and owns every goroutine, cancellation
// and progress report. It knows no widget and no language.
package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"sync"

	"latchkey/app/credential"
	"latchkey/diag/provider"
	"latchkey/diag/trace"
)

// Sentinels a face turns into a sentence and a next step.
var (
	ErrBadTarget   = trace.ErrBadTarget
	ErrUnknownHost = trace.ErrUnknownHost
	ErrNoResolver  = trace.ErrNoResolver
	ErrNoFamily    = trace.ErrNoFamily
	ErrMethod      = trace.ErrMethod
	ErrClassic     = trace.ErrClassic
	ErrNoNetwork   = errors.New("this computer cannot send to the internet")
	ErrProvider    = errors.New("no such provider")
	ErrTooLarge    = errors.New("input is too large")
	ErrEmpty       = errors.New("input is empty")
	ErrFolder      = errors.New("input is a folder")
	errNotReached  = errors.New("the path did not reach its target")
)

// Config is what main wires together.
type Config struct {
	Home    string // folder of all files
	Assets  fs.FS  // package assets
	Version string
	// Accounts leads questions to providers and the keyring elsewhere, for tests;
	// the zero value is the real thing.
	Accounts Accounts
}

// Session is the program's state. Its methods are safe for concurrent use.
type Session struct {
	config    Config
	providers *provider.Set
	problems  []provider.Problem
	damage    error // of the settings
	network   network
	routable  func(netip.Addr) bool
	logins    *credential.Store
	asking    chan struct{} // held while a provider is asked
	desk      func() desk
	mu        sync.Mutex
	settings  Settings
}

// Open loads data and settings. Faulty files of the user do not stop it; see
// Problems and Damage.
func Open(c Config) (*Session, error) {
	s := &Session{config: c, network: trace.Tracer{}, routable: routable}
	shipped, err := fs.Sub(c.Assets, "providers")
	if err != nil {
		return nil, fmt.Errorf("open providers: %w", err)
	}
	own := os.DirFS(filepath.Join(c.Home, "providers"))
	s.providers, s.problems = provider.Load(shipped, own)
	if len(s.providers.All()) == 0 {
		return nil, fmt.Errorf("open providers: %w", errors.Join(problemErrors(s.problems)...))
	}
	s.desk = openDesk(c)
	s.settings, s.damage = loadSettings(c.Home)
	s.logins, s.asking = openLogins(c), make(chan struct{}, 1)
	return s, nil
}

func problemErrors(problems []provider.Problem) []error {
	errs := make([]error, len(problems))
	for i, p := range problems {
		errs[i] = p
	}
	return errs
}

// Providers is the set of profiles in use.
func (s *Session) Providers() *provider.Set { return s.providers }

// Problems are the faulty provider files, which are not used.
func (s *Session) Problems() []provider.Problem { return s.problems }

// Damage says what was wrong with the settings file, nil if nothing.
func (s *Session) Damage() error { return s.damage }

// Version is the program's version.
func (s *Session) Version() string { return s.config.Version }

// Start runs Check in a goroutine of the session; Stop on the result ends it.
func (s *Session) Start(input string, o CheckOptions, onChange func(Check)) *Running {
	ctx, cancel := context.WithCancel(context.Background())
	r := &Running{cancel: cancel, done: make(chan struct{})}
	go func() {
		defer close(r.done)
		defer cancel()
		// The last snapshot carries the error; there is nobody else to tell.
		_, _ = s.Check(ctx, input, o, onChange)
	}()
	return r
}

// Behind runs long work (reading, sorting, searching) in a goroutine of the
// session; Stop on the result ends its context. work hands over its result
// itself.
func (s *Session) Behind(work func(ctx context.Context)) *Running {
	ctx, cancel := context.WithCancel(context.Background())
	r := &Running{cancel: cancel, done: make(chan struct{})}
	go func() {
		defer close(r.done)
		defer cancel()
		work(ctx)
	}()
	return r
}

// Running is a check, or other work, in progress.
type Running struct {
	cancel context.CancelFunc
	done   chan struct{}
}

// Stop ends the check at once; its last snapshot has Cancelled set.
func (r *Running) Stop() { r.cancel() }

// Done is closed when the last snapshot has been handed out.
func (r *Running) Done() <-chan struct{} { return r.done }
