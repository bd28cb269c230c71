package ui

import (
	"fmt"
	"image/color"
	"io/fs"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// icon names a drawing in assets/icons (without «.svg»).
type icon string

// The icons. A test checks that each has its file.
const (
	iconKey       icon = "key"
	iconHome      icon = "home"
	iconGear      icon = "gear"
	iconHelp      icon = "help"
	iconLock      icon = "lock"
	iconUnlock    icon = "unlock"
	iconPower     icon = "power"
	iconFilter    icon = "filter"
	iconRouter    icon = "router"
	iconLaptop    icon = "laptop"
	iconLoop      icon = "loop"
	iconCheck     icon = "check"
	iconOK        icon = "ok"
	iconNo        icon = "no"
	iconWarn      icon = "warn"
	iconRefresh   icon = "refresh"
	iconRight     icon = "right"
	iconList      icon = "list"
	iconCopy      icon = "copy"
	iconClipboard icon = "clipboard"
	iconFolder    icon = "folder"
	iconClip      icon = "clip"
	iconFind      icon = "find"
	iconClock     icon = "clock"
	iconShield    icon = "shield"
	iconOffline   icon = "offline"
	iconServer    icon = "server"
	iconHistory   icon = "history"
	iconStop      icon = "stop"
	iconAlert     icon = "alert"
	iconDot       icon = "dot"
	iconBug       icon = "bug"
	iconPage      icon = "page"
	iconSend      icon = "send"
	iconBell      icon = "bell"
	iconUp        icon = "up"
	iconDown      icon = "down"
	iconOut       icon = "outward"
	iconIn        icon = "inward"
	iconAim       icon = "aim"
	iconBox       icon = "box"
	iconPlus      icon = "plus"
	iconMail      icon = "mail"
	iconCall      icon = "call"
	iconNote      icon = "note"
	iconEdit      icon = "edit"
	iconOpen      icon = "open"
)

// icons gives all icons, for the test.
func icons() []icon {
	return []icon{iconKey, iconHome, iconGear, iconHelp, iconLock, iconUnlock, iconPower, iconFilter, iconRouter, iconLaptop,
		iconLoop, iconCheck, iconOK, iconNo, iconWarn, iconRefresh, iconRight, iconList, iconCopy, iconClipboard, iconFolder,
		iconClip, iconFind, iconClock, iconShield, iconOffline, iconServer, iconHistory, iconStop, iconDot, iconBug, iconPage,
		iconSend, iconBell, iconUp, iconDown, iconOut, iconIn, iconAim, iconBox,
		iconPlus, iconMail, iconCall, iconNote, iconEdit, iconOpen, iconAlert}
}

// drawings are the icons as SVG, drawn in black.
type drawings map[icon][]byte

func loadDrawings(files fs.FS) (drawings, error) {
	all := drawings{}
	for _, i := range icons() {
		name := string(i) + ".svg"
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, fmt.Errorf("read icon: %w", err)
		}
		all[i] = text
	}
	return all, nil
}

// icon draws i on a card in the colour of a token, size points wide.
func (l *look) icon(i icon, t token, size float32) fyne.CanvasObject {
	return l.iconOn(i, t, tokSurface, size)
}

// iconOn draws i on another ground, which shows where the icon is cut out.
func (l *look) iconOn(i icon, t, ground token, size float32) fyne.CanvasObject {
	image := canvas.NewImageFromResource(l.tinted(i, t, ground))
	image.FillMode = canvas.ImageFillContain
	return box(size*l.scale, size*l.scale, image)
}

// tinted is an icon's file with its black in one colour and its white in that of
// the ground. Fyne's own themed resources colour areas only, ours have strokes
// as well.
func (l *look) tinted(i icon, t, under token) fyne.Resource {
	ink, ground := hex(l.colours[t]), hex(l.colours[under])
	text := strings.NewReplacer("#000000", ink, "#ffffff", ground).Replace(string(l.drawings[i]))
	return fyne.NewStaticResource(string(i)+ink+ground+".svg", []byte(text))
}

func hex(c color.NRGBA) string {
	return fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B)
}

// tile is an icon on a rounded ground.
func (l *look) tile(i icon, t tone, size float32) fyne.CanvasObject {
	ground := canvas.NewRectangle(l.colour(t.fill()))
	ground.CornerRadius = 10
	if size > 40 {
		ground.CornerRadius = 16
	}
	ground.StrokeColor, ground.StrokeWidth = l.colour(t.edge()), 1
	return box(size, size, over(ground, row(0, nil, l.iconOn(i, t.ink(), t.fill(), size/2), nil)))
}
