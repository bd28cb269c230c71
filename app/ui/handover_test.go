package ui

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"latchkey/app"
)

// written writes a file somebody opens with the program.
func written(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// Files that come with a later start are read one after the other, each into
// the case it names.
func TestFilesAreHandedOver(t *testing.T) {
	w, _ := newStage(t, app.Settings{Language: "en", Theme: "light"})
	h := handsOn(t, w)
	w.openFiles(nil) // somebody started the program a second time
	h.at(screenHome)
	mail, err := os.ReadFile("../../assets/example/abuse-mail.eml")
	if err != nil {
		t.Fatal(err)
	}
	trace, err := os.ReadFile("../../assets/example/trace.txt")
	if err != nil {
		t.Fatal(err)
	}
	w.openFiles([]string{written(t, "mail.eml", string(mail)), written(t, "trace.txt", string(trace))})
	h.at(screenCheck)
	if len(w.cases) == 0 || w.current == nil || w.current.check.Verdict == nil {
		t.Fatalf("%d cases, the trace was not read", len(w.cases))
	}
	reports := 0
	for _, r := range w.cases {
		if r.report != nil {
			reports++
		}
	}
	if reports != 1 {
		t.Errorf("%d reports", reports)
	}
	w.openFiles([]string{written(t, "nothing.eml", "")})
	h.sees("could not be read")
}

// An exported case is imported and opened; any other zip is read as a mail.
func TestAnExportedCaseIsOpened(t *testing.T) {
	first, s := newStageAt(t, t.TempDir(), app.Settings{Language: "en", Theme: "light"})
	first.begin("web1.example.org")
	s.play(checked(t, s, silence, locked()...))
	if err := first.saveAll(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "Fall.ZIP")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(s.Cases().Export(first.current.kept.Model().ID, f), f.Close()); err != nil {
		t.Fatal(err)
	}

	w, _ := newStage(t, app.Settings{Language: "en", Theme: "light"})
	h := handsOn(t, w)
	w.openFiles([]string{path})
	h.at(screenCheck)
	h.sees("web1.example.org", "Your provider has most likely locked this server")
	if len(w.cases) != 1 || w.cases[0].kept == nil {
		t.Errorf("%d cases", len(w.cases))
	}
	w.openFiles([]string{written(t, "no-case.zip", "PK\x03\x04 nothing")})
	h.sees("could not be read")
}

// crashed is Home after a run that ended against its will.
func crashed(t testing.TB, w *window, s *stage) {
	t.Helper()
	text := "latchkey 0.0.0 linux/amd64 go1.26.0\n2026-03-14T12:00:00Z\n\npanic: ‹…›\n"
	path := filepath.Join(s.home, "crash", "report.txt")
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(text), 0o600)); err != nil {
		t.Fatal(err)
	}
	w.play(s, checked(t, s, silence, locked()...))
	w.open(screenHome)
}

// newer is Help when somebody asked and there is a newer version.
func newer(t testing.TB, w *window, s *stage) {
	t.Helper()
	w.looked = &lookup{latest: app.Release{Version: "9.0.0", Page: "https://example.org/", Newer: true}}
	w.open(screenHelp)
	w.shell.page.scrollTo(10000)
}

// After a crash Home offers the case one worked on, and the report, until it is
// discarded.
func TestACrashIsTold(t *testing.T) {
	home := t.TempDir()
	if err := os.MkdirAll(filepath.Join(home, "crash"), 0o700); err != nil {
		t.Fatal(err)
	}
	dying := "latchkey 0.0.0 linux/amd64 go1.26.0\n\npanic: hans@example.org\n\ngoroutine 1 [running]:\nmain.main()\n\t/home/hans/main.go:1 +0x1\n"
	if err := os.WriteFile(filepath.Join(home, "crash", "running.txt"), []byte(dying), 0o600); err != nil {
		t.Fatal(err)
	}
	w, s := newStageAt(t, home, app.Settings{Language: "en", Theme: "light"})
	end, err := s.WatchCrashes()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(end)
	w.begin("web1.example.org")
	s.play(checked(t, s, silence, locked()...))
	w.open(screenHome)
	h := handsOn(t, w)
	h.sees("ended unexpectedly", "Nothing was sent", "Go on with web1.example.org")
	h.tabTo("Copy the report")
	h.press("Space")
	if text := w.App.Clipboard().Content(); !strings.Contains(text, "main.go:1") || strings.Contains(text, "hans") {
		t.Errorf("copied:\n%s", text)
	}
	h.tabTo("Go on with")
	h.press("Return")
	h.at(screenCheck)
	w.open(screenHome)
	h.tabTo("Discard it")
	h.press("Return")
	if strings.Contains(h.text(), "unexpectedly") {
		t.Error("it is still told")
	}
	if _, ok := s.LastCrash(); ok {
		t.Error("the report is still there")
	}
}

// feed is a session whose list of versions answers.
type feed struct {
	*stage
	latest app.Release
	err    error
	asked  int
}

func (f *feed) LatestRelease(context.Context) (app.Release, error) {
	f.asked++
	return f.latest, f.err
}

// Nobody is asked for a newer version but on a press, and every answer has a
// sentence.
func TestTheLookForANewerVersion(t *testing.T) {
	for _, row := range []struct {
		feed feed
		want string
	}{
		{feed{err: app.ErrNoFeed}, "knows no place"},
		{feed{err: app.ErrBadFeed}, "could not be fetched"},
		{feed{latest: app.Release{Version: "9.0.0", Newer: true}}, "Version 9.0.0 is there"},
		{feed{latest: app.Release{Version: "0.0.0"}}, "This is the newest version"},
	} {
		w, s := newStage(t, app.Settings{Language: "en", Theme: "light"})
		f := row.feed
		f.stage = s
		w.Session = &f
		h := handsOn(t, w)
		w.open(screenHelp)
		h.sees("only when you press the button")
		if f.asked != 0 {
			t.Error("asked without a press")
		}
		h.tabTo("Look for a newer version")
		h.press("Return")
		h.sees(row.want)
		if f.asked != 1 {
			t.Errorf("asked %d times", f.asked)
		}
	}
}
