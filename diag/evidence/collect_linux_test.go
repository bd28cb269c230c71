package evidence_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"latchkey/diag/evidence"
	"latchkey/diag/evidence/lab"
)

// keyed starts a server and gives options that log in to it by key.
func keyed(t testing.TB, o lab.Options, user string) (*lab.Server, evidence.Options) {
	t.Helper()
	file, line := lab.Key(t, "")
	o.Keys = append(o.Keys, line)
	s := lab.Start(t, o)
	return s, evidence.Options{
		Host: evidence.Host{User: user, Name: s.Address, Port: s.Port}, Identities: []string{file},
		KnownHosts: filepath.Join(t.TempDir(), "known_hosts"), Trust: (&trusting{}).trust,
	}
}

func script(t testing.TB) []byte {
	t.Helper()
	text, err := os.ReadFile("../../assets/collector/collect.sh")
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// short is a collection in small, with whatever its middle does.
func short(middle string) []byte {
	return []byte("n=0123456789abcdef\nprintf '@@FCB %s HELLO v=1 mode=live root=/ uid=%s host=x t=1\\n' $n $(id -u)\n" +
		"printf '@@FCB %s BEGIN date t=1 cap=100\\n@@cmd date\\n' $n\n" + middle + "\nprintf '@@FCB %s END date rc=0 t=1\\n@@FCB %s BYE t=1\\n' $n $n\n")
}

// All of the collector on a copy of this machine: nothing is written there.
func TestCollectWritesNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("looks at the whole machine for some seconds")
	}
	s, o := keyed(t, lab.Options{}, lab.Root)
	var out bytes.Buffer
	var seen []evidence.Progress
	r, err := connect(t, o).Collect(t.Context(), evidence.Task{Script: script(t), Limit: 8 * time.Second}, &out, func(p evidence.Progress) { seen = append(seen, p) })
	if err != nil || !r.Complete || !r.Root || !r.Live || r.Cut != nil || r.Done < 60 || r.Bytes != int64(out.Len()) {
		t.Fatalf("%+v %v", r, err)
	}
	if sum := sha256.Sum256(out.Bytes()); hex.EncodeToString(sum[:]) != r.SHA256 {
		t.Error("another checksum")
	}
	if first, last := seen[1], seen[len(seen)-1]; first.Section != "date" || !last.Complete || last.Done != r.Done {
		t.Errorf("%+v … %+v", first, last)
	}
	if changes := s.Changes(); len(changes) > 0 {
		t.Errorf("written on the server: %v", changes)
	}
	if log := strings.Join(s.Log(), "\n"); strings.Contains(log, "pty") || !strings.Contains(log, "Starting session: command") {
		t.Errorf("another kind of session: %s", log)
	}
	t.Logf("%d sections, %d bytes in %v", r.Done, r.Bytes, r.Took)
}

func TestCollectAsUser(t *testing.T) {
	for user, sudo := range map[string]bool{lab.Alice: false, lab.Bob: true} {
		_, o := keyed(t, lab.Options{}, user)
		var out bytes.Buffer
		r, err := connect(t, o).Collect(t.Context(), evidence.Task{Script: short("")}, &out, nil)
		if err != nil || !r.Complete || r.Root != sudo || r.Sudo != sudo {
			t.Errorf("%s: %+v %v", user, r, err)
		}
		if r.Said != "" {
			t.Errorf("%s: it said %q", user, r.Said)
		}
	}
}

// What a shell says before the collector, and colours in a banner, do no harm.
func TestCollectBehindNoise(t *testing.T) {
	banner := "\x1b]0;title\x07\x1b[2JWelcome\u202eto\n" + strings.Repeat("x", 9000) + "\n"
	_, o := keyed(t, lab.Options{Config: []string{"Banner /etc/lab/banner"}, Files: map[string]string{
		"/etc/lab/banner": banner, "/home/root/.bashrc": "printf '\\033[2Jgood morning\\n@@FCB x HELLO\\n'; echo oops >&2\n",
	}}, lab.Root)
	c := connect(t, o)
	if strings.ContainsAny(c.Banner, "\x1b\x07\u202e\n") || !strings.Contains(c.Banner, "Welcome") || len([]rune(c.Banner)) > 2001 {
		t.Errorf("%q", c.Banner)
	}
	var out bytes.Buffer
	r, err := c.Collect(t.Context(), evidence.Task{Script: short("printf '\\033[31mred' >&2")}, &out, nil)
	if err != nil || !r.Complete || strings.ContainsRune(r.Said, 0x1b) || !strings.Contains(r.Said, "red") {
		t.Errorf("%+v %v", r, err)
	}
}

// 10 GB of one command is cut by the collector; 10 GB around it by us.
func TestCollectEndless(t *testing.T) {
	_, o := keyed(t, lab.Options{}, lab.Root)
	capped := []byte(strings.Replace(string(script(t)), "run date $few 5 '", "run date $few 5 'head -c 10G /dev/zero; ", 1))
	capped = capped[:bytes.Index(capped, []byte(`if [ "$MODE" = live ]`))]
	capped = append(capped, "printf '@@FCB %s BYE t=%s\\n' \"$NONCE\" 1\n"...)
	r, err := connect(t, o).Collect(t.Context(), evidence.Task{Script: capped}, io.Discard, nil)
	if err != nil || !r.Complete || r.Bytes > 1<<20 {
		t.Errorf("capped: %+v %v", r, err)
	}
	o.Limits.Bytes = 4 << 20
	var out bytes.Buffer
	r, err = connect(t, o).Collect(t.Context(), evidence.Task{Script: short("head -c 10G /dev/zero")}, &out, nil)
	if err != nil || r.Complete || !errors.Is(r.Cut, evidence.ErrTooMuch) || out.Len() != 4<<20 || r.Section != "date" {
		t.Errorf("endless: %+v %v", r, err)
	}
}

func TestCollectTooLong(t *testing.T) {
	_, o := keyed(t, lab.Options{}, lab.Root)
	o.Limits.Run = 3 * time.Second
	r, err := connect(t, o).Collect(t.Context(), evidence.Task{Script: short("while :; do echo drip; sleep 0.05; done")}, io.Discard, nil)
	if err != nil || !errors.Is(r.Cut, evidence.ErrTooLong) || !r.Begun {
		t.Errorf("%+v %v", r, err)
	}
}

// Stopped in the middle, what came is kept.
func TestCollectStopped(t *testing.T) {
	_, o := keyed(t, lab.Options{}, lab.Root)
	ctx, cancel := context.WithCancel(t.Context())
	var out bytes.Buffer
	r, err := connect(t, o).Collect(ctx, evidence.Task{Script: short("sleep 600")}, &out, func(p evidence.Progress) {
		if p.Section == "date" {
			cancel()
		}
	})
	if err != nil || !errors.Is(r.Cut, context.Canceled) || !bytes.Contains(out.Bytes(), []byte("BEGIN date")) {
		t.Errorf("%+v %v", r, err)
	}
}

// wire is a connection in between that can be cut or fall silent.
type wire struct {
	net.Listener
	to     string
	breaks chan func(near, far net.Conn)
}

// between listens in front of a server; what happens to a connection once the
// collection runs is up to the test.
func between(t *testing.T, o *evidence.Options) *wire {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{l, o.Host.Address(), make(chan func(near, far net.Conn), 1)}
	o.Host.Port = l.Addr().(*net.TCPAddr).Port
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			near, err := l.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("tcp", w.to)
			if err != nil {
				_ = near.Close()
				return
			}
			go w.carry(near, far)
		}
	}()
	return w
}

func (w *wire) carry(near, far net.Conn) {
	go func() { _, _ = io.Copy(far, near); _ = far.Close() }()
	bytes, stop := make(chan []byte), make(chan struct{})
	go func() {
		defer close(bytes)
		for {
			b := make([]byte, 16<<10)
			n, err := far.Read(b)
			if n > 0 {
				select {
				case bytes <- b[:n]:
				case <-stop:
					return
				}
			}
			if err != nil {
				return
			}
		}
	}()
	for {
		select {
		case b, ok := <-bytes:
			if !ok {
				_ = near.Close()
				return
			}
			_, _ = near.Write(b)
		case do := <-w.breaks:
			close(stop)
			do(near, far)
			return
		}
	}
}

func TestCollectBrokenOff(t *testing.T) {
	for name, c := range map[string]struct {
		happens func(near, far net.Conn)
		want    error
	}{
		"cut":    {func(near, far net.Conn) { _ = near.Close(); _ = far.Close() }, evidence.ErrLost},
		"silent": {func(_, far net.Conn) { t.Cleanup(func() { _ = far.Close() }) }, evidence.ErrStalled},
	} {
		_, o := keyed(t, lab.Options{}, lab.Root)
		w := between(t, &o)
		o.Limits.KeepAlive = 50 * time.Millisecond
		var out bytes.Buffer
		r, err := connect(t, o).Collect(t.Context(), evidence.Task{Script: short("sleep 600")}, &out, func(p evidence.Progress) {
			if p.Section == "date" {
				w.breaks <- c.happens
			}
		})
		if err != nil || r.Complete || !errors.Is(r.Cut, c.want) || !bytes.Contains(out.Bytes(), []byte("HELLO")) || r.Bytes != int64(out.Len()) {
			t.Errorf("%s: %+v %v", name, r, err)
		}
	}
}

// A login that does not run the collector is told, with what it said.
func TestNoCollector(t *testing.T) {
	_, o := keyed(t, lab.Options{Config: []string{"ForceCommand echo This account is not available >&2; exit 1"}}, lab.Root)
	r, err := connect(t, o).Collect(t.Context(), evidence.Task{Script: script(t)}, io.Discard, nil)
	if !errors.Is(err, evidence.ErrNoCollector) || r.Said != "This account is not available" {
		t.Errorf("%+v %v", r, err)
	}
	if _, err := connect(t, o).Collect(t.Context(), evidence.Task{Root: "/mnt; id"}, io.Discard, nil); !errors.Is(err, evidence.ErrPath) {
		t.Error(err)
	}
}

func TestFetch(t *testing.T) {
	text := strings.Repeat("line with \x00 and \xff\n", 100_000)
	s, o := keyed(t, lab.Options{Files: map[string]string{
		"/var/log/it's \"odd\" $(id).log": text, "/var/log/empty.log": "", "/home/root/.bashrc": "echo good morning\n", "/etc/ssh/ssh_host_x_key": "SECRET",
	}}, lab.Root)
	if err := os.Symlink("/etc/shadow", filepath.Join(s.Written, "var/log/trap.log")); err != nil {
		t.Fatal(err)
	}
	before := len(s.Changes()) // the link
	c := connect(t, o)
	for _, most := range []int64{0, 1000} {
		var out bytes.Buffer
		f, err := c.Fetch(t.Context(), "/var/log/it's \"odd\" $(id).log", most, &out, nil)
		want := text
		if most > 0 {
			want = text[:most]
		}
		sum := sha256.Sum256([]byte(want))
		if err != nil || out.String() != want || f.SHA256 != hex.EncodeToString(sum[:]) || f.Size != int64(len(text)) || f.Whole != (most == 0) {
			t.Errorf("%+v %v", f, err)
		}
	}
	if f, err := c.Fetch(t.Context(), "/var/log/empty.log", 0, io.Discard, nil); err != nil || !f.Whole || f.Bytes != 0 {
		t.Errorf("%+v %v", f, err)
	}
	for _, name := range []string{"/var/log/missing", "/var/log", "/var/log/trap.log", "/proc/999999999/exe"} {
		if _, err := c.Fetch(t.Context(), name, 0, io.Discard, nil); !errors.Is(err, evidence.ErrNoFile) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, name := range []string{"relative", "/etc/../etc/passwd", "/etc/shadow", "/etc/gshadow-", "/root/.ssh/id_ed25519", "/etc/ssh/ssh_host_x_key", "/proc/1/environ", "/proc/kcore", "/dev/sda", "/dev/shm/id_x", "/sys/x", "/a\nb", "/"} {
		if _, err := c.Fetch(t.Context(), name, 0, io.Discard, nil); !errors.Is(err, evidence.ErrPath) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if changes := s.Changes(); len(changes) != before {
		t.Errorf("written on the server: %v", changes)
	}
}

// The program behind a process, as it runs.
func TestFetchProgram(t *testing.T) {
	s, o := keyed(t, lab.Options{}, lab.Root)
	self, err := os.ReadFile("/usr/sbin/sshd")
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	f, err := connect(t, o).Fetch(t.Context(), fmt.Sprintf("/proc/%d/exe", s.PID), 0, &out, nil)
	if err != nil || !bytes.Equal(out.Bytes(), self) || !f.Whole {
		t.Errorf("%+v %v", f, err)
	}
}

// BenchmarkCollect is one collection of this machine, login included.
func BenchmarkCollect(b *testing.B) {
	_, o := keyed(b, lab.Options{}, lab.Root)
	for b.Loop() {
		c, err := evidence.Connect(b.Context(), o)
		if err != nil {
			b.Fatal(err)
		}
		r, err := c.Collect(b.Context(), evidence.Task{Script: script(b)}, io.Discard, nil)
		if err = errors.Join(err, c.Close()); err != nil || !r.Complete {
			b.Fatalf("%+v %v", r, err)
		}
		b.ReportMetric(float64(r.Bytes), "bytes/collection")
		b.ReportMetric(float64(r.Done), "sections")
	}
}
