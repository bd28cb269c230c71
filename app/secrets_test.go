package app

import (
	"context"
	"errors"
	"testing"

	"latchkey/app/credential"
	"latchkey/diag"
	"latchkey/diag/evidence"
)

// What is saved answers first, once; then a person does. What a server asks by
// itself never reaches what is saved.
func TestSSHSecrets(t *testing.T) {
	s := open(t, nil)
	host := evidence.Host{User: "root", Name: "192.0.2.10", Port: 2222}
	saved := credential.Login{Kind: credential.SSHPassword, Name: host.String(), Secrets: map[credential.Field]diag.Secret{credential.Password: diag.NewSecret("saved")}}
	if _, err := s.UseLogin(saved); err != nil {
		t.Fatal(err)
	}
	var asked []SSHQuestion
	a := s.SSHSecrets(func(_ context.Context, q SSHQuestion) (diag.Secret, bool, error) {
		asked = append(asked, q)
		return diag.NewSecret("typed"), false, nil
	})
	ask := func(q evidence.Question, want string) {
		t.Helper()
		q.Host = host
		if got, err := a.Ask(t.Context(), q); got != want || err != nil {
			t.Errorf("%+v gives %q, %v", q, got, err)
		}
	}
	ask(evidence.Question{Kind: evidence.Answer, Prompt: "Password:"}, "typed")
	ask(evidence.Question{Kind: evidence.Password}, "saved")
	ask(evidence.Question{Kind: evidence.Password, Again: 1}, "typed")
	ask(evidence.Question{Kind: evidence.Password, Again: 2}, "typed")
	ask(evidence.Question{Kind: evidence.Passphrase, File: "/home/a/.ssh/id_ed25519"}, "typed")
	type seen struct{ savable, saved bool }
	for i, want := range []seen{{false, false}, {true, true}, {true, false}, {true, false}} {
		if i >= len(asked) || (seen{asked[i].Savable, asked[i].Saved}) != want {
			t.Fatalf("question %d of %d: %+v", i, len(asked), asked)
		}
	}
	if err := a.Keep(t.Context()); err != nil {
		t.Errorf("nothing was to be kept: %v", err)
	}
	stopped := errors.New("stopped")
	a = s.SSHSecrets(func(context.Context, SSHQuestion) (diag.Secret, bool, error) { return diag.Secret{}, true, stopped })
	if _, err := a.Ask(t.Context(), evidence.Question{Kind: evidence.Passphrase, File: "x"}); !errors.Is(err, stopped) {
		t.Errorf("%v", err)
	}
}
