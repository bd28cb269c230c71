package lab

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// The people of a server, and the password of all of them.
const (
	Root     = "root"
	Alice    = "alice" // an ordinary user
	Bob      = "bob"   // may become root by sudo without a password
	Secret   = "correct horse"
	hash     = "$6$latchkeylab$pqFevToISAx4GMtQSGc5IbvePhQZ/Ql7RuXWbju7H5WcOd3V.n.3dW4oeBQJfCmprNlJK/0lquPVWfXF5J3GE0"
	aliceUID = 42420
	bobUID   = 42421
)

// Options are what differs between servers.
type Options struct {
	Config []string          // lines of sshd_config that go first
	Keys   []string          // lines of authorized_keys, for everybody
	Files  map[string]string // further files, by their path
	// HostKeys are the kinds of keys it has; nil: ed25519.
	HostKeys []string
	Listen   string // address; "" 127.0.0.1
	Port     int    // 0: any that is free
	PAM      bool   // passwords go through PAM, asked keyboard-interactive
}

// Server is a running sshd.
type Server struct {
	Address string
	Port    int
	// Written is the folder that holds what was written to the server's disk,
	// and what it was made with.
	Written string
	PID     int
	t       testing.TB
	made    map[string]string
	mu      sync.Mutex
	log     []string
	stop    func()
}

// Start brings a server up for a test and takes it down after it.
func Start(t testing.TB, o Options) *Server {
	t.Helper()
	need(t)
	dir := t.TempDir()
	s := &Server{Address: o.Listen, Port: o.Port, Written: filepath.Join(dir, "written"), t: t}
	if s.Address == "" {
		s.Address = "127.0.0.1"
	}
	if s.Port == 0 {
		s.Port = freePort(t, s.Address)
	}
	s.furnish(o)
	for _, name := range []string{"work", "root"} {
		check(t, os.Mkdir(filepath.Join(dir, name), 0o755))
	}
	// The lower layer is the machine as it is; /run is the server's own. The
	// shell becomes the server, so its PID is ours to end.
	script := `set -e; cd "$1"
mount -t overlay overlay -o lowerdir=/,upperdir=written,workdir=work root
mount -t tmpfs -o mode=755 tmpfs root/run; mkdir -p root/run/sshd
mount --rbind /proc root/proc; mount --rbind /dev root/dev; mount --rbind /sys root/sys
exec chroot root /usr/sbin/sshd -D -e -f /etc/lab/sshd_config`
	s.run(exec.Command("unshare", "--mount", "sh", "-c", script, "sh", dir))
	s.made = s.state()
	return s
}

func need(t testing.TB) {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("a real SSH server with users of its own needs root")
	}
	for _, program := range []string{"/usr/sbin/sshd", "ssh-keygen", "unshare", "chroot"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("%s is missing (openssh-server, openssh-client, util-linux)", program)
		}
	}
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func freePort(t testing.TB, address string) int {
	t.Helper()
	l, err := net.Listen("tcp", net.JoinHostPort(address, "0"))
	if err != nil {
		t.Skipf("no such address here: %v", err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// furnish writes the files that make the machine's copy a server.
func (s *Server) furnish(o Options) {
	t := s.t
	t.Helper()
	people := fmt.Sprintf("root:x:0:0:root:/home/root:/bin/bash\nsshd:x:990:65534::/run/sshd:/usr/sbin/nologin\nnobody:x:65534:65534::/nonexistent:/usr/sbin/nologin\n"+
		"alice:x:%d:%d::/home/alice:/bin/sh\nbob:x:%d:%d::/home/bob:/bin/sh\n", aliceUID, aliceUID, bobUID, bobUID)
	config := append([]string{}, o.Config...)
	kinds := o.HostKeys
	if kinds == nil {
		kinds = []string{"ed25519"}
	}
	check(t, os.MkdirAll(filepath.Join(s.Written, "etc/lab"), 0o755))
	for _, kind := range kinds {
		file := filepath.Join("/etc/lab", "host_"+kind)
		keygen(t, "-t", kind, "-f", filepath.Join(s.Written, file))
		config = append(config, "HostKey "+file)
	}
	pam := "no"
	if o.PAM {
		pam = "yes"
	}
	config = append(config, "Port "+strconv.Itoa(s.Port), "ListenAddress "+s.Address, "UsePAM "+pam, "KbdInteractiveAuthentication "+pam,
		"PermitRootLogin yes", "PubkeyAuthentication yes", "PasswordAuthentication yes", "AuthorizedKeysFile /etc/lab/authorized_keys", "PidFile none", "LogLevel VERBOSE", "StrictModes no", "UseDNS no")
	if punishes() {
		config = append(config, "PerSourcePenalties no") // everybody here has one address
	}
	files := map[string]string{
		"/etc/passwd": people, "/etc/group": fmt.Sprintf("root:x:0:\nshadow:x:42:\nnogroup:x:65534:\nalice:x:%d:\nbob:x:%d:\n", aliceUID, bobUID),
		"/etc/shadow":              strings.ReplaceAll("root:H:19000:0:99999:7:::\nalice:H:19000:0:99999:7:::\nbob:H:19000:0:99999:7:::\n", "H", hash),
		"/etc/lab/authorized_keys": strings.Join(o.Keys, "\n") + "\n",
		"/etc/lab/sshd_config":     strings.Join(config, "\n") + "\n",
		"/etc/pam.d/sshd":          "auth required pam_unix.so\naccount required pam_unix.so\nsession required pam_permit.so\n",
		"/etc/sudoers.d/bob":       "bob ALL=(ALL) NOPASSWD: ALL\n",
		"/etc/pam.d/sudo":          "auth required pam_permit.so\naccount required pam_permit.so\nsession required pam_permit.so\n",
	}
	for name, text := range o.Files {
		files[name] = text
	}
	for name, text := range files {
		file := filepath.Join(s.Written, name)
		check(t, os.MkdirAll(filepath.Dir(file), 0o755))
		check(t, os.WriteFile(file, []byte(text), 0o644))
	}
	check(t, os.Chmod(filepath.Join(s.Written, "/etc/shadow"), 0o600))
	check(t, os.Chmod(filepath.Join(s.Written, "/etc/sudoers.d/bob"), 0o440))
	check(t, os.MkdirAll(filepath.Join(s.Written, "home"), 0o755))
	for name, id := range map[string]int{Root: 0, Alice: aliceUID, Bob: bobUID} { // root's own, for what it starts at a login may write
		home := filepath.Join(s.Written, "home", name)
		check(t, os.MkdirAll(home, 0o700))
		check(t, os.Chown(home, id, id))
	}
}

// punishes says whether the server turns away addresses that failed before:
// OpenSSH 9.8 and later do.
func punishes() bool {
	out, _ := exec.Command("/usr/sbin/sshd", "-V").CombinedOutput() // older ones call it an error
	var major, minor int
	_, _ = fmt.Sscanf(string(out), "OpenSSH_%d.%d", &major, &minor)
	return major > 9 || major == 9 && minor >= 8
}

// run starts the server and waits until it listens.
func (s *Server) run(c *exec.Cmd) {
	t := s.t
	t.Helper()
	stderr, err := c.StderrPipe()
	check(t, err)
	check(t, c.Start())
	s.PID = c.Process.Pid
	ready, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		var once sync.Once
		lines := bufio.NewScanner(stderr)
		for lines.Scan() {
			s.mu.Lock()
			s.log = append(s.log, lines.Text())
			s.mu.Unlock()
			if strings.Contains(lines.Text(), "Server listening on") {
				once.Do(func() { close(ready) })
			}
		}
	}()
	var once sync.Once
	s.stop = func() {
		once.Do(func() {
			// What still runs of a login ends with its connection, and that with its
			// test; the server itself is the one process we started.
			_ = c.Process.Signal(syscall.SIGTERM)
			_ = c.Wait()
		})
	}
	t.Cleanup(s.stop)
	late := time.NewTimer(20 * time.Second)
	defer late.Stop()
	select {
	case <-ready:
	case <-ended:
		_ = c.Wait()
		if text := strings.Join(s.Log(), "\n"); strings.Contains(text, "mount") {
			t.Skipf("the file system cannot be copied here: %s", text)
		} else {
			t.Fatalf("sshd ended: %s", text)
		}
	case <-late.C:
		t.Fatalf("sshd does not listen: %s", strings.Join(s.Log(), "\n"))
	}
}

// Stop ends the server before its test does.
func (s *Server) Stop() { s.stop() }

// Log is what the server printed.
func (s *Server) Log() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string{}, s.log...)
}

// HostKey is the fingerprint of a key as ssh-keygen prints it.
func (s *Server) HostKey(kind string) string {
	s.t.Helper()
	return Fingerprint(s.t, filepath.Join(s.Written, "etc/lab", "host_"+kind+".pub"))
}

// Fingerprint is that of a key file as ssh-keygen prints it.
func Fingerprint(t testing.TB, file string) string {
	t.Helper()
	out, err := exec.Command("ssh-keygen", "-l", "-E", "sha256", "-f", file).Output()
	check(t, err)
	return strings.Fields(string(out))[1]
}

func keygen(t testing.TB, args ...string) {
	t.Helper()
	if out, err := exec.Command("ssh-keygen", append([]string{"-q", "-N", "", "-C", "lab"}, args...)...).CombinedOutput(); err != nil {
		t.Fatalf("ssh-keygen %v: %s", args, out)
	}
}

// Key makes a key file, and gives it and its line of authorized_keys. More
// arguments for ssh-keygen («-t rsa») beat the usual ones.
func Key(t testing.TB, passphrase string, args ...string) (file, line string) {
	t.Helper()
	need(t)
	file = filepath.Join(t.TempDir(), "id_key")
	if len(args) == 0 {
		args = []string{"-t", "ed25519"}
	}
	keygen(t, append([]string{"-f", file, "-N", passphrase}, args...)...)
	public, err := os.ReadFile(file + ".pub")
	check(t, err)
	return file, strings.TrimSpace(string(public))
}

// Agent starts a real ssh-agent that holds keys, and gives its socket.
func Agent(t testing.TB, files ...string) string {
	t.Helper()
	need(t)
	socket := filepath.Join(t.TempDir(), "agent")
	ctx, cancel := context.WithCancel(context.Background())
	c := exec.CommandContext(ctx, "ssh-agent", "-D", "-a", socket)
	out, err := c.StdoutPipe()
	check(t, err)
	check(t, c.Start())
	t.Cleanup(func() { cancel(); _ = c.Wait() })
	_, err = bufio.NewReader(out).ReadString('\n') // it prints its socket once it listens
	check(t, err)
	for _, file := range files {
		add := exec.Command("ssh-add", "-q", file)
		add.Env = append(os.Environ(), "SSH_AUTH_SOCK="+socket)
		if said, err := add.CombinedOutput(); err != nil {
			t.Fatalf("ssh-add: %s", said)
		}
	}
	return socket
}

// Changes are the files that were written since the server started, whatever
// wrote them: made, changed in content or attributes, or gone.
func (s *Server) Changes() []string {
	now := s.state()
	var all []string
	for name, is := range now {
		if s.made[name] != is {
			all = append(all, name)
		}
	}
	for name := range s.made {
		if _, have := now[name]; !have {
			all = append(all, name)
		}
	}
	return all
}

// state is every written file with what changes when it is written again.
func (s *Server) state() map[string]string {
	s.t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(s.Written, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		stat, ok := info.Sys().(*syscall.Stat_t)
		if !ok {
			return errors.New("no times of change here")
		}
		name := strings.TrimPrefix(path, s.Written)
		if d.IsDir() { // the file system marks them when it looks into them; what is new in them is listed
			all[name] = fmt.Sprint(info.Mode())
			return nil
		}
		all[name] = fmt.Sprint(info.Mode(), info.Size(), stat.Mtim, stat.Ctim)
		return nil
	})
	check(s.t, err)
	return all
}
