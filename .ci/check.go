//go:build ignore

// Command check runs everything that must hold before a change is kept, from
// the cheapest to the dearest: format, vet on every system, linters, tests,
// the programs without a window for every system. It stops at nothing, so that
// one run shows all there is to mend, and counts in its last line:
// «N passed, N failed, N skipped». What is skipped says why.
//
//	go run .ci/check.go           everything
//	go run .ci/check.go vet test  the steps whose names begin like this
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// step is one thing that must hold.
type step struct {
	name string
	run  func(*tally) // adds to the tally what it found
}

// tally counts tests; a step that is no test counts as one.
type tally struct{ passed, failed, skipped int }

func main() {
	// clang builds Fyne four times as fast as gcc; everybody the same way, or
	// everything is built twice.
	if _, err := exec.LookPath("clang"); err == nil && os.Getenv("CC") == "" {
		os.Setenv("CC", "clang")
	}
	var sum tally
	start := time.Now()
	for _, s := range steps() {
		if len(os.Args) > 1 && !slices.ContainsFunc(os.Args[1:], func(p string) bool { return strings.HasPrefix(s.name, p) }) {
			continue
		}
		before, began := sum, time.Now()
		fmt.Printf("=== %s\n", s.name)
		s.run(&sum)
		word := "ok"
		switch {
		case sum.failed > before.failed:
			word = "FAILED"
		case sum.passed == before.passed:
			word = "skipped"
		}
		fmt.Printf("--- %s %s (%.1f s)\n", word, s.name, time.Since(began).Seconds())
	}
	fmt.Printf("\n%.0f s in all\n%d passed, %d failed, %d skipped\n", time.Since(start).Seconds(), sum.passed, sum.failed, sum.skipped)
	if sum.failed > 0 || sum.passed == 0 {
		os.Exit(1)
	}
}

// targets are the systems the program without a window is built for.
func targets() []string {
	return []string{"linux/amd64", "linux/arm64", "windows/amd64", "windows/arm64", "darwin/amd64", "darwin/arm64"}
}

// windowed are the packages that see Fyne.
func windowed() []string { return []string{"latchkey", "latchkey/app/ui"} }

// laboratory holds the tests in network namespaces.
const laboratory = "latchkey/diag/trace/lab"

// patience ends what hangs. The longest package takes four minutes on two
// processors with the race detector; a machine may be four times as slow, and busy.
const patience = "60m"

// hostile names the tests that read inputs as large as they may be.
const hostile = "^(TestHostile|TestLargeNoMail)$"

func steps() []step {
	list := []step{
		{"gofmt", gofmt},
		{"vet", func(t *tally) { t.command(nil, "go", "vet", "./...") }},
		{"vet release", func(t *tally) { t.command(nil, "go", "-C", ".ci/release", "vet", "./...") }},
	}
	for _, target := range targets() {
		list = append(list, step{"vet " + target, func(t *tally) {
			t.command(cross(target), "go", append([]string{"vet", "-tags", "cli", "."}, lean(t)...)...)
		}})
	}
	list = append(list,
		// Fyne's tag ci stands in for cgo, so the window's code is checked for Windows too.
		step{"vet window windows/amd64", func(t *tally) {
			t.command(cross("windows/amd64"), "go", "vet", "-tags", "ci", ".", "./app/ui")
		}},
		step{"staticcheck", staticcheck},
		step{"staticcheck window", func(t *tally) {
			t.tool("", "honnef.co/go/tools/cmd/staticcheck", windowed()...)
		}},
		step{"govulncheck", govulncheck},
		step{"test", func(t *tally) {
			t.tests(append([]string{"-race", "-skip", hostile, "-timeout", patience}, without(lean(t), laboratory)...)...)
		}},
		// Without the race detector: it takes ten times the time over inputs of
		// 64 MB, and the heap that is measured would be its own.
		step{"test hostile", func(t *tally) {
			t.tests("-run", hostile, "-timeout", patience, "latchkey/diag/abuse", "latchkey/diag/abuse/mail")
		}},
		// Needs root, else it says what it skipped. Alone and without the race
		// detector, because it measures times.
		step{"test laboratory", func(t *tally) { t.tests("-timeout", patience, laboratory) }},
		step{"test window", func(t *tally) { t.tests(append([]string{"-timeout", patience}, windowed()...)...) }},
	)
	for _, target := range targets() {
		list = append(list, step{"build " + target, func(t *tally) {
			name := "dist/latchkey-" + strings.ReplaceAll(target, "/", "-")
			if strings.HasPrefix(target, "windows") {
				name += ".exe"
			}
			t.command(cross(target), "go", "build", "-tags", "cli", "-o", name, ".")
		}})
	}
	return list
}

func cross(target string) []string {
	system, processor, _ := strings.Cut(target, "/")
	return []string{"CGO_ENABLED=0", "GOOS=" + system, "GOARCH=" + processor}
}

// lean lists the packages that do not see Fyne.
func lean(t *tally) []string {
	out, err := exec.Command("go", "list", "-tags", "cli", "./...").Output()
	if err != nil {
		t.fail("list packages: %v", err)
	}
	return without(strings.Fields(string(out)), windowed()...)
}

func without(packages []string, some ...string) []string {
	return slices.DeleteFunc(packages, func(p string) bool { return slices.Contains(some, p) })
}

func (t *tally) fail(format string, args ...any) {
	t.failed++
	fmt.Printf("    FAIL: "+format+"\n", args...)
}

func (t *tally) skip(format string, args ...any) {
	t.skipped++
	fmt.Printf("    skipped: "+format+"\n", args...)
}

// command passes when the program exits with 0; else its output is shown.
func (t *tally) command(env []string, name string, args ...string) {
	c := exec.Command(name, args...)
	c.Env = append(os.Environ(), env...)
	t.run(c)
}

func (t *tally) run(c *exec.Cmd) {
	out, err := c.CombinedOutput()
	if err != nil {
		fmt.Print(indent(string(out)))
		t.fail("%s: %v", filepath.Base(c.Path), err)
		return
	}
	t.passed++
}

// build makes a tool of go.mod and gives its path, "" if it cannot be built.
func (t *tally) build(pkg string) string {
	binary, err := filepath.Abs(filepath.Join("bin", filepath.Base(pkg)))
	if err == nil {
		build := exec.Command("go", "build", "-o", binary, pkg)
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		var out []byte
		if out, err = build.CombinedOutput(); err != nil {
			fmt.Print(indent(string(out)))
		}
	}
	if err != nil {
		t.fail("build %s: %v", pkg, err)
		return ""
	}
	return binary
}

// tool builds a tool and runs it. It reads input.
func (t *tally) tool(input, pkg string, args ...string) {
	binary := t.build(pkg)
	if binary == "" {
		return
	}
	c := exec.Command(binary, args...)
	c.Stdin = strings.NewReader(input)
	t.run(c)
}

func gofmt(t *tally) {
	out, err := exec.Command("gofmt", "-l", ".").CombinedOutput()
	if err != nil || len(out) > 0 {
		fmt.Print(indent(string(out)))
		t.fail("these files need gofmt")
		return
	}
	t.passed++
}

// staticcheck looks at what is not Fyne with the eyes of all three systems at
// once: a function that only one of them uses is not unused.
func staticcheck(t *tally) {
	var matrix strings.Builder
	for _, target := range targets() {
		if name, ok := strings.CutSuffix(target, "/amd64"); ok {
			fmt.Fprintf(&matrix, "%s: %s -tags=cli\n", name, strings.Join(cross(target), " "))
		}
	}
	t.tool(matrix.String(), "honnef.co/go/tools/cmd/staticcheck", append([]string{"-matrix", "."}, lean(t)...)...)
}

// govulncheck needs the public database; a machine without a way to it is no
// reason to fail. The program ends with 3 when it found something, with 1 when
// it could not ask.
func govulncheck(t *tally) {
	const pkg = "golang.org/x/vuln/cmd/govulncheck"
	binary := t.build(pkg)
	if binary == "" {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	out, err := exec.CommandContext(ctx, binary, "./...").CombinedOutput()
	var exit *exec.ExitError
	switch {
	case err == nil:
		t.passed++
	case errors.As(err, &exit) && exit.ExitCode() == 3:
		fmt.Print(indent(string(out)))
		t.fail("govulncheck found something")
	default:
		first, _, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
		t.skip("the vulnerability database cannot be reached (%v: %.40s)", err, first)
	}
}

// event is a line of `go test -json`.
type event struct {
	Action, Package, Test, Output, ImportPath string
	Elapsed                                   float64
}

// tests runs `go test` and shows packages, skips with their reasons, and all
// of what a failed test printed.
func (t *tally) tests(args ...string) {
	c := exec.Command("go", append([]string{"test", "-json"}, args...)...)
	c.Stderr = os.Stderr
	out, err := c.StdoutPipe()
	if err == nil {
		err = c.Start()
	}
	if err != nil {
		t.fail("go test: %v", err)
		return
	}
	failed := t.failed
	t.follow(out)
	if err := c.Wait(); err != nil && t.failed == failed {
		t.fail("go test: %v", err)
	}
}

func (t *tally) follow(out io.Reader) {
	printed := map[string]*bytes.Buffer{} // by package and test, or by what was built
	failedIn := map[string]bool{}
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var e event
		if json.Unmarshal(lines.Bytes(), &e) != nil {
			fmt.Println(indent(lines.Text()))
			continue
		}
		key := e.Package + e.ImportPath + " " + e.Test
		if printed[key] == nil {
			printed[key] = &bytes.Buffer{}
		}
		switch e.Action {
		case "output", "build-output":
			printed[key].WriteString(e.Output)
		case "build-fail":
			fmt.Print(indent(printed[key].String()))
		case "pass", "fail", "skip":
			if e.Test != "" {
				t.count(e, printed[key].String())
				failedIn[e.Package] = failedIn[e.Package] || e.Action == "fail"
				delete(printed, key)
				continue
			}
			if e.Action == "fail" && !failedIn[e.Package] {
				unfinished(printed, e.Package)
			}
			t.finish(e, printed[key].String(), failedIn[e.Package])
		}
	}
	if err := lines.Err(); err != nil {
		t.fail("read what go test prints: %v", err)
		_, _ = io.Copy(io.Discard, out) // else it waits for a reader
	}
}

// unfinished shows what the tests of a package that died had printed by then: the
// reason stands in the output of the one that was running.
func unfinished(printed map[string]*bytes.Buffer, pkg string) {
	for key, output := range printed {
		if test, ok := strings.CutPrefix(key, pkg+" "); ok && test != "" {
			fmt.Print(indent(output.String()))
		}
	}
}

// count takes the end of one test.
func (t *tally) count(e event, output string) {
	short := strings.TrimPrefix(e.Package, "latchkey/")
	switch e.Action {
	case "pass":
		t.passed++
	case "skip":
		t.skip("%s %s: %s", short, e.Test, reason(output))
	case "fail":
		fmt.Print(indent(output))
		t.fail("%s %s", short, e.Test)
	}
}

// finish takes the end of a package. One that fails without a failed test did
// not build, or died.
func (t *tally) finish(e event, output string, testFailed bool) {
	if e.Action == "fail" && !testFailed {
		fmt.Print(indent(output))
		t.fail("%s", e.Package)
		return
	}
	if strings.Contains(output, "no test files") {
		return
	}
	fmt.Printf("    %-5s %-40s %.1f s\n", e.Action, e.Package, e.Elapsed)
}

// reason is what a skipped test said.
func reason(output string) string {
	for _, line := range strings.Split(output, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "===") || strings.HasPrefix(line, "---") {
			continue
		}
		if _, said, ok := strings.Cut(line, ".go:"); ok {
			if _, said, ok := strings.Cut(said, ": "); ok {
				return said
			}
		}
		return line
	}
	return "it does not say why"
}

func indent(s string) string {
	if s == "" {
		return ""
	}
	return "    " + strings.ReplaceAll(strings.TrimRight(s, "\n"), "\n", "\n    ") + "\n"
}
