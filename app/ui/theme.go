package ui

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// token names a colour by its purpose. Tokens are theme colour names, so that
// icons and Fyne's own widgets find them too.
type token = fyne.ThemeColorName

// The tokens of the design, each with its use.
const (
	tokBG            token = "latchkey.bg"      // behind the cards
	tokSurface       token = "latchkey.surface" // cards, header, inputs
	tokRail          token = "latchkey.rail"    // left rail
	tokSunken        token = "latchkey.sunken"  // table heads, zones, code
	tokBorder        token = "latchkey.border"  // card outline, separators
	tokStrong        token = "latchkey.strong"  // outlines of controls, silent hops
	tokInk           token = "latchkey.ink"     // text
	tokInk2          token = "latchkey.ink2"    // secondary text
	tokInk3          token = "latchkey.ink3"    // captions, placeholders
	tokPrimary       token = "latchkey.primary"
	tokOnPrimary     token = "latchkey.onprimary"
	tokPrimaryTint   token = "latchkey.primarytint"
	tokPrimaryBorder token = "latchkey.primaryborder"
	tokLock          token = "latchkey.lock"
	tokLockTint      token = "latchkey.locktint"
	tokLockBorder    token = "latchkey.lockborder"
	tokWarn          token = "latchkey.warn"
	tokWarnTint      token = "latchkey.warntint"
	tokWarnBorder    token = "latchkey.warnborder"
	tokOK            token = "latchkey.ok"
	tokOKTint        token = "latchkey.oktint"
	tokOKBorder      token = "latchkey.okborder"
	tokBar           token = "latchkey.bar" // charts
	tokHover         token = "latchkey.hover"
	tokNone          token = "latchkey.none"
	tokShadow        token = "latchkey.shadow"
)

func rgb(hex uint32) color.NRGBA {
	return color.NRGBA{R: uint8(hex >> 16), G: uint8(hex >> 8), B: uint8(hex), A: 0xff}
}

func veil(c color.NRGBA, percent int) color.NRGBA {
	c.A = uint8(255 * percent / 100)
	return c
}

// palette gives the colours of a variant. Text on its ground has at least 4.5:1
// and every control 3:1 (WCAG 2.2, 1.4.3 and 1.4.11); a test measures it.
func palette(dark bool) map[token]color.NRGBA {
	if dark {
		ink := rgb(0xE9EDF3)
		return map[token]color.NRGBA{
			tokBG: rgb(0x12161D), tokSurface: rgb(0x1A202A), tokRail: rgb(0x161B23), tokSunken: rgb(0x141A23),
			tokBorder: rgb(0x313B4A), tokStrong: rgb(0x758194), tokInk: ink, tokInk2: rgb(0xB6C0CE), tokInk3: rgb(0x97A3B4),
			tokPrimary: rgb(0x84B3F6), tokOnPrimary: rgb(0x0B1B33), tokPrimaryTint: rgb(0x1C2D49), tokPrimaryBorder: rgb(0x35558A),
			tokLock: rgb(0xFFA38B), tokLockTint: rgb(0x3B211B), tokLockBorder: rgb(0x75402F),
			tokWarn: rgb(0xF0C264), tokWarnTint: rgb(0x342A12), tokWarnBorder: rgb(0x655322),
			tokOK: rgb(0x63D2B7), tokOKTint: rgb(0x12322B), tokOKBorder: rgb(0x25604F), tokBar: rgb(0x5E96E6),
			tokHover: veil(ink, 6), tokNone: {}, tokShadow: veil(rgb(0), 35),
		}
	}
	ink := rgb(0x1B2330)
	return map[token]color.NRGBA{
		tokBG: rgb(0xF4F5F7), tokSurface: rgb(0xFFFFFF), tokRail: rgb(0xFAFBFC), tokSunken: rgb(0xECEFF3),
		tokBorder: rgb(0xD6DBE3), tokStrong: rgb(0x7F8998), tokInk: ink, tokInk2: rgb(0x465062), tokInk3: rgb(0x5C6677),
		tokPrimary: rgb(0x1E56A6), tokOnPrimary: rgb(0xFFFFFF), tokPrimaryTint: rgb(0xE7EFFA), tokPrimaryBorder: rgb(0xB4CBEC),
		tokLock: rgb(0xA12C12), tokLockTint: rgb(0xFBEBE6), tokLockBorder: rgb(0xE7B9AB),
		tokWarn: rgb(0x7A4D00), tokWarnTint: rgb(0xFCF2DA), tokWarnBorder: rgb(0xE3C98C),
		tokOK: rgb(0x0A6152), tokOKTint: rgb(0xE1F3EE), tokOKBorder: rgb(0x9CCFC2), tokBar: rgb(0x4A80CC),
		tokHover: veil(ink, 6), tokNone: {}, tokShadow: veil(ink, 10),
	}
}

// fyneColours says which token Fyne's own widgets take for their colours.
func fyneColours() map[fyne.ThemeColorName]token {
	return map[fyne.ThemeColorName]token{
		theme.ColorNameBackground: tokBG, theme.ColorNameMenuBackground: tokSurface, theme.ColorNameOverlayBackground: tokSurface,
		theme.ColorNameInputBackground: tokSurface, theme.ColorNameHeaderBackground: tokSunken, theme.ColorNameDisabledButton: tokSunken,
		theme.ColorNameSeparator: tokBorder, theme.ColorNameInputBorder: tokStrong, theme.ColorNameScrollBar: tokStrong,
		theme.ColorNameForeground: tokInk, theme.ColorNamePlaceHolder: tokInk3, theme.ColorNameDisabled: tokInk3,
		theme.ColorNamePrimary: tokPrimary, theme.ColorNameHyperlink: tokPrimary, theme.ColorNameFocus: tokPrimaryBorder,
		theme.ColorNameForegroundOnPrimary: tokOnPrimary, theme.ColorNameSelection: tokPrimaryTint, theme.ColorNameButton: tokSurface,
		theme.ColorNameError: tokLock, theme.ColorNameWarning: tokWarn, theme.ColorNameSuccess: tokOK,
		theme.ColorNameForegroundOnError: tokSurface, theme.ColorNameForegroundOnWarning: tokSurface,
		theme.ColorNameForegroundOnSuccess: tokSurface, theme.ColorNameHover: tokHover, theme.ColorNamePressed: tokHover,
		theme.ColorNameShadow: tokShadow,
	}
}

// look is how things are drawn: light or dark, and how large. The whole content
// is built anew when it changes, so it never does below a screen.
type look struct {
	fyne.Theme
	dark     bool
	scale    float32
	colours  map[token]color.NRGBA
	fynes    map[fyne.ThemeColorName]token
	drawings drawings
	// onPress is told what to press was made; may be nil.
	onPress func(*press)
	// onFocus is told what got the focus, so that it can be brought into sight;
	// may be nil.
	onFocus func(fyne.CanvasObject)
}

// focused passes on what got the focus.
func (l *look) focused(o fyne.CanvasObject) {
	if l.onFocus != nil {
		l.onFocus(o)
	}
}

// The factors of the setting «text size».
const (
	scaleNormal  = 1
	scaleLarge   = 1.2
	scaleLargest = 1.4
)

func newLook(dark bool, textSize string, d drawings) *look {
	l := &look{Theme: theme.DefaultTheme(), dark: dark, scale: scaleNormal, colours: palette(dark), fynes: fyneColours(), drawings: d}
	switch textSize {
	case "large":
		l.scale = scaleLarge
	case "largest":
		l.scale = scaleLargest
	}
	return l
}

// Color gives our colours and, where we have none, Fyne's of our variant.
func (l *look) Color(name fyne.ThemeColorName, _ fyne.ThemeVariant) color.Color {
	if t, ok := l.fynes[name]; ok {
		name = t
	}
	if c, ok := l.colours[name]; ok {
		return c
	}
	variant := theme.VariantLight
	if l.dark {
		variant = theme.VariantDark
	}
	return l.Theme.Color(name, variant)
}

// Size gives our text sizes times the person's choice.
func (l *look) Size(name fyne.ThemeSizeName) float32 {
	switch name {
	case theme.SizeNameText:
		return l.size(roleBody)
	case theme.SizeNameHeadingText:
		return l.size(roleTitle)
	case theme.SizeNameSubHeadingText:
		return l.size(roleLead)
	case theme.SizeNameCaptionText:
		return l.size(roleCaption)
	case theme.SizeNameInputBorder:
		// The field draws it, around its icon as well. Not by a theme for each
		// field: Fyne reads all fonts anew for every such theme, and keeps them.
		return 0
	case theme.SizeNameInputRadius, theme.SizeNameSelectionRadius:
		return 8
	}
	return l.Theme.Size(name)
}

func (l *look) colour(t token) color.Color { return l.colours[t] }

// role is what a text is for; it decides size and weight.
type role int

const (
	roleBody    role = iota
	roleDisplay      // Home
	roleTitle        // page title, verdict
	roleLead         // card lead
	roleCard         // card title
	roleDense        // dense body, table
	roleCaption      // captions, axis, hop names; never smaller
	roleMono
	roleTyping // a command to be typed into a console
)

func (l *look) size(r role) float32 {
	points := map[role]float32{roleBody: 14, roleDisplay: 28, roleTitle: 22, roleLead: 19, roleCard: 16, roleDense: 13, roleCaption: 12, roleMono: 12.5, roleTyping: 28}
	return points[r] * l.scale
}

func (r role) style() fyne.TextStyle {
	switch r {
	case roleDisplay, roleTitle, roleLead, roleCard:
		return fyne.TextStyle{Bold: true}
	case roleMono, roleTyping:
		return fyne.TextStyle{Monospace: true}
	}
	return fyne.TextStyle{}
}

// tone is the mood of a thing: which of the coloured token families it wears.
type tone int

const (
	toneNone tone = iota
	toneInfo
	toneLock
	toneWarn
	toneOK
)

// ink, fill and edge are the tokens of a tone.
func (t tone) ink() token {
	return [...]token{tokInk2, tokPrimary, tokLock, tokWarn, tokOK}[t]
}

func (t tone) fill() token {
	return [...]token{tokSunken, tokPrimaryTint, tokLockTint, tokWarnTint, tokOKTint}[t]
}

func (t tone) edge() token {
	return [...]token{tokBorder, tokPrimaryBorder, tokLockBorder, tokWarnBorder, tokOKBorder}[t]
}
