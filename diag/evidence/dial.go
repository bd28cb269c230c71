package evidence

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/crypto/ssh"

	"latchkey/diag"
)

// Connection is a server that was logged in to.
type Connection struct {
	// Fingerprint is that of the key the server showed, Version what it calls
	// itself, Banner what it said before the login; cleaned, at most 2,000
	// characters.
	Fingerprint, Version, Banner string
	client                       *ssh.Client
	below                        *Connection // the jump host; nil if none
	limits                       Limits
	silent                       atomic.Bool // gave no sign of life
}

// mostBanner is how much of a banner is kept, in characters.
const mostBanner = 2000

// Connect logs in. A *ChangedKeyError, or one of the sentinels, says why it did
// not; an error of Ask or Trust comes back as it is.
func Connect(ctx context.Context, o Options) (*Connection, error) {
	o.Limits = o.Limits.usual()
	if !o.Host.valid() || o.Jump != nil && !o.Jump.valid() {
		return nil, ErrHost
	}
	if o.Jump == nil {
		var plain net.Dialer
		return connect(ctx, o, o.Host, o.Rescue, plain.DialContext)
	}
	var plain net.Dialer
	below, err := connect(ctx, o, *o.Jump, false, plain.DialContext)
	if err != nil {
		return nil, fmt.Errorf("jump host %s: %w", o.Jump.Name, err)
	}
	c, err := connect(ctx, o, o.Host, o.Rescue, below.client.DialContext)
	if err != nil {
		return nil, errors.Join(err, below.Close())
	}
	c.below = below
	return c, nil
}

// dialer makes a connection to an address.
type dialer func(ctx context.Context, network, address string) (net.Conn, error)

// connect logs in to one host, with as many connections as its keys take.
func connect(ctx context.Context, o Options, h Host, rescue bool, dial dialer) (*Connection, error) {
	p := &person{ctx: ctx, asker: o.Ask, paused: &watch{}}
	l, err := newLogin(o, h, p)
	if err != nil {
		return nil, err
	}
	defer l.close()
	r, err := readRecord(o, h, rescue)
	if err != nil {
		return nil, err
	}
	batches := l.batches()
	anew := false // the server has none of the kinds of keys on record
	for i := 0; i < len(batches); {
		t := attempt{record: r, login: l, keys: batches[i], last: i == len(batches)-1, anew: anew}
		c, err := t.run(ctx, dial)
		var mismatch *ssh.AlgorithmNegotiationError
		switch {
		case err == nil:
			return c, nil
		case errors.Is(err, errFirst):
			if r, err = r.confirmed(ctx); err != nil {
				return nil, err
			}
		case errors.As(err, &mismatch) && mismatch.What == "host key" && !anew:
			anew = true
		case errors.As(err, &mismatch): // it speaks nothing but what is broken by now
			return nil, fmt.Errorf("%w: %w", ErrNoSSH, err)
		case errors.Is(err, ErrDenied) && i+1 < len(batches):
			i++
		default:
			return nil, err
		}
	}
	return nil, ErrDenied
}

// attempt is one connection.
type attempt struct {
	record *record
	login  *login
	keys   []ssh.Signer
	last   bool
	anew   bool
}

// run makes the connection and logs in.
func (t attempt) run(ctx context.Context, dial dialer) (*Connection, error) {
	limits, h := t.login.o.Limits, t.login.host
	reach, cancel := context.WithTimeout(ctx, limits.Connect)
	defer cancel()
	conn, err := dial(reach, "tcp", h.Address())
	if err != nil {
		return nil, cmp.Or(ctx.Err(), fmt.Errorf("%w: %w", ErrUnreachable, err))
	}
	ended := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer ended()
	w := &watch{left: limits.Connect, over: func() { _ = conn.Close() }}
	t.login.person.paused = w
	w.start()
	c := &Connection{limits: limits}
	config := &ssh.ClientConfig{
		User: h.User, Auth: t.login.methods(t.keys, t.last), HostKeyCallback: t.record.check, HostKeyAlgorithms: t.record.algorithms(),
		BannerCallback: func(s string) error { c.Banner = joinBanner(c.Banner, s); return nil },
	}
	if t.anew {
		config.HostKeyAlgorithms = nil
	}
	t.record.met = ""
	under, channels, requests, err := ssh.NewClientConn(conn, t.record.alias(), config)
	w.stop()
	if err != nil {
		return nil, t.why(ctx, errors.Join(err, ignoreClosed(conn.Close())), w)
	}
	c.client = ssh.NewClient(under, channels, requests)
	c.Fingerprint, c.Version = t.record.met, diag.Clean(string(under.ServerVersion()), mostPrompt)
	return c, nil
}

func joinBanner(have, more string) string {
	if len(have) > 4*mostBanner {
		return have
	}
	return diag.Clean(strings.TrimSpace(have+" "+strings.Join(strings.Fields(more[:min(len(more), 4*mostBanner)]), " ")), mostBanner)
}

// ignoreClosed: a connection that is closed already was closed by us or by the
// library.
func ignoreClosed(err error) error {
	if errors.Is(err, net.ErrClosed) || errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// why says what ended an attempt.
func (t attempt) why(ctx context.Context, err error, w *watch) error {
	var changed *ChangedKeyError
	var mismatch *ssh.AlgorithmNegotiationError
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case t.login.person.err != nil:
		return t.login.person.err
	case errors.Is(err, errFirst), errors.As(err, &changed), errors.As(err, &mismatch):
		return err
	case w.expired():
		return fmt.Errorf("%w: %w", ErrStalled, err)
	}
	kind := ErrDenied
	var broken net.Error
	switch {
	case errors.As(err, &broken), errors.Is(err, io.EOF):
		kind = ErrLost
	case t.record.met == "":
		kind = ErrNoSSH
	}
	return fmt.Errorf("%w: %w", kind, err)
}

// Close ends the connection.
func (c *Connection) Close() error {
	err := ignoreClosed(c.client.Close())
	if c.below != nil {
		err = errors.Join(err, c.below.Close())
	}
	return err
}

// alive asks the server for signs of life until ctx ends, and closes the
// connection after three without an answer.
func (c *Connection) alive(ctx context.Context) {
	every := time.NewTicker(c.limits.KeepAlive)
	defer every.Stop()
	answers := make(chan struct{}, 1)
	missing, waiting := 0, false
	for {
		select {
		case <-ctx.Done():
			return
		case <-answers:
			missing, waiting = 0, false
		case <-every.C:
			if missing++; missing > 3 {
				c.silent.Store(true)
				_ = c.client.Close()
				return
			}
			if waiting {
				continue
			}
			waiting = true
			go func() { // ends with an answer or with the connection
				if _, _, err := c.client.SendRequest("keepalive@openssh.com", true, nil); err == nil {
					answers <- struct{}{}
				}
			}()
		}
	}
}

// watch is a time limit that can be stopped while somebody thinks.
type watch struct {
	mu    sync.Mutex
	left  time.Duration
	since time.Time
	timer *time.Timer
	over  func()
	late  bool
}

func (w *watch) start() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.over == nil || w.timer != nil {
		return
	}
	w.since = time.Now()
	w.timer = time.AfterFunc(w.left, func() {
		w.mu.Lock()
		w.late = true
		w.mu.Unlock()
		w.over()
	})
}

func (w *watch) stop() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.timer != nil {
		w.timer.Stop()
		w.left -= time.Since(w.since)
		w.timer = nil
	}
}

func (w *watch) expired() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.late
}
