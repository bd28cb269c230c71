package cli_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"latchkey/app"
	"latchkey/app/cli"
	"latchkey/assets"
)

// terminal opens a pseudo-terminal: the side of the person and that of the
// program.
func terminal(t *testing.T) (person, program *os.File) {
	t.Helper()
	person, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("needs pseudo-terminals: %v", err)
	}
	n, err := unix.IoctlGetInt(int(person.Fd()), unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(int(person.Fd()), unix.TIOCSPTLCK, 0)
	}
	if err == nil {
		program, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	}
	if err != nil {
		t.Skipf("needs pseudo-terminals: %v", err)
	}
	t.Cleanup(func() { person.Close(); program.Close() })
	return person, program
}

// screen is what a person sees; wait blocks until a text is on it.
type screen struct {
	mu   sync.Mutex
	text bytes.Buffer
	news chan struct{}
}

func watch(person *os.File) *screen {
	s := &screen{news: make(chan struct{}, 1)}
	go func() {
		buffer := make([]byte, 4096)
		for {
			n, err := person.Read(buffer)
			if err != nil {
				return
			}
			s.mu.Lock()
			s.text.Write(buffer[:n])
			s.mu.Unlock()
			select {
			case s.news <- struct{}{}:
			default:
			}
		}
	}()
	return s
}

func (s *screen) String() string { s.mu.Lock(); defer s.mu.Unlock(); return s.text.String() }

func (s *screen) wait(t *testing.T, text string) {
	t.Helper()
	limit := time.After(20 * time.Second)
	for !strings.Contains(s.String(), text) {
		select {
		case <-s.news:
		case <-limit:
			t.Fatalf("%q is not on the screen: %q", text, s.String())
		}
	}
}

func echoes(t *testing.T, f *os.File) bool {
	t.Helper()
	state, err := unix.IoctlGetTermios(int(f.Fd()), unix.TCGETS)
	if err != nil {
		t.Fatal(err)
	}
	return state.Lflag&unix.ECHO != 0
}

// hushed waits until the terminal shows nothing: the question is on the screen a
// moment before.
func hushed(t *testing.T, f *os.File) {
	t.Helper()
	for limit := time.Now().Add(20 * time.Second); echoes(t, f); runtime.Gosched() {
		if time.Now().After(limit) {
			t.Fatal("the terminal shows what is typed")
		}
	}
}

// A password typed at a terminal is not on the screen; ^C in the middle leaves a
// terminal that shows what is typed.
func TestPasswordIsNotShown(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "")
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	person, side := terminal(t)
	seen := watch(person)
	env := cli.Env{In: side, Out: side, Err: side, Now: storyTime, Language: "en", Config: app.Config{Home: t.TempDir(), Assets: assets.FS}}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	status := make(chan int, 1)
	start := func() {
		go func() { status <- cli.Run(ctx, []string{"account", "add", "robot"}, env) }()
	}
	typed := func(s string) {
		if _, err := person.WriteString(s); err != nil {
			t.Fatal(err)
		}
	}
	start()
	seen.wait(t, "Webservice user:")
	typed("#ws+example\n")
	seen.wait(t, "Password (not shown):")
	hushed(t, side)
	typed("right-password\n")
	if got := <-status; got != 1 { // there is no keyring
		t.Errorf("status %d", got)
	}
	seen.wait(t, "A login can be used")
	if text := seen.String(); strings.Contains(text, "right-password") || !strings.Contains(text, "#ws+example") {
		t.Errorf("on the screen: %q", text)
	}
	if !echoes(t, side) {
		t.Error("the terminal shows nothing any more")
	}
	start()
	seen.wait(t, "Webservice user: #ws+example\r\nPassword (not shown): \r\n") // the first run's
	typed("second\n")
	hushed(t, side)
	cancel()
	if got := <-status; got != 1 || !echoes(t, side) {
		t.Errorf("stopped with %d; the terminal shows what is typed: %v", got, echoes(t, side))
	}
}
