//go:build linux

package cli_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestStoriesOnWindows tells the stories again with the Windows program, run by
// wine: paths, folders, locks and replaced files are Windows' there. What
// «latchkey» stands for is this test's program, built for Windows: it is the
// terminal face with the clock of the stories.
func TestStoriesOnWindows(t *testing.T) {
	wine := "/usr/lib/wine/wine64" // Debian's wrapper complains about the missing 32-bit one
	if _, err := os.Stat(wine); err != nil {
		wine = "wine"
	}
	const compiler = "x86_64-w64-mingw32-gcc"
	for _, program := range []string{wine, "wineserver", compiler} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("no %s here to run the Windows program (Debian: wine64, gcc-mingw-w64-x86-64-win32)", program)
		}
	}
	if testing.Short() {
		t.Skip("wine takes a second for every call")
	}
	dir, err := os.MkdirTemp("", "latchkey-wine-*") // not the test's own: wine's services write into it to the end
	if err != nil {
		t.Fatal(err)
	}
	env := append(os.Environ(), "WINEPREFIX="+filepath.Join(dir, "prefix"), "WINEDEBUG=-all", "WINEDLLOVERRIDES=mscoree,mshtml=", "DISPLAY=")
	build := exec.Command("go", "test", "-c", "-tags", "cli", "-o", filepath.Join(dir, "latchkey.exe"), ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=windows", "GOARCH=amd64")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	boot := exec.Command(wine, "wineboot", "--init")
	boot.Env = env
	if out, err := boot.CombinedOutput(); err != nil {
		t.Skipf("wine does not start: %v\n%s", err, out)
	}
	t.Cleanup(func() {
		for _, arg := range []string{"-k", "-w"} { // until nobody writes into the folder any more
			stop := exec.Command("wineserver", arg)
			stop.Env = env
			_ = stop.Run() // it complains when nothing runs
		}
		for range 20 {
			if err = os.RemoveAll(dir); err == nil {
				return
			}
		}
		t.Log(err)
	})
	// Wine 8 has no bcryptprimitives.dll, which Go asks for random numbers.
	dll := filepath.Join(dir, "prefix", "drive_c", "windows", "system32", "bcryptprimitives.dll")
	if out, err := exec.Command(compiler, "-shared", "-o", dll, "../../diag/trace/lab/testdata/bcryptprimitives.c", "-lbcrypt").CombinedOutput(); err != nil {
		t.Fatalf("build bcryptprimitives.dll: %v\n%s", err, out)
	}
	wrapper := filepath.Join(dir, "bin", "latchkey")
	if err := os.Mkdir(filepath.Dir(wrapper), 0o755); err != nil {
		t.Fatal(err)
	}
	// Wine itself falls in one call of ten with status 5, a wait of Go's runtime that
	// fails, a lost wineserver or an echo refused for its parameters; such a call is
	// made again. What it read is kept for that.
	script := fmt.Sprintf(`#!/bin/sh
in=$(mktemp) out=$(mktemp) err=$(mktemp)
trap 'rm -f "$in" "$out" "$err"' EXIT
[ -t 0 ] || cat >"$in"
for _ in 1 2 3 4; do
  WINEPREFIX='%s' WINEDEBUG=-all WINEDLLOVERRIDES=mscoree,mshtml= %s '%s' "$@" <"$in" >"$out" 2>"$err"
  status=$?
  [ $status -eq 0 ] && break
  [ $status -le 2 ] && ! grep -q -e '^goroutine ' -e '^wine client error' -e 'Invalid parameter' "$err" && break
done
cat "$out"; cat "$err" >&2
exit $status
`, filepath.Join(dir, "prefix"), wine, filepath.Join(dir, "latchkey.exe"))
	if err := os.WriteFile(wrapper, []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Files: windowsStories(t),
		Setup: func(e *testscript.Env) error {
			e.Setenv("PATH", filepath.Dir(wrapper)+":"+os.Getenv("PATH"))
			return stage(e)
		},
		Cmds: commands(),
	})
}

// windowsStories are all but those that tell of something else there.
func windowsStories(t *testing.T) []string {
	t.Helper()
	all, err := filepath.Glob("testdata/story/*.txtar")
	if err != nil || len(all) == 0 {
		t.Fatalf("no stories: %v", err)
	}
	elsewhere := map[string]string{
		"check": "asks the network, which the laboratory does on Windows too",
		"long":  "reads by the megabyte, which takes minutes through wine",
	}
	return slices.DeleteFunc(all, func(name string) bool {
		_, other := elsewhere[strings.TrimSuffix(filepath.Base(name), ".txtar")]
		return other
	})
}
