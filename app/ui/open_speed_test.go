package ui

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"latchkey/app"
)

// writeScan writes a scan table of n rows, about 75 bytes each, to as many
// different targets: the most that can be counted and sorted.
func writeScan(tb testing.TB, n int) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "netscan.txt")
	f, err := os.Create(path)
	if err != nil {
		tb.Fatal(err)
	}
	b := bufio.NewWriterSize(f, 1<<20)
	fmt.Fprint(b, "#############################################################################\n"+
		"#                Netscan detected from host 192.0.2.10                      #\n"+
		"#############################################################################\n\n"+
		"TIME (UTC)           SRC        SRC-PORT -> DST          DST-PORT SIZE PROT\n"+
		"---------------------------------------------------------------------------\n")
	at := time.Date(2026, 3, 14, 1, 5, 6, 0, time.UTC)
	for i := range n {
		fmt.Fprintf(b, "%s  192.0.2.10 %5d -> %15s %5d %4d TCP\n", at.Add(time.Duration(i)*10*time.Millisecond).Format("2006-01-02 15:04:05"),
			1024+i%60000, fmt.Sprintf("10.%d.%d.%d", i>>16, i>>8&255, i&255), 22, 74)
	}
	if err := b.Flush(); err != nil {
		tb.Fatal(err)
	}
	if err := f.Close(); err != nil {
		tb.Fatal(err)
	}
	return path
}

// BenchmarkOpenMillion opens a report of a million rows as the window does and
// moves in it. Each figure is what the window's thread is held up by, except
// «read-ms», which runs behind it; «first-rows-ms» is the sum from the choice of
// the file to the first rows. Drawing is left out: the tests paint without a
// graphics card.
func BenchmarkOpenMillion(b *testing.B) {
	path := writeScan(b, 1_000_000)
	var read, overview, table, end, move, text time.Duration
	took := func(most *time.Duration, f func()) {
		begin := time.Now()
		f()
		*most = max(*most, time.Since(begin))
	}
	w, s := newStage(b, app.Settings{Language: "en", Theme: "light"})
	for b.Loop() {
		var reading app.Reading
		took(&read, func() {
			var err error
			if reading, err = s.ReadFile(b.Context(), path, app.ReadOptions{}); err != nil {
				b.Fatal(err)
			}
		})
		took(&overview, func() { w.took(reading, output{}, nil, &handed{}) })
		if w.current == nil || w.current.report == nil || reading.Report.Rows != 1_000_000 {
			b.Fatal("the report was not read")
		}
		state := w.current.report
		open := func(tab int) func() { return func() { state.tab = tab; w.build() } }
		took(&table, open(tabRows))
		all := w.focuses["rows"].(*rows)
		took(&end, func() { all.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEnd}) })
		if all.selected() != 999_999 {
			b.Fatalf("End leads to row %d", all.selected())
		}
		for range 60 {
			took(&move, func() { all.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, 10)}) })
		}
		took(&text, open(tabText))
		list := w.focuses["lines"].(*rows)
		took(&end, func() { list.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEnd}) })
		for range 60 {
			took(&move, func() { list.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, 10)}) })
		}
		for range 20 {
			took(&move, func() { list.TypedKey(&fyne.KeyEvent{Name: fyne.KeyUp}) })
		}
		w.open(screenHome)
	}
	for name, d := range map[string]time.Duration{"read-ms": read, "overview-ms": overview, "rows-ms": table, "text-ms": text,
		"end-ms": end, "move-ms": move, "first-rows-ms": read + overview + table} {
		b.ReportMetric(float64(d.Microseconds())/1000, name)
	}
}
