package app_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"latchkey/app"
	"latchkey/app/casefile"
	"latchkey/app/credential"
	"latchkey/diag"
	"latchkey/diag/account"
)

// loginsThat answers by what the login is called, after its number: «locked», «free», «unknown»,
// «busy», «refused».
func loginsThat(w http.ResponseWriter, r *http.Request) {
	name, _, _ := r.BasicAuth()
	_, word, _ := strings.Cut(name, "-")
	switch {
	case word == "refused":
		w.WriteHeader(http.StatusUnauthorized)
	case word == "busy":
		w.WriteHeader(http.StatusServiceUnavailable)
	case word == "unknown" && r.URL.Path != "/server", strings.HasPrefix(r.URL.Path, "/subnet"):
		w.WriteHeader(http.StatusNotFound)
	case r.URL.Path == "/ip/192.0.2.10":
		fmt.Fprintf(w, `{"ip":{"ip":"192.0.2.10","server_number":321,"locked":%t}}`, word == "locked")
	default:
		_, _ = w.Write([]byte(`[]`))
	}
}

// Several logins give one answer: «locked» from any that knows the address wins,
// in whatever order they are asked; «not locked» waits for those who may know
// better.
func TestSeveralLoginsGiveOneAnswer(t *testing.T) {
	for words, want := range map[string]diag.Answer{
		"locked": diag.Yes, "free": diag.No, "unknown": diag.NotAsked, "busy": diag.NotAsked, "refused": diag.NotAsked,
		"unknown locked": diag.Yes, "free locked": diag.Yes, "busy locked": diag.Yes, "refused locked": diag.Yes,
		"unknown free": diag.No, "refused free": diag.No, "busy free": diag.NotAsked,
		"unknown unknown": diag.NotAsked, "busy unknown": diag.NotAsked,
		"busy free locked refused unknown": diag.Yes,
	} {
		list := strings.Fields(words)
		for range list { // each of them first, once
			list = append(list[1:], list[0])
			s, _, _ := robotOn(t, loginsThat)
			for i, word := range list {
				login := credential.Login{Kind: credential.Robot, Name: fmt.Sprintf("#ws+%d-%s", i, word),
					Secrets: map[credential.Field]diag.Secret{credential.Password: diag.NewSecret(accountSecret)}}
				if _, err := s.UseLogin(login); err != nil {
					t.Fatal(err)
				}
			}
			m := casefile.Case{Server: casefile.Server{Address: "192.0.2.10", Provider: "hetzner"}}
			got, err := s.FlagOf(t.Context(), m)
			if got != want {
				t.Errorf("%v: %v, want %v (%v)", list, got, want, err)
			}
			failed := want == diag.NotAsked && !slices.Contains(list, "free") && (slices.Contains(list, "busy") || slices.Contains(list, "refused"))
			if (err != nil) != failed {
				t.Errorf("%v: error %v", list, err)
			}
		}
	}
}

// A contradiction is said with the answer that counts, and in the case.
func TestContradictionIsSaid(t *testing.T) {
	for words, want := range map[string]bool{"locked free": true, "free locked": true, "locked unknown": false, "locked locked": false} {
		s, _, _ := robotOn(t, loginsThat)
		for i, word := range strings.Fields(words) {
			login := robotLogin(accountSecret)
			login.Name = fmt.Sprintf("#ws+%d-%s", i, word)
			if _, err := s.UseLogin(login); err != nil {
				t.Fatal(err)
			}
		}
		asked, err := s.AskProvider(t.Context(), target(), nil, app.AskOptions{})
		if err != nil {
			t.Fatal(err)
		}
		var m casefile.Case
		m.Server.Address = "192.0.2.10"
		asked.Record(&m)
		said, _, ok := app.SaidOf(m)
		if !ok || said.Locked != diag.Yes || said.Reason != account.Flag {
			t.Errorf("%s: %+v", words, said)
		}
		got := slices.ContainsFunc(said.Findings, func(f diag.Finding) bool { return f.Code == "account.contradicted" })
		if got != want {
			t.Errorf("%s: contradicted %v: %+v", words, got, said.Findings)
		}
	}
}
