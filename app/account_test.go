package app_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"latchkey/app"
	"latchkey/app/casefile"
	"latchkey/app/credential"
	"latchkey/assets"
	"latchkey/diag"
	"latchkey/diag/account"
	"latchkey/diag/trace"
	"latchkey/diag/verdict"
)

const accountSecret = "hunter2-and-more"

func robotLogin(password string) credential.Login {
	return credential.Login{Kind: credential.Robot, Name: "#ws+example",
		Secrets: map[credential.Field]diag.Secret{credential.Password: diag.NewSecret(password)}}
}

// robotOn is a webservice on loopback that knows one locked address; it tells
// each question.
func robotOn(t *testing.T, answer func(w http.ResponseWriter, r *http.Request)) (*app.Session, string, func() int) {
	t.Helper()
	var mu sync.Mutex
	asked := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		asked++
		mu.Unlock()
		answer(w, r)
	}))
	t.Cleanup(server.Close)
	home := t.TempDir()
	s, err := app.Open(app.Config{Home: home, Assets: assets.FS, Version: "0.0.0-test",
		Accounts: app.Accounts{Bases: map[account.Service]string{account.Robot: server.URL}}})
	if err != nil {
		t.Fatal(err)
	}
	return s, home, func() int { mu.Lock(); defer mu.Unlock(); return asked }
}

func lockedAnswer(w http.ResponseWriter, r *http.Request) {
	if _, password, _ := r.BasicAuth(); password != accountSecret {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	if r.URL.Path == "/ip/192.0.2.10" {
		_, _ = w.Write([]byte(`{"ip":{"ip":"192.0.2.10","server_number":321,"locked":true}}`))
		return
	}
	if r.URL.Path == "/server" {
		_, _ = w.Write([]byte(`[]`))
		return
	}
	w.WriteHeader(http.StatusNotFound)
}

func target() []netip.Addr { return []netip.Addr{netip.MustParseAddr("192.0.2.10")} }

// A refused login is tried once, however often somebody asks, and again when the
// person says so or has changed it.
func TestRefusedLoginRestsUntilToldOtherwise(t *testing.T) {
	s, _, asked := robotOn(t, lockedAnswer)
	e, err := s.UseLogin(robotLogin("wrong"))
	if err != nil {
		t.Fatal(err)
	}
	ask := func() error {
		got, err := s.AskProvider(t.Context(), target(), nil, app.AskOptions{})
		if err != nil {
			t.Fatal(err)
		}
		return got.Answers[0].Err
	}
	var group sync.WaitGroup
	for range 5 { // at once, too
		group.Go(func() { _, _ = s.AskProvider(t.Context(), target(), nil, app.AskOptions{}) })
	}
	group.Wait()
	var refused *app.RefusedBefore
	if err := ask(); !errors.As(err, &refused) || asked() != 1 {
		t.Fatalf("%v after %d questions", err, asked())
	}
	if err := s.TestLogin(t.Context(), e.ID()); !account.IsCode(err, account.LoginRefused) || asked() != 2 {
		t.Errorf("tested: %v after %d questions", err, asked())
	}
	if _, err := s.UseLogin(robotLogin(accountSecret)); err != nil {
		t.Fatal(err)
	}
	if err := ask(); err != nil {
		t.Errorf("changed: %v", err)
	}
	if all, _ := s.Logins(); len(all) != 1 || all[0].Outcome != credential.Works || !all[0].Once {
		t.Errorf("%+v", all)
	}
}

// A provider that has had enough is left alone, by tests too.
func TestRateLimitIsKept(t *testing.T) {
	s, _, asked := robotOn(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusForbidden)
		_, _ = w.Write([]byte(`{"error":{"status":403,"code":"RATE_LIMIT_EXCEEDED","message":"x","max_request":200,"interval":3600}}`))
	})
	e, err := s.UseLogin(robotLogin(accountSecret))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.TestLogin(t.Context(), e.ID()); !account.IsCode(err, account.RateLimit) {
		t.Fatal(err)
	}
	var later *app.AskLater
	if err := s.TestLogin(t.Context(), e.ID()); !errors.As(err, &later) || asked() != 1 {
		t.Fatalf("%v after %d questions", err, asked())
	}
	if wait := time.Until(later.Until); wait < 59*time.Minute || wait > time.Hour {
		t.Errorf("left alone for %v", wait)
	}
}

// What the provider says is in the case and its timeline, and makes its verdict
// certain; the login is nowhere.
func TestProvidersWordInTheCase(t *testing.T) {
	s, home, _ := robotOn(t, lockedAnswer)
	if _, err := s.UseLogin(robotLogin(accountSecret)); err != nil {
		t.Fatal(err)
	}
	begun := time.Now().Add(-time.Hour)
	c := s.NewCase(app.CaseOptions{})
	c.Change(func(m *casefile.Case) {
		m.Server = casefile.Server{Address: "192.0.2.10", Provider: "hetzner"}
		check := app.Check{Addr: netip.MustParseAddr("192.0.2.10"), Started: begun,
			Path:    trace.Path{Target: netip.MustParseAddr("192.0.2.10"), Complete: true},
			Verdict: &verdict.Verdict{Code: verdict.Inconclusive, Confidence: verdict.Possible}}
		m.Diagnoses = append(m.Diagnoses, app.DiagnosisOf(check, ""))
	})
	if v := s.CheckOf(c.Model()).Verdict; v.Code == verdict.Locked {
		t.Fatalf("locked before anybody was asked: %+v", v)
	}
	asked, err := s.AskAboutCase(t.Context(), c, app.AskOptions{})
	if err != nil || len(asked.Answers) != 1 || asked.Answers[0].Err != nil {
		t.Fatalf("%v %+v", err, asked)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := s.LoadCase(c.Model().ID, app.CaseOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	m := again.Model()
	said, at, ok := app.SaidOf(m)
	if !ok || said.Locked != diag.Yes || said.Server != "321" || !at.Equal(asked.Time) {
		t.Errorf("%+v %v %v", said, at, ok)
	}
	last := m.Timeline[len(m.Timeline)-1]
	if last.Code != app.EventAsked || last.With["locked"] != "yes" || last.With["address"] != "192.0.2.10" || last.With["service"] != "robot" {
		t.Errorf("%+v", last)
	}
	v := s.CheckOf(m).Verdict
	if v.Code != verdict.Locked || v.Confidence != verdict.Certain || v.Because[0].Code != "account.locked.flag" || v.Because[0].Params["address"] != "192.0.2.10" {
		t.Errorf("verdict: %+v", v)
	}
	// A check after that stands by itself.
	m.Diagnoses[0].Time = time.Now().Add(time.Hour)
	if v := s.CheckOf(m).Verdict; v.Code == verdict.Locked {
		t.Errorf("a later check: %+v", v)
	}
	hides(t, home)
}

// hides looks for the password in all files of the program.
func hides(t *testing.T, home string) {
	t.Helper()
	files := 0
	err := filepath.WalkDir(home, func(name string, d os.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		files++
		text, err := os.ReadFile(name)
		if strings.Contains(string(text), accountSecret) {
			t.Errorf("%s holds the password", name)
		}
		return err
	})
	if err != nil || files == 0 {
		t.Errorf("%d files: %v", files, err)
	}
}

// A case keeps the last answers only.
func TestAccountsOfACaseAreBounded(t *testing.T) {
	var m casefile.Case
	for i := range 80 {
		app.Asked{Time: time.Unix(int64(i), 0), Answers: []app.AccountAnswer{{Service: account.Robot}}}.Record(&m)
	}
	if len(m.Accounts) != 50 || m.Accounts[49].Time.Unix() != 79 || len(m.Timeline) != 80 {
		t.Errorf("%d answers, the last of %v; %d events", len(m.Accounts), m.Accounts[len(m.Accounts)-1].Time, len(m.Timeline))
	}
}

func TestNobodyToAsk(t *testing.T) {
	s, _, asked := robotOn(t, lockedAnswer)
	if _, err := s.AskProvider(t.Context(), target(), nil, app.AskOptions{}); !errors.Is(err, app.ErrNoLogin) {
		t.Error(err)
	}
	if _, err := s.UseLogin(robotLogin(accountSecret)); err != nil {
		t.Fatal(err)
	}
	// Addresses of others are not Robot's business.
	if _, err := s.AskProvider(t.Context(), target(), s.Providers().ByID("ovh"), app.AskOptions{}); !errors.Is(err, app.ErrNoLogin) || asked() != 0 {
		t.Errorf("%v after %d questions", err, asked())
	}
}

// Every fact and every trouble of an account has a sentence.
func TestAccountsHaveTexts(t *testing.T) {
	english := catalogues(t)["en"]
	_, all := sources(t)
	need := func(prefix string, words ...string) {
		for _, w := range words {
			if !texted(english, prefix+w, true) {
				t.Errorf("no text for %s%s", prefix, w)
			}
		}
	}
	for _, s := range all {
		switch {
		case s.test:
		case s.dir == "diag/account":
			need("finding.account.", firstWords(s.file, "finding")...)
			need("account.error.", constants(s.file, "Code")...)
			need("account.service.", constants(s.file, "Service")...)
			need("finding.account.locked.", slices.DeleteFunc(constants(s.file, "Reason"), func(r string) bool { return r == "spam" })...)
		case s.dir == "app/credential":
			need("keyring.error.", constants(s.file, "Reason")...)
			need("keyring.state.", constants(s.file, "State")...)
			need("account.kind.", constants(s.file, "Kind")...)
			need("account.field.", constants(s.file, "Field")...)
			need("account.outcome.", constants(s.file, "Outcome")...)
		}
	}
}
