//go:build linux

package lab

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// windows is a computer that runs the Windows program: wine with a folder of
// its own.
type windows struct {
	latchkey string
	prefix   string // WINEPREFIX
}

// needWindows builds it, or skips the test, naming what is missing.
func needWindows(t *testing.T) windows {
	t.Helper()
	Need(t)
	const compiler = "x86_64-w64-mingw32-gcc"
	for program, from := range map[string]string{wine(): "wine64", "wineserver": "wine64", compiler: "gcc-mingw-w64-x86-64-win32"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("no %s here to run the Windows program (Debian: %s)", program, from)
		}
	}
	dir := place(t)
	w := windows{latchkey: program(t, "GOOS=windows", "GOARCH=amd64"), prefix: filepath.Join(dir, "prefix")}
	boot := exec.CommandContext(t.Context(), wine(), "wineboot", "--init")
	boot.Env = w.env()
	if out, err := boot.CombinedOutput(); err != nil {
		t.Skipf("wine does not start: %v\n%s", err, out)
	}
	t.Cleanup(w.stop)
	w.stop()
	dll := filepath.Join(w.prefix, "drive_c", "windows", "system32", "bcryptprimitives.dll")
	build := exec.CommandContext(t.Context(), compiler, "-shared", "-o", dll, "testdata/bcryptprimitives.c", "-lbcrypt")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build bcryptprimitives.dll: %v\n%s", err, out)
	}
	return w
}

// wine is the 64-bit loader itself where Debian has it: its wrapper complains
// on stderr about the missing 32-bit one.
func wine() string {
	const debian = "/usr/lib/wine/wine64"
	if _, err := os.Stat(debian); err == nil {
		return debian
	}
	return "wine"
}

func (w windows) env() []string {
	return append(os.Environ(), "WINEPREFIX="+w.prefix, "WINEDEBUG=-all", "WINEDLLOVERRIDES=mscoree,mshtml=", "DISPLAY=", "HOME="+w.prefix)
}

// stop ends wine's services of this folder. They do the pinging, in the network
// they were started in: every lab needs its own.
func (w windows) stop() {
	for _, arg := range []string{"-k", "-w"} {
		c := exec.Command("wineserver", arg)
		c.Env = w.env()
		_ = c.Run() // it complains when nothing runs
	}
}

// check runs the Windows program in the client. Wine needs root for ICMP,
// which Windows does not. A run in which wine itself fell is done again, in a
// fresh lab because of the hosts' limits on ICMP errors.
func (w windows) check(t *testing.T, scenario string, args ...string) (r ran) {
	t.Helper()
	for range 4 {
		r = w.once(t, scenario, args...)
		if !r.wineFell() {
			break
		}
		t.Logf("wine fell (exit status %d after %v), once more: %.200s", r.status, r.took, r.err)
	}
	r.read(t)
	return r
}

func (w windows) once(t *testing.T, scenario string, args ...string) ran {
	t.Helper()
	l, err := Up(t.Context(), scenario)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Down() }()
	defer w.stop()
	ctx, cancel := context.WithTimeout(t.Context(), longest)
	defer cancel()
	own := []string{"env", "WINEPREFIX=" + w.prefix, "WINEDEBUG=-all", "DISPLAY=", "HOME=" + w.prefix}
	c := l.Command(ctx, false, slices.Concat(own, []string{wine(), w.latchkey, "check", "--json"}, args)...)
	return execute(t, c, `Z:`+strings.ReplaceAll(home(t), "/", `\`))
}

// wineFell tells wine 8's own faults from the program's, which ends with 0, 1
// or 2. Seen in one run of ten: a null pointer in GetAdaptersAddresses (which
// Go's resolver calls), whose exception wine cannot hand to a Go stack (status
// 5); a wait of Go's runtime, for a thread or for the network, that fails with
// ERROR_NOACCESS (998); an end of process that never comes; on a busy machine a
// wineserver that is lost, or an echo that is refused for its parameters
// (ERROR_INVALID_PARAMETER, 87), which are the same in every run.
func (r ran) wineFell() bool {
	return r.status == 5 || r.status == -1 || slices.ContainsFunc(
		[]string{"semasleep wait_failed", "netpoll failed", "wine client error", "Invalid parameter"},
		func(words string) bool { return strings.Contains(r.err, words) })
}

// TestWindows runs the Windows program's own path, IcmpSendEcho2Ex, against
// real routers. Windows tells no ICMP code, so a refusal by the border router
// says less there.
func TestWindows(t *testing.T) {
	w := needWindows(t)
	for _, want := range []judged{
		{"up", "reachable"},
		{"locked", "locked/likely"},
		{"locked-adm13", "locked/possible locked/likely"},
		{"locked-host10", "locked/possible locked/likely"},
		{"locked-net9", "locked/possible locked/likely"},
		{"off", "host-down"},
		{"locked-blocked", "locked/certain"},
		{"local-noroute", "local"},
	} {
		t.Run(want.scenarios, func(t *testing.T) {
			r := w.check(t, want.scenarios, Server, "--method", "icmp")
			want.hold(t, r)
			if r.Path.Method != "icmp" || len(r.Path.Hops) == 0 {
				t.Errorf("no path: method %q, %d hops", r.Path.Method, len(r.Path.Hops))
			}
		})
	}
	// Wine 8 has no Icmp6SendEcho2. The program must say what it cannot do, not
	// fall over, and not take its own inability for a fault of the network.
	t.Run("IPv6", func(t *testing.T) {
		r := w.check(t, "up", Server6, "--method", "icmp")
		if r.status > 1 || r.Kind == "" || strings.Contains(r.err, "goroutine") {
			t.Errorf("exit status %d\n%s%s", r.status, r.out, r.err)
		}
		if r.status == 1 {
			sentence(t, r)
		} else if r.Verdict == nil || r.Verdict.Code != "reachable" && r.Verdict.Code != "inconclusive" {
			t.Errorf("verdict %s\n%s", r.verdict(), r.out)
		}
	})
}
