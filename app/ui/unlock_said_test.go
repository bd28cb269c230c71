package ui

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"latchkey/app"
	"latchkey/app/credential"
	"latchkey/diag/account"
)

// desk is a loopback server that answers as a provider's interface does;
// what it has no answer for is not found.
type desk struct {
	*httptest.Server
	asked  atomic.Int32
	posted atomic.Int32
}

func deskOn(t *testing.T, answers map[string]string) *desk {
	p := &desk{}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.asked.Add(1)
		if r.Method == http.MethodPost {
			p.posted.Add(1)
		}
		body, ok := answers[r.Method+" "+r.URL.EscapedPath()]
		switch _, password, basic := r.BasicAuth(); {
		case basic && password != "a secret of the test":
			w.WriteHeader(http.StatusUnauthorized)
		case !ok:
			w.WriteHeader(http.StatusNotFound)
			fmt.Fprint(w, `{"message":"This service does not exist"}`)
		default:
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprint(w, body)
		}
	}))
	t.Cleanup(p.Close)
	return p
}

func accountsAt(of account.Service, base string) app.Accounts {
	return app.Accounts{Bases: map[account.Service]string{of: base}, Poll: time.Millisecond}
}

// What the provider says is on the page and in the timeline; a login that it
// refuses is used once.
func TestAskingTheProvider(t *testing.T) {
	robot := deskOn(t, map[string]string{"GET /ip/192.0.2.10": `{"ip":{"ip":"192.0.2.10","server_number":321,"locked":true}}`, "GET /server": `[]`})
	w, s := newStageOf(t, t.TempDir(), accountsAt(account.Robot, robot.URL), ordinary())
	h := lockedCase(t, w, s)
	h.sees("What Hetzner says", "No login saved. You can go on without it.")
	h.does("Set up a login")
	h.at(screenSettings)
	login(w)
	w.open(screenUnlock)
	h.sees("Not asked yet.")
	if robot.asked.Load() != 0 {
		t.Error("asked before anybody pressed the button")
	}
	h.does("Ask")
	h.sees("192.0.2.10", "Locked", "Asked at ")
	h.lacks("gave no answer", "Not asked yet")
	if got := events(w, "locked"); !slices.Contains(got, app.EventAsked+" yes") {
		t.Errorf("timeline %q", got)
	}

	wrong := credentialOf(credential.Robot, "#ws+example", map[credential.Field]string{credential.Password: "wrong"})
	if _, err := s.UseLogin(wrong); err != nil {
		t.Fatal(err)
	}
	before := robot.asked.Load()
	h.does("Ask")
	h.sees("Hetzner refused the login", "Three wrong tries block your address")
	h.does("Ask")
	h.sees("Three wrong tries block your address")
	if n := robot.asked.Load() - before; n != 1 {
		t.Errorf("a refused login was tried %d times", n)
	}
}

// A keyring that is locked is no answer of the provider, and nothing is lost.
func TestAskingWithALockedKeyring(t *testing.T) {
	ring := &shut{kept: map[string]string{}}
	accounts := accountsAt(account.Robot, deskOn(t, nil).URL)
	accounts.Keyring = ring
	w, s := newStageOf(t, t.TempDir(), accounts, ordinary())
	if err := s.SaveLogin(t.Context(), credentialOf(credential.Robot, "#ws+example", map[credential.Field]string{credential.Password: "a secret of the test"})); err != nil {
		t.Fatal(err)
	}
	h := lockedCase(t, w, s)
	ring.locked = true
	before := len(w.model(w.current).Timeline)
	h.does("Ask")
	h.sees("Your keyring could not be read", "Nothing is lost")
	if n := len(w.model(w.current).Timeline); n != before {
		t.Error("the keyring's trouble is in the timeline")
	}
}

// A question that takes long says so and can be stopped by Esc.
func TestAskingIsStopped(t *testing.T) {
	w, s := newStage(t, ordinary())
	h := lockedCase(t, w, s)
	login(w)
	stopped := 0
	var then func()
	w.behind = func(_ func(context.Context), after func()) stopper {
		then = after
		return stopFunc(func() { stopped++ })
	}
	w.build()
	h.does("Ask")
	h.sees("Asking the provider …")
	h.on("Stop")
	h.press(fyne.KeyReturn)
	h.canvas().Unfocus()
	h.press(fyne.KeyEscape)
	if stopped != 2 {
		t.Errorf("stopped %d times", stopped)
	}
	then()
	h.lacks("Asking the provider")
}

const ovhBlock = "/ip/192.0.2.0%2F28"

func ovhAnswers() map[string]string {
	return map[string]string{
		"GET /ip":                       `["192.0.2.0/28"]`,
		"GET " + ovhBlock + "/antihack": `["192.0.2.10"]`,
		"GET " + ovhBlock + "/antihack/192.0.2.10": `{"ipBlocked":"192.0.2.10","state":"blocked","blockedSince":"2026-03-13T10:00:00+00:00","time":5400,"logs":"x"}`,
		"GET /me/notification/email/history":       `[7]`,
		"GET /me/notification/email/history/7":     `{"id":7,"date":"2026-03-13T10:05:00+00:00","subject":"Abuse: attack from 192.0.2.10","body":"` + strings.ReplaceAll(netscan(40), "\n", `\n`) + `"}`,
		"GET /auth/time":                           fmt.Sprint(time.Now().Unix()),
	}
}

// Unlocking is asked for when OVHcloud takes the question, behind a button that
// says so; what came of it is in the timeline.
func TestUnblockingAtOVH(t *testing.T) {
	answers := ovhAnswers()
	ovh := deskOn(t, answers)
	w, s := newStageOf(t, t.TempDir(), accountsAt(account.OVH, ovh.URL), ordinary())
	h := lockedCase(t, w, s)
	atOVH(w, s, false)
	w.build()
	h.sees("What OVHcloud says", "Unlocking possible from")
	h.lacks("Ask OVHcloud to unblock now")
	atOVH(w, s, true)
	w.build()
	h.does("Ask OVHcloud to unblock now")
	if got := events(w, "address"); !slices.Contains(got, app.EventNoUnblock+" 192.0.2.10") || ovh.posted.Load() != 1 {
		t.Errorf("timeline %q after %d requests", got, ovh.posted.Load())
	}
	h.sees("OVHcloud did not take the question", "Unlocking asked for, not taken")
	answers["POST "+ovhBlock+"/antihack/192.0.2.10/unblock"] = "null"
	h.does("Ask OVHcloud to unblock now")
	if got := events(w, "address"); !slices.Contains(got, app.EventUnblock+" 192.0.2.10") {
		t.Errorf("timeline %q", got)
	}
	h.sees("Unlocking asked for", "OVHcloud took it, 192.0.2.10")
	h.lacks("did not take")
}

// The mail that OVHcloud sent becomes the report.
func TestTheMailOfOVHIsRead(t *testing.T) {
	ovh := deskOn(t, ovhAnswers())
	w, s := newStageOf(t, t.TempDir(), accountsAt(account.OVH, ovh.URL), ordinary())
	finished(silence, locked()...)(t, w, s)
	h := handsOn(t, w)
	atOVH(w, s, true)
	w.open(screenUnlock)
	h.does("Fetch the abuse mail from OVHcloud")
	h.sees("One abuse mail.", "Abuse: attack from 192.0.2.10")
	h.does("Read as the report: Abuse: attack from 192.0.2.10")
	h.at(screenReport)
	if r := w.current.report; r == nil || r.reading.Report.Rows != 40 {
		t.Fatalf("%+v", r)
	}
	if m := w.model(w.current); len(m.Reports) != 1 || m.Reports[0].Name != "ovh-mail-7.eml" {
		t.Errorf("%+v", m.Reports)
	}
}

// What the provider's own documents promise is taken with one press.
func TestThePromiseOfOVH(t *testing.T) {
	w, s := newStage(t, ordinary())
	h := lockedCase(t, w, s)
	atOVH(w, s, true)
	w.build()
	gti, gtr, _, ok := app.PromisePreset(s.Providers().ByID("ovh"))
	if !ok || gti <= 0 || gtr <= 0 {
		t.Fatalf("%v and %v, %v", gti, gtr, ok)
	}
	h.does("Edit")
	h.does("Take the provider's usual times")
	h.does("Save")
	if got := w.model(w.current).Promise; got.GTI != gti || got.GTR != gtr {
		t.Errorf("%+v, want %v and %v", got, gti, gtr)
	}
}
