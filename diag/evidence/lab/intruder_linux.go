package lab

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// Intruder runs a harmless program under the name of a kernel thread, its file
// gone from a hidden folder, that holds one connection to each of many
// addresses of loopback. stop ends it.
func Intruder(t testing.TB, targets []string, port int) (pid int, stop func()) {
	t.Helper()
	for _, a := range targets {
		l, err := net.Listen("tcp", net.JoinHostPort(a, strconv.Itoa(port)))
		if err != nil {
			t.Skipf("no loopback address %s here: %v", a, err)
		}
		t.Cleanup(func() { _ = l.Close() })
	}
	shell, err := os.ReadFile("/bin/bash")
	if err != nil {
		t.Skip("no bash here")
	}
	file := filepath.Join(t.TempDir(), ".x", "kw")
	check(t, errors.Join(os.Mkdir(filepath.Dir(file), 0o700), os.WriteFile(file, shell, 0o700)))
	c := &exec.Cmd{Path: file, Args: []string{"[kworker/0:1]"}}
	in, err := c.StdinPipe()
	check(t, err)
	out, err := c.StdoutPipe()
	check(t, err)
	check(t, c.Start())
	var once sync.Once
	stop = func() {
		once.Do(func() {
			_ = in.Close() // then it ends by itself
			_ = c.Wait()
		})
	}
	t.Cleanup(stop)
	_, err = fmt.Fprintf(in, "for a in %s; do exec {fd}<>/dev/tcp/$a/%d; done; echo ready\n", strings.Join(targets, " "), port)
	if err == nil {
		_, err = bufio.NewReader(out).ReadString('\n')
	}
	check(t, errors.Join(err, os.Remove(file)))
	return c.Process.Pid, stop
}
