package app

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

func claimed(t *testing.T, home string) *Instance {
	t.Helper()
	i, err := Claim(t.Context(), home, nil)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func TestASecondStartHandsOver(t *testing.T) {
	home := t.TempDir()
	first := claimed(t, home)
	taken := make(chan []string)
	first.Serve(func(files []string) { taken <- files })
	want := []string{filepath.Join(home, "abuse mail.eml"), filepath.Join(home, "Fall ä.zip")}
	handed := make(chan error, 1)
	go func() {
		_, err := Claim(t.Context(), home, want)
		handed <- err
	}()
	if got := <-taken; !slices.Equal(got, want) {
		t.Errorf("taken %q", got)
	}
	if err := <-handed; !errors.Is(err, ErrHandedOver) {
		t.Errorf("the second start got %v", err)
	}
	if err := first.Close(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(filepath.Join(home, instanceFile)); err == nil {
		t.Error("the door is still written down")
	}
	again := claimed(t, home) // the next start is the one window
	if err := again.Close(); err != nil {
		t.Error(err)
	}
}

// Two homes are two programs.
func TestOtherHomeOtherWindow(t *testing.T) {
	first, second := claimed(t, t.TempDir()), claimed(t, t.TempDir())
	if err := errors.Join(first.Close(), second.Close()); err != nil {
		t.Error(err)
	}
}

// What a crash left behind does not keep the next window from opening.
func TestADoorLeftBehind(t *testing.T) {
	home := t.TempDir()
	for _, text := range []string{`{"address":"127.0.0.1:1","token":"x"}`, "\x00", ""} {
		if err := os.WriteFile(filepath.Join(home, instanceFile), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := claimed(t, home).Close(); err != nil {
			t.Error(err)
		}
	}
}

// Who holds the lock but opens no door (another program, a hung run) cannot
// keep the window shut: Claim gives up with an error, and the window opens.
func TestALockWithoutADoor(t *testing.T) {
	home := t.TempDir()
	first := claimed(t, home)
	defer first.Close()
	if err := os.Remove(filepath.Join(home, instanceFile)); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Claim(ctx, home, nil); err == nil || errors.Is(err, ErrHandedOver) {
		t.Errorf("got %v", err)
	}
	if err := os.WriteFile(filepath.Join(home, instanceFile), nil, 0o600); err != nil { // Close removes it
		t.Fatal(err)
	}
}

// Other users of the machine reach the port, but do not know the token; nothing
// they send opens a file.
func TestStrangersAtTheDoor(t *testing.T) {
	home := t.TempDir()
	i := claimed(t, home)
	i.Serve(func(files []string) { t.Errorf("a stranger opens %q", files) })
	right, _ := json.Marshal(hand{i.token, []string{"relative.eml"}})
	many, _ := json.Marshal(hand{i.token, slices.Repeat([]string{home}, handFiles+1)})
	for _, said := range []string{
		`{"token":"","files":["/etc/hostname"]}`, `{"files":["/etc/hostname"]}`, `{"token":"wrong","files":[]}`,
		"GET / HTTP/1.1\r\n\r\n", strings.Repeat("{", 1000) + "]", string(right), string(many), "\n]",
	} {
		c, err := net.Dial("tcp", i.listen.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		// The door may be shut before all is said.
		_, _ = io.WriteString(c, said+"\n")
		_ = c.(*net.TCPConn).CloseWrite()
		if answer, err := io.ReadAll(c); len(answer) > 0 {
			t.Errorf("%.40q was taken: %q, %v", said, answer, err)
		}
		c.Close()
	}
	if err := i.Close(); err != nil {
		t.Error(err)
	}
	if info, err := os.Stat(filepath.Join(home, instanceLock)); err != nil || info.IsDir() {
		t.Errorf("the lock's file: %v %v", info, err)
	}
}

// The token is for the person alone.
func TestTheTokenIsPrivate(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows keeps it by the rights of the person's folder")
	}
	home := t.TempDir()
	i := claimed(t, home)
	defer i.Close()
	info, err := os.Stat(filepath.Join(home, instanceFile))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info, err)
	}
}
