package cli

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestDisksThatTakeNothing: a full disk and a read-only one are told apart, in
// one sentence and with the status of an unanswered call; the case stays as it
// was, and works again as soon as the disk does.
func TestDisksThatTakeNothing(t *testing.T) {
	e, out, errOut := env(t)
	home := e.Config.Home
	if err := syscall.Mount("tmpfs", home, "tmpfs", 0, "size=2m"); err != nil {
		t.Skipf("only root can mount a small disk: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(home, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	log := filepath.Join(t.TempDir(), "ss.txt")
	if err := os.WriteFile(log, []byte(strings.Repeat("tcp LISTEN 0 128 0.0.0.0:22 0.0.0.0:*\n", 2000)), 0o600); err != nil {
		t.Fatal(err)
	}
	run := func(want int, args ...string) {
		t.Helper()
		out.Reset()
		errOut.Reset()
		if got := Run(context.Background(), args, e); got != want {
			t.Fatalf("%v: status %d, want %d: %s", args, got, want, errOut)
		}
	}
	says := func(sentence string) {
		t.Helper()
		if !strings.HasPrefix(errOut.String(), "latchkey: "+sentence) || strings.Count(errOut.String(), "\n") != 1 {
			t.Errorf("stderr: %s", errOut)
		}
	}
	run(0, "case", "new", "--server", "192.0.2.10")
	entries, err := os.ReadDir(filepath.Join(home, "cases"))
	if err != nil || len(entries) != 1 {
		t.Fatal(entries, err)
	}
	id := entries[0].Name()

	ballast, err := os.Create(filepath.Join(home, "ballast"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(ballast, endless{}); err == nil {
		t.Fatal("the disk did not fill up")
	}
	ballast.Close()
	run(1, "case", "add", id, log)
	says("The disk is full")
	run(1, "case", "set", id, "invoice=no")
	says("The disk is full")
	run(1, "case", "new", "--server", "192.0.2.11")
	says("The disk is full")
	run(0, "case", "show", id)
	if err := os.Remove(ballast.Name()); err != nil {
		t.Fatal(err)
	}
	run(0, "case", "add", id, log)

	if err := syscall.Mount("tmpfs", home, "tmpfs", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
		t.Fatal(err)
	}
	run(1, "case", "set", id, "invoice=no")
	says("The folder to write to is read-only")
	run(1, "case", "add", id, log)
	says("The folder to write to is read-only")
	run(0, "case", "show", id)
	if err := syscall.Mount("tmpfs", home, "tmpfs", syscall.MS_REMOUNT, ""); err != nil {
		t.Fatal(err)
	}
	run(0, "case", "set", id, "invoice=no")
}

type endless struct{}

func (endless) Read(b []byte) (int, error) { return len(b), nil }
