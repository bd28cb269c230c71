package trace

import (
	"bytes"
	"encoding/binary"
	"net/netip"
)

// ICMP types we send or read (RFC 792, RFC 4443).
const (
	icmp4EchoReply    = 0
	icmp4Unreachable  = 3
	icmp4Echo         = 8
	icmp4TimeExceeded = 11
	icmp6Unreachable  = 1
	icmp6TimeExceeded = 3
	icmp6Echo         = 128
	icmp6EchoReply    = 129
)

// IP protocol numbers of what a router may quote.
const (
	protoICMP   = 1
	protoUDP    = 17
	protoICMPv6 = 58
)

// echoHeader is the length of an ICMP echo header.
const echoHeader = 8

// mark tells the probes of one trace from everything else on the wire.
type mark [8]byte

// KindOf says what an ICMP message means.
func KindOf(v6 bool, typ, code uint8) Kind {
	if v6 {
		return kind6(typ, code)
	}
	switch typ {
	case icmp4EchoReply:
		return EchoReply
	case icmp4TimeExceeded:
		if code == 0 {
			return TimeExceeded
		}
	case icmp4Unreachable:
		switch code {
		case 0, 6, 11:
			return NetUnreachable
		case 1, 7, 12:
			return HostUnreachable
		case 2:
			return ProtoUnreach
		case 3:
			return PortUnreachable
		case 9, 10, 13:
			return Prohibited
		}
	}
	return Unreachable
}

func kind6(typ, code uint8) Kind {
	switch typ {
	case icmp6EchoReply:
		return EchoReply
	case icmp6TimeExceeded:
		if code == 0 {
			return TimeExceeded
		}
	case icmp6Unreachable:
		switch code {
		case 0, 6: // no route, reject route
			return NetUnreachable
		case 3:
			return HostUnreachable
		case 4:
			return PortUnreachable
		case 1, 5: // prohibited, source address failed a policy
			return Prohibited
		}
	}
	return Unreachable
}

// appendEcho writes an echo request. The word after the header cancels seq in
// the checksum: load balancers that hash the first bytes of ICMP then see one
// flow for the whole trace, and all probes take one path (Paris traceroute).
// The checksum is the ICMPv4 one; for ICMPv6 the kernel fills it in.
func appendEcho(b []byte, v6 bool, id, seq uint16, m mark) []byte {
	start := len(b)
	typ := byte(icmp4Echo)
	if v6 {
		typ = icmp6Echo
	}
	b = append(b, typ, 0, 0, 0)
	b = binary.BigEndian.AppendUint16(b, id)
	b = binary.BigEndian.AppendUint16(b, seq)
	b = binary.BigEndian.AppendUint16(b, ^seq)
	b = append(b, m[:]...)
	if !v6 {
		binary.BigEndian.PutUint16(b[start+2:], checksum(b[start:]))
	}
	return b
}

// checksum is the Internet checksum (RFC 1071).
func checksum(b []byte) uint16 {
	var sum uint32
	for len(b) >= 2 {
		sum += uint32(binary.BigEndian.Uint16(b))
		b = b[2:]
	}
	if len(b) == 1 {
		sum += uint32(b[0]) << 8
	}
	for sum > 0xffff {
		sum = sum>>16 + sum&0xffff
	}
	return ^uint16(sum)
}

// echo is an echo request or reply, whole or as far as a router quoted it.
type echo struct {
	Type    uint8
	ID, Seq uint16
	Rest    []byte
}

func readEcho(b []byte) (echo, bool) {
	if len(b) < echoHeader {
		return echo{}, false
	}
	return echo{Type: b[0], ID: binary.BigEndian.Uint16(b[4:]), Seq: binary.BigEndian.Uint16(b[6:]), Rest: b[echoHeader:]}, true
}

// carries reports whether the echo holds our mark, as far as it was quoted:
// RFC 792 routers send no more than the header back.
func (e echo) carries(m mark) bool {
	if len(e.Rest) < 2 {
		return true
	}
	rest := e.Rest[2:]
	n := min(len(rest), len(m))
	return binary.BigEndian.Uint16(e.Rest) == ^e.Seq && bytes.Equal(rest[:n], m[:n])
}

// quote is the packet an ICMP error complains of.
type quote struct {
	Dst   netip.Addr
	Proto uint8
	Data  []byte // from the transport header on, often only 8 bytes
}

// message is an ICMP message as a socket gives it that sees all of them.
type message struct {
	Type, Code uint8
	Echo       echo   // of a reply
	Quote      *quote // of an error
}

// readMessage reads an ICMP message, with or without the IPv4 header before it
// (macOS gives one or not, by socket option and version).
func readMessage(b []byte, v6 bool) (message, bool) {
	if !v6 && len(b) > 0 && b[0]>>4 == 4 {
		header := int(b[0]&15) * 4
		if header < 20 || len(b) < header || b[9] != protoICMP {
			return message{}, false
		}
		b = b[header:]
	}
	e, ok := readEcho(b)
	if !ok {
		return message{}, false
	}
	m := message{Type: b[0], Code: b[1]}
	if KindOf(v6, m.Type, m.Code) == EchoReply {
		m.Echo = e
		return m, true
	}
	if v6 && m.Type >= 128 || !v6 && m.Type != icmp4Unreachable && m.Type != icmp4TimeExceeded {
		return message{}, false
	}
	q, ok := readQuote(e.Rest, v6)
	m.Quote = &q
	return m, ok
}

func readQuote(b []byte, v6 bool) (quote, bool) {
	if v6 {
		if len(b) < 40 || b[0]>>4 != 6 {
			return quote{}, false
		}
		return quote{Dst: netip.AddrFrom16([16]byte(b[24:40])), Proto: b[6], Data: b[40:]}, true
	}
	if len(b) < 20 || b[0]>>4 != 4 {
		return quote{}, false
	}
	header := int(b[0]&15) * 4
	if header < 20 || len(b) < header {
		return quote{}, false
	}
	return quote{Dst: netip.AddrFrom4([4]byte(b[16:20])), Proto: b[9], Data: b[header:]}, true
}

// markedLen is the length of a UDP probe's payload.
const markedLen = 10

// appendMarked writes the payload of a UDP probe: our mark and its number.
func appendMarked(b []byte, n uint16, m mark) []byte {
	return binary.BigEndian.AppendUint16(append(b, m[:]...), n)
}

// readMarked reads it back from a quote; false if it is cut off or not ours.
func readMarked(b []byte, m mark) (uint16, bool) {
	if len(b) < markedLen || !bytes.Equal(b[:len(m)], m[:]) {
		return 0, false
	}
	return binary.BigEndian.Uint16(b[len(m):]), true
}

// matchEcho finds out which of our echo requests a received ICMP message
// answers, where a socket hears every program's: the identifier, the mark, and
// of an error the destination it quotes, must be ours.
func matchEcho(b []byte, from, dst netip.Addr, id, first uint16, m mark) (Arrival, bool) {
	v6 := dst.Is6()
	got, ok := readMessage(b, v6)
	if !ok || !from.IsValid() {
		return Arrival{}, false
	}
	e := got.Echo
	if q := got.Quote; q != nil {
		want, request := uint8(protoICMP), uint8(icmp4Echo)
		if v6 {
			want, request = protoICMPv6, icmp6Echo
		}
		if e, ok = readEcho(q.Data); !ok || q.Dst != dst.WithZone("") || q.Proto != want || e.Type != request {
			return Arrival{}, false
		}
	}
	if e.ID != id || !e.carries(m) {
		return Arrival{}, false
	}
	r := Reply{Addr: from, RTT: Unknown, Kind: KindOf(v6, got.Type, got.Code), Type: got.Type, Code: got.Code, HasICMP: true}
	return Arrival{Seq: int(e.Seq - first), Reply: r}, true
}
