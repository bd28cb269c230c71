package evidence_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"latchkey/diag/evidence"
	"latchkey/diag/evidence/lab"
)

// answers gives one answer after the other and remembers what it was asked.
type answers struct {
	list  []string
	asked []evidence.Question
}

func (a *answers) ask(_ context.Context, q evidence.Question) (string, error) {
	a.asked = append(a.asked, q)
	if len(a.list) == 0 {
		return "", errors.New("nothing left to say")
	}
	word := a.list[0]
	a.list = a.list[1:]
	return word, nil
}

// to are options that reach a server and trust it.
func to(t *testing.T, s *lab.Server, user string) evidence.Options {
	t.Helper()
	return evidence.Options{
		Host: evidence.Host{User: user, Name: s.Address, Port: s.Port}, KnownHosts: filepath.Join(t.TempDir(), "home", "known_hosts"),
		Trust: (&trusting{}).trust,
	}
}

func connect(t *testing.T, o evidence.Options) *evidence.Connection {
	t.Helper()
	c, err := evidence.Connect(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func refused(t *testing.T, o evidence.Options, want error) {
	t.Helper()
	c, err := evidence.Connect(t.Context(), o)
	if err == nil {
		_ = c.Close()
	}
	if !errors.Is(err, want) {
		t.Errorf("%v, want %v", err, want)
	}
}

func TestLoginByKey(t *testing.T) {
	file, line := lab.Key(t, "")
	rsa, second := lab.Key(t, "", "-t", "rsa", "-b", "2048")
	other, _ := lab.Key(t, "")
	s := lab.Start(t, lab.Options{Keys: []string{line, second}})
	for _, key := range []string{file, rsa} {
		o := to(t, s, lab.Root)
		o.Identities = []string{key}
		if c := connect(t, o); c.Fingerprint != s.HostKey("ed25519") || !strings.HasPrefix(c.Version, "SSH-2.0-OpenSSH") {
			t.Errorf("%s %s", c.Fingerprint, c.Version)
		}
	}
	o := to(t, s, lab.Root)
	o.Identities = []string{other}
	refused(t, o, evidence.ErrDenied)
	o.Identities = []string{filepath.Join(t.TempDir(), "missing")}
	refused(t, o, os.ErrNotExist)
	o.Identities, o.Optional = []string{file}, []string{filepath.Join(t.TempDir(), "missing")}
	connect(t, o)
}

// The passphrase is asked for only when the server takes the key.
func TestLoginByEncryptedKey(t *testing.T) {
	file, line := lab.Key(t, "open sesame")
	old, second := lab.Key(t, "open sesame", "-t", "rsa", "-b", "2048", "-m", "PEM")
	unwanted, _ := lab.Key(t, "never asked")
	s := lab.Start(t, lab.Options{Keys: []string{line, second}})
	for _, key := range []string{file, old} {
		o, a := to(t, s, lab.Root), answers{list: []string{"wrong", "open sesame"}}
		o.Identities, o.Ask = []string{unwanted, key}, a.ask
		connect(t, o)
		if len(a.asked) != 2 || a.asked[0].Kind != evidence.Passphrase || a.asked[0].File != key || a.asked[1].Again != 1 {
			t.Errorf("%+v", a.asked)
		}
	}
	o := to(t, s, lab.Root)
	o.Identities = []string{file}
	refused(t, o, evidence.ErrDenied)
	no := errors.New("closed the window")
	o.Ask = func(context.Context, evidence.Question) (string, error) { return "", no }
	refused(t, o, no)
}

// More keys in the agent than the server takes guesses do not lock anybody out.
func TestLoginByAgent(t *testing.T) {
	var files, lines []string
	for range 8 {
		file, line := lab.Key(t, "")
		files, lines = append(files, file), append(lines, line)
	}
	s := lab.Start(t, lab.Options{Keys: lines[7:]})
	o := to(t, s, lab.Root)
	o.Agent = lab.Agent(t, files...)
	connect(t, o)
	o.Agent = filepath.Join(t.TempDir(), "nobody")
	refused(t, o, evidence.ErrDenied)
}

func TestLoginByPassword(t *testing.T) {
	s := lab.Start(t, lab.Options{})
	o, a := to(t, s, lab.Root), answers{list: []string{"wrong", lab.Secret}}
	o.Ask = a.ask
	connect(t, o)
	if len(a.asked) != 2 || a.asked[0].Kind != evidence.Password || a.asked[1].Again != 1 {
		t.Errorf("%+v", a.asked)
	}
	wrong := answers{list: slices.Repeat([]string{"wrong"}, 9)}
	o.Ask = wrong.ask
	refused(t, o, evidence.ErrDenied)
	if n := len(wrong.asked); n != 3 {
		t.Errorf("asked %d times", n)
	}
	o.Ask = nil
	refused(t, o, evidence.ErrDenied)
}

func TestLoginByKeyboardInteractive(t *testing.T) {
	s := lab.Start(t, lab.Options{PAM: true, Config: []string{"PasswordAuthentication no"}})
	o, a := to(t, s, lab.Alice), answers{list: []string{"wrong", lab.Secret}}
	o.Ask = a.ask
	connect(t, o)
	if len(a.asked) != 2 || a.asked[0].Kind != evidence.Answer || a.asked[0].Echo || !strings.Contains(a.asked[0].Prompt, "Password:") || a.asked[1].Again != 1 {
		t.Errorf("%+v", a.asked)
	}
}

// The first contact shows what ssh-keygen shows; then the key is on record.
func TestFirstContact(t *testing.T) {
	file, line := lab.Key(t, "")
	s := lab.Start(t, lab.Options{Keys: []string{line}, HostKeys: []string{"rsa", "ed25519"}})
	m := &trusting{}
	o := to(t, s, lab.Root)
	o.Identities, o.Trust = []string{file}, m.trust
	connect(t, o)
	connect(t, o)
	if len(m.met) != 1 || m.met[0].Fingerprint != s.HostKey("ed25519") || m.met[0].Kind != "ssh-ed25519" || m.met[0].Address == "" {
		t.Errorf("%+v", m.met)
	}
	if info, err := os.Stat(o.KnownHosts); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info, err)
	}
	o.KnownHosts = filepath.Join(t.TempDir(), "known_hosts")
	o.Trust = nil
	refused(t, o, evidence.ErrNotTrusted)
	o.Trust = func(context.Context, evidence.Contact) (bool, error) { return false, nil }
	refused(t, o, evidence.ErrNotTrusted)
	if _, err := os.Stat(o.KnownHosts); err == nil {
		t.Error("a refused key is on record")
	}
}

// The server that has another key than before is not logged in to; the rescue
// system may have another, and does not replace the server's.
func TestChangedKey(t *testing.T) {
	file, line := lab.Key(t, "")
	before := lab.Start(t, lab.Options{Keys: []string{line}})
	m := &trusting{}
	o := to(t, before, lab.Root)
	o.Identities, o.Trust = []string{file}, m.trust
	connect(t, o)
	before.Stop()
	for _, kind := range []string{"ed25519", "rsa"} { // another of the kind, and only one of another kind
		after := lab.Start(t, lab.Options{Keys: []string{line}, Port: before.Port, HostKeys: []string{kind}})
		_, err := evidence.Connect(t.Context(), o)
		var changed *evidence.ChangedKeyError
		if !errors.As(err, &changed) || changed.Fingerprint != after.HostKey(kind) || !slices.Equal(changed.Known, []string{before.HostKey("ed25519")}) || changed.Line != 1 {
			t.Fatalf("%s: %v", kind, err)
		}
		if log := strings.Join(after.Log(), "\n"); strings.Contains(log, "Accepted") || strings.Contains(log, "Failed") {
			t.Errorf("it tried to log in: %s", log)
		}
		if kind == "rsa" {
			rescue := o
			rescue.Rescue = true
			connect(t, rescue)
			if last := m.met[len(m.met)-1]; !last.Rescue || !strings.Contains(last.Alias, "#rescue") {
				t.Errorf("%+v", last)
			}
			if _, err := evidence.Connect(t.Context(), o); !errors.As(err, &changed) {
				t.Errorf("the rescue system's key took the server's place: %v", err)
			}
		}
		after.Stop()
	}
}

// What the person's own ssh knows counts, but is never written to.
func TestKnownElsewhere(t *testing.T) {
	file, line := lab.Key(t, "")
	s := lab.Start(t, lab.Options{Keys: []string{line}})
	o := to(t, s, lab.Root)
	o.Identities = []string{file}
	connect(t, o)
	o.AlsoKnown, o.KnownHosts, o.Trust = []string{o.KnownHosts}, filepath.Join(t.TempDir(), "known_hosts"), nil
	connect(t, o)
	damaged := filepath.Join(t.TempDir(), "damaged")
	if err := os.WriteFile(damaged, []byte("x y z\n\x00"), 0o600); err != nil {
		t.Fatal(err)
	}
	o.AlsoKnown = append([]string{damaged}, o.AlsoKnown...)
	connect(t, o)
	if _, err := os.Stat(o.KnownHosts); err == nil {
		t.Error("it was written down again")
	}
	o.KnownHosts = damaged
	if _, err := evidence.Connect(t.Context(), o); err == nil {
		t.Error("our own damaged record was passed over")
	}
}

func TestJumpHost(t *testing.T) {
	file, line := lab.Key(t, "")
	first, second := lab.Start(t, lab.Options{Keys: []string{line}}), lab.Start(t, lab.Options{Keys: []string{line}})
	m := &trusting{}
	o := to(t, second, lab.Root)
	o.Jump = &evidence.Host{User: lab.Alice, Name: first.Address, Port: first.Port}
	o.Identities, o.Trust = []string{file}, m.trust
	c := connect(t, o)
	if c.Fingerprint != second.HostKey("ed25519") || len(m.met) != 2 || m.met[0].Fingerprint != first.HostKey("ed25519") {
		t.Errorf("%s %+v", c.Fingerprint, m.met)
	}
	if text := strings.Join(first.Log(), "\n"); !strings.Contains(text, "Accepted publickey for alice") {
		t.Errorf("not through the jump host: %s", text)
	}
	o.Host.Port = first.Port + 1
	if o.Host.Port == second.Port {
		o.Host.Port++
	}
	refused(t, o, evidence.ErrUnreachable)
}

func TestIPv6(t *testing.T) {
	file, line := lab.Key(t, "")
	s := lab.Start(t, lab.Options{Keys: []string{line}, Listen: "::1"})
	o := to(t, s, lab.Root)
	o.Identities = []string{file}
	connect(t, o)
	o.Trust = nil // on record under its address and port
	connect(t, o)
	o.Rescue, o.Trust = true, (&trusting{}).trust
	connect(t, o)
	o.Trust = nil
	connect(t, o)
}

func TestUnreachable(t *testing.T) {
	o := evidence.Options{Host: evidence.Host{User: "root", Name: "127.0.0.1", Port: 1}, KnownHosts: filepath.Join(t.TempDir(), "known_hosts")}
	refused(t, o, evidence.ErrUnreachable)
	o.Host.Name = "a b"
	refused(t, o, evidence.ErrHost)
}
