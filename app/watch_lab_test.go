//go:build linux

package app

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"latchkey/app/casefile"
	netlab "latchkey/diag/trace/lab"
	"latchkey/diag/verdict"
)

// labEvery is the pace in the laboratory; the program's own is WatchFloor.
const labEvery = 3 * time.Second

// said is a line that the watch in the laboratory prints: a snapshot, a notice,
// or the case at its end.
type said struct {
	Watch  *Watch         `json:",omitempty"`
	Notice *Notice        `json:",omitempty"`
	Case   *casefile.Case `json:",omitempty"`
}

// TestWatchInside is the watch itself: it runs in the laboratory's client, as a
// user without rights, when TestWatchInTheLaboratory starts it.
func TestWatchInside(t *testing.T) {
	home := os.Getenv("LATCHKEY_LAB_WATCH")
	if home == "" {
		t.Skip("started by TestWatchInTheLaboratory")
	}
	s, err := Open(Config{Home: home, Assets: os.DirFS("../assets")})
	if err != nil {
		t.Fatal(err)
	}
	out := json.NewEncoder(os.Stdout)
	server := casefile.Server{Input: netlab.Server, Address: netlab.Server, Provider: "hetzner"}
	c := s.NewCase(CaseOptions{})
	c.Change(func(m *casefile.Case) { m.Server = server })
	o := WatchOptions{floor: labEvery, Into: c, Check: CheckOptions{NoNames: true}, For: time.Minute}
	o.Tell = NewNotices(func(n Notice) { _ = out.Encode(said{Notice: &n}) }, nil)
	_, err = s.Watch(t.Context(), server, o, func(w Watch) {
		w.Last = nil
		_ = out.Encode(said{Watch: &w})
	})
	if err != nil {
		t.Error(err)
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	m := c.Model()
	_ = out.Encode(said{Case: &m})
}

// TestWatchInTheLaboratory: on a real network stack, with the real probes and
// without rights, a lock that ends is noticed within one interval, told once, and
// in the timeline of the case on disk with the right time.
func TestWatchInTheLaboratory(t *testing.T) {
	if testing.Short() {
		t.Skip("takes half a minute")
	}
	l := netlab.Start(t, "locked")
	if err := l.PingRange(true); err != nil {
		t.Fatal(err)
	}
	out := inLaboratory(t, l)
	var unlocked, noticed time.Time
	var notices []Notice
	var last Watch
	var kept *casefile.Case
	for lines := bufio.NewScanner(out); lines.Scan(); {
		var line said
		if json.Unmarshal(lines.Bytes(), &line) != nil {
			continue // what the test prints of itself
		}
		switch {
		case line.Notice != nil:
			notices, noticed = append(notices, *line.Notice), time.Now()
		case line.Case != nil:
			kept = line.Case
		case line.Watch != nil:
			last = *line.Watch
			if unlocked.IsZero() && last.Checks >= 3 && last.State == WatchWaiting {
				if last.Code != verdict.Locked {
					t.Fatalf("while locked: %+v", last)
				}
				unlock(t)
				unlocked = time.Now()
			}
		}
	}
	if unlocked.IsZero() || len(notices) != 1 || notices[0].Code != NoticeReachable {
		t.Fatalf("unlocked %v, told %+v, last %+v", unlocked, notices, last)
	}
	t.Logf("unlocked, seen after %v, told after %v", last.Since.Sub(unlocked).Round(time.Millisecond), noticed.Sub(unlocked).Round(time.Millisecond))
	if took := last.Since.Sub(unlocked); took > labEvery || took < 0 {
		t.Errorf("seen after %v, the interval is %v", took, labEvery)
	}
	if last.State != WatchOver || last.Why != "reachable" {
		t.Errorf("end: %+v", last)
	}
	if kept == nil {
		t.Fatal("no case")
	}
	events := map[string]casefile.Event{}
	for _, e := range kept.Timeline {
		events[e.Code] = e
	}
	if e := events[EventReachable]; !e.Time.Equal(last.Since) || e.With["verdict"] != "reachable" {
		t.Errorf("entry %+v, seen %v", e, last.Since)
	}
	if events[EventWatch].With["verdict"] != "locked" || events[EventWatchEnded].With["why"] != "reachable" {
		t.Errorf("timeline %+v", kept.Timeline)
	}
}

// inLaboratory starts TestWatchInside in the client and gives what it prints.
func inLaboratory(t *testing.T, l *netlab.Lab) io.Reader {
	t.Helper()
	dir, err := os.MkdirTemp("", "watch")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	program, home := filepath.Join(dir, "app", "watch.test"), filepath.Join(dir, "home")
	self, err := os.ReadFile(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{os.Chmod(dir, 0o755), os.Mkdir(filepath.Dir(program), 0o755), os.WriteFile(program, self, 0o755),
		os.Mkdir(home, 0o700), os.Chown(home, 65534, 65534), os.CopyFS(filepath.Join(dir, "assets"), os.DirFS("../assets"))} {
		if err != nil {
			t.Fatal(err)
		}
	}
	c := l.Command(context.Background(), true, program, "-test.run=^TestWatchInside$", "-test.timeout=90s")
	c.Dir, c.Env = filepath.Dir(program), append(os.Environ(), "LATCHKEY_LAB_WATCH="+home, "HOME="+home)
	var errs strings.Builder
	c.Stderr = &errs
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Wait(); err != nil {
			t.Errorf("the watch: %v\n%s", err, errs.String())
		}
	})
	return out
}

// unlock does what the provider does: the border router forgets its filter.
func unlock(t *testing.T) {
	t.Helper()
	names, err := exec.Command("ip", "netns", "list").Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range strings.Fields(string(names)) {
		if strings.HasPrefix(name, fmt.Sprintf("lk-%d-", os.Getpid())) && strings.HasSuffix(name, "-gw") {
			if out, err := exec.Command("ip", "netns", "exec", name, "nft", "flush", "ruleset").CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			return
		}
	}
	t.Fatalf("no border router among %s", names)
}
