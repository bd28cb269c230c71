package ui

import (
	"fmt"
	"net"
	"slices"
	"strings"
	"testing"

	"latchkey/app"
	"latchkey/app/casefile"
	"latchkey/diag"
	"latchkey/diag/evidence"
)

// sshScenes are the states of a collection over SSH.
func sshScenes(open func(func(*window)) func(testing.TB, *window, *stage)) []scene {
	page := func(change func(*window, *sshState)) func(testing.TB, *window, *stage) {
		return open(func(w *window) {
			w.openSSH(false)
			change(w, &w.current.cause.ssh)
			w.build()
		})
	}
	trouble := func(err error) func(testing.TB, *window, *stage) {
		return page(func(_ *window, s *sshState) { s.over, s.trouble = true, &sshTrouble{err: err, host: someHost} })
	}
	return []scene{
		{name: "ssh-form", sizes: true, play: page(func(*window, *sshState) {})},
		{name: "ssh-wrong", play: page(func(w *window, s *sshState) {
			s.address = "root@"
			w.collectSSH()
		})},
		{name: "ssh-rescue", sizes: true, play: page(func(_ *window, s *sshState) { s.rescue, s.over = true, true })},
		{name: "ssh-twin", play: func(t testing.TB, w *window, s *stage) {
			open(func(w *window) {
				w.dropFile(t, "server.fcb", ofServer(t))
				w.openSSH(true)
			})(t, w, s)
		}},
		{name: "ssh-live", sizes: true, play: page(func(w *window, s *sshState) { runSSH(w, s) })},
		{name: "ssh-meet", sizes: true, play: page(func(w *window, s *sshState) {
			runSSH(w, s).meet = &sshMeet{Contact: evidence.Contact{Host: someHost, Alias: "192.0.2.10", Address: "192.0.2.10:22", Kind: "ssh-ed25519", Fingerprint: someKey}}
		})},
		{name: "ssh-password", sizes: true, play: page(func(w *window, s *sshState) {
			asked(w, runSSH(w, s), evidence.Question{Kind: evidence.Password, Host: someHost, Again: 1}, true)
		})},
		{name: "ssh-answer", play: page(func(w *window, s *sshState) {
			asked(w, runSSH(w, s), evidence.Question{Kind: evidence.Answer, Host: someHost, Instruction: "Two-step login" + nasties, Prompt: "Code:"}, false)
		})},
		{name: "ssh-changed", sizes: true, play: trouble(&evidence.ChangedKeyError{Contact: evidence.Contact{Alias: "192.0.2.10", Fingerprint: someKey}, Known: []string{otherKey}, File: "known_hosts", Line: 3})},
		{name: "ssh-locked", sizes: true, play: trouble(fmt.Errorf("%w: i/o timeout", app.ErrUnreachable))},
		{name: "ssh-denied", play: trouble(app.ErrDenied)},
		{name: "ssh-no-name", play: trouble(&net.DNSError{Name: "wbe1.example.org", IsNotFound: true})},
		{name: "ssh-said", play: page(func(_ *window, s *sshState) {
			s.over, s.trouble = true, &sshTrouble{err: app.ErrNoCollector, host: someHost, said: "This account is currently not available." + nasties}
		})},
		{name: "ssh-fetched", sizes: true, play: page(func(w *window, s *sshState) {
			s.over = true
			in, err := w.fileOf(w.current).Keep(strings.NewReader(strings.Repeat("\x00", 4096)), "proc-2417-exe.exhibit")
			if err != nil {
				panic(err)
			}
			in.Kind = app.KindExhibit
			w.storeWith(w.current, func(m *casefile.Case) {
				app.FileExhibit(m, app.Exhibit{Input: in, Fetched: evidence.Fetched{Path: "/proc/2417/exe", Size: 4096, Bytes: 4096}}, afternoon)
			})
		})},
		{name: "ssh-cut", sizes: true, play: func(t testing.TB, w *window, s *stage) {
			open(func(w *window) { w.tookCollected(t, cutOff(ofServer(t)), app.ErrLost) })(t, w, s)
		}},
		{name: "ssh-aftermath", sizes: true, play: func(t testing.TB, w *window, s *stage) {
			open(func(w *window) {
				w.dropFile(t, "before.fcb", ofServer(t))
				w.tookCollected(t, afterwards(t), nil)
			})(t, w, s)
		}},
	}
}

// someHost is the server of the case.
var someHost = evidence.Host{User: "root", Name: "192.0.2.10", Port: 22}

// Fingerprints of no key.
const (
	someKey  = "SHA256:VGhpcyBpcyBubyBrZXkgb2YgYW55IHNlcnZlciBhdCBhbGw"
	otherKey = "SHA256:Tm9yIGlzIHRoaXMgb25lLCBpdCBpcyBqdXN0IGxvbmdlbm8"
)

// runSSH is a collection in the middle.
func runSSH(w *window, s *sshState) *sshRun {
	run := &sshRun{host: someHost, work: stopFunc(func() {})}
	run.progress.collect = app.CollectProgress{Stage: app.CollectRunning, Progress: evidence.Progress{Begun: true, Live: true, Root: true, Section: "proc_exe", Done: 6}, Total: 66}
	s.run = run
	return run
}

// asked shows a question.
func asked(w *window, run *sshRun, q evidence.Question, savable bool) {
	a := &sshAsk{SSHQuestion: app.SSHQuestion{Question: q, Savable: savable}, reply: make(chan sshReply, 1)}
	a.field = newEntry(w.askWords(a.SSHQuestion), w.onShortcut)
	a.field.Password = true
	run.ask = a
}

// tookCollected takes in what a collection over SSH brought.
func (w *window) tookCollected(t testing.TB, text string, cut error) {
	t.Helper()
	r := w.current
	got := app.Collected{Host: someHost, Fingerprint: someKey, Run: evidence.Collection{Cut: cut}}
	got.Run.Complete = cut == nil
	kept, err := w.fileOf(r).Keep(strings.NewReader(text), "192.0.2.10-20260314-132800Z.fcb")
	if err != nil {
		t.Fatal(err)
	}
	kept.Kind = app.KindBundle
	reading, err := w.Session.Read(t.Context(), kept.Name, strings.NewReader(text), app.ReadOptions{})
	if err != nil || reading.Bundle == nil {
		t.Fatal(err)
	}
	got.Input, got.Bundle = kept, *reading.Bundle
	if cut != nil {
		got.Facts = []diag.Finding{{Code: "collect.cut-off", Severity: diag.Warning, Params: diag.Params{"reason": "lost", "count": len(reading.Bundle.Sections), "section": "passwd"}}}
	}
	w.openSSH(false)
	w.tookSSH(r, got, nil)
	w.build()
}

// afterwards is a collection of the same machine half an hour later, when the
// program was gone.
func afterwards(t testing.TB) string {
	clean := strings.Join(slices.DeleteFunc(strings.Split(sockets, "\n"), func(line string) bool { return strings.Contains(line, "kswapd00") }), "\n")
	text := collected(t, "web1.example.org", [3]string{"uname", "uname -a", kernelNow}, [3]string{"ps_auxf", "ps auxwwf", strings.Split(programs, "www-data")[0]},
		[3]string{"ss", "ss -tuanp", clean}, [3]string{"passwd", "cat /etc/passwd", accounts})
	return strings.ReplaceAll(text, "t=17734936", "t=17734954")
}
