//go:build linux

package lab

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"golang.org/x/sys/unix"
)

const (
	netnsDir = "/run/netns" // where iproute2 keeps named namespaces
	etcDir   = "/etc/netns" // what `ip netns exec` mounts over /etc
)

// inside runs f on a thread that has moved to a network namespace and comes
// back after it. Sockets, TAPs and programs made by f belong there; goroutines
// started by f do not.
func inside(ns string, f func() error) error {
	errs := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		back, err := os.Open("/proc/thread-self/ns/net")
		if err != nil {
			errs <- err
			return
		}
		defer back.Close()
		there, err := os.Open(filepath.Join(netnsDir, ns))
		if err != nil {
			errs <- err
			return
		}
		defer there.Close()
		if err := unix.Setns(int(there.Fd()), unix.CLONE_NEWNET); err != nil {
			errs <- fmt.Errorf("enter namespace %s: %w", ns, err)
			return
		}
		err = f()
		if unix.Setns(int(back.Fd()), unix.CLONE_NEWNET) == nil {
			runtime.UnlockOSThread() // else the thread ends with the goroutine
		}
		errs <- err
	}()
	return <-errs
}

// run gives a program its input and turns what it complains about into the error.
func run(ctx context.Context, input, name string, args ...string) error {
	c := exec.CommandContext(ctx, name, args...)
	c.Stdin = strings.NewReader(input)
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("%s %s: %w: %s", name, strings.Join(args, " "), err, bytes.TrimSpace(out))
	}
	return nil
}

// sysctl sets a kernel setting of the namespace of this thread.
func sysctl(name, value string) error {
	return os.WriteFile(filepath.Join("/proc/sys", name), []byte(value), 0)
}

// openTAP makes an Ethernet interface in the namespace of this thread. It lives
// as long as the descriptor.
func openTAP(name string) (int, error) {
	fd, err := unix.Open("/dev/net/tun", unix.O_RDWR|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	if err != nil {
		return -1, fmt.Errorf("open /dev/net/tun: %w", err)
	}
	req, err := unix.NewIfreq(name)
	if err == nil {
		req.SetUint16(unix.IFF_TAP | unix.IFF_NO_PI)
		err = unix.IoctlIfreq(fd, unix.TUNSETIFF, req)
	}
	if err != nil {
		_ = unix.Close(fd)
		return -1, fmt.Errorf("make interface %s: %w", name, err)
	}
	return fd, nil
}

// sweep removes what tests that were killed have left: namespaces and folders
// named by a process that is no more.
func sweep(ctx context.Context) {
	for _, dir := range []string{netnsDir, etcDir} {
		found, _ := filepath.Glob(filepath.Join(dir, prefix+"*"))
		for _, path := range found {
			var pid, n int
			name := filepath.Base(path)
			if _, err := fmt.Sscanf(name, prefix+"%d-%d-", &pid, &n); err != nil || unix.Kill(pid, 0) != unix.ESRCH {
				continue
			}
			if dir == netnsDir {
				_ = run(ctx, "", "ip", "netns", "del", name)
			} else {
				_ = os.RemoveAll(path)
			}
		}
	}
}
