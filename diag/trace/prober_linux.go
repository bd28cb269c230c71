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

// openSystem prefers ICMP, which servers and firewalls let pass most often;
// where net.ipv4.ping_group_range closes it to us, UDP needs no permission.
func openSystem(addr netip.Addr, m Method, port int) (Prober, Method, error) {
	switch m {
	case Auto:
		if p, err := openDatagram(addr, ICMP); err == nil {
			return p, ICMP, nil
		}
		m = UDP
	case TCP:
		c, err := openConnects(addr, port)
		if err != nil {
			return nil, m, err
		}
		return c, m, nil
	case ICMP, UDP:
	default:
		return nil, m, ErrMethod
	}
	d, err := openDatagram(addr, m)
	if err != nil {
		return nil, m, err
	}
	return d, m, nil
}

// basePort is the first of the ports traceroute has always used: firewalls that
// let traces pass know them, and nobody listens there.
const basePort = 33434

// datagrams is one unprivileged socket, ICMP echo («ping socket») or UDP. The
// kernel queues the ICMP errors its packets meet (IP_RECVERR), and gives them
// to nobody else.
//
// The whole trace is one flow, so that routers with several equal paths send
// all probes the same way. For ICMP the sequence number tells probes apart and
// is cancelled in the checksum. For UDP the kernel shows of the quoted packet
// only the destination port and what follows the UDP header: first all probes
// go to one port and their number is in the payload. Routers that quote no more
// than RFC 792 asks for (8 bytes, no payload) cannot be matched that way. With
// the first such quote the probes under way are asked again, each at a port of
// its own, and the one flow is given up.
type datagrams struct {
	fd      int
	waker   waker
	dst     netip.Addr
	zone    uint32
	icmp    bool
	mark    mark
	first   uint16 // sequence number of probe 0: what another run left in the network does not fit
	oneFlow bool
	pending []Arrival // read while sending
	buf     [2048]byte
	oob     [512]byte
}

func openDatagram(dst netip.Addr, m Method) (*datagrams, error) {
	d := &datagrams{dst: dst, icmp: m == ICMP, oneFlow: true}
	if _, err := rand.Read(d.mark[:]); err != nil {
		return nil, fmt.Errorf("random mark: %w", err)
	}
	d.first = binary.BigEndian.Uint16(d.mark[:]) / 2 // 32768 numbers follow without a turn
	family, proto, level, option := unix.AF_INET, 0, unix.SOL_IP, unix.IP_RECVERR
	if dst.Is6() {
		family, level, option = unix.AF_INET6, unix.SOL_IPV6, unix.IPV6_RECVERR
	}
	if d.icmp {
		proto = unix.IPPROTO_ICMP
		if dst.Is6() {
			proto = unix.IPPROTO_ICMPV6
		}
	}
	d.zone = zoneOf(dst)
	fd, err := unix.Socket(family, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, proto)
	if errors.Is(err, unix.EACCES) || errors.Is(err, unix.EPERM) {
		return nil, fmt.Errorf("open %s socket: %w: %w", m, ErrMethod, err)
	}
	if err != nil {
		return nil, fmt.Errorf("open %s socket: %w", m, err)
	}
	d.fd = fd
	if err := unix.SetsockoptInt(fd, level, option, 1); err != nil {
		_ = unix.Close(fd)
		return nil, fmt.Errorf("ask for ICMP errors: %w", err)
	}
	// Without the kernel's time stamps, RTTs grow by our own waking up.
	_ = unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_TIMESTAMPNS, 1)
	if d.waker, err = newWaker(); err != nil {
		_ = unix.Close(fd)
		return nil, err
	}
	return d, nil
}

// zoneOf is the interface number of a link-local address, 0 if it has none.
func zoneOf(a netip.Addr) uint32 {
	if a.Zone() == "" {
		return 0
	}
	i, err := net.InterfaceByName(a.Zone())
	if err != nil {
		return 0
	}
	return uint32(i.Index)
}

func (d *datagrams) Close() error {
	d.waker.close()
	return unix.Close(d.fd)
}

func (d *datagrams) Send(seq, ttl int) error {
	payload, port := d.packet(seq)
	var to unix.Sockaddr = &unix.SockaddrInet4{Port: port, Addr: [4]byte{}}
	level, option := unix.SOL_IP, unix.IP_TTL
	if d.dst.Is6() {
		to = &unix.SockaddrInet6{Port: port, Addr: d.dst.As16(), ZoneId: d.zone}
		level, option = unix.SOL_IPV6, unix.IPV6_HOPLIMIT
	} else {
		to.(*unix.SockaddrInet4).Addr = d.dst.As4()
	}
	oob := controlInt(level, option, ttl)
	// An ICMP error that came in meanwhile makes a send fail once, and leaves
	// its details in the queue: take those, then try again.
	var err error
	for range 4 {
		if err = unix.Sendmsg(d.fd, payload, oob, to, 0); err == nil {
			return nil
		}
		d.drain(&d.pending)
		_, _ = unix.GetsockoptInt(d.fd, unix.SOL_SOCKET, unix.SO_ERROR)
	}
	if errors.Is(err, unix.EAGAIN) || errors.Is(err, unix.ENOBUFS) || errors.Is(err, unix.EINTR) {
		return errTransient
	}
	return err
}

// packet is what is sent for a probe, and where to.
func (d *datagrams) packet(seq int) (payload []byte, port int) {
	n := d.first + uint16(seq)
	if d.icmp {
		return appendEcho(nil, d.dst.Is6(), 0, n, d.mark), 0 // the kernel fills the identifier in
	}
	port = basePort
	if !d.oneFlow {
		port += 1 + seq
	}
	return appendMarked(nil, n, d.mark), port
}

// controlInt is a control message with one int, for Sendmsg.
func controlInt(level, option, value int) []byte {
	b := make([]byte, unix.CmsgSpace(4))
	header := unix.CmsgLen(0)
	// struct cmsghdr: length as wide as a pointer, level and type as int32.
	if header == 16 {
		binary.NativeEndian.PutUint64(b, uint64(unix.CmsgLen(4)))
	} else {
		binary.NativeEndian.PutUint32(b, uint32(unix.CmsgLen(4)))
	}
	binary.NativeEndian.PutUint32(b[header-8:], uint32(level))
	binary.NativeEndian.PutUint32(b[header-4:], uint32(option))
	binary.NativeEndian.PutUint32(b[header:], uint32(value))
	return b
}

func (d *datagrams) Wait(ctx context.Context, limit time.Duration) ([]Arrival, error) {
	if len(d.pending) > 0 {
		limit = 0
	}
	fds := [2]unix.PollFd{1: {Fd: int32(d.fd), Events: unix.POLLIN}}
	if err := d.waker.poll(ctx, fds[:], limit); err != nil {
		return nil, err
	}
	out := d.pending
	d.pending = nil
	d.drain(&out)
	return out, nil
}

// pollFor is poll with a time finer than a millisecond.
func pollFor(fds []unix.PollFd, limit time.Duration) error {
	ts := unix.NsecToTimespec(int64(limit))
	_, err := unix.Ppoll(fds, &ts, nil)
	return err
}

// drain reads the error queue and the plain one until both are empty; else a
// pending error would make poll return at once for ever.
func (d *datagrams) drain(out *[]Arrival) {
	for _, flags := range []int{unix.MSG_ERRQUEUE, 0} {
		for range 1024 { // more at once is not of our making
			n, oobn, _, from, err := unix.Recvmsg(d.fd, d.buf[:], d.oob[:], flags|unix.MSG_DONTWAIT)
			if errors.Is(err, unix.EAGAIN) || err != nil && flags != 0 {
				break
			}
			if err != nil {
				continue // the bare error; its details were in the queue
			}
			if a, ok := d.read(d.buf[:n], d.oob[:oobn], from, flags != 0); ok {
				*out = append(*out, a)
			}
		}
	}
}

// read makes an Arrival of a received packet; false for what is not ours.
func (d *datagrams) read(data, oob []byte, from unix.Sockaddr, failed bool) (Arrival, bool) {
	controls, err := unix.ParseSocketControlMessage(oob)
	if err != nil {
		return Arrival{}, false
	}
	addr, port := addrPort(from)
	a := Arrival{Reply: Reply{Addr: addr, RTT: Unknown, Kind: Answered}}
	told := false
	var stamp time.Time
	for _, c := range controls {
		switch level, typ := int(c.Header.Level), int(c.Header.Type); {
		case level == unix.SOL_SOCKET && typ == unix.SO_TIMESTAMPNS && len(c.Data) >= 16:
			stamp = time.Unix(int64(binary.NativeEndian.Uint64(c.Data)), int64(binary.NativeEndian.Uint64(c.Data[8:])))
		case level == unix.SOL_IP && typ == unix.IP_RECVERR, level == unix.SOL_IPV6 && typ == unix.IPV6_RECVERR:
			a.Reply, told = readExtendedError(c.Data)
		}
	}
	if failed != told {
		return a, false // an error of this system, not of the network
	}
	a.At = received(stamp, time.Now())
	if d.icmp {
		return d.readEcho(a, data, failed)
	}
	if addr != d.dst.WithZone("") { // on the error queue: where the probe went
		return a, false
	}
	seq, ok := d.seqOf(data, port, failed)
	a.Seq = seq
	return a, ok
}

func (d *datagrams) readEcho(a Arrival, data []byte, failed bool) (Arrival, bool) {
	e, ok := readEcho(data)
	if !ok || !e.carries(d.mark) {
		return a, false
	}
	if !failed {
		a.Reply.Kind, a.Reply.Type, a.Reply.HasICMP = EchoReply, e.Type, true
	}
	a.Seq = int(e.Seq - d.first)
	return a, true
}

// seqOf finds the number of a UDP probe from its payload or its port.
func (d *datagrams) seqOf(data []byte, port int, failed bool) (int, bool) {
	if n, ok := readMarked(data, d.mark); ok {
		return int(n - d.first), true
	}
	if failed && len(data) >= markedLen || port < basePort {
		return 0, false // somebody else's words in the quote
	}
	if port > basePort {
		return port - basePort - 1, true
	}
	if d.oneFlow {
		d.oneFlow = false
		return Unmatched, true
	}
	return 0, false
}

func addrPort(sa unix.Sockaddr) (netip.Addr, int) {
	switch a := sa.(type) {
	case *unix.SockaddrInet4:
		return netip.AddrFrom4(a.Addr), a.Port
	case *unix.SockaddrInet6:
		return netip.AddrFrom16(a.Addr), a.Port
	}
	return netip.Addr{}, 0
}
