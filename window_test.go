//go:build !cli && linux

package main_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The real window on a display of its own: it appears, shows something, touches
// no widget from a wrong goroutine, and needs little while nobody uses it.

const (
	windowName = "Latchkey"
	patience   = 60 * time.Second // a busy machine with software GL
	// What a bare Fyne window takes here is 144 MB and about 1 % of a core.
	// These are alarms for a defect, not the goals: those are measured on a
	// quiet machine.
	mostMemory = 260 << 20
	mostIdle   = 0.10
	idleTime   = 3 * time.Second
)

// build makes the program as a person would.
func build(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "latchkey")
	if out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return binary
}

func need(t *testing.T, programs ...string) {
	t.Helper()
	for _, p := range programs {
		if _, err := exec.LookPath(p); err != nil {
			t.Skipf("%s is not installed, so no window can be looked at", p)
		}
	}
}

// Without a place for the program's files no window opens, and nothing is written
// into the folder it was started in.
func TestNoHome(t *testing.T) {
	binary, folder := build(t), t.TempDir()
	c := exec.Command(binary)
	c.Dir, c.Env = folder, []string{"LANG=en_US.UTF-8", "DISPLAY=:0"}
	out, err := c.CombinedOutput()
	if err == nil || !bytes.Contains(out, []byte("LATCHKEY_HOME")) {
		t.Errorf("%v: %s", err, out)
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
		t.Errorf("written: %v, %v", left, err)
	}
}

// display starts an X server and gives its name, like «:7».
func display(t *testing.T) string {
	t.Helper()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer read.Close()
	server := exec.Command("Xvfb", "-displayfd", "3", "-screen", "0", "1280x800x24", "-nolisten", "tcp",
		"-noreset") // else it drops its clients whenever the only other one leaves
	server.ExtraFiles = []*os.File{write}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	write.Close()
	t.Cleanup(func() {
		_ = server.Process.Signal(syscall.SIGTERM)
		_ = server.Wait()
	})
	// The whole line: it writes the number first, and dies if it cannot end it.
	number, err := bufio.NewReader(read).ReadString('\n')
	if err != nil {
		t.Fatalf("Xvfb says no display number: %v", err)
	}
	return ":" + strings.TrimSpace(number)
}

// environment is that of a person without anything special.
func environment(t *testing.T, screen string) []string {
	t.Helper()
	dir := t.TempDir()
	if err := errors.Join(os.Chmod(dir, 0o700), os.Mkdir(filepath.Join(dir, ".cache"), 0o700)); err != nil {
		t.Fatal(err)
	}
	return []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "XDG_RUNTIME_DIR=" + dir, "LATCHKEY_HOME=" + filepath.Join(dir, "latchkey"),
		"LANG=en_US.UTF-8", "DISPLAY=" + screen,
	}
}

func TestWindow(t *testing.T) {
	need(t, "Xvfb", "xdotool", "import")
	binary := build(t)
	screen := display(t)
	env := environment(t, screen)

	var stderr bytes.Buffer
	program := exec.Command(binary)
	program.Env, program.Stderr = env, &stderr
	start := time.Now()
	if err := program.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() {
		ended <- fmt.Errorf("the program ended by itself: %v\n%s", program.Wait(), &stderr)
	}()
	t.Cleanup(func() { _ = program.Process.Kill() })

	find(t, env, ended)
	t.Logf("the window is there after %.2f s", time.Since(start).Seconds())
	picture := look(t, env, ended)
	t.Logf("the first frame is seen after %.2f s", time.Since(start).Seconds())
	saveAs(t, picture, "real-window.png")

	before := processor(t, program.Process.Pid)
	select {
	case err := <-ended:
		t.Fatal(err)
	case <-time.After(idleTime):
	}
	idle := (processor(t, program.Process.Pid) - before).Seconds() / idleTime.Seconds()
	memory := resident(t, program.Process.Pid)
	t.Logf("at rest: %.1f %% of a core, %d MB resident", 100*idle, memory>>20)
	if idle > mostIdle {
		t.Errorf("the idle window takes %.0f %% of a core", 100*idle)
	}
	if memory > mostMemory {
		t.Errorf("the idle window takes %d MB", memory>>20)
	}

	if err := program.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	select {
	case <-ended:
	case <-time.After(patience):
		t.Error("the program goes on after it was told to end")
		_ = program.Process.Kill()
		<-ended
	}
	for _, sign := range []string{"Error in Fyne call thread", "panic:", "DATA RACE"} {
		if strings.Contains(stderr.String(), sign) {
			t.Errorf("%q on stderr:\n%s", sign, &stderr)
		}
	}
}

// Without a display the program says so in one sentence.
func TestWindowWithoutDisplay(t *testing.T) {
	binary := build(t)
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	program := exec.CommandContext(ctx, binary)
	program.Env = environment(t, "")
	out, err := program.CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 1 {
		t.Errorf("ended with %v, want exit status 1", err)
	}
	if text := string(out); strings.Contains(text, "panic") || strings.Count(text, "\n") != 1 || !strings.Contains(text, "latchkey help") {
		t.Errorf("want one sentence that points to «latchkey help», got:\n%s", text)
	}
}

func run(t *testing.T, env []string, name string, args ...string) []byte {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	c := exec.CommandContext(ctx, name, args...)
	c.Env = env
	out, err := c.Output()
	if err != nil {
		t.Fatalf("%s %v: %v", name, args, err)
	}
	return out
}

// find waits until the window is mapped.
func find(t *testing.T, env []string, ended <-chan error) {
	t.Helper()
	await(t, ended, "no window appears", func() bool {
		c := exec.Command("xdotool", "search", "--onlyvisible", "--name", windowName)
		c.Env = env
		out, err := c.Output() // an error as long as there is none
		return err == nil && len(out) > 0
	})
}

// look takes pictures of the screen until one shows more than a plain area.
func look(t *testing.T, env []string, ended <-chan error) image.Image {
	t.Helper()
	var picture image.Image
	await(t, ended, "the window stays blank", func() bool {
		var err error
		if picture, err = png.Decode(bytes.NewReader(run(t, env, "import", "-window", "root", "png:-"))); err != nil {
			t.Fatal(err)
		}
		return colours(picture) > 50
	})
	return picture
}

// await asks until there is an answer, the program ends, or patience does.
func await(t *testing.T, ended <-chan error, complaint string, done func() bool) {
	t.Helper()
	deadline := time.After(patience)
	again := time.NewTicker(50 * time.Millisecond)
	defer again.Stop()
	for !done() {
		select {
		case err := <-ended:
			t.Fatalf("%s: %v", complaint, err)
		case <-deadline:
			t.Fatal(complaint)
		case <-again.C:
		}
	}
}

// colours counts the different colours of a picture: text has many, a blank
// window one or two.
func colours(picture image.Image) int {
	seen := map[[4]uint32]bool{}
	b := picture.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y += 2 {
		for x := b.Min.X; x < b.Max.X; x += 2 {
			r, g, b, a := picture.At(x, y).RGBA()
			seen[[4]uint32{r, g, b, a}] = true
		}
	}
	return len(seen)
}

// saveAs keeps the picture for people where LATCHKEY_PICTURES says.
func saveAs(t *testing.T, picture image.Image, name string) {
	t.Helper()
	dir := os.Getenv("LATCHKEY_PICTURES")
	if dir == "" {
		return
	}
	f, err := os.Create(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := png.Encode(f, picture); err != nil {
		t.Fatal(err)
	}
}

// processor is the time a process has used, in all its threads.
func processor(t *testing.T, pid int) time.Duration {
	t.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		t.Fatal(err)
	}
	// Behind the name in brackets, which may hold blanks: fields 3 onward.
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	var ticks int64
	for _, field := range fields[11:13] { // 14 and 15 of proc(5): utime, stime
		n, err := strconv.ParseInt(field, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		ticks += n
	}
	const ticksPerSecond = 100 // USER_HZ on every Linux
	return time.Duration(ticks) * time.Second / ticksPerSecond
}

// resident is the memory a process holds, in bytes.
func resident(t *testing.T, pid int) int64 {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(string(status), "\n") {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kb, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			return kb << 10
		}
	}
	t.Fatal("no VmRSS")
	return 0
}
