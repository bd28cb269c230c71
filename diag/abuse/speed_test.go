package abuse

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/metrics"
	"strings"
	"testing"
	"time"
)

// dumpSize is the size of the generated traffic dump, in bytes.
const dumpSize = 300 << 20

// writeDump writes a traffic dump as the guide shows it: both directions, some
// thousand targets, damaged lines here and there.
func writeDump(tb testing.TB, size int64) (path string, rows int) {
	tb.Helper()
	path = filepath.Join(tb.TempDir(), "dump.txt")
	f, err := os.Create(path)
	if err != nil {
		tb.Fatal(err)
	}
	w := bufio.NewWriterSize(f, 1<<20)
	r := rand.New(rand.NewPCG(1, 2))
	at := time.Date(2026, 1, 1, 9, 44, 53, 0, time.UTC)
	written := 0
	for int64(written) < size {
		at = at.Add(time.Duration(r.IntN(4000)) * time.Microsecond)
		port, target, to := 1024+r.IntN(60000), r.IntN(4000), 1+r.IntN(65535)
		from, dest := "192.0.2.10", fmt.Sprintf("198.51.%d.%d", 100+target>>8, target&255)
		if r.IntN(20) == 0 {
			from, dest = dest, from
		}
		n, _ := fmt.Fprintf(w, "%s IP %s.%d > %s.%d: UDP, length %d\n", at.Format("15:04:05.000000"), from, port, dest, to, 8+r.IntN(9216))
		written += n
		rows++
		if rows%100_000 == 0 {
			n, _ = fmt.Fprintf(w, "%s IP 192.0.2.10.%d > 198.5\n", at.Format("15:04:05.000000"), port)
			written += n
		}
	}
	if err := w.Flush(); err != nil {
		tb.Fatal(err)
	}
	if err := f.Close(); err != nil {
		tb.Fatal(err)
	}
	return path, rows
}

// awkScript adds up what the report needs of a dump: rows, rows per target and
// port, distinct source ports, bytes, first and last time.
const awkScript = `$2 == "IP" && $4 == ">" && NF > 6 {
	n = split($3, a, "."); m = split($5, b, "."); p = b[5]; sub(/:$/, "", p)
	src = a[1] "." a[2] "." a[3] "." a[4]; dst = b[1] "." b[2] "." b[3] "." b[4]
	rows++
	if (dst == "192.0.2.10") { incoming++ } else { target[dst]++; port[p]++; sport[a[5]]++; source[src]++ }
	bytes += $NF
	if (first == "") first = $1
	last = $1; second[substr($1, 1, 8)]++
}
END { for (t in target) nt++; for (q in port) np++; for (s in sport) ns++; print rows, incoming, nt, np, ns, bytes, first, last }`

// BenchmarkDump reads a 300 MB traffic dump beside an awk script that adds up
// the same, in the same run. «x-awk» says how many times faster it is, «heap-MB»
// what is held while and after reading, the file's index included.
func BenchmarkDump(b *testing.B) {
	awk, err := exec.LookPath("awk")
	if err != nil {
		b.Skip("no awk here to compare with")
	}
	path, rows := writeDump(b, dumpSize)
	begin := time.Now()
	out, err := exec.CommandContext(b.Context(), awk, awkScript, path).Output()
	if err != nil {
		b.Fatal(err)
	}
	peer := time.Since(begin)
	f, err := os.Open(path)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(info.Size())
	var r *Report
	heap := watchHeap()
	begin = time.Now()
	n := 0
	for b.Loop() {
		var ok bool
		if r, ok, err = ReadFile(context.Background(), f, info.Size(), Options{}); err != nil || !ok {
			b.Fatal(ok, err)
		}
		n++
	}
	own := time.Since(begin) / time.Duration(n)
	b.ReportMetric(float64(heap())/(1<<20), "heap-MB")
	b.ReportMetric(peer.Seconds()/own.Seconds(), "x-awk")
	b.ReportMetric(peer.Seconds(), "awk-s")
	want := fmt.Sprintf("%d %d %d ", rows, r.Logs[0].tally.in.rows, r.TargetCount)
	if r.Rows != rows || !strings.HasPrefix(string(out), want) {
		b.Fatalf("%d rows and %d targets of %d, awk says %s", r.Rows, r.TargetCount, rows, out)
	}
}

// watchHeap samples how much heap is in use until the result is asked for; it
// gives the most that was seen. runtime.ReadMemStats would stop what is measured
// at every sample.
func watchHeap() func() uint64 {
	runtime.GC() // what earlier tests left is not ours
	stop, most := make(chan struct{}), make(chan uint64)
	go func() {
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		in := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}, {Name: "/memory/classes/heap/unused:bytes"}}
		peak := uint64(0)
		for {
			select {
			case <-stop:
				most <- peak
				return
			case <-tick.C:
				metrics.Read(in)
				peak = max(peak, in[0].Value.Uint64()+in[1].Value.Uint64())
			}
		}
	}()
	return func() uint64 { close(stop); return <-most }
}

// tableRows is how many rows the generated scan table has.
const tableRows = 1_000_000

// openTable writes a scan table of tableRows rows to a file.
func openTable(tb testing.TB) (*os.File, int64) {
	return writeFile(tb, func(w *bufio.Writer) {
		r := rand.New(rand.NewPCG(1, 2))
		w.WriteString("TIME (UTC)           SRC        SRC-PORT -> DST          DST-PORT SIZE PROT\n")
		at := time.Date(2025, 2, 3, 4, 5, 6, 0, time.UTC)
		for i := range tableRows {
			at = at.Add(time.Duration(i%3) * time.Second / 2)
			fmt.Fprintf(w, "%s  192.0.2.10 %5d -> %15s %5d   74 TCP\n", at.Format("2006-01-02 15:04:05"), 1024+r.IntN(60000), anywhere(r, i), 22)
		}
	})
}

// BenchmarkTable opens a table of a million rows and shows its first rows.
func BenchmarkTable(b *testing.B) {
	f, size := openTable(b)
	b.SetBytes(size)
	heap := watchHeap()
	for b.Loop() {
		r, ok, err := ReadFile(context.Background(), f, size, Options{})
		if err != nil || !ok || r.Rows != tableRows {
			b.Fatal(ok, err)
		}
		for i := range 40 {
			if _, _, err := r.Row(i); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(heap())/(1<<20), "heap-MB")
}

// BenchmarkSelect sorts the rows of that table by target.
func BenchmarkSelect(b *testing.B) {
	f, size := openTable(b)
	r, ok, err := ReadFile(context.Background(), f, size, Options{})
	if err != nil || !ok {
		b.Fatal(ok, err)
	}
	heap := watchHeap()
	for b.Loop() {
		numbers, err := r.Select(context.Background(), Query{Sort: ByTarget})
		if err != nil || len(numbers) != tableRows {
			b.Fatal(len(numbers), err)
		}
	}
	b.ReportMetric(float64(heap())/(1<<20), "heap-MB")
}
