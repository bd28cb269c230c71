package ui

import (
	"slices"
	"strings"
	"testing"
	"time"

	"latchkey/app"
	"latchkey/diag/abuse"
)

// there keeps the labels that are there.
func there(labels []string) (all []string) {
	for _, l := range labels {
		if l != "" {
			all = append(all, l)
		}
	}
	return all
}

// The times under a chart are as fine as they must be to be different, and at
// most six.
func TestTheTimesUnderAChart(t *testing.T) {
	start := time.Date(2026, 3, 14, 10, 5, 6, 0, time.UTC)
	for _, c := range []struct {
		width time.Duration
		n     int
		days  bool
		first string
	}{
		{time.Millisecond, 50, false, "10:05:06.000"}, {200 * time.Millisecond, 40, false, "10:05:06.000"}, {time.Second, 2, false, "10:05:06"},
		{time.Second, 60, false, "10:05:06"}, {4 * time.Second, 59, false, "10:05"}, {5 * time.Minute, 60, false, "10:05"},
		{30 * time.Minute, 60, true, "03-14 10:05"}, {3 * time.Hour, 60, true, "03-14"}, {24 * time.Hour, 30, true, "03-14"}, {28 * 24 * time.Hour, 60, true, "03-14"},
	} {
		labels := barLabels(abuse.Bars{Start: start.UnixMicro(), Width: c.width.Microseconds(), Counts: make([]int, c.n)}, c.days)
		seen := there(labels)
		if len(labels) != c.n || len(seen) < 2 || len(seen) > mostAxisLabels || seen[0] != c.first {
			t.Errorf("%d bars of %v: %q", c.n, c.width, seen)
		}
		if slices.Sort(seen); len(slices.Compact(seen)) != len(seen) {
			t.Errorf("%d bars of %v: %q twice", c.n, c.width, seen)
		}
	}
	if got := axisLabels(0, nil); len(got) != 0 {
		t.Errorf("no bars: %q", got)
	}
	same := axisLabels(9, func(int) string { return "10:05" })
	if len(there(same)) != 1 || same[0] != "10:05" {
		t.Errorf("all alike: %q", same)
	}
}

// A bar's times tell it from its neighbours.
func TestABarIsToldFromItsNeighbours(t *testing.T) {
	for text, want := range map[string]string{
		mailHead + netscan(509): "10:05:08 to 10:05:12: 9 rows",
		dump:                    "21:44:53.146 to 21:44:53.147: 1 row",
		peers:                   "06:14:28 to 06:14:32: 1 row",
		strings.Replace(peers, "Wed Oct  5 06:14:29", "Tue Oct  4 23:14:29", 1): "10-04 23:10:00 to 10-04 23:20:00: 1 row",
	} {
		w, _ := newStage(t, app.Settings{Language: "en", Theme: "light"})
		h := handsOn(t, w)
		w.readText(text)
		h.tabTo("*ui.histogram")
		chart := h.canvas().Focused().(*histogram)
		found := ""
		for bar := range chart.spec.counts {
			if says := chart.spec.say(bar); strings.HasPrefix(says, want) {
				found = says
			}
		}
		if found == "" {
			t.Errorf("no bar says %q, the first says %q", want, chart.spec.say(0))
		}
	}
}

// What is not all is never called 100 %.
func TestSharesAreNotRoundedUpToAll(t *testing.T) {
	w, _ := newStage(t, app.Settings{Language: "en", Theme: "light"})
	for share, want := range map[float64]string{0: "0 %", 0.5: "50 %", 0.9997: "99.97 %", 0.999999: "99.99 %", 1: "100 %"} {
		if got := w.sharePercent(share); got != want {
			t.Errorf("%v: %q, want %q", share, got, want)
		}
	}
}

// The cards of the overview do not tell the same twice.
func TestTheOverviewTellsNothingTwice(t *testing.T) {
	for name, text := range map[string]string{"netscan": mailHead + netscan(509), "flood": flood, "inward": inward, "peers": peers, "dump": dump, "no log": noLog} {
		w, _ := newStage(t, app.Settings{Language: "en", Theme: "light"})
		w.readText(text)
		counts := map[string]int{}
		for _, p := range lookAt(w.win.Canvas()).texts {
			if strings.Count(p.text, " ") > 4 { // a sentence
				counts[p.text]++
			}
		}
		for sentence, n := range counts {
			if n > 1 {
				t.Errorf("%s: %d times %q", name, n, sentence)
			}
		}
	}
}
