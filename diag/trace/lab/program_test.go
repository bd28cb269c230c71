//go:build linux

package lab

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// answer is what the tests look at in the JSON of `latchkey check`.
type answer struct {
	Kind   string `json:"kind"`
	Target struct {
		Address  string `json:"address"`
		Provider string `json:"provider"`
	} `json:"target"`
	Path struct {
		Method  string `json:"method"`
		Reached *bool  `json:"reached"`
		Hops    []struct {
			TTL     int `json:"ttl"`
			Replies []struct {
				Address string `json:"address"`
				Kind    string `json:"kind"`
			} `json:"replies"`
		} `json:"hops"`
	} `json:"path"`
	Verdict *struct {
		Code       string   `json:"code"`
		Confidence string   `json:"confidence"`
		Because    []string `json:"because"`
	} `json:"verdict"`
	First     *int64 `json:"first_verdict_ms"`
	Elapsed   int64  `json:"elapsed_ms"`
	Cancelled bool   `json:"cancelled"`
}

// verdict is «code/confidence».
func (a answer) verdict() string {
	if a.Verdict == nil {
		return "none"
	}
	return a.Verdict.Code + "/" + a.Verdict.Confidence
}

// ran is one run of the program to its end.
type ran struct {
	answer
	out, err string
	status   int
	took     time.Duration
}

// place is a folder that every user can enter, which t.TempDir is not.
func place(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "latchkey-lab-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

// long skips what takes more than seconds in a short run.
func long(t testing.TB) {
	t.Helper()
	if testing.Short() {
		t.Skip("takes minutes; left out of a short run")
	}
}

// program builds the terminal program and gives its path.
func program(t testing.TB, env ...string) string {
	t.Helper()
	long(t)
	Need(t)
	path := filepath.Join(place(t), "latchkey")
	if slices.Contains(env, "GOOS=windows") {
		path += ".exe"
	}
	build := exec.CommandContext(t.Context(), "go", "build", "-tags", "cli", "-o", path, "latchkey")
	build.Env = append(append(os.Environ(), "CGO_ENABLED=0"), env...)
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build the program: %v\n%s", err, out)
	}
	return path
}

// home is a LATCHKEY_HOME that the user without rights can write to.
func home(t testing.TB) string {
	t.Helper()
	dir := place(t)
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	return dir
}

// longest is beyond any check, on a busy machine too; what takes longer hangs.
const longest = 90 * time.Second

// check runs a command of the lab and reads the one JSON object it prints.
func check(t testing.TB, c *exec.Cmd, dir string) ran {
	t.Helper()
	r := execute(t, c, dir)
	if strings.Contains(strings.Join(c.Args, " "), "--json") {
		r.read(t)
	}
	return r
}

// execute runs a command with LATCHKEY_HOME at dir.
func execute(t testing.TB, c *exec.Cmd, dir string) (r ran) {
	t.Helper()
	// Files, not pipes: wine's services would keep those open.
	out, complaints := scratch(t), scratch(t)
	c.Stdout, c.Stderr = out, complaints
	c.Env = append(os.Environ(), "LATCHKEY_HOME="+dir, "HOME="+dir, "LANG=C.UTF-8")
	begin := time.Now()
	err := c.Run()
	r.took, r.out, r.err = time.Since(begin), written(t, out), written(t, complaints)
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		r.status = exit.ExitCode()
	} else if err != nil {
		t.Errorf("run: %v", err)
	}
	return r
}

// read takes the answer out of what was printed.
func (r *ran) read(t testing.TB) {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(r.out))
	if err := d.Decode(&r.answer); err != nil {
		t.Errorf("stdout is no JSON object: %v\n%s\nexit %d, stderr: %s", err, r.out, r.status, r.err)
	} else if d.More() {
		t.Errorf("more than one JSON object:\n%s", r.out)
	}
}

func scratch(t testing.TB) *os.File {
	t.Helper()
	f, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// written closes f and gives what a program has written to it.
func written(t testing.TB, f *os.File) string {
	t.Helper()
	_ = f.Close()
	b, err := os.ReadFile(f.Name())
	if err != nil {
		t.Error(err)
	}
	return string(b)
}

// asNobody checks addr as the user without rights.
func asNobody(ctx context.Context, t testing.TB, l *Lab, program, addr string, more ...string) ran {
	t.Helper()
	ctx, cancel := context.WithTimeout(ctx, longest)
	defer cancel()
	return check(t, l.Command(ctx, true, append([]string{program, "check", "--json", addr}, more...)...), home(t))
}
