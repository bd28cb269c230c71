package trace

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"time"

	"golang.org/x/sys/unix"
)

// openSystem: an ICMP datagram socket needs no permission on macOS. UDP and
// TCP hops could not be told apart from other programs' without more trouble
// than they are worth here.
func openSystem(addr netip.Addr, m Method, _ int) (Prober, Method, error) {
	if m != Auto && m != ICMP {
		return nil, m, ErrMethod
	}
	e, err := openEchoes(addr)
	if err != nil {
		return nil, ICMP, err
	}
	return e, ICMP, nil
}

// echoes sends each probe from a socket of its own, because the kernel takes a
// socket's TTL when the packet leaves, not when it is given: with one socket
// the TTLs of probes in quick succession mix (Apple DTS 726398). All of them
// and ear hear every ICMP packet of this computer, so one is read, and what is
// ours is told by identifier, number, mark and the quoted destination.
type echoes struct {
	waker   waker
	dst     netip.Addr
	zone    uint32
	ear     int
	id      uint16
	first   uint16
	mark    mark
	senders [senders]int // descriptors, 0: none
	next    int
	buf     [2048]byte
}

// senders is how many sockets stay open after sending: at 2 ms a probe the
// oldest packet has left 60 ms ago.
const senders = 32

func openEchoes(dst netip.Addr) (*echoes, error) {
	e := &echoes{dst: dst}
	if _, err := rand.Read(e.mark[:]); err != nil {
		return nil, fmt.Errorf("random mark: %w", err)
	}
	e.id = binary.BigEndian.Uint16(e.mark[2:])
	e.first = binary.BigEndian.Uint16(e.mark[:]) / 2
	if dst.Zone() != "" {
		if i, err := net.InterfaceByName(dst.Zone()); err == nil {
			e.zone = uint32(i.Index)
		}
	}
	var err error
	if e.ear, err = e.socket(); err != nil {
		return nil, err
	}
	if e.waker, err = newWaker(); err != nil {
		_ = unix.Close(e.ear)
		return nil, err
	}
	return e, nil
}

func (e *echoes) socket() (int, error) {
	family, proto := unix.AF_INET, unix.IPPROTO_ICMP
	if e.dst.Is6() {
		family, proto = unix.AF_INET6, unix.IPPROTO_ICMPV6
	}
	fd, err := unix.Socket(family, unix.SOCK_DGRAM, proto)
	if errors.Is(err, unix.EACCES) || errors.Is(err, unix.EPERM) {
		return -1, fmt.Errorf("open icmp socket: %w: %w", ErrMethod, err)
	}
	if err != nil {
		return -1, fmt.Errorf("open icmp socket: %w", err)
	}
	unix.CloseOnExec(fd)
	if err := unix.SetNonblock(fd, true); err != nil {
		_ = unix.Close(fd)
		return -1, fmt.Errorf("prepare icmp socket: %w", err)
	}
	return fd, nil
}

func (e *echoes) Close() error {
	for _, fd := range e.senders {
		if fd > 0 {
			_ = unix.Close(fd)
		}
	}
	e.waker.close()
	return unix.Close(e.ear)
}

func (e *echoes) Send(seq, ttl int) error {
	fd, err := e.socket()
	if err != nil {
		return err
	}
	if old := e.senders[e.next]; old > 0 {
		_ = unix.Close(old)
	}
	e.senders[e.next] = fd
	e.next = (e.next + 1) % senders
	level, option := unix.IPPROTO_IP, unix.IP_TTL
	if e.dst.Is6() {
		level, option = unix.IPPROTO_IPV6, unix.IPV6_UNICAST_HOPS
	}
	if err := unix.SetsockoptInt(fd, level, option, ttl); err != nil {
		return fmt.Errorf("set TTL: %w", err)
	}
	var to unix.Sockaddr
	if e.dst.Is6() {
		to = &unix.SockaddrInet6{Addr: e.dst.As16(), ZoneId: e.zone}
	} else {
		to = &unix.SockaddrInet4{Addr: e.dst.As4()}
	}
	packet := appendEcho(nil, e.dst.Is6(), e.id, e.first+uint16(seq), e.mark)
	err = unix.Sendto(fd, packet, 0, to)
	if errors.Is(err, unix.EAGAIN) || errors.Is(err, unix.ENOBUFS) || errors.Is(err, unix.EINTR) {
		return errTransient
	}
	return err
}

func (e *echoes) Wait(ctx context.Context, limit time.Duration) ([]Arrival, error) {
	fds := [2]unix.PollFd{1: {Fd: int32(e.ear), Events: unix.POLLIN}}
	if err := e.waker.poll(ctx, fds[:], limit); err != nil {
		return nil, err
	}
	var out []Arrival
	for range 1024 { // a flood of other programs' ICMP must not keep us here
		n, from, err := unix.Recvfrom(e.ear, e.buf[:], unix.MSG_DONTWAIT)
		if err != nil {
			break
		}
		var addr netip.Addr
		switch sa := from.(type) {
		case *unix.SockaddrInet4:
			addr = netip.AddrFrom4(sa.Addr)
		case *unix.SockaddrInet6:
			addr = netip.AddrFrom16(sa.Addr)
		}
		if a, ok := matchEcho(e.buf[:n], addr, e.dst, e.id, e.first, e.mark); ok {
			a.At = time.Now()
			out = append(out, a)
		}
	}
	return out, nil
}

// pollFor rounds up to poll's milliseconds: rounding down would spin.
func pollFor(fds []unix.PollFd, limit time.Duration) error {
	_, err := unix.Poll(fds, int((limit+time.Millisecond-1)/time.Millisecond))
	return err
}
