package cli_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

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
