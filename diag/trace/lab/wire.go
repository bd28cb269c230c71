//go:build linux

package lab

import (
	"bytes"
	"container/heap"
	"encoding/binary"
	"math/rand/v2"
	"net/netip"
	"os"
	"runtime"
	"slices"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// wires joins pairs of TAP interfaces and lets every frame wait: a kernel
// without sch_netem has no other way to have a distance. One thread carries
// all frames, so that they stay in order and two cores are enough.
type wires struct {
	ports []port // port i is joined to port i^1
	wake  *os.File
	stop  *os.File
	done  chan struct{}
}

// port is one TAP and what happens to frames its node sends.
type port struct {
	fd    int
	delay time.Duration
	slow  slow
	loss  float64
}

// frame is on its way. Frames that are due at once leave in the order they came.
type frame struct {
	due  time.Time
	turn uint64
	to   int
	data []byte
}

type flight []frame

func (f flight) Len() int { return len(f) }
func (f flight) Less(i, j int) bool {
	if f[i].due.Equal(f[j].due) {
		return f[i].turn < f[j].turn
	}
	return f[i].due.Before(f[j].due)
}
func (f flight) Swap(i, j int) { f[i], f[j] = f[j], f[i] }
func (f *flight) Push(x any)   { *f = append(*f, x.(frame)) }
func (f *flight) Pop() any {
	last := (*f)[len(*f)-1]
	*f = (*f)[:len(*f)-1]
	return last
}

// start carries frames until close.
func (w *wires) start() error {
	var err error
	if w.wake, w.stop, err = os.Pipe(); err != nil {
		return err
	}
	w.done = make(chan struct{})
	go func() {
		defer close(w.done)
		runtime.LockOSThread() // one thread polls: the scheduler must not add to the delays
		defer runtime.UnlockOSThread()
		w.carry()
	}()
	return nil
}

// close ends start's thread and takes the interfaces away.
func (w *wires) close() {
	if w.done != nil {
		_ = w.stop.Close() // the reading end polls as hung up
		<-w.done
		_ = w.wake.Close()
	}
	var all sync.WaitGroup // the kernel waits 40 ms for each, so all wait together
	for _, p := range w.ports {
		all.Go(func() { _ = unix.Close(p.fd) })
	}
	all.Wait()
}

// carry polls until stop is closed. Losses are the same in every run as far as
// packets come in the same order.
func (w *wires) carry() {
	fds := make([]unix.PollFd, 0, len(w.ports)+1)
	for _, p := range w.ports {
		fds = append(fds, unix.PollFd{Fd: int32(p.fd), Events: unix.POLLIN})
	}
	fds = append(fds, unix.PollFd{Fd: int32(w.wake.Fd()), Events: unix.POLLIN})
	air := &air{dice: rand.New(rand.NewPCG(1, 2)), buf: make([]byte, 65536)}
	for {
		if _, err := unix.Ppoll(fds, air.rest(), nil); err != nil && err != unix.EINTR {
			return
		}
		if fds[len(w.ports)].Revents != 0 {
			return
		}
		for i, p := range w.ports {
			switch got := fds[i].Revents; {
			case got&unix.POLLIN != 0:
				air.take(p, w.ports[i^1].fd)
			case got&(unix.POLLERR|unix.POLLNVAL) != 0:
				fds[i].Fd = -1 // the interface was deleted: poll skips it
			}
		}
		air.deliver()
	}
}

// air is where frames are between two ports.
type air struct {
	frames flight
	turn   uint64
	dice   *rand.Rand
	buf    []byte
}

// rest is how long nothing is due, nil if nothing is under way.
func (a *air) rest() *unix.Timespec {
	if len(a.frames) == 0 {
		return nil
	}
	ts := unix.NsecToTimespec(max(0, int64(time.Until(a.frames[0].due))))
	return &ts
}

// take reads a burst of frames; then others have their turn.
func (a *air) take(from port, to int) {
	for range 64 {
		n, err := unix.Read(from.fd, a.buf)
		if err != nil {
			return
		}
		if from.loss > 0 && a.dice.Float64() < from.loss {
			continue
		}
		a.turn++
		due := time.Now().Add(from.wait(a.buf[:n]))
		heap.Push(&a.frames, frame{due, a.turn, to, bytes.Clone(a.buf[:n])})
	}
}

// deliver hands over what is due.
func (a *air) deliver() {
	for now := time.Now(); len(a.frames) > 0 && !a.frames[0].due.After(now); {
		f := heap.Pop(&a.frames).(frame)
		_, _ = unix.Write(f.to, f.data) // an interface that is down loses frames
	}
}

// wait is how long a frame is under way.
func (p port) wait(frame []byte) time.Duration {
	if p.slow.by == 0 {
		return p.delay
	}
	if from, ok := icmpError(frame, p.slow.refusals); ok && slices.Contains(p.slow.own, from) {
		return p.delay + p.slow.by
	}
	return p.delay
}

// icmpError gives the sender of the ICMP error that an Ethernet frame carries,
// of either family (RFC 792, RFC 4443): time-exceeded and
// destination-unreachable, or the latter alone.
func icmpError(b []byte, refusals bool) (from netip.Addr, ok bool) {
	if len(b) < 14+40+1 {
		return from, false
	}
	var kind, exceeded, unreachable byte
	switch ip := b[14:]; binary.BigEndian.Uint16(b[12:]) {
	case unix.ETH_P_IP:
		header := int(ip[0]&15) * 4
		if ip[9] != unix.IPPROTO_ICMP || len(ip) <= header {
			return from, false
		}
		from = netip.AddrFrom4([4]byte(ip[12:]))
		kind, exceeded, unreachable = ip[header], 11, 3
	case unix.ETH_P_IPV6:
		if ip[6] != unix.IPPROTO_ICMPV6 {
			return from, false
		}
		from = netip.AddrFrom16([16]byte(ip[8:]))
		kind, exceeded, unreachable = ip[40], 3, 1
	default:
		return from, false
	}
	return from, kind == unreachable || kind == exceeded && !refusals
}
