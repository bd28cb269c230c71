package cli_test

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"latchkey/app"
	"latchkey/app/cli"
	"latchkey/assets"
	"latchkey/diag/evidence/lab"
)

// TestCollectStories runs testdata/ssh/*.txtar against a real sshd on a copy of
// this machine: $PORT is its port, $KEY a key file it takes, $FINGERPRINT that
// of its own key, $LOCKED a key file under a passphrase.
func TestCollectStories(t *testing.T) {
	if testing.Short() {
		t.Skip("looks at the whole machine for some seconds")
	}
	key, line := lab.Key(t, "")
	locked, second := lab.Key(t, "open sesame")
	s := lab.Start(t, lab.Options{Keys: []string{line, second}, Files: map[string]string{
		// What takes long on a large machine is tried elsewhere.
		"/etc/lab/shell":       "#!/bin/sh\nLATCHKEY_LIMIT=6; export LATCHKEY_LIMIT; exec sh -c \"$SSH_ORIGINAL_COMMAND\"\n",
		"/var/log/lab-app.log": "one line\n",
		"/etc/lab/banner":      "Welcome\x1b[2J\n",
	}, Config: []string{"ForceCommand sh /etc/lab/shell", "Banner /etc/lab/banner"}})
	testscript.Run(t, testscript.Params{
		Dir: "testdata/ssh",
		Setup: func(e *testscript.Env) error {
			for name, value := range map[string]string{
				"LATCHKEY_HOME": filepath.Join(e.WorkDir, "latchkey"), "HOME": e.WorkDir, "LANG": "en_US.UTF-8", "LC_ALL": "", "LC_MESSAGES": "", "SSH_AUTH_SOCK": "",
				"PORT": strconv.Itoa(s.Port), "KEY": key, "LOCKED": locked, "FINGERPRINT": s.HostKey("ed25519"), "TMPDIR": e.WorkDir,
			} {
				e.Setenv(name, value)
			}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"exits": exits, "takes": takes, "forges": forges},
	})
	if changes := s.Changes(); len(changes) > 0 {
		t.Errorf("written on the server: %v", changes)
	}
}

// forges puts another key of the same kind in place of each one on record.
func forges(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: forges FILE")
	}
	file := ts.MkAbs(args[0])
	text := ts.ReadFile(args[0])
	other := regexp.MustCompile(`ssh-ed25519 \S+`).ReplaceAllString(text, "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
	if other == text {
		ts.Fatalf("no key in %s", text)
	}
	ts.Check(os.WriteFile(file, []byte(other), 0o600))
}

// At a terminal the key is shown and confirmed, and the password asked for; a
// banner or a question of the server cannot write to the screen.
func TestCollectAsks(t *testing.T) {
	s := lab.Start(t, lab.Options{PAM: true, Config: []string{"PasswordAuthentication no", "ForceCommand echo not here >&2"}})
	t.Setenv("HOME", t.TempDir())
	t.Setenv("SSH_AUTH_SOCK", "")
	home := t.TempDir()
	run := func(answers ...string) (status int, said string, echoed []bool) {
		var out, err bytes.Buffer
		env := cli.Env{
			In: strings.NewReader(""), Out: &out, Err: &err, ErrTerminal: true, Now: storyTime, Language: "en", Config: app.Config{Home: home, Assets: assets.FS},
			Secret: func(_ context.Context, echo bool) (string, error) {
				echoed = append(echoed, echo)
				if len(answers) == 0 {
					return "", io.EOF
				}
				word := answers[0]
				answers = answers[1:]
				return word, nil
			},
		}
		status = cli.Run(t.Context(), []string{"collect", "alice@127.0.0.1", "--port", strconv.Itoa(s.Port), "--out", filepath.Join(home, "x")}, env)
		if out.Len() > 0 {
			t.Errorf("on standard output: %s", out.String())
		}
		return status, err.String(), echoed
	}
	if status, said, _ := run("no"); status != 1 || !strings.Contains(said, s.HostKey("ed25519")) || !strings.Contains(said, "was not confirmed") && !strings.Contains(said, "is not on record") {
		t.Errorf("%d %s", status, said)
	}
	status, said, echoed := run("yes", "wrong", lab.Secret)
	if status != 1 || !strings.Contains(said, "asks: «Password:") || !strings.Contains(said, "That was not accepted.") || !strings.Contains(said, "It said: «not here»") {
		t.Errorf("%d %s", status, said)
	}
	if !slices.Equal(echoed, []bool{true, false, false}) || strings.Contains(said, lab.Secret) {
		t.Errorf("echo %v: %s", echoed, said)
	}
	if status, said, _ := run("wrong", "wrong", "wrong", "wrong"); status != 1 || !strings.Contains(said, "accepts none of the keys and passwords") {
		t.Errorf("%d %s", status, said)
	}
}
