package credential_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"latchkey/app/credential"
	"latchkey/diag"
)

// slow is a keyring whose every call takes an hour, as one does whose question
// nobody answers; sets tells what it kept in the end.
type slow struct {
	kept map[string]string
}

func (k slow) Set(name, secret string) error {
	time.Sleep(time.Hour)
	k.kept[name] = secret
	return nil
}
func (k slow) Get(string) (string, error) { time.Sleep(time.Hour); panic("the bus is gone") }
func (k slow) Delete(name string) error   { delete(k.kept, name); return nil }
func (k slow) Look() credential.Condition { return credential.Condition{} }

// A call that nobody answers ends with the limit. What it keeps after all, when
// the person was told that nothing is kept, is taken out again.
func TestUnansweredCallEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := slow{map[string]string{}}
		var index []byte
		s := credential.Open(credential.Options{Keyring: k, Index: credential.Index{
			Load: func() ([]byte, error) { return index, nil },
			Save: func(b []byte) error { index = b; return nil },
		}})
		began := time.Now()
		var trouble *credential.Trouble
		if err := s.Set(t.Context(), robot(first)); !errors.As(err, &trouble) || trouble.Condition.Reason != credential.NoAnswer {
			t.Fatalf("set: %v", err)
		}
		if took := time.Since(began); took != time.Minute {
			t.Errorf("it ended after %v", took)
		}
		if all, _ := s.List(); len(all) != 0 {
			t.Errorf("not kept, but listed: %v", all)
		}
		time.Sleep(time.Hour)
		synctest.Wait()
		if len(k.kept) != 0 {
			t.Error("it was kept after the person was told otherwise")
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := s.UseOnce(robot(first)); err != nil {
			t.Fatal(err)
		}
		if c := s.Unlock(ctx); c != (credential.Condition{}) {
			t.Errorf("a question that was withdrawn: %+v", c)
		}
		time.Sleep(2 * time.Hour) // the panic behind it ends no program
		synctest.Wait()
	})
}

func TestLoginsAreChecked(t *testing.T) {
	s, _ := store(t)
	secret := func(f credential.Field) map[credential.Field]diag.Secret {
		return map[credential.Field]diag.Secret{f: diag.NewSecret("x")}
	}
	for name, l := range map[string]credential.Login{
		"no kind":         {Name: "a", Secrets: secret(credential.Password)},
		"no name":         {Kind: credential.Robot, Secrets: secret(credential.Password)},
		"escape sequence": {Kind: credential.Robot, Name: "a\x1b[31m", Secrets: secret(credential.Password)},
		"long name":       {Kind: credential.Robot, Name: strings.Repeat("a", 401), Secrets: secret(credential.Password)},
		"no password":     {Kind: credential.Robot, Name: "a"},
		"another field":   {Kind: credential.Robot, Name: "a", Secrets: secret(credential.Token)},
	} {
		if _, err := s.UseOnce(l); !errors.Is(err, credential.ErrInvalid) {
			t.Errorf("%s: use once: %v", name, err)
		}
		if err := s.Set(t.Context(), l); !errors.Is(err, credential.ErrInvalid) {
			t.Errorf("%s: set: %v", name, err)
		}
	}
}

// The limits of the systems are told before anything is asked.
func TestLimitsOfSystems(t *testing.T) {
	for system, most := range map[string]int{"windows": 2560, "darwin": 2592, "linux": 64 << 10} {
		if got := credential.Limit(system); got != most {
			t.Errorf("%s: %d, want %d", system, got, most)
		}
		s := credential.Open(credential.Options{System: system, Index: file(t.TempDir())})
		var tooLarge *credential.TooLarge
		if err := s.Set(t.Context(), robot(strings.Repeat("x", most))); !errors.As(err, &tooLarge) || tooLarge.Limit != most {
			t.Errorf("%s: %v", system, err)
		}
	}
}

// An index is somebody's file: what is no entry is left out.
func FuzzIndex(f *testing.F) {
	f.Add([]byte(`[{"kind":"robot","name":"#ws+a","saved":"2026-03-04T09:00:00Z","outcome":"works"},{"kind":"robot","name":"#ws+a"},
		{"kind":"none","name":"b"},{"kind":"ovh","name":"\u001b[2J"},7]`))
	f.Add([]byte(`{}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		s := credential.Open(credential.Options{Index: credential.Index{Load: func() ([]byte, error) { return data, nil }}})
		all, err := s.List()
		seen := map[string]bool{}
		for _, e := range all {
			if e.Kind.Fields() == nil || e.Name == "" || diag.Clean(e.Name, 400) != e.Name || seen[e.ID()] {
				t.Errorf("listed: %+v", e)
			}
			seen[e.ID()] = true
		}
		if err != nil {
			t.Error(err)
		}
	})
}
