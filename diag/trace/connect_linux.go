package trace

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"golang.org/x/sys/unix"
)

// connects asks with TCP connections, one socket a probe: a router's ICMP error
// ends the attempt, and IP_RECVERR tells who sent it. Each socket has a source
// port of its own, as the kernel wants for one destination, so routers with
// several equal paths may spread the probes.
type connects struct {
	waker  waker
	dst    netip.Addr
	port   int
	open   map[int]int // descriptor -> probe
	failed []Arrival   // decided while sending
	buf    [512]byte
	oob    [512]byte
}

func openConnects(dst netip.Addr, port int) (*connects, error) {
	w, err := newWaker()
	if err != nil {
		return nil, err
	}
	return &connects{waker: w, dst: dst, port: port, open: map[int]int{}}, nil
}

func (c *connects) Close() error {
	for fd := range c.open {
		_ = unix.Close(fd)
	}
	c.waker.close()
	return nil
}

// Send begins a connection.
func (c *connects) Send(seq, ttl int) error {
	fd, err := c.socket(ttl)
	if err != nil {
		return err
	}
	var to unix.Sockaddr = &unix.SockaddrInet4{Port: c.port}
	if c.dst.Is6() {
		to = &unix.SockaddrInet6{Port: c.port, Addr: c.dst.As16(), ZoneId: zoneOf(c.dst)}
	} else {
		to.(*unix.SockaddrInet4).Addr = c.dst.As4()
	}
	err = unix.Connect(fd, to)
	switch {
	case errors.Is(err, unix.EINPROGRESS), errors.Is(err, unix.EINTR):
		c.open[fd] = seq
		return nil
	case err == nil, errors.Is(err, unix.ECONNREFUSED): // at once: it is this computer
		c.failed = append(c.failed, c.outcome(fd, seq, err))
		_ = unix.Close(fd)
		return nil
	case errors.Is(err, unix.EAGAIN):
		err = errTransient // no source port free
	}
	_ = unix.Close(fd)
	return err
}

func (c *connects) socket(ttl int) (int, error) {
	family, level, hops, option := unix.AF_INET, unix.SOL_IP, unix.IP_TTL, unix.IP_RECVERR
	if c.dst.Is6() {
		family, level, hops, option = unix.AF_INET6, unix.SOL_IPV6, unix.IPV6_UNICAST_HOPS, unix.IPV6_RECVERR
	}
	fd, err := unix.Socket(family, unix.SOCK_STREAM|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
	if err != nil {
		return -1, fmt.Errorf("open TCP socket: %w", err)
	}
	err = unix.SetsockoptInt(fd, level, option, 1)
	if err == nil {
		err = unix.SetsockoptInt(fd, level, hops, ttl)
	}
	if err != nil {
		_ = unix.Close(fd)
		return -1, fmt.Errorf("prepare TCP socket: %w", err)
	}
	// A connection that did open is reset, not left half closed on the server.
	_ = unix.SetsockoptLinger(fd, unix.SOL_SOCKET, unix.SO_LINGER, &unix.Linger{Onoff: 1})
	_ = unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_TIMESTAMPNS, 1)
	return fd, nil
}

func (c *connects) Wait(ctx context.Context, limit time.Duration) ([]Arrival, error) {
	if len(c.failed) > 0 {
		limit = 0
	}
	fds := make([]unix.PollFd, 1, len(c.open)+1)
	for fd := range c.open {
		fds = append(fds, unix.PollFd{Fd: int32(fd), Events: unix.POLLOUT})
	}
	if err := c.waker.poll(ctx, fds, limit); err != nil {
		return nil, err
	}
	out := c.failed
	c.failed = nil
	for _, p := range fds[1:] {
		if p.Revents == 0 {
			continue
		}
		fd := int(p.Fd)
		errno, err := unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_ERROR)
		if err == nil && errno != 0 {
			err = unix.Errno(errno)
		}
		if a := c.outcome(fd, c.open[fd], err); a.Reply.Kind != "" {
			out = append(out, a)
		}
		delete(c.open, fd)
		_ = unix.Close(fd)
	}
	return out, nil
}

// outcome says what became of a connection; no Kind if nobody answered.
func (c *connects) outcome(fd, seq int, err error) Arrival {
	a := Arrival{Seq: seq, At: time.Now(), Reply: Reply{Addr: c.dst, RTT: Unknown}}
	for range 16 { // the last complaint is the one that ended it
		_, oobn, _, _, e := unix.Recvmsg(fd, c.buf[:], c.oob[:], unix.MSG_ERRQUEUE|unix.MSG_DONTWAIT)
		if e != nil {
			break
		}
		c.complaint(&a, c.oob[:oobn])
	}
	if a.Reply.HasICMP {
		return a
	}
	switch {
	case err == nil:
		a.Reply.Kind = TCPOpen
	case errors.Is(err, unix.ECONNREFUSED), errors.Is(err, unix.ECONNRESET):
		a.Reply.Kind = TCPRefused
	}
	return a
}

func (c *connects) complaint(a *Arrival, oob []byte) {
	controls, err := unix.ParseSocketControlMessage(oob)
	if err != nil {
		return
	}
	for _, m := range controls {
		switch level, typ := int(m.Header.Level), int(m.Header.Type); {
		case level == unix.SOL_SOCKET && typ == unix.SO_TIMESTAMPNS && len(m.Data) >= 16:
			stamp := time.Unix(int64(binary.NativeEndian.Uint64(m.Data)), int64(binary.NativeEndian.Uint64(m.Data[8:])))
			a.At = received(stamp, time.Now())
		case level == unix.SOL_IP && typ == unix.IP_RECVERR, level == unix.SOL_IPV6 && typ == unix.IPV6_RECVERR:
			if r, ok := readExtendedError(m.Data); ok {
				a.Reply = r
			}
		}
	}
}
