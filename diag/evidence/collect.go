package evidence

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/crypto/ssh"

	"latchkey/diag"
)

// Task is what the collector is told.
type Task struct {
	Script []byte
	Root   string        // folder of the mounted disk; "" the running system
	Days   int           // how far back logs and changes go; 0: the collector's own choice
	Limit  time.Duration // for all commands; 0: the collector's own choice
	// Packages has every file of every package compared, not of the base system
	// alone; that takes minutes.
	Packages bool
}

// Collection is what became of one.
type Collection struct {
	Progress
	Bytes  int64
	SHA256 string // of what was taken in, in hex
	Took   time.Duration
	Sudo   bool // the login was not root, and sudo without a password made it root
	// Said is what the shell complained of, cleaned; at most 1,000 characters.
	Said string
	// Cut is why it ended before its end; nil if Complete.
	Cut error
}

// roots are folders a disk may be mounted at: nothing that a shell could take
// for something else.
var roots = regexp.MustCompile(`^(?:/[A-Za-z0-9._-]+)+$`)

// command is what the server's shell is asked to run. Whatever shell that is
// (fish and csh too), it finds plain words and one quoted one. sudo is asked for
// root only if it gives it without a password.
func command(words string) string {
	return `sh -c 'if [ "$(id -u)" -ne 0 ] && sudo -n true </dev/null >/dev/null 2>&1; then echo @@sudo >&2; exec sudo -n env ` + words + `; else exec env ` + words + `; fi'`
}

func (t Task) command() (string, error) {
	words := ""
	if t.Root != "" {
		if !roots.MatchString(t.Root) || strings.Contains(t.Root, "..") {
			return "", ErrPath
		}
		words += "LATCHKEY_ROOT=" + t.Root + " "
	}
	if t.Days > 0 {
		words += "LATCHKEY_DAYS=" + strconv.Itoa(t.Days) + " "
	}
	if t.Limit > 0 {
		words += "LATCHKEY_LIMIT=" + strconv.Itoa(int(t.Limit.Seconds())) + " "
	}
	if t.Packages {
		words += "LATCHKEY_PACKAGES=all "
	}
	return command(words + "sh -s"), nil
}

// Collect runs the collector and writes to w what it prints, as it comes. What
// broke off is still a Collection, with its Cut; an error means that there is
// nothing: the collector did not start, or w failed. progress is called from
// this goroutine whenever a section begins or ends; nil: nobody looks.
func (c *Connection) Collect(ctx context.Context, t Task, w io.Writer, progress func(Progress)) (Collection, error) {
	line, err := t.command()
	if err != nil {
		return Collection{}, err
	}
	began := time.Now()
	sum := sha256.New()
	kept := &keeper{w: w}
	in := &counted{w: io.MultiWriter(kept, sum), left: c.limits.Bytes}
	follow := follower{told: progress}
	said, err := c.run(ctx, line, bytes.NewReader(t.Script), func(out io.Reader) error {
		return follow.copy(in, out)
	})
	out := Collection{Progress: follow.Progress, Bytes: in.got, SHA256: hex.EncodeToString(sum.Sum(nil)), Took: time.Since(began)}
	out.Said, out.Sudo = spoken(said)
	switch {
	case kept.err != nil:
		return out, fmt.Errorf("keep the collection: %w", kept.err)
	case out.Complete:
		return out, nil
	case !out.Begun && err == nil:
		return out, ErrNoCollector
	case !out.Begun:
		return out, err
	}
	if out.Cut = err; err == nil {
		out.Cut = ErrLost // the shell ended before the script
	}
	return out, nil
}

// keeper remembers that it was our side that failed.
type keeper struct {
	w   io.Writer
	err error
}

func (k *keeper) Write(p []byte) (int, error) {
	n, err := k.w.Write(p)
	k.err = err
	return n, err
}

// spoken takes our own mark out of what the shell said.
func spoken(said []byte) (words string, sudo bool) {
	text := string(said)
	sudo = strings.Contains(text, "@@sudo\n")
	text = strings.Join(strings.Fields(strings.Replace(text, "@@sudo\n", "", 1)), " ")
	return diag.Clean(text, 1000), sudo
}

// mostSaid bounds what is kept of standard error, in bytes.
const mostSaid = 4000

// farewell is how long a server gets to end a command of which all that is wanted
// has come, before it is hung up on.
const farewell = 5 * time.Second

// run runs one command on a channel of its own, without a terminal, and hands
// its output to read. It gives what it said on standard error, and why it ended
// if it was not the command's own end.
func (c *Connection) run(ctx context.Context, line string, in io.Reader, read func(io.Reader) error) ([]byte, error) {
	limit, cancel := context.WithTimeoutCause(ctx, c.limits.Run, ErrTooLong)
	defer cancel()
	stop := context.AfterFunc(limit, func() { _ = c.client.Close() })
	defer stop()
	living, dead := context.WithCancel(limit)
	defer dead()
	go c.alive(living)
	session, err := c.client.NewSession()
	if err != nil {
		return nil, c.ended(limit, err)
	}
	defer session.Close()
	out, err := session.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("open the output: %w", err)
	}
	said := &murmur{}
	session.Stdin, session.Stderr = in, said
	if err := session.Start(line); err != nil {
		return nil, c.ended(limit, err)
	}
	if err := read(out); err != nil {
		// Nothing more is wanted; a server that goes on sending is hung up on.
		return said.bytes(), errors.Join(c.ended(limit, err), ignoreClosed(session.Close()))
	}
	hangUp := time.AfterFunc(farewell, func() { _ = c.client.Close() })
	err = session.Wait()
	hungUp := !hangUp.Stop()
	var status *ssh.ExitError
	var untold *ssh.ExitMissingError
	switch {
	case limit.Err() != nil:
		return said.bytes(), context.Cause(limit)
	case err == nil, hungUp, errors.As(err, &status), errors.Is(err, io.EOF): // the last: it did not want all of its input
		return said.bytes(), nil
	case errors.As(err, &untold):
		return said.bytes(), c.ended(limit, ErrLost)
	}
	return said.bytes(), c.ended(limit, err)
}

// ended says why a connection or its command came to an end.
func (c *Connection) ended(ctx context.Context, err error) error {
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case c.silent.Load():
		return ErrStalled
	case errors.Is(err, ErrTooMuch), errors.Is(err, ErrLost), errors.Is(err, ErrNoFile), errors.Is(err, ErrDiffers):
		return err
	}
	return fmt.Errorf("%w: %w", ErrLost, err)
}

// murmur keeps the beginning of what a server says on the side and counts the
// rest as heard.
type murmur struct {
	mu   sync.Mutex
	text []byte
}

func (m *murmur) Write(p []byte) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.text = append(m.text, p[:min(len(p), mostSaid-len(m.text))]...)
	return len(p), nil
}

func (m *murmur) bytes() []byte {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.text
}
