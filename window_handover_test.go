//go:build !cli && linux

package main_test

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// A second start hands its file to the open window and ends; a window that dies
// leaves a report that the next start has redacted.
func TestASecondStartAndACrash(t *testing.T) {
	need(t, "Xvfb", "xdotool", "import")
	binary := build(t)
	env := environment(t, display(t))
	home := ""
	for _, v := range env {
		if value, ok := strings.CutPrefix(v, "LATCHKEY_HOME="); ok {
			home = value
		}
	}
	first, ended := started(t, binary, env)
	find(t, env, ended)
	before := look(t, env, ended)

	// An output of the server, because a report would begin a check.
	output := filepath.Join(t.TempDir(), "sockets.txt")
	if err := os.WriteFile(output, []byte(sockets), 0o600); err != nil {
		t.Fatal(err)
	}
	second := exec.Command(binary, output)
	second.Env = env
	if out, err := second.CombinedOutput(); err != nil {
		t.Fatalf("the second start: %v\n%s", err, out)
	}
	await(t, ended, "the open window does not read the file", func() bool {
		models, _ := filepath.Glob(filepath.Join(home, "cases", "*", "case.json")) // the pattern is a good one
		return len(models) == 1 && bytes.Contains(content(t, models[0]), []byte(`"sockets.txt"`))
	})

	// The runtime answers SIGABRT with its last words.
	if err := first.Process.Signal(syscall.SIGABRT); err != nil {
		t.Fatal(err)
	}
	<-ended
	raw, err := os.ReadFile(filepath.Join(home, "crash", "running.txt"))
	if err != nil || !bytes.Contains(raw, []byte("SIGABRT")) {
		t.Fatalf("no last words: %v\n%.400s", err, raw)
	}
	_, ended = started(t, binary, env)
	find(t, env, ended)
	report, err := os.ReadFile(filepath.Join(home, "crash", "report.txt"))
	if err != nil || !bytes.Contains(report, []byte("goroutine")) {
		t.Fatalf("no report: %v\n%.400s", err, report)
	}
	for _, private := range []string{home, "sockets", "/pkg/mod/"} {
		if bytes.Contains(report, []byte(private)) {
			t.Errorf("%q is in the report:\n%s", private, report)
		}
	}
	await(t, ended, "the next start shows nothing new", func() bool { return different(before, screenshot(t, env)) > 0.05 })
	saveAs(t, screenshot(t, env), "real-window-crash.png")
}

func content(t *testing.T, path string) []byte {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// sockets is what «ss -tunap» prints.
const sockets = `Netid State  Recv-Q Send-Q Local Address:Port   Peer Address:Port Process
tcp   LISTEN 0      128          0.0.0.0:22          0.0.0.0:*     users:(("sshd",pid=700,fd=3))
tcp   ESTAB  0      0         192.0.2.10:22      203.0.113.9:50312 users:(("sshd",pid=901,fd=4))
`

// started runs the window until the test ends.
func started(t *testing.T, binary string, env []string) (*exec.Cmd, <-chan error) {
	t.Helper()
	var stderr bytes.Buffer
	c := exec.Command(binary)
	c.Env, c.Stderr = env, &stderr
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() {
		err := c.Wait()
		ended <- fmt.Errorf("the program ended by itself: %v\n%.2000s", err, &stderr)
		close(ended)
	}()
	t.Cleanup(func() {
		_ = c.Process.Kill() // gone already if all went well
		<-ended
	})
	return c, ended
}

func screenshot(t *testing.T, env []string) image.Image {
	t.Helper()
	picture, err := png.Decode(bytes.NewReader(run(t, env, "import", "-window", "root", "png:-")))
	if err != nil {
		t.Fatal(err)
	}
	return picture
}

// different is the share of a screen's dots that changed.
func different(a, b image.Image) float64 {
	if a.Bounds() != b.Bounds() {
		return 1
	}
	changed, all := 0, 0
	for y := a.Bounds().Min.Y; y < a.Bounds().Max.Y; y += 3 {
		for x := a.Bounds().Min.X; x < a.Bounds().Max.X; x += 3 {
			all++
			if a.At(x, y) != b.At(x, y) {
				changed++
			}
		}
	}
	return float64(changed) / float64(all)
}
