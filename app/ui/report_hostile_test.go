package ui

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"unicode"

	"fyne.io/fyne/v2"

	"latchkey/app"
	"latchkey/diag/abuse"
)

// tokens of the links in mailHead: whoever has one can answer for the owner.
var tokens = []string{"0123456789abcdef", "fedcba9876543210"}

func secretIn(text string) bool {
	return strings.Contains(text, tokens[0]) || strings.Contains(text, tokens[1])
}

// A secret of the mail is in no summary and on no screen but the mail's own
// text; a press copies or opens the real link.
func TestSecretsStaySecret(t *testing.T) {
	w, _, h := opens(t, mailHead+netscan(20))
	s := w.current.report
	if text := w.summary(s); secretIn(text) || !strings.Contains(text, "The provider reports a netscan") || !strings.Contains(text, "20") {
		t.Errorf("the summary:\n%s", text)
	}
	for _, tab := range []string{"Overview", "All rows", "Mail and links"} {
		h.toTab(tab)
		if secretIn(h.text()) {
			t.Errorf("a secret on %s:\n%s", tab, h.text())
		}
	}
	h.sees("https://abuse.hetzner.com/retries/?token=hidden", "secret, do not share", "Send the statement")
	for _, stop := range lookAt(h.canvas()).order {
		if secretIn(named(stop.Focusable)) {
			t.Errorf("a screen reader says %q", named(stop.Focusable))
		}
	}
	h.tabTo("Copy link")
	h.press(fyne.KeySpace)
	if got := w.App.Clipboard().Content(); got != "https://abuse.hetzner.com/retries/?token="+tokens[0] {
		t.Errorf("copied %q", got)
	}
	h.toTab("Overview")
	h.tabTo("Copy summary")
	h.press(fyne.KeySpace)
	h.on("Copied")
	if secretIn(w.App.Clipboard().Content()) {
		t.Error("the copied summary holds a secret")
	}
}

// opener is an app that only notes what it would open.
type opener struct {
	fyne.App
	opened []string
}

func (o *opener) OpenURL(u *url.URL) error {
	o.opened = append(o.opened, u.String())
	return nil
}

// Only web pages are opened, and only on a press.
func TestOnlyWebLinksAreOpened(t *testing.T) {
	w, _, h := opens(t, mailHead+netscan(20))
	o := &opener{App: w.App}
	w.App = o
	notice := &w.current.report.reading.Report.Notice
	notice.Links = append([]abuse.Link{{URL: "file:///etc/passwd"}, {URL: "javascript:alert(1)"}, {URL: "ssh://192.0.2.10"}, {URL: ":"}}, notice.Links...)
	h.toTab("Mail and links")
	for range notice.Links {
		h.tabTo("Open in the browser")
		h.press(fyne.KeySpace)
	}
	if len(o.opened) != 2 || !strings.HasPrefix(o.opened[0], "https://abuse.hetzner.com/") {
		t.Errorf("opened %q", o.opened)
	}
}

// nasties are what a mail can hold to fool the screen: terminal sequences, text
// that turns round, and text that is not there.
const nasties = "\x1b]0;owned\x07\x1b[31mred\x1b[0m\u202etxt.exe\u2066\u200b\u2028\x00\x9b2J"

func hostileMail() string {
	var b strings.Builder
	fmt.Fprintf(&b, "From: \"%s\" <abuse@hetzner.com>\nSubject: Abuse Message [AbuseID:ABCDEF:1A]: %s Netscan detected from 192.0.2.10\n", nasties, nasties)
	b.WriteString("Date: Sat, 14 Mar 2026 11:12:21 +0100\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain; charset=utf-8\n\n")
	fmt.Fprintf(&b, "Dear %s,\n\nAbuseID: %s\n- https://abuse.hetzner.com/retries/?token=%s&x=%s\n**bold\n", nasties, nasties, tokens[0], nasties)
	fmt.Fprintf(&b, "--b\nContent-Type: text/plain; name=\"log%s.txt\"\n\n", nasties)
	scan := strings.Split(netscan(30), "\n")
	for i := range scan {
		switch i % 5 {
		case 1:
			scan[i] += " " + nasties
		case 3:
			scan[i] += nasties + " 2026-03-14 10:05:09  192.0.2.10 40124 -> 198.51"
		}
	}
	b.WriteString(strings.Join(scan, "\n") + "\n--b--\n")
	return b.String()
}

// drawable reports whether a text can do nothing but be seen.
func drawable(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool {
		return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029' || r == '\ufeff'
	}) < 0
}

// Whatever stands in a mail, only letters of it reach the screen, a screen
// reader or the summary.
func TestHostileMailsAreOnlyText(t *testing.T) {
	texts := map[string]string{"mail": hostileMail(), "name": mailHead + netscan(20), "flood": strings.ReplaceAll(flood, "packets", "packets "+nasties)}
	for name, text := range texts {
		w, _ := newStage(t, app.Settings{Language: "en", Theme: "light"})
		h := handsOn(t, w)
		w.read(source{name: nasties + ".eml", text: text})
		if w.current == nil || w.current.report == nil {
			t.Fatalf("%s: no report:\n%s", name, h.text())
		}
		s := w.current.report
		look := func(where string) {
			t.Helper()
			seen := lookAt(h.canvas())
			for _, p := range seen.texts {
				if !drawable(p.text) {
					t.Errorf("%s, %s: %q is drawn", name, where, p.text)
				}
			}
			for _, stop := range seen.order {
				if a, ok := stop.Focusable.(fyne.Accessible); ok && !drawable(a.AccessibilityLabel()) {
					t.Errorf("%s, %s: %q is said", name, where, a.AccessibilityLabel())
				}
			}
		}
		for tab := range 4 {
			s.tab = tab
			w.build()
			look(fmt.Sprint("tab ", tab))
		}
		s.tab = tabText
		for part, l := range s.reading.Report.Texts {
			s.text = textState{part: part, selected: -1}
			w.build()
			list := w.focuses["lines"].(*rows)
			for line := range l.Lines {
				list.show(line)
				if !drawable(list.AccessibilityLabel()) {
					t.Errorf("%s: line %d is said as %q", name, line, list.AccessibilityLabel())
				}
				if copied := list.spec.onCopy(line); !drawable(copied) {
					t.Errorf("%s: line %d is copied as %q", name, line, copied)
				}
			}
			look(fmt.Sprint("part ", part))
			if name == "mail" && !strings.Contains(h.text(), "txt.exe") {
				t.Errorf("part %d: what is harmless in it is gone:\n%s", part, h.text())
			}
		}
		w.filterRows(s, abuse.Query{Text: nasties})
		look("filter")
		s.tab = tabText
		w.build()
		w.findLine(s, s.shown(), nasties+"!")
		look("find")
		if text := w.summary(s); !drawable(strings.ReplaceAll(text, "\n", "")) {
			t.Errorf("%s: the summary is %q", name, text)
		}
		w.taking = &taking{name: nasties, shown: true, work: stopFunc(func() {})}
		w.build()
		look("reading")
		w.taking = nil
		w.fail("ui.notread.file", fmt.Errorf("open %s: no", nasties))
		look("not read")
		w.open(screenHome)
		look("home")
	}
}
