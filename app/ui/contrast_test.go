package ui

import (
	"fmt"
	"image/color"
	"math"
	"slices"
	"testing"

	"latchkey/app"
	"latchkey/app/statement"
	"latchkey/diag"
)

// luminance is the relative luminance of WCAG 2.2.
func luminance(c color.NRGBA) float64 {
	part := func(v uint8) float64 {
		f := float64(v) / 255
		if f <= 0.04045 {
			return f / 12.92
		}
		return math.Pow((f+0.055)/1.055, 2.4)
	}
	return 0.2126*part(c.R) + 0.7152*part(c.G) + 0.0722*part(c.B)
}

// contrast is the ratio of WCAG 2.2, from 1 to 21.
func contrast(a, b color.NRGBA) float64 {
	l, m := luminance(a), luminance(b)
	return (max(l, m) + 0.05) / (min(l, m) + 0.05)
}

// on lays a veil over a ground.
func on(veil, ground color.NRGBA) color.NRGBA {
	mixed := func(v, g uint8) uint8 {
		return uint8(math.Round((float64(v)*float64(veil.A) + float64(g)*float64(255-veil.A)) / 255))
	}
	return color.NRGBA{mixed(veil.R, ground.R), mixed(veil.G, ground.G), mixed(veil.B, ground.B), 255}
}

// grounds are what text stands on.
func grounds() []token {
	return []token{tokBG, tokSurface, tokRail, tokSunken, tokPrimaryTint, tokLockTint, tokWarnTint, tokOKTint}
}

// The least ratios of WCAG 2.2: 1.4.3 for text, 1.4.11 for controls and graphics.
const (
	leastText    = 4.5
	leastGraphic = 3.0
)

func variants() map[string]*look {
	return map[string]*look{"light": newLook(false, "", nil), "dark": newLook(true, "", nil)}
}

func TestTextIsReadableOnEveryGround(t *testing.T) {
	for name, l := range variants() {
		check := func(ink, ground token, least float64) {
			t.Helper()
			if got := contrast(l.colours[ink], l.colours[ground]); got < least {
				t.Errorf("%s: %s on %s has %.2f:1, needs %.1f", name, ink, ground, got, least)
			}
			under := on(l.colours[tokHover], l.colours[ground])
			if got := contrast(l.colours[ink], under); got < leastText-0.4 {
				t.Errorf("%s: %s on %s under the pointer has %.2f:1", name, ink, ground, got)
			}
		}
		for _, g := range grounds() {
			check(tokInk, g, 7)
			check(tokInk2, g, leastText)
			check(tokInk3, g, leastText)
		}
		for _, tone := range []tone{toneNone, toneInfo, toneLock, toneWarn, toneOK} {
			check(tone.ink(), tone.fill(), leastText)
			for _, g := range []token{tokBG, tokSurface, tokRail} {
				check(tone.ink(), g, leastText)
			}
			check(tokSurface, tone.ink(), leastText) // number and icon in a filled node
		}
		check(tokOnPrimary, tokPrimary, leastText)
	}
}

func TestGraphicsCanBeSeen(t *testing.T) {
	for name, l := range variants() {
		check := func(ink, ground token) {
			t.Helper()
			if got := contrast(l.colours[ink], l.colours[ground]); got < leastGraphic {
				t.Errorf("%s: %s on %s has %.2f:1, needs 3.0", name, ink, ground, got)
			}
		}
		for _, g := range []token{tokBG, tokSurface, tokRail} {
			check(tokStrong, g) // outlines of controls
			check(tokPrimary, g)
		}
		check(tokBar, tokSurface)
		for _, zone := range []tone{toneNone, toneInfo, toneLock, toneWarn, toneOK} {
			check(tokStrong, zone.fill()) // silent hops and dashes
			check(tokOK, zone.fill())     // answered hops and lines
			check(tokPrimary, zone.fill())
			check(zone.ink(), zone.fill())
			check(zone.ink(), tokBorder) // a segment of «How sure are we?» beside an empty one
		}
	}
}

// The page is white paper in both looks: text and what is drawn on it are measured
// on paper and on each of its tinted grounds.
func TestThePageIsReadable(t *testing.T) {
	ink := func(i statement.Ink) color.NRGBA { return paperInk(i).(color.NRGBA) }
	check := func(what string, got, least float64) {
		t.Helper()
		if got < least {
			t.Errorf("%s has %.2f:1, needs %.1f", what, got, least)
		}
	}
	for _, ground := range []statement.Ink{statement.InkPaper, statement.InkZone, statement.InkHotZone, statement.InkMarked} {
		for _, text := range []statement.Ink{statement.InkText, statement.InkDim, statement.InkLink} {
			check(fmt.Sprintf("text %d on ground %d", text, ground), contrast(ink(text), ink(ground)), leastText)
		}
		for _, drawn := range []statement.Ink{statement.InkBar, statement.InkHot, statement.InkReached, statement.InkLink} {
			check(fmt.Sprintf("%d on ground %d", drawn, ground), contrast(ink(drawn), ink(ground)), leastGraphic)
		}
	}
	for i := statement.InkText; i <= statement.InkMarked; i++ {
		if ink(i).A != 255 {
			t.Errorf("ink %d has no colour of its own", i)
		}
	}
	for name, l := range variants() { // its edge, and the ring around it, on what it lies on
		for _, g := range []token{tokBG, tokSunken, tokSurface} {
			check(name+": the ring around the page on "+string(g), contrast(l.colours[tokPrimary], l.colours[g]), leastGraphic)
		}
	}
}

// A strip of results says by height as well what it says by colour; both are seen
// on the card. The stations of step 5 and the badges of a state too.
func TestStripAndStationsCanBeSeen(t *testing.T) {
	for name, l := range variants() {
		check := func(ink, ground token, least float64) {
			t.Helper()
			if got := contrast(l.colours[ink], l.colours[ground]); got < least {
				t.Errorf("%s: %s on %s has %.2f:1, needs %.1f", name, ink, ground, got, least)
			}
		}
		for _, mark := range []token{tokStrong, tokLock, tokOK} {
			check(mark, tokSurface, leastGraphic)
		}
		for _, fill := range []token{tokOK, tokPrimary} {
			check(tokOnPrimary, fill, leastGraphic) // the sign in a station
			check(fill, tokSurface, leastGraphic)   // the station, and the line to the next one
		}
		check(tokInk2, tokSurface, leastText)
		for _, code := range []string{"reachable", "locked", "host-down", "filtered", "before-provider", "local", "loop", "inconclusive", "checking", ""} {
			tone := markOf(code).tone
			check(tone.ink(), tone.fill(), leastText)
		}
		for _, s := range []diag.Severity{diag.Critical, diag.Warning, diag.Notice, ""} {
			sign, ink := severityMark(s)
			check(severityTone(s).ink(), severityTone(s).fill(), leastText)
			for _, g := range []token{tokSurface, tokPrimaryTint, tokSunken, severityTone(s).fill()} {
				if check(ink, g, leastGraphic); sign == "" {
					t.Errorf("%q has no sign", s)
				}
			}
		}
		for _, state := range []app.WayState{app.WayInUseNow, app.WayPossible, app.WayTryLast, app.WayRefused} {
			tone := wayMark(state).tone
			check(tone.ink(), tone.fill(), leastText)
		}
	}
}

// Whoever adds a colour says where it stands: each token is measured above, or is
// one of those that carry nothing alone.
func TestEveryTokenIsMeasured(t *testing.T) {
	measured := append(grounds(), tokInk, tokInk2, tokInk3, tokPrimary, tokOnPrimary, tokStrong, tokBar, tokLock, tokWarn, tokOK, tokHover)
	alone := []token{tokBorder, tokPrimaryBorder, tokLockBorder, tokWarnBorder, tokOKBorder, tokNone, tokShadow} // edges of what is told apart by more
	for name := range palette(false) {
		if !slices.Contains(measured, name) && !slices.Contains(alone, name) {
			t.Errorf("nobody measures %s", name)
		}
	}
}

// The design names the ratio of each colour against the surface: a mistyped
// digit in the palette shows here.
func TestPaletteHasTheDesignsRatios(t *testing.T) {
	design := map[token][2]float64{ // light, dark
		tokStrong: {3.5, 4.1}, tokInk: {15.8, 13.9}, tokInk2: {8.1, 8.9}, tokInk3: {5.8, 6.4}, tokPrimary: {7.2, 7.6},
		tokLock: {7.3, 8.5}, tokWarn: {7.3, 9.8}, tokOK: {7.4, 8.9}, tokBar: {4.0, 5.4},
	}
	for token, want := range design {
		for i, l := range []*look{newLook(false, "", nil), newLook(true, "", nil)} {
			if got := contrast(l.colours[token], l.colours[tokSurface]); math.Abs(got-want[i]) > 0.11 {
				t.Errorf("dark %v: %s has %.2f:1 against the surface, the design says %.1f", i == 1, token, got, want[i])
			}
		}
	}
}

func TestBothVariantsHaveTheSameTokens(t *testing.T) {
	light, dark := palette(false), palette(true)
	if len(light) != len(dark) {
		t.Errorf("%d tokens in light, %d in dark", len(light), len(dark))
	}
	for token := range light {
		if _, ok := dark[token]; !ok {
			t.Errorf("%s has no dark colour", token)
		}
	}
	for fynes, token := range fyneColours() {
		if _, ok := light[token]; !ok {
			t.Errorf("Fyne's %s stands for %s, which has no colour", fynes, token)
		}
	}
}
