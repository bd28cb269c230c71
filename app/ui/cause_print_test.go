package ui

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"latchkey/app"
)

// intoFolder answers «where to?» as a person does who takes the name as it is.
func intoFolder(dir string) func(string, func(io.WriteCloser, string, error)) {
	return func(name string, then func(io.WriteCloser, string, error)) {
		path := filepath.Join(dir, name)
		f, err := os.Create(path)
		if err != nil {
			then(nil, "", err)
			return
		}
		then(f, path, nil)
	}
}

// The whole list as a file: every step, numbered, its commands as they are typed,
// in lines that fit a page, in every language.
func TestTheListIsSaved(t *testing.T) {
	for _, language := range []string{"en", "de", "fr", "es", "pl"} {
		dir := t.TempDir()
		w, s := newStage(t, app.Settings{Language: language, Theme: "light"})
		finished(silence, locked()...)(t, w, s)
		w.readText(mailHead + netscan(20))
		w.open(screenCause)
		items := w.causeItems()
		w.current.cause.of(items[0].ID).state = stateDone
		w.chooseTarget = intoFolder(dir)
		h := handsOn(t, w)
		h.canvas().Unfocus()
		h.tabTo(w.view.t("ui.cause.list.save"))
		h.press(fyne.KeyReturn)
		h.sees("latchkey-checklist.txt")
		raw, err := os.ReadFile(filepath.Join(dir, "latchkey-checklist.txt"))
		if err != nil {
			t.Fatal(err)
		}
		text := string(raw)
		joined := strings.Join(strings.Fields(text), " ")
		for _, i := range items {
			for _, want := range append([]string{i.Title.In(language)}, shortest(i)...) {
				if !strings.Contains(joined, strings.Join(strings.Fields(want), " ")) {
					t.Errorf("%s: %q is missing", language, want)
				}
			}
		}
		for _, line := range strings.Split(text, "\n") {
			if n := len([]rune(line)); n > pageWidth && !strings.Contains(line, "# ") && strings.Contains(strings.TrimSpace(line), " ") {
				t.Errorf("%s: a line of %d characters: %s", language, n, line)
			}
			if !drawable(line) {
				t.Errorf("%s: %q", language, line)
			}
		}
		if !strings.Contains(text, "[x]  1") || !strings.Contains(text, "[ ]  2") {
			t.Errorf("%s: not numbered:\n%.900s", language, text)
		}
	}
}

// The script that is saved is the one the terminal prints.
func TestTheCollectorIsSaved(t *testing.T) {
	dir := t.TempDir()
	w, s := newStage(t, ordinary())
	finished(silence, locked()...)(t, w, s)
	w.open(screenCause)
	h := handsOn(t, w)
	w.chooseTarget = intoFolder(dir)
	h.canvas().Unfocus()
	h.tabTo("Collect by hand")
	h.press(fyne.KeyReturn)
	h.sees("ssh root@192.0.2.10", "LATCHKEY_ROOT=/mnt", "server.fcb", "It only reads")
	h.tabTo("Save the script")
	h.press(fyne.KeyReturn)
	h.sees("Saved as")
	got, err := os.ReadFile(filepath.Join(dir, collectScript))
	want, wantErr := s.Collector()
	if err != nil || wantErr != nil || !bytes.Equal(got, want) {
		t.Errorf("%d bytes, want %d, %v", len(got), len(want), err)
	}
	w.chooseTarget = intoFolder(filepath.Join(dir, "none"))
	h.tabTo("Save the script")
	h.press(fyne.KeyReturn)
	h.sees("The file was not saved")
}

// The dialog of the real window hands on what a person chose, or nothing.
func TestTheSaveDialogCanBeClosed(t *testing.T) {
	w, s := newStage(t, ordinary())
	finished(silence, locked()...)(t, w, s)
	w.open(screenCause)
	w.saveCollector()
	if len(w.win.Canvas().Overlays().List()) == 0 {
		t.Fatal("no dialog")
	}
	for _, o := range w.win.Canvas().Overlays().List() {
		o.Hide()
	}
	if w.saved != "" || w.notRead != nil {
		t.Error("something was saved, or not")
	}
}

// Characters that look alike are spelled out, in place.
func TestCommandsForTyping(t *testing.T) {
	w, _ := newStage(t, ordinary())
	for word, want := range map[string]string{
		"last": "“small L” · ast", "10|O": "“digit one” · “digit zero” · “upright bar” · “capital o”", "-Il": "- · “capital i” · “small L”",
	} {
		if got := w.view.spelled(word); got != want {
			t.Errorf("%s: %s, want %s", word, got, want)
		}
	}
	if got := spelledWords("ps auxwwf | less last last"); strings.Join(got, " ") != "| less last" {
		t.Errorf("%q", got)
	}
}

func TestACommandIsShownLarge(t *testing.T) {
	w, s := newStage(t, ordinary())
	finished(silence, locked()...)(t, w, s)
	w.open(screenCause)
	w.causeItems()
	w.current.cause.item = "F1"
	w.build()
	h := handsOn(t, w)
	h.canvas().Unfocus()
	h.tabTo("Show large: last -Faixw")
	h.press(fyne.KeyReturn)
	large := false
	for _, p := range lookAt(h.canvas()).texts {
		large = large || p.text == "last -Faixw" && p.bottom-p.top > 28
	}
	h.sees("Easily confused", "“small L” · ast")
	if !large {
		t.Error("no command is large")
	}
	h.on("Show small: last -Faixw")
	h.press(fyne.KeyReturn)
	h.on("Show large: last -Faixw")
}
