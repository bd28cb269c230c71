package app

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/gofrs/flock"
)

// ErrHandedOver says that the window is open already and took the files.
var ErrHandedOver = errors.New("handed over to the open window")

// The files by which a second start finds the first. A lock says whether there
// is one, so that what a crash left behind misleads nobody.
const (
	instanceLock = "window.lock"
	instanceFile = "window.json"
	handPatience = 3 * time.Second // for the other window to take it
	handAgain    = 50 * time.Millisecond
	handLimit    = 256 << 10 // bytes of a hand-over: some hundred paths
	handFiles    = 100
)

// door is where the open window listens. A loopback socket with a token is the
// one way that all systems have: a Unix socket's path is limited to about 100
// bytes, and older Windows has none. Other users of the machine can connect,
// but cannot read the token.
type door struct {
	Address string `json:"address"`
	Token   string `json:"token"`
}

// hand is what a second start says.
type hand struct {
	Token string   `json:"token"`
	Files []string `json:"files"`
}

// Instance is the one window of a home folder.
type Instance struct {
	home   string
	lock   *flock.Flock
	listen net.Listener
	token  string
	ended  sync.WaitGroup
	files  chan []string
	done   chan struct{}
}

// Claim makes this run the one window of a home, or hands the files (absolute
// paths) over to the run that is, and then gives ErrHandedOver. Any other error
// says that neither could be done; the window may open all the same, alone.
func Claim(ctx context.Context, home string, files []string) (*Instance, error) {
	if err := os.MkdirAll(home, 0o700); err != nil {
		return nil, fmt.Errorf("claim the window: %w", err)
	}
	lock := flock.New(filepath.Join(home, instanceLock))
	ctx, cancel := context.WithTimeout(ctx, handPatience)
	defer cancel()
	again := time.NewTicker(handAgain)
	defer again.Stop()
	for {
		mine, err := lock.TryLock()
		if err != nil {
			return nil, fmt.Errorf("claim the window: %w", err)
		}
		if mine {
			return openDoor(home, lock)
		}
		// The other may be about to open its door, or to end.
		if handOver(ctx, home, files) == nil {
			return nil, ErrHandedOver
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("hand over to the open window: %w", ctx.Err())
		case <-again.C:
		}
	}
}

// openDoor opens the door of the first window.
func openDoor(home string, lock *flock.Flock) (*Instance, error) {
	i := &Instance{home: home, lock: lock, token: rand.Text(), files: make(chan []string), done: make(chan struct{})}
	var err error
	if i.listen, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		return nil, errors.Join(fmt.Errorf("open the door for other starts: %w", err), lock.Unlock())
	}
	text, err := json.Marshal(door{i.listen.Addr().String(), i.token})
	if err == nil {
		err = writeFile(filepath.Join(home, instanceFile), text)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open the door for other starts: %w", err), i.listen.Close(), lock.Unlock())
	}
	i.ended.Go(i.accept)
	return i, nil
}

// handOver tells the open window which files to open; none: that somebody
// wants to see it.
func handOver(ctx context.Context, home string, files []string) error {
	text, err := readFile(filepath.Join(home, instanceFile), handLimit)
	if err != nil {
		return err
	}
	var d door
	if err := json.Unmarshal(text, &d); err != nil {
		return err
	}
	var dialer net.Dialer
	c, err := dialer.DialContext(ctx, "tcp", d.Address)
	if err != nil {
		return err
	}
	defer c.Close()
	until, _ := ctx.Deadline()
	if err := c.SetDeadline(until); err != nil {
		return err
	}
	if err := json.NewEncoder(c).Encode(hand{d.Token, files}); err != nil {
		return err
	}
	answer := make([]byte, 1)
	_, err = io.ReadFull(c, answer) // one byte says that it was taken
	return err
}

// accept takes hand-overs until the window ends, one after the other.
func (i *Instance) accept() {
	for {
		c, err := i.listen.Accept()
		if err != nil {
			return // closed
		}
		i.take(c)
	}
}

// take reads one hand-over and passes it on. What is not one of ours ends
// without an answer.
func (i *Instance) take(c net.Conn) {
	defer c.Close()
	if c.SetDeadline(time.Now().Add(handPatience)) != nil {
		return
	}
	var h hand
	if json.NewDecoder(io.LimitReader(c, handLimit)).Decode(&h) != nil || len(h.Files) > handFiles ||
		subtle.ConstantTimeCompare([]byte(h.Token), []byte(i.token)) != 1 {
		return
	}
	for _, f := range h.Files {
		if !filepath.IsAbs(f) {
			return
		}
	}
	select {
	case i.files <- h.Files:
		_, _ = c.Write([]byte{1}) // who asked may have gone
	case <-i.done:
	}
}

// Serve passes what later starts hand over to onFiles, which is called in a
// goroutine of the program, one call after the other. It is called once.
func (i *Instance) Serve(onFiles func(files []string)) {
	i.ended.Go(func() {
		for {
			select {
			case files := <-i.files:
				onFiles(files)
			case <-i.done:
				return
			}
		}
	})
}

// Close lets the next start be the one window.
func (i *Instance) Close() error {
	close(i.done)
	err := i.listen.Close()
	i.ended.Wait()
	return errors.Join(err, os.Remove(filepath.Join(i.home, instanceFile)), i.lock.Unlock())
}
