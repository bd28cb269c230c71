//go:build linux

package lab

import (
	"context"
	"os/exec"
	"testing"
	"time"
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
	latchkey := program(b)
	if _, err := exec.LookPath("traceroute"); err != nil {
		b.Skip("no traceroute to compare with")
	}
	b.Run("locked", func(b *testing.B) {
		var first, final, other time.Duration
		for b.Loop() {
			r := measure(b, latchkey, "locked")
			first += time.Duration(*r.First) * time.Millisecond
			final += time.Duration(r.Elapsed) * time.Millisecond
			other += rival(b, "locked", Server)
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
		var first, path, other time.Duration
		for b.Loop() {
			r := measure(b, latchkey, "up")
			first += time.Duration(*r.First) * time.Millisecond
			path += time.Duration(r.Elapsed) * time.Millisecond
			other += rival(b, "up", "-n", Server)
		}
		n := time.Duration(b.N)
		ratio := path.Seconds() / other.Seconds()
		b.ReportMetric((first/n).Seconds()*1000, "first-ms")
		b.ReportMetric((path/n).Seconds()*1000, "final-ms")
		b.ReportMetric((other/n).Seconds()*1000, "traceroute-n-ms")
		b.ReportMetric(ratio, "times-slower")
		if ratio > upSlower {
			b.Errorf("%.1f times as long as traceroute -n", ratio)
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

// rival is how long traceroute takes from start to end.
func rival(b *testing.B, scenario string, args ...string) time.Duration {
	b.Helper()
	l := fresh(b, scenario)
	defer func() { _ = l.Down() }()
	ctx, cancel := context.WithTimeout(b.Context(), 2*longest)
	defer cancel()
	begin := time.Now()
	if err := l.Command(ctx, true, append([]string{"traceroute"}, args...)...).Run(); err != nil {
		b.Fatalf("traceroute: %v", err)
	}
	return time.Since(begin)
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
