package app

import (
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"latchkey/diag/trace"
	"latchkey/diag/verdict"
)

// Unlocked but off: the path leads further, which light checks find whatever the
// lock looked like: behind it somebody answers who did not before. It is told
// when it was seen twice, and once.
func TestWatchNoticesAnotherState(t *testing.T) {
	for _, lock := range []string{"locked", "locked-adm13", "locked-null", "locked-blocked", "locked-late"} {
		watching(t, lock, WatchOptions{}, func(b *bench) {
			time.Sleep(3 * time.Minute)
			b.net.become(from(t, "off"))
			time.Sleep(2*time.Minute + 30*time.Second)
			w := b.snapshot()
			if w.Code != verdict.HostDown {
				t.Fatalf("%s: %+v", lock, w)
			}
			if got := b.told(); !slices.Equal(got, []string{NoticeChanged}) {
				t.Errorf("%s: told %v", lock, got)
			}
			if codes := b.kept.codes(); !slices.Contains(codes, EventChanged) {
				t.Errorf("%s: timeline %v", lock, codes)
			}
			if n := b.net.wholes(); n != 3 { // the first, the one that saw it, the one that confirmed it
				t.Errorf("%s: %d whole checks", lock, n)
			}
		})
	}
}

// The lock at the border is gone, and behind it is silence: off, or stopped deeper
// in. That is told as what it is, once.
func TestWatchNoticesAPathThatLeadsFurther(t *testing.T) {
	watching(t, "locked", WatchOptions{}, func(b *bench) {
		time.Sleep(3 * time.Minute)
		b.net.become(from(t, "locked-deep"))
		time.Sleep(2*time.Minute + 30*time.Second)
		if got := b.told(); !slices.Equal(got, []string{NoticeFurther}) {
			t.Errorf("told %v", got)
		}
		if w := b.snapshot(); w.Code != verdict.Locked || w.Confidence != verdict.Possible {
			t.Errorf("%+v", w)
		}
		time.Sleep(time.Hour)
		further := 0
		for _, e := range b.kept.model().Timeline {
			if e.Code == EventFurther {
				further++
				if e.With["hop"] != "core12.hetzner.de" || e.With["before"] != "nix-gw.hetzner.de" {
					t.Errorf("%+v", e)
				}
			}
		}
		if further != 1 || len(b.told()) != 1 {
			t.Errorf("%d times in the timeline, told %v", further, b.told())
		}
	})
}

// Light checks are light, whatever the border router says and however seldom it
// says it: one whole check at the start, then every tenth.
func TestWatchIsLight(t *testing.T) {
	for _, sc := range scenarios(t) {
		if !strings.HasPrefix(sc.Testbed, "locked") && sc.Testbed != "off" && sc.Testbed != "firewalled" {
			continue
		}
		watching(t, sc.Testbed, WatchOptions{Stay: true}, func(b *bench) {
			time.Sleep(50*time.Minute + 30*time.Second)
			if n := b.net.wholes(); n > 8 {
				t.Errorf("%s: %d whole checks in 50 minutes", sc.Testbed, n)
			}
			if w := b.snapshot(); w.Changed || w.Code == "" && !slices.Contains(sc.Expect.Verdicts, string(verdict.Inconclusive)) || len(b.told()) > 0 {
				t.Errorf("%s: %s, told %v", sc.Testbed, w.Code, b.told())
			}
		})
	}
}

// What one check alone has seen is no news.
func TestWatchWantsToSeeItTwice(t *testing.T) {
	watching(t, "locked", WatchOptions{}, func(b *bench) {
		time.Sleep(9*time.Minute + 50*time.Second)
		b.net.become(from(t, "off"))
		time.Sleep(30 * time.Second)
		b.net.become(from(t, "locked"))
		time.Sleep(20 * time.Minute)
		w := b.snapshot()
		if w.Code != verdict.Locked || w.Changed || len(b.told()) > 0 || slices.Contains(b.kept.codes(), EventChanged) {
			t.Errorf("%+v, told %v", w, b.told())
		}
		if !slices.ContainsFunc(w.History, func(r WatchResult) bool { return r.Code == verdict.HostDown }) {
			t.Errorf("the strip does not show it: %+v", w.History)
		}
	})
}

// A light check asks around both ends of a path: the first silence and the last
// answer.
func TestEdgeOfAPath(t *testing.T) {
	path := func(hops string) (p trace.Path) {
		for i, c := range hops {
			h := trace.Hop{TTL: i + 1, Sent: 3}
			if c != '*' {
				h.Replies = []trace.Reply{{Addr: netip.AddrFrom4([4]byte{192, 0, 2, byte(c)}), Kind: trace.TimeExceeded}}
			}
			p.Hops = append(p.Hops, h)
		}
		return p
	}
	for hops, want := range map[string][]int{"": nil, "***": nil, "abc***": {3, 4, 5}, "a*c": {2, 3, 4, 5},
		"ab****g": {3, 4, 7, 8, 9}, "*b**": {1, 2, 3, 4}} {
		if got := edgeOf(path(hops)); !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", hops, got, want)
		}
	}
}

// That nobody refuses for once is no news; that somebody else does is.
func TestLightChecksCompare(t *testing.T) {
	border, core := netip.MustParseAddr("203.0.113.16"), netip.MustParseAddr("192.0.2.2")
	w := &watch{light: signature{refuser: border}}
	for seen, want := range map[signature]bool{{}: true, {refuser: border}: true, {refuser: core}: false, {answers: true}: false} {
		if w.alike(seen) != want {
			t.Errorf("%+v: %v", seen, !want)
		}
	}
	// A whole check of the same state without a refusal does not forget who refused.
	w.state.Code = verdict.Locked
	w.takeWhole(&Check{Verdict: &verdict.Verdict{Code: verdict.Locked}})
	if w.light.refuser != border {
		t.Errorf("%+v", w.light)
	}
	w.takeWhole(&Check{Verdict: &verdict.Verdict{Code: verdict.HostDown}})
	if w.light.refuser.IsValid() {
		t.Errorf("%+v", w.light)
	}
}
