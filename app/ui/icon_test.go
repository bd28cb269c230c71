package ui

import (
	"bytes"
	"encoding/xml"
	"errors"
	"image"
	"image/color"
	"io"
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/software"
	"fyne.io/fyne/v2/test"

	"latchkey/diag/verdict"
)

// iconFiles are the drawings as the program ships them.
func iconFiles() fs.FS { return os.DirFS("../../assets/icons") }

// testLook is the look of a test, with the shipped drawings.
func testLook(t *testing.T, dark bool, textSize string) *look {
	t.Helper()
	d, err := loadDrawings(iconFiles())
	if err != nil {
		t.Fatal(err)
	}
	l := newLook(dark, textSize, d)
	test.NewTempApp(t).Settings().SetTheme(l)
	return l
}

// drawn renders an object at a size.
func drawn(l *look, o fyne.CanvasObject, size fyne.Size) image.Image {
	c := software.NewCanvas()
	c.SetPadded(false)
	c.SetContent(o)
	c.Resize(size)
	return software.RenderCanvas(c, l)
}

func TestEveryIconIsADrawing(t *testing.T) {
	colour := regexp.MustCompile(`(fill|stroke)="([^"]*)"`)
	for _, i := range icons() {
		text, err := fs.ReadFile(iconFiles(), string(i)+".svg")
		if err != nil {
			t.Error(err)
			continue
		}
		decoder := xml.NewDecoder(bytes.NewReader(text))
		for {
			token, err := decoder.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", i, err)
			}
			if e, ok := token.(xml.StartElement); ok && !strings.Contains("svg path circle rect", e.Name.Local) {
				t.Errorf("%s: the element %s is not among the simple ones", i, e.Name.Local)
			}
		}
		if !bytes.Contains(text, []byte(`viewBox="0 0 24 24"`)) {
			t.Errorf("%s is not drawn on 24 x 24", i)
		}
		for _, c := range colour.FindAllSubmatch(text, -1) {
			if v := string(c[2]); v != "none" && v != "#000000" && v != "#ffffff" {
				t.Errorf("%s: %s cannot be replaced by a token's colour", i, v)
			}
		}
	}
}

func TestEveryDrawingHasAName(t *testing.T) {
	names := map[string]bool{"latchkey.svg": true} // the program's own sign, read by main
	for _, i := range icons() {
		names[string(i)+".svg"] = true
	}
	files, err := fs.Glob(iconFiles(), "*.svg")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !names[f] {
			t.Errorf("%s is shipped but has no name", f)
		}
	}
}

// count tells how many pixels have a colour, within what smoothing leaves.
func count(img image.Image, want color.NRGBA) (n int) {
	near := func(a, b uint8) bool { return max(a, b)-min(a, b) < 24 }
	b := img.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			red, green, blue, _ := img.At(x, y).RGBA()
			if near(uint8(red>>8), want.R) && near(uint8(green>>8), want.G) && near(uint8(blue>>8), want.B) {
				n++
			}
		}
	}
	return n
}

func TestIconsAreDrawnInTheTokensColour(t *testing.T) {
	for _, dark := range []bool{false, true} {
		l := testLook(t, dark, "")
		for _, i := range icons() {
			img := drawn(l, over(l.ground(tokSurface, tokNone, 0), l.icon(i, tokLock, 48)), fyne.NewSize(48, 48))
			all := 48 * 48
			if n := count(img, l.colours[tokLock]); n < all/120 {
				t.Errorf("dark %v: %s has %d pixels of its colour", dark, i, n)
			}
			if n := count(img, l.colours[tokSurface]); n < all/6 {
				t.Errorf("dark %v: %s fills its whole square", dark, i)
			}
		}
	}
}

// What is cut out of an icon shows the ground it lies on: a check mark of the
// icon's own colour would be lost.
func TestCutOutsShowTheGround(t *testing.T) {
	for _, dark := range []bool{false, true} {
		l := testLook(t, dark, "")
		for _, i := range []icon{iconOK, iconHelp, iconLock, iconShield} {
			full := drawn(l, over(l.ground(tokOK, tokNone, 0), l.iconOn(i, tokSurface, tokOK, 48)), fyne.NewSize(48, 48))
			if n := count(full.(*image.NRGBA).SubImage(image.Rect(16, 16, 32, 32)), l.colours[tokOK]); n == 0 {
				t.Errorf("dark %v: nothing is cut out of %s", dark, i)
			}
		}
	}
}

func TestAMissingDrawingIsTold(t *testing.T) {
	_, err := loadDrawings(fstest.MapFS{"key.svg": {Data: []byte("<svg/>")}})
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}

// State is never colour alone: each verdict has an icon that no other mood of
// it has.
func TestEveryVerdictHasItsMark(t *testing.T) {
	seen := map[mark]verdict.Code{}
	for _, code := range verdict.Codes() {
		m := markOf(string(code))
		if m.icon == "" {
			t.Errorf("%s has no icon", code)
		}
		if other, ok := seen[m]; ok {
			t.Errorf("%s looks like %s", code, other)
		}
		seen[m] = code
	}
	if markOf("checking").icon == "" || markOf("").icon == "" {
		t.Error("a check that runs or was never done has no icon")
	}
}
