package cli_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"latchkey/diag/evidence/lab"
)

// The incident's server, what it talks to and on which port. They are addresses
// of the loopback device in a network of the test's own.
const (
	incidentServer  = "192.0.2.10"
	incidentTargets = 40
	incidentPort    = 23 // telnet: what worms knock at
)

// TestIncidentStory runs testdata/incident/*.txtar, from the mail to the PDF: a
// real sshd on a copy of this machine, and a harmless program that does what the
// mail says. $PID is that program's, «ends» stops it; mail.eml is the report.
func TestIncidentStory(t *testing.T) {
	if testing.Short() {
		t.Skip("looks at the whole machine for some seconds")
	}
	if os.Getuid() != 0 {
		t.Skip("a network and an SSH server of the test's own need root")
	}
	if os.Getenv("LATCHKEY_STORY_NETWORK") == "" {
		alone(t)
		return
	}
	key, line := lab.Key(t, "")
	s := lab.Start(t, lab.Options{Listen: incidentServer, Keys: []string{line}, Files: map[string]string{
		"/etc/lab/shell": "#!/bin/sh\nLATCHKEY_LIMIT=6; export LATCHKEY_LIMIT; exec sh -c \"$SSH_ORIGINAL_COMMAND\"\n",
	}, Config: []string{"ForceCommand sh /etc/lab/shell"}})
	var targets []string
	for i := range incidentTargets {
		targets = append(targets, fmt.Sprintf("198.51.100.%d", i+1))
	}
	pid, stop := lab.Intruder(t, targets, incidentPort)
	testscript.Run(t, testscript.Params{
		Dir: "testdata/incident",
		Setup: func(e *testscript.Env) error {
			for name, value := range map[string]string{
				"LATCHKEY_HOME": filepath.Join(e.WorkDir, "latchkey"), "HOME": e.WorkDir, "LANG": "en_US.UTF-8", "LC_ALL": "", "LC_MESSAGES": "", "SSH_AUTH_SOCK": "",
				"PORT": strconv.Itoa(s.Port), "KEY": key, "FINGERPRINT": s.HostKey("ed25519"), "TMPDIR": e.WorkDir,
				"LATCHKEY_STORY_CLOCK": "here", "PID": strconv.Itoa(pid), "TODAY": time.Now().UTC().Format(time.DateOnly),
			} {
				e.Setenv(name, value)
			}
			return os.WriteFile(filepath.Join(e.WorkDir, "mail.eml"), []byte(incidentMail(targets)), 0o600)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "takes": takes, "ends": func(*testscript.TestScript, bool, []string) { stop() },
		},
	})
	if changes := s.Changes(); len(changes) > 0 {
		t.Errorf("written on the server: %v", changes)
	}
}

// alone runs the test in a network of its own, whose loopback has the addresses
// of the incident: nothing can leave it.
func alone(t *testing.T) {
	t.Helper()
	script := `set -e; ip link set lo up; ip address add ` + incidentServer + `/32 dev lo
ip route add local 198.51.100.0/24 dev lo src ` + incidentServer + `
LATCHKEY_STORY_NETWORK=1; export LATCHKEY_STORY_NETWORK; exec "$@"`
	if err := exec.CommandContext(t.Context(), "unshare", "--net", "ip", "link", "set", "lo", "up").Run(); err != nil {
		t.Skipf("no network of its own here (unshare, ip): %v", err)
	}
	out, err := exec.CommandContext(t.Context(), "unshare", "--net", "sh", "-c", script, "sh", os.Args[0], "-test.run=^TestIncidentStory$", "-test.v").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if _, reason, skipped := strings.Cut(string(out), "--- SKIP"); skipped {
		t.Skip(reason)
	}
	if !strings.Contains(string(out), "--- PASS: TestIncidentStory/") {
		t.Errorf("no story was told:\n%s", out)
	}
}

// incidentMail is an abuse mail about the minute before now.
func incidentMail(targets []string) string {
	now := time.Now().UTC()
	var rows strings.Builder
	for i, a := range targets {
		at := now.Add(time.Duration(i-len(targets)) * time.Second)
		fmt.Fprintf(&rows, "%s  %s %5d -> %15s %5d   74 TCP\n", at.Format(time.DateTime), incidentServer, 40112+i, a, incidentPort)
	}
	return "Date: " + now.Format(time.RFC1123Z) + `
From: Abuse Desk (example) <abuse@example.org>
To: owner@example.org
Subject: Abuse Message [AbuseID:ABCDEF:1A]: NetscanOutLevel: Netscan detected from ` + incidentServer + `
Message-ID: <incident-1@example.org>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8

Dear customer,

other systems are being searched from your server. Keep the abuse ID [AbuseID:ABCDEF:1A] in your answer.

TIME (UTC)           SRC        SRC-PORT -> DST          DST-PORT SIZE PROT
---------------------------------------------------------------------------
` + rows.String()
}
