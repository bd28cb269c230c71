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

// labEvery is the pace in the laboratory, longer than a light check listens; the
// program's own is WatchFloor.
const labEvery = 7 * time.Second

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
	o := WatchOptions{floor: labEvery, Into: c, For: time.Minute}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	o.Tell = NewNotices(func(n Notice) {
		_ = out.Encode(said{Notice: &n})
		if n.Code == NoticeChanged {
			stop() // it would go on until the server answers
		}
	}, nil)
	_, err = s.Watch(ctx, server, o, func(w Watch) {
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

// story is what a watch in the laboratory said until it was over.
type story struct {
	last     Watch
	notices  []Notice
	unlocked time.Time
	noticed  time.Time
	kept     casefile.Case
}

// follow listens to a watch of a locked server, and changes the network once it
// has seen the lock twice.
func follow(t *testing.T, change func()) (s story) {
	t.Helper()
	if testing.Short() {
		t.Skip("takes half a minute")
	}
	l := netlab.Start(t, "locked")
	if err := l.PingRange(true); err != nil {
		t.Fatal(err)
	}
	for lines := bufio.NewScanner(inLaboratory(t, l)); lines.Scan(); {
		var line said
		if json.Unmarshal(lines.Bytes(), &line) != nil {
			continue // what the test prints of itself
		}
		switch {
		case line.Notice != nil:
			s.notices, s.noticed = append(s.notices, *line.Notice), time.Now()
		case line.Case != nil:
			s.kept = *line.Case
		case line.Watch != nil:
			s.last = *line.Watch
			if s.unlocked.IsZero() && s.last.Checks >= 2 && s.last.State == WatchWaiting {
				if s.last.Code != verdict.Locked {
					t.Fatalf("while locked: %+v", s.last)
				}
				change()
				s.unlocked = time.Now()
			}
		}
	}
	if s.unlocked.IsZero() || len(s.notices) != 1 {
		t.Fatalf("unlocked %v, told %+v, last %+v", s.unlocked, s.notices, s.last)
	}
	t.Logf("unlocked, seen after %v, told after %v", s.last.Since.Sub(s.unlocked).Round(time.Millisecond), s.noticed.Sub(s.unlocked).Round(time.Millisecond))
	return s
}

func (s story) event(code string) casefile.Event {
	for _, e := range s.kept.Timeline {
		if e.Code == code {
			return e
		}
	}
	return casefile.Event{}
}

// TestWatchInTheLaboratory: on a real network stack, with the real probes and
// without rights, a lock that ends is noticed within one interval, told once, and
// in the timeline of the case on disk with the right time.
func TestWatchInTheLaboratory(t *testing.T) {
	s := follow(t, func() { unlock(t) })
	if s.notices[0].Code != NoticeReachable {
		t.Errorf("told %+v", s.notices)
	}
	if took := s.last.Since.Sub(s.unlocked); took > labEvery || took < 0 {
		t.Errorf("seen after %v, the interval is %v", took, labEvery)
	}
	if s.last.State != WatchOver || s.last.Why != "reachable" {
		t.Errorf("end: %+v", s.last)
	}
	if e := s.event(EventReachable); !e.Time.Equal(s.last.Since) || e.With["verdict"] != "reachable" {
		t.Errorf("entry %+v, seen %v", e, s.last.Since)
	}
	if s.event(EventWatch).With["verdict"] != "locked" || s.event(EventWatchEnded).With["why"] != "reachable" {
		t.Errorf("timeline %+v", s.kept.Timeline)
	}
}

// TestWatchOfAServerThatIsOff: unlocked, but nobody switched the server on again.
// The light check that comes next sees that the path leads further, whole ones
// confirm it.
func TestWatchOfAServerThatIsOff(t *testing.T) {
	s := follow(t, func() {
		inNode(t, "srv", "ip", "link", "set", "to-core", "down")
		inNode(t, "core", "ip", "neigh", "del", netlab.Server, "dev", "to-srv")
		unlock(t)
	})
	if s.notices[0].Code != NoticeChanged || s.notices[0].Params["verdict"] != string(verdict.HostDown) {
		t.Errorf("told %+v", s.notices)
	}
	whole := 0
	for _, r := range s.last.History {
		if r.Whole && r.Time.After(s.unlocked) && !r.Time.After(s.last.Since) {
			whole++
		}
		if r.Code == verdict.Locked && r.Time.After(s.unlocked) {
			t.Errorf("still seen as locked at %v, unlocked %v", r.Time, s.unlocked)
		}
	}
	if whole != 2 { // seen, and seen again
		t.Errorf("%d whole checks until it was told: %+v", whole, s.last.History)
	}
	if e := s.event(EventChanged); !e.Time.Equal(s.last.Since) || e.With["verdict"] != "host-down" || e.With["from"] != "locked" {
		t.Errorf("entry %+v, seen %v", e, s.last.Since)
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
func unlock(t *testing.T) { inNode(t, "gw", "nft", "flush", "ruleset") }

// inNode runs a program in one node of the laboratory.
func inNode(t *testing.T, node string, args ...string) {
	t.Helper()
	names, err := exec.Command("ip", "netns", "list").Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range strings.Fields(string(names)) {
		if strings.HasPrefix(name, fmt.Sprintf("lk-%d-", os.Getpid())) && strings.HasSuffix(name, "-"+node) {
			if out, err := exec.Command("ip", append([]string{"netns", "exec", name}, args...)...).CombinedOutput(); err != nil {
				t.Fatalf("%s: %v: %s", node, err, out)
			}
			return
		}
	}
	t.Fatalf("no %s among %s", node, names)
}
