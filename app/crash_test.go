package app

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"latchkey/assets"
)

// crashVariable makes the test program crash, watched, in the home it names.
const crashVariable = "LATCHKEY_TEST_CRASH"

// TestDies is no test: it is the run that dies in the test below.
func TestDies(t *testing.T) {
	home := os.Getenv(crashVariable)
	if home == "" {
		t.Skip("this is the run that TestACrashIsReported lets die")
	}
	s := sessionAt(t, home)
	if _, err := s.WatchCrashes(); err != nil {
		t.Fatal(err)
	}
	// Not in the test's goroutine: the test would catch it.
	done := make(chan struct{})
	go func() {
		defer close(done)
		panic("cannot log in to web1.example.org (192.0.2.10, 2001:db8::10) as hans@example.org with hunter2 from " + home)
	}()
	<-done
}

func sessionAt(t *testing.T, home string) *Session {
	t.Helper()
	s, err := Open(Config{Home: home, Assets: assets.FS, Version: "1.2.3"})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// A real run dies, and the next start knows where it died, but nothing of what
// the panic said.
func TestACrashIsReported(t *testing.T) {
	home := t.TempDir()
	c := exec.Command(os.Args[0], "-test.run=^TestDies$")
	c.Env = append(os.Environ(), crashVariable+"="+home)
	out, err := c.CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		t.Fatalf("it did not die: %v\n%s", err, out)
	}
	s := sessionAt(t, home)
	if _, ok := s.LastCrash(); ok {
		t.Error("there is a report before anybody made it")
	}
	end, err := s.WatchCrashes()
	if err != nil {
		t.Fatal(err)
	}
	crash, ok := s.LastCrash()
	if !ok || crash.Time.IsZero() {
		t.Fatalf("no report: %+v", crash)
	}
	for _, want := range []string{"latchkey 1.2.3 ", "panic: ", masked, "latchkey/app.TestDies.func1", "crash_test.go:"} {
		if !strings.Contains(crash.Text, want) {
			t.Errorf("no %q in the report:\n%s", want, crash.Text)
		}
	}
	for _, secret := range []string{"web1", "example", "192.0.2", "2001:db8", "hans", "hunter2", "log in", home, "0x"} {
		if strings.Contains(crash.Text, secret) {
			t.Errorf("%q is in the report:\n%s", secret, crash.Text)
		}
	}
	if info, err := os.Stat(crash.Path); err != nil || info.Mode().Perm() != 0o600 && runtime.GOOS != "windows" {
		t.Errorf("the report is open to others: %v %v", info, err)
	}
	if err := s.DiscardCrash(); err != nil {
		t.Error(err)
	}
	if err := s.DiscardCrash(); err != nil {
		t.Errorf("to discard it twice is an error: %v", err)
	}
	end()
	left, err := os.ReadDir(filepath.Join(home, crashFolder))
	if err != nil || len(left) > 0 {
		t.Errorf("a run that ended well leaves %v, %v", left, err)
	}
}

// A run that was killed has said nothing, and that is no crash.
func TestAKilledRunIsNoCrash(t *testing.T) {
	home := t.TempDir()
	running := filepath.Join(home, crashFolder, crashRunning)
	if err := writeFile(running, []byte("latchkey 1.2.3 linux/amd64 go1.26.0\n\n")); err != nil {
		t.Fatal(err)
	}
	s := sessionAt(t, home)
	end, err := s.WatchCrashes()
	if err != nil {
		t.Fatal(err)
	}
	defer end()
	if crash, ok := s.LastCrash(); ok {
		t.Errorf("a crash: %+v", crash)
	}
}

func TestRedactCrash(t *testing.T) {
	for _, row := range []struct{ name, raw, want string }{
		{"the runtime's own words stay", "panic: runtime error: index out of range [5] with length 3\n",
			"panic: runtime error: index out of range [5] with length 3\n"},
		{"a type is masked", "panic: interface conversion: interface {} is customer.Secret, not string\n",
			"panic: interface conversion: interface {} is ‹…› not ‹…›\n"},
		{"a signal", "[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x4821]\n",
			"[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x4821]\n"},
		{"a panic of several lines", "panic: boo\nServer: 192.0.2.10\n\tpassword=x\n", "panic: ‹…›\n‹…›\n‹…›\n"},
		{"frames", "goroutine 7 gp=0xc1 m=2 [running, locked to thread]:\nlatchkey/app/ui.(*window).open(0xc000, {0x1, 0x2})\n\t/home/hans/latchkey/app/ui/window.go:12 +0x1d\n" +
			"created by latchkey/app.(*Session).Behind in goroutine 1\n\tC:\\Users\\Hans\\x\\session.go:9 +0x4\nrax 0x1234\nhans@example.org\n",
			"goroutine 7 [running, locked to thread]:\nlatchkey/app/ui.(*window).open\n\twindow.go:12\ncreated by latchkey/app.(*Session).Behind in goroutine 1\n\tsession.go:9\n"},
		{"nothing", "", ""},
	} {
		if got := redactCrash(row.raw); got != row.want {
			t.Errorf("%s:\n%s\nwant\n%s", row.name, got, row.want)
		}
	}
	if got := redactHeading("latchkey 0.1.0 linux/amd64 go1.26.8"); got != "latchkey 0.1.0 linux/amd64 go1.26.8" {
		t.Errorf("the heading became %q", got)
	}
	if got := redactHeading("hans@example.org"); got != masked {
		t.Errorf("a forged heading became %q", got)
	}
}

// Whatever the file holds, no address and no mail address of the message
// survives, and nothing but lines and blanks.
func FuzzRedactCrash(f *testing.F) {
	f.Add("panic: x\n\ngoroutine 1 [running]:\nmain.main()\n\t/tmp/x.go:3 +0x1\n")
	f.Add("fatal error: all goroutines are asleep - deadlock!\n\x1b[31m\r\nexit\x00")
	f.Fuzz(func(t *testing.T, raw string) {
		for _, r := range redactCrash(raw) {
			if r < ' ' && r != '\n' && r != '\t' {
				t.Fatalf("control character %q", r)
			}
		}
		hidden := redactCrash("panic: " + strings.ReplaceAll(strings.ReplaceAll(raw, "\n", " "), "[", "") + " 192.0.2.10 hans@example.org")
		if strings.Contains(hidden, "192.0.2.10") || strings.Contains(hidden, "hans@") {
			t.Fatalf("%q", hidden)
		}
	})
}
