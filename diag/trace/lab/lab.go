//go:build linux

package lab

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// prefix begins the names of all namespaces; the process id and a number follow,
// so that labs of several tests and of several processes do not meet.
const prefix = "lk-"

// nobody is the user without rights that programs run as.
const nobody = "65534"

// Lab is a network that is up. Its methods are not safe for concurrent use,
// but programs may run in it at the same time.
type Lab struct {
	name  string // prefix of its namespaces
	wires wires
	open  []interface{ Close() error } // listeners
}

// Need skips the test, naming what is missing, where no lab can be built.
func Need(t testing.TB) {
	t.Helper()
	if lacks := missing(t.Context()); len(lacks) > 0 {
		t.Skipf("no network laboratory here, missing: %s", strings.Join(lacks, ", "))
	}
}

func missing(ctx context.Context) (lacks []string) {
	if os.Geteuid() != 0 {
		lacks = append(lacks, "root")
	}
	for _, program := range []string{"ip", "nft", "setpriv", "ping"} {
		if _, err := exec.LookPath(program); err != nil {
			lacks = append(lacks, program)
		}
	}
	if f, err := os.OpenFile("/dev/net/tun", os.O_RDWR, 0); err != nil {
		lacks = append(lacks, "/dev/net/tun")
	} else {
		_ = f.Close()
	}
	if len(lacks) > 0 {
		return lacks
	}
	err := apart(func() error { return run(ctx, "", "nft", "list", "tables") })
	if err != nil {
		lacks = append(lacks, fmt.Sprintf("namespaces with nftables (%v)", err))
	}
	return lacks
}

// apart runs f on a thread in a new, nameless network namespace.
func apart(f func() error) error {
	errs := make(chan error, 1)
	go func() {
		runtime.LockOSThread() // never unlocked: the thread ends, and the namespace with it
		err := unix.Unshare(unix.CLONE_NEWNET)
		if err == nil {
			err = f()
		}
		errs <- err
	}()
	return <-errs
}

// Start brings a lab up for a test and takes it down after it.
func Start(t testing.TB, scenarios ...string) *Lab {
	t.Helper()
	Need(t)
	l, err := Up(t.Context(), scenarios...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Down(); err != nil {
			t.Error(err)
		}
	})
	return l
}

// Up builds the network (in a tenth of a second), proves that the client
// reaches the server over both families, and then breaks what the scenarios
// break. The caller takes it Down.
func Up(ctx context.Context, scenarios ...string) (*Lab, error) {
	found, err := find(scenarios)
	if err != nil {
		return nil, err
	}
	sweep(ctx)
	l := &Lab{}
	if err := l.up(ctx, found); err != nil {
		return nil, errors.Join(fmt.Errorf("bring lab up: %w", err), l.Down())
	}
	return l, nil
}

func (l *Lab) up(ctx context.Context, scenarios []Scenario) error {
	var names NameService
	var loss float64
	var steps []step
	for _, s := range scenarios {
		if s.Names != NamesAnswered {
			names = s.Names
		}
		loss = max(loss, s.Loss)
		steps = append(steps, s.steps...)
	}
	for _, f := range []func() error{
		l.claim,
		func() error { return l.addNodes(ctx) },
		func() error { return l.addWires(loss) },
		func() error { return l.apply(ctx, addressing()) },
		func() error { return l.listen(names) },
		func() error { return l.prove(ctx, loss) },
		func() error { return l.apply(ctx, steps) },
	} {
		if err := f(); err != nil {
			return err
		}
	}
	return nil
}

// claim finds a name nobody has: the folder of the client's files is made by
// one process only.
func (l *Lab) claim() error {
	if err := os.MkdirAll(etcDir, 0o755); err != nil {
		return err
	}
	for n := range 1000 {
		name := fmt.Sprintf("%s%d-%d-", prefix, os.Getpid(), n)
		dir := filepath.Join(etcDir, name+client)
		err := os.Mkdir(dir, 0o755)
		if errors.Is(err, os.ErrExist) {
			continue
		}
		if err == nil {
			l.name = name
			err = os.WriteFile(filepath.Join(dir, "resolv.conf"), []byte("nameserver "+resolver+"\nnameserver "+resolve6+"\n"), 0o644)
		}
		return err
	}
	return errors.New("too many labs")
}

func (l *Lab) addNodes(ctx context.Context) error {
	var add strings.Builder
	for _, node := range nodes() {
		fmt.Fprintf(&add, "netns add %s%s\n", l.name, node)
	}
	return run(ctx, add.String(), "ip", "-batch", "-")
}

func (l *Lab) addWires(loss float64) error {
	for _, k := range links() {
		ends := [2]port{{fd: -1, delay: k.oneWay}, {fd: -1, delay: k.oneWay, slow: k.slow}}
		for _, own := range []string{k.b4, k.b6} {
			ends[1].slow.own = append(ends[1].slow.own, netip.MustParsePrefix(own).Addr())
		}
		if k.a == "home" {
			ends[0].loss = loss
		}
		for i, at := range [2][2]string{{k.a, k.b}, {k.b, k.a}} {
			err := inside(l.name+at[0], func() (err error) {
				ends[i].fd, err = openTAP("to-" + at[1])
				return err
			})
			if err != nil {
				return err
			}
			l.wires.ports = append(l.wires.ports, ends[i])
		}
	}
	return l.wires.start()
}

// apply makes changes, each node's at once and in order: settings, then
// addresses and routes, then filters.
func (l *Lab) apply(ctx context.Context, steps []step) error {
	for _, node := range nodes() {
		var batch, rules strings.Builder
		var settings []string
		for _, s := range steps {
			switch {
			case s.node != node:
			case s.tool == bySysctl:
				settings = append(settings, s.line)
			case s.tool == byFilter:
				rules.WriteString(ruleset(s.line))
			default:
				batch.WriteString(s.line + "\n")
			}
		}
		err := inside(l.name+node, func() error {
			for _, s := range settings {
				name, value, _ := strings.Cut(s, "=")
				if err := sysctl(name, value); err != nil {
					return err
				}
			}
			if batch.Len() > 0 {
				if err := run(ctx, batch.String(), "ip", "-batch", "-"); err != nil {
					return err
				}
			}
			if rules.Len() > 0 {
				return run(ctx, rules.String(), "nft", "-f", "-")
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("%s: %w", node, err)
		}
	}
	return nil
}

// listen opens the ports of the server and the control, and the name server.
func (l *Lab) listen(names NameService) error {
	for _, at := range [][2]string{{"srv", ":22"}, {"srv", ":443"}, {"core", ":443"}} {
		var door net.Listener
		err := inside(l.name+at[0], func() (err error) {
			door, err = net.Listen("tcp", at[1])
			return err
		})
		if err != nil {
			return err
		}
		l.open = append(l.open, door)
		go welcome(door)
	}
	for _, addr := range []string{resolver, resolve6} {
		var c net.PacketConn
		err := inside(l.name+"home", func() (err error) {
			c, err = net.ListenPacket("udp", net.JoinHostPort(addr, "53"))
			return err
		})
		if err != nil {
			return err
		}
		l.open = append(l.open, c)
		go serveNames(c, names)
	}
	return nil
}

// welcome takes connections and ends them.
func welcome(door net.Listener) {
	for {
		c, err := door.Accept()
		if err != nil {
			return
		}
		_ = c.Close()
	}
}

// prove pings the server once over each family. Neighbours are known from the
// start (see addressing), so the first packet is as fast as any other.
func (l *Lab) prove(ctx context.Context, loss float64) error {
	count := "1"
	if loss > 0 {
		count = "12" // that all are lost has a chance of 0.15^12
	}
	for _, addr := range []string{Server, Server6} {
		err := inside(l.name+client, func() error {
			return run(ctx, "", "ping", "-n", "-q", "-c", count, "-i", "0.01", "-w", "3", addr)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Down takes the network away. It may be called twice.
func (l *Lab) Down() error {
	for _, c := range l.open {
		_ = c.Close()
	}
	l.wires.close()
	l.open, l.wires = nil, wires{}
	if l.name == "" {
		return nil
	}
	var del strings.Builder
	for _, node := range nodes() {
		fmt.Fprintf(&del, "netns del %s%s\n", l.name, node)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second) // the test's own is over
	defer cancel()
	err := run(ctx, del.String(), "ip", "-force", "-batch", "-")
	err = errors.Join(err, os.RemoveAll(filepath.Join(etcDir, l.name+client)))
	l.name = ""
	return err
}

// PingRange opens or closes the client's ICMP datagram sockets to everybody:
// net.ipv4.ping_group_range. Distributions differ; a new namespace has it closed.
func (l *Lab) PingRange(open bool) error {
	groups := "1 0" // an empty range
	if open {
		groups = "0 2147483647"
	}
	return inside(l.name+client, func() error { return sysctl("net/ipv4/ping_group_range", groups) })
}

// Command is a program in the client, as a user without any rights or as root.
// It sees the lab's name servers in /etc/resolv.conf. Signals sent to its
// process reach the program itself.
func (l *Lab) Command(ctx context.Context, unprivileged bool, args ...string) *exec.Cmd {
	full := []string{"netns", "exec", l.name + client}
	if unprivileged {
		full = slices.Concat(full, []string{"setpriv", "--reuid=" + nobody, "--regid=" + nobody, "--clear-groups"})
	}
	return exec.CommandContext(ctx, "ip", append(full, args...)...)
}
