//go:build linux

package lab

import (
	"context"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"latchkey/diag"
	"latchkey/diag/trace"
)

// The limits of the silent lock, and how it has to compare with traceroute in
// the same network: a person waits for the first verdict.
const (
	firstLimit   = 1500 * time.Millisecond
	finalLimit   = 6 * time.Second
	lockedFaster = 15 // first verdict against plain traceroute
	upSlower     = 2  // path against `traceroute -n`
)

// BenchmarkCheck measures the two cases people meet and fails where a limit is
// missed. Run it alone on a quiet machine: go test -bench Check -run '^$'.
func BenchmarkCheck(b *testing.B) {
	latchkey, tracer := program(b), ownTracer(b)
	if _, err := exec.LookPath("traceroute"); err != nil {
		b.Skip("no traceroute to compare with")
	}
	b.Run("locked", func(b *testing.B) {
		var first, final, other time.Duration
		for b.Loop() {
			r := measure(b, latchkey, "locked")
			first += time.Duration(*r.First) * time.Millisecond
			final += time.Duration(r.Elapsed) * time.Millisecond
			other += rival(b, "locked", "traceroute", Server)
		}
		n := time.Duration(b.N)
		ratio := other.Seconds() / first.Seconds()
		b.ReportMetric((first/n).Seconds()*1000, "first-ms")
		b.ReportMetric((final/n).Seconds()*1000, "final-ms")
		b.ReportMetric((other/n).Seconds()*1000, "traceroute-ms")
		b.ReportMetric(ratio, "times-faster")
		if first/n > firstLimit || final/n > finalLimit || ratio < lockedFaster {
			b.Errorf("first verdict %v, final %v, %.1f times as fast as traceroute", first/n, final/n, ratio)
		}
	})
	b.Run("up", func(b *testing.B) {
		var first, final, path, other time.Duration
		for b.Loop() {
			r := measure(b, latchkey, "up")
			first += time.Duration(*r.First) * time.Millisecond
			final += time.Duration(r.Elapsed) * time.Millisecond
			path += rival(b, "up", "env", pathOnly+"=1", tracer, Server)
			other += rival(b, "up", "traceroute", "-n", Server)
		}
		n := time.Duration(b.N)
		ratio := path.Seconds() / other.Seconds()
		b.ReportMetric((first/n).Seconds()*1000, "first-ms")
		b.ReportMetric((final/n).Seconds()*1000, "final-ms")
		b.ReportMetric((path/n).Seconds()*1000, "path-ms")
		b.ReportMetric((other/n).Seconds()*1000, "traceroute-n-ms")
		b.ReportMetric(ratio, "times-slower")
		if ratio > upSlower {
			b.Errorf("the path takes %v, %.1f times as long as traceroute -n", path/n, ratio)
		}
	})
}

func measure(b *testing.B, latchkey, scenario string) ran {
	b.Helper()
	l := fresh(b, scenario)
	defer func() { _ = l.Down() }()
	r := asNobody(b.Context(), b, l, latchkey, Server)
	if r.First == nil {
		b.Fatalf("no verdict\n%s%s", r.out, r.err)
	}
	return r
}

// rival is how long another program takes from start to end.
func rival(b *testing.B, scenario string, args ...string) time.Duration {
	b.Helper()
	l := fresh(b, scenario)
	defer func() { _ = l.Down() }()
	ctx, cancel := context.WithTimeout(b.Context(), 2*longest)
	defer cancel()
	begin := time.Now()
	if out, err := l.Command(ctx, true, args...).CombinedOutput(); err != nil {
		b.Fatalf("%v: %v\n%s", args, err, out)
	}
	return time.Since(begin)
}

// pathOnly turns the test program into a bare tracer of our own engine, so that
// a path can be compared with a path.
const pathOnly = "LATCHKEY_LAB_PATH"

func TestMain(m *testing.M) {
	if os.Getenv(pathOnly) == "" {
		os.Exit(m.Run())
	}
	addr := netip.MustParseAddr(os.Args[1])
	result, err := trace.Tracer{}.Trace(context.Background(), addr, trace.Options{NoNames: true}, nil)
	if err != nil || result.Path.Reached != diag.Yes {
		fmt.Fprintln(os.Stderr, err, result.Path)
		os.Exit(1)
	}
}

// ownTracer puts a copy of this program where every user can run it.
func ownTracer(b *testing.B) string {
	b.Helper()
	own, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	code, err := os.ReadFile(own)
	if err != nil {
		b.Fatal(err)
	}
	path := filepath.Join(place(b), "tracer")
	if err := os.WriteFile(path, code, 0o755); err != nil {
		b.Fatal(err)
	}
	return path
}

// fresh is a lab for one measurement: limits on ICMP errors start anew.
func fresh(b *testing.B, scenario string) *Lab {
	b.Helper()
	l, err := Up(b.Context(), scenario)
	if err != nil {
		b.Fatal(err)
	}
	return l
}
