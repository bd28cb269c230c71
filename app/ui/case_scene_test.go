package ui

import (
	"os"
	"path/filepath"
	"testing"

	"latchkey/app"
	"latchkey/app/casefile"
)

// caseScenes are Home and a case with what was kept of them.
func caseScenes() []scene {
	return []scene{
		{name: "home-kept", sizes: true, play: func(t testing.TB, w *window, s *stage) {
			work(t, w, s)
			for _, name := range []string{"mail.example.net", "a-server-with-a-rather-long-name.customers.example.org"} {
				c := checked(t, s, answers{ping: 5, ports: "ooo"}, homeHop, lineHop, borderHop, insideHop, serverHop)
				c.Input, c.Name = name, name
				w.play(s, c)
			}
			restarted(t, w)
		}},
		{name: "home-damaged", sizes: true, play: func(t testing.TB, w *window, s *stage) {
			work(t, w, s)
			path := filepath.Join(s.homeOf(w.current), "case.json")
			finished(silence, locked()...)(t, w, s)
			torn := filepath.Join(filepath.Dir(filepath.Dir(path)), w.current.saved(t), "case.json")
			restarted(t, w, func() {
				damage(t, path)
				if err := os.WriteFile(torn, []byte("\x00"), 0o600); err != nil {
					t.Fatal(err)
				}
				_ = os.Remove(torn + ".bak") // there may be none
			})
		}},
		{name: "home-read-only", sizes: true, play: func(t testing.TB, w *window, s *stage) {
			elsewhere(t, w, s)
			w.open(screenHome)
		}},
		{name: "case-read-only", play: elsewhere},
		{name: "home-deleted", sizes: true, play: func(t testing.TB, w *window, s *stage) {
			work(t, w, s)
			finished(answers{ping: 5, ports: "ooo"}, homeHop, lineHop, borderHop, insideHop, serverHop)(t, w, s)
			w.open(screenHome)
			w.deleteCase(w.current)
		}},
		{name: "case-not-saved", sizes: true, play: func(t testing.TB, w *window, s *stage) {
			if err := os.WriteFile(filepath.Join(s.home, "cases"), nil, 0o600); err != nil {
				t.Fatal(err)
			}
			work(t, w, s)
			_ = w.saveAll() // said on screen
			w.onClose()
			w.open(screenCause)
			atTop(w)
		}},
		{name: "cause-taken", sizes: true, play: func(t testing.TB, w *window, s *stage) {
			work(t, w, s)
			w.build()
			atTop(w)
		}},
	}
}

// atTop shows the head of a page that was scrolled to what has the focus.
func atTop(w *window) {
	w.win.Canvas().Unfocus()
	w.shell.page.scroll.ScrollToTop()
}

// saved writes a record and gives its id.
func (r *record) saved(t testing.TB) string {
	t.Helper()
	if err := r.kept.Save(); err != nil {
		t.Fatal(err)
	}
	return r.kept.Model().ID
}

// restarted is Home after the program was started again.
func restarted(t testing.TB, w *window, between ...func()) {
	t.Helper()
	w.release()
	w.cases, w.current = nil, nil
	for _, f := range between {
		f()
	}
	w.show = screenHome
	w.listCases()
}

// elsewhere is a case that another window has open.
func elsewhere(t testing.TB, w *window, s *stage) {
	other, err := s.Cases().Create(casefile.Server{Input: "web1.example.org", Name: "web1.example.org", Address: server.String(), Provider: "hetzner"}, afternoon)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = other.Close() }) // the test is over
	other.Case.Diagnoses = []casefile.Diagnosis{app.DiagnosisOf(checked(t, s, silence, locked()...), "")}
	if err := other.Save(afternoon); err != nil {
		t.Fatal(err)
	}
	w.listCases()
	w.openCase(w.cases[0])
}
