package credential_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
	"github.com/zalando/go-keyring"

	"latchkey/app/credential"
	"latchkey/diag"
)

// sceneVariable tells the test binary inside a session which scene to play.
const sceneVariable = "LATCHKEY_TEST_SCENE"

const config = `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>`

// TestRealKeyring plays every scene in a desktop session of its own: a message
// bus that starts nothing by itself, a real gnome-keyring, a throw-away home and
// no display.
func TestRealKeyring(t *testing.T) {
	if os.Getenv(sceneVariable) != "" {
		t.Skip("inside a session already")
	}
	for _, program := range []string{"dbus-run-session", "gnome-keyring-daemon", "bash"} {
		if _, err := exec.LookPath(program); err != nil || runtime.GOOS != "linux" {
			t.Skipf("needs %s (Debian: gnome-keyring, dbus)", program)
		}
	}
	for scene, daemon := range map[string]string{
		"open":      `printf ci-password | gnome-keyring-daemon --unlock --components=secrets >/dev/null`,
		"none-yet":  `gnome-keyring-daemon --start --components=secrets >/dev/null`,
		"no-daemon": `true`,
	} {
		t.Run(scene, func(t *testing.T) {
			t.Parallel()
			home := t.TempDir()
			for _, dir := range []string{"run", "data", "home"} {
				if err := os.Mkdir(filepath.Join(home, dir), 0o700); err != nil {
					t.Fatal(err)
				}
			}
			settings := filepath.Join(home, "bus.conf")
			if err := os.WriteFile(settings, []byte(config), 0o600); err != nil {
				t.Fatal(err)
			}
			c := exec.Command("dbus-run-session", "--config-file="+settings, "--", "bash", "-euo", "pipefail", "-c",
				daemon+"\n"+`exec "$0" -test.v -test.run '^TestScene$'`, os.Args[0])
			c.Env = []string{"HOME=" + home + "/home", "XDG_DATA_HOME=" + home + "/data", "XDG_RUNTIME_DIR=" + home + "/run",
				"PATH=" + os.Getenv("PATH"), sceneVariable + "=" + scene, "LATCHKEY_TEST_FILES=" + home + "/data"}
			out, err := c.CombinedOutput()
			if err != nil || !bytes.Contains(out, []byte("--- PASS: TestScene")) {
				t.Fatalf("%v\n%s", err, out)
			}
			if bytes.Contains(out, []byte(first)) || bytes.Contains(out, []byte(second)) {
				t.Error("a secret was printed")
			}
		})
	}
}

// TestScene is what happens inside a session.
func TestScene(t *testing.T) {
	scene, ok := map[string]func(*testing.T){"open": playOpen, "none-yet": playNoneYet, "no-daemon": playNoDaemon}[os.Getenv(sceneVariable)]
	if !ok {
		t.Skip("played by TestRealKeyring")
	}
	if os.Getenv(sceneVariable) != "no-daemon" {
		started(t)
	}
	scene(t)
}

// started waits until the daemon, which went into the background at once, has
// taken its name.
func started(t *testing.T) {
	t.Helper()
	conn, err := dbus.ConnectSessionBus()
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	signals := make(chan *dbus.Signal, 100)
	conn.Signal(signals)
	if err := conn.AddMatchSignal(dbus.WithMatchMember("NameOwnerChanged"), dbus.WithMatchArg(0, "org.freedesktop.secrets")); err != nil {
		t.Fatal(err)
	}
	var owned bool
	if err := conn.BusObject().Call("org.freedesktop.DBus.NameHasOwner", 0, "org.freedesktop.secrets").Store(&owned); err != nil {
		t.Fatal(err)
	}
	limit := time.After(20 * time.Second)
	for !owned {
		select {
		case s := <-signals:
			owned = s.Name == "org.freedesktop.DBus.NameOwnerChanged"
		case <-limit:
			t.Fatal("gnome-keyring did not start")
		}
	}
}

const first, second = "tr0ub4dor-and-three", "correct-horse-battery"

func robot(password string) credential.Login {
	return credential.Login{Kind: credential.Robot, Name: "#ws+example",
		Secrets: map[credential.Field]diag.Secret{credential.Password: diag.NewSecret(password)}}
}

// file is an index in a folder, as app keeps it.
func file(dir string) credential.Index {
	name := filepath.Join(dir, "logins.json")
	return credential.Index{
		Load: func() ([]byte, error) {
			b, err := os.ReadFile(name)
			if errors.Is(err, fs.ErrNotExist) {
				return nil, nil
			}
			return b, err
		},
		Save: func(b []byte) error { return os.WriteFile(name, b, 0o600) },
	}
}

func store(t *testing.T) (*credential.Store, string) {
	dir := t.TempDir()
	return credential.Open(credential.Options{Index: file(dir), Limit: 20 * time.Second}), dir
}

func playOpen(t *testing.T) {
	s, dir := store(t)
	ctx := t.Context()
	want(t, "look", s.Look(ctx), credential.Condition{State: credential.Usable})
	want(t, "unlock", s.Unlock(ctx), credential.Condition{State: credential.Usable})
	id := credential.IDOf(credential.Robot, "#ws+example")
	if _, err := s.Get(ctx, id); !errors.Is(err, credential.ErrUnknown) {
		t.Fatalf("before it is set: %v", err)
	}
	for _, password := range []string{first, second} { // set, replace
		if err := s.Set(ctx, robot(password)); err != nil {
			t.Fatal(err)
		}
		l, err := s.Get(ctx, id)
		if got := l.Secrets[credential.Password].Reveal(); err != nil || got != password {
			t.Fatalf("got another password: %v", err)
		}
	}
	if all, err := s.List(); err != nil || len(all) != 1 || all[0].ID() != id {
		t.Fatalf("list: %v %v", all, err)
	}
	if err := keyring.Set("latchkey", id, "written by somebody else: "+first); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Get(ctx, id); !errors.Is(err, credential.ErrForeign) || strings.Contains(err.Error(), first) {
		t.Errorf("somebody else's entry: %v", err)
	}
	large := robot(strings.Repeat("x", 200<<10))
	var tooLarge *credential.TooLarge
	if err := s.Set(ctx, large); !errors.As(err, &tooLarge) {
		t.Errorf("200 KB: %v", err)
	}
	if err := s.Delete(ctx, id); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Get(ctx, id); !errors.Is(err, credential.ErrUnknown) {
		t.Errorf("after it is deleted: %v", err)
	}
	if all, _ := s.List(); len(all) != 0 {
		t.Errorf("deleted, but listed: %v", all)
	}
	if err := s.Set(ctx, robot(first)); err != nil {
		t.Fatal(err)
	}
	playLocked(t, s, id)
	nowhere(t, dir)
	nowhere(t, os.Getenv("LATCHKEY_TEST_FILES")) // gnome-keyring's own file is encrypted
}

// playLocked locks the keyring: nothing is asked and nothing read; then there is
// a prompter that never answers, as a person who does not look.
func playLocked(t *testing.T, s *credential.Store, id string) {
	conn, err := dbus.ConnectSessionBus()
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	lock := func() {
		t.Helper()
		login := []dbus.ObjectPath{"/org/freedesktop/secrets/collection/login"}
		if err := conn.Object("org.freedesktop.secrets", "/org/freedesktop/secrets").Call("org.freedesktop.Secret.Service.Lock", 0, login).Err; err != nil {
			t.Fatal(err)
		}
	}
	lock()
	locked := credential.Condition{State: credential.Locked, Reason: credential.NotOpened}
	want(t, "look at a locked one", s.Look(t.Context()), locked)
	want(t, "nobody to ask", s.Unlock(t.Context()), locked)
	var trouble *credential.Trouble
	if _, err := s.Get(t.Context(), id); !errors.As(err, &trouble) || trouble.Condition != locked {
		t.Errorf("get: %v", err)
	}
	if err := s.Set(t.Context(), robot(second)); !errors.As(err, &trouble) || trouble.Condition != locked {
		t.Errorf("set: %v", err)
	}
	if err := s.Delete(t.Context(), id); !errors.As(err, &trouble) {
		t.Errorf("delete: %v", err)
	}
	if all, err := s.List(); err != nil || len(all) != 1 {
		t.Errorf("a locked keyring's names are known: %v %v", all, err)
	}
	asked := make(chan struct{}, 10)
	if err := conn.Export(prompter(asked), "/org/gnome/keyring/Prompter", "org.gnome.keyring.internal.Prompter"); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.RequestName("org.gnome.keyring.SystemPrompter", dbus.NameFlagDoNotQueue); err != nil {
		t.Fatal(err)
	}
	impatient := credential.Open(credential.Options{Index: file(t.TempDir()), Limit: 300 * time.Millisecond})
	unanswered := credential.Condition{State: credential.Locked, Reason: credential.NoAnswer}
	want(t, "a prompt nobody answers", impatient.Unlock(t.Context()), unanswered)
	select {
	case <-asked:
	case <-time.After(20 * time.Second):
		t.Error("the person was not asked")
	}
	want(t, "behind an open prompt", impatient.Unlock(t.Context()), unanswered)
	if len(asked) != 0 {
		t.Error("the person was asked twice")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Get(ctx, id); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// prompter takes questions and never answers.
type prompter chan struct{}

func (p prompter) BeginPrompting(dbus.ObjectPath) *dbus.Error { p <- struct{}{}; return nil }

func playNoneYet(t *testing.T) {
	s, dir := store(t)
	want(t, "look", s.Look(t.Context()), credential.Condition{State: credential.Absent, Reason: credential.NoCollection})
	var trouble *credential.Trouble
	if err := s.Set(t.Context(), robot(first)); !errors.As(err, &trouble) || trouble.Condition.State == credential.Usable {
		t.Errorf("set: %v", err)
	}
	if all, _ := s.List(); len(all) != 0 {
		t.Errorf("not kept, but listed: %v", all)
	}
	once(t, s)
	nowhere(t, dir)
}

func playNoDaemon(t *testing.T) {
	s, dir := store(t)
	absent := credential.Condition{State: credential.Absent, Reason: credential.NoService}
	want(t, "look", s.Look(t.Context()), absent)
	want(t, "unlock", s.Unlock(t.Context()), absent)
	once(t, s)
	nowhere(t, dir)
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "")
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	absent.Reason = credential.NoBus
	want(t, "look without a bus", s.Look(t.Context()), absent)
	want(t, "unlock without a bus", s.Unlock(t.Context()), absent)
}

// once uses a login for this run, where no keyring is.
func once(t *testing.T, s *credential.Store) {
	t.Helper()
	e, err := s.UseOnce(robot(first))
	if err != nil || !e.Once {
		t.Fatal(err)
	}
	l, err := s.Get(t.Context(), e.ID())
	if err != nil || l.Secrets[credential.Password].Reveal() != first {
		t.Fatalf("used once: %v", err)
	}
	if err := s.Delete(t.Context(), e.ID()); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Get(t.Context(), e.ID()); !errors.Is(err, credential.ErrUnknown) {
		t.Errorf("after it is deleted: %v", err)
	}
}

func want(t *testing.T, what string, got, want credential.Condition) {
	t.Helper()
	if got.State != want.State || got.Reason != want.Reason {
		t.Errorf("%s: %+v, want %+v", what, got, want)
	}
}

// nowhere greps every file of a folder for the secrets.
func nowhere(t *testing.T, dir string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		text, err := os.ReadFile(name)
		for _, secret := range []string{first, second} {
			if bytes.Contains(text, []byte(secret)) {
				t.Errorf("%s holds a secret", name)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
