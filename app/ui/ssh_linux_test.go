package ui

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"latchkey/app"
	"latchkey/diag/evidence"
	sshd "latchkey/diag/evidence/lab"
)

// A real OpenSSH server: met, logged in to by a password that was wrong once,
// collected, and a file of it fetched, by keyboard.
func TestCollectFromARealServer(t *testing.T) {
	if testing.Short() {
		t.Skip("looks at the whole machine for some seconds")
	}
	const log = "Mar 14 13:00:01 web1 sshd[811]: nothing to see\n"
	server := sshd.Start(t, sshd.Options{
		Config: []string{"ForceCommand sh /etc/lab/shell"},
		Files: map[string]string{
			"/etc/lab/shell":        "LATCHKEY_LIMIT=4; export LATCHKEY_LIMIT; exec sh -c \"$SSH_ORIGINAL_COMMAND\"\n",
			"/var/log/auth.log.lab": log,
		},
	})
	t.Setenv("SSH_AUTH_SOCK", "")
	t.Setenv("HOME", t.TempDir())
	w, s := newStage(t, ordinary())
	finished(silence, locked()...)(t, w, s)
	w.open(screenCause)
	th, h := alongside(t, w), handsOn(t, w)
	h.canvas().Unfocus()
	h.tabTo("Collect over SSH")
	h.press(fyne.KeyReturn)
	c := &w.current.cause
	c.ssh.address, c.ssh.port = "root@"+server.Address, strconv.Itoa(server.Port)
	w.build()
	h.tabTo("Collect now")
	h.press(fyne.KeyReturn)
	th.until("the key", func() bool { return c.ssh.run != nil && c.ssh.run.meet != nil || c.ssh.trouble != nil })
	h.sees("Is this your server?", server.HostKey("ed25519"))
	h.tabTo("It is the same, go on")
	h.press(fyne.KeyReturn)
	for _, typed := range []string{"not the one", sshd.Secret} {
		th.until("the question", func() bool { return c.ssh.run == nil || c.ssh.run.ask != nil })
		if c.ssh.run == nil {
			t.Fatalf("it ended: %+v", c.ssh.trouble)
		}
		h.write(typed)
		h.press(fyne.KeyReturn)
	}
	th.until("a section", func() bool { return c.ssh.run == nil || c.ssh.run.live != nil && c.ssh.run.live.running != "" })
	th.until("the end", func() bool { return c.ssh.run == nil })
	if c.ssh.trouble != nil || len(c.collections) != 1 || c.collections[0].over == nil {
		t.Fatalf("%+v, %d collections", c.ssh.trouble, len(c.collections))
	}
	k := c.collections[0]
	if !k.over.Run.Complete || k.over.Fingerprint != server.HostKey("ed25519") || len(k.reading.Sections) < 60 || !k.reading.Root {
		t.Errorf("%+v, %d sections", k.over.Run, len(k.reading.Sections))
	}
	h.sees("Collected as root", server.HostKey("ed25519")) // how it wraps depends on the key
	if all, err := s.Logins(); err != nil || len(all) != 0 {
		t.Errorf("nobody asked to keep %+v, %v", all, err)
	}
	nowhere(t, s.home, sshd.Secret)

	w.openSSH(false)
	h.sees("Show the commands", "Collect once more") // they were shown before the first run
	h.canvas().Unfocus()
	h.tabTo("Whole path on the server")
	h.write("/var/log/auth.log.lab")
	h.press(fyne.KeyReturn)
	th.until("the question", func() bool { return c.ssh.run == nil || c.ssh.run.ask != nil })
	h.write(sshd.Secret)
	h.press(fyne.KeyReturn)
	th.until("the file", func() bool { return c.ssh.run == nil })
	m := w.current.kept.Model()
	if len(m.Evidence) != 2 || m.Evidence[1].Kind != app.KindExhibit || m.Evidence[1].Size != int64(len(log)) {
		t.Fatalf("%+v, %+v", m.Evidence, c.ssh.trouble)
	}
	h.sees("/var/log/auth.log.lab", "SHA-256 "+m.Evidence[1].SHA256)
	c.ssh.path = "/etc/shadow"
	w.build()
	w.fetchSSH()
	h.sees("Such a file is not fetched")

	// Another key than before: nothing is sent.
	known := filepath.Join(s.home, "known_hosts")
	other := sshd.Start(t, sshd.Options{Listen: "127.0.0.2"})
	line, err := os.ReadFile(known)
	if err != nil {
		t.Fatal(err)
	}
	forged := strings.ReplaceAll(string(line), "["+server.Address+"]:"+strconv.Itoa(server.Port), "["+other.Address+"]:"+strconv.Itoa(other.Port))
	if err := os.WriteFile(known, []byte(forged), 0o600); err != nil {
		t.Fatal(err)
	}
	c.ssh.address, c.ssh.port = (evidence.Host{User: "root", Name: other.Address, Port: 22}).String(), strconv.Itoa(other.Port)
	w.collectSSH()
	th.until("the end", func() bool { return c.ssh.run == nil })
	h.sees("shows another key than before: stopped", other.HostKey("ed25519"), server.HostKey("ed25519"))
}

// nowhere looks for a secret in all files below a folder.
func nowhere(t *testing.T, folder, secret string) {
	t.Helper()
	err := filepath.WalkDir(folder, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if strings.Contains(string(data), secret) {
			t.Errorf("%s holds the password", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
