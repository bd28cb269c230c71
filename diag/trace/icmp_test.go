package trace

import (
	"bytes"
	"encoding/binary"
	"net/netip"
	"testing"
)

func TestKindOf(t *testing.T) {
	for _, test := range []struct {
		v6        bool
		typ, code uint8
		want      Kind
	}{
		{false, 0, 0, EchoReply},
		{false, 11, 0, TimeExceeded},
		{false, 11, 1, Unreachable}, // reassembly
		{false, 3, 0, NetUnreachable},
		{false, 3, 1, HostUnreachable},
		{false, 3, 2, ProtoUnreach},
		{false, 3, 3, PortUnreachable},
		{false, 3, 4, Unreachable}, // fragmentation needed
		{false, 3, 9, Prohibited},
		{false, 3, 10, Prohibited},
		{false, 3, 13, Prohibited},
		{false, 5, 0, Unreachable},
		{true, 129, 0, EchoReply},
		{true, 3, 0, TimeExceeded},
		{true, 1, 0, NetUnreachable},
		{true, 1, 1, Prohibited},
		{true, 1, 3, HostUnreachable},
		{true, 1, 4, PortUnreachable},
		{true, 1, 5, Prohibited},
		{true, 1, 6, NetUnreachable},
		{true, 2, 0, Unreachable}, // packet too big
	} {
		if got := KindOf(test.v6, test.typ, test.code); got != test.want {
			t.Errorf("v6 %v, %d/%d is %s, want %s", test.v6, test.typ, test.code, got, test.want)
		}
	}
}

// One flow for load balancers: whatever the number, the checksum is the same
// and right.
func TestEchoesOfATraceHaveOneChecksum(t *testing.T) {
	m := mark{1, 2, 3, 4, 5, 6, 7, 8}
	want := appendEcho(nil, false, 77, 0, m)[2:4]
	for seq := range uint16(300) {
		b := appendEcho(nil, false, 77, seq, m)
		if !bytes.Equal(b[2:4], want) {
			t.Fatalf("seq %d has checksum %x, not %x", seq, b[2:4], want)
		}
		if checksum(b) != 0 {
			t.Fatalf("seq %d: checksum is wrong", seq)
		}
		e, ok := readEcho(b)
		if !ok || e.Seq != seq || e.ID != 77 || !e.carries(m) {
			t.Fatalf("seq %d reads back as %+v", seq, e)
		}
	}
}

// header4 and header6 are the IP headers that a router quotes.
func header4(dst netip.Addr, proto byte) []byte {
	b := make([]byte, 20)
	b[0], b[8], b[9] = 0x45, 1, proto
	d := dst.As4()
	copy(b[16:], d[:])
	return b
}

func header6(dst netip.Addr, proto byte) []byte {
	b := make([]byte, 40)
	b[0], b[6], b[7] = 0x60, proto, 1
	d := dst.As16()
	copy(b[24:], d[:])
	return b
}

func icmpError(typ, code byte, quoted ...[]byte) []byte {
	b := []byte{typ, code, 0, 0, 0, 0, 0, 0}
	return append(b, bytes.Join(quoted, nil)...)
}

func TestMatchEchoTakesOnlyOurs(t *testing.T) {
	dst, other := netip.MustParseAddr("192.0.2.130"), netip.MustParseAddr("192.0.2.131")
	dst6 := netip.MustParseAddr("2001:db8:6::130")
	router := netip.MustParseAddr("203.0.113.16")
	m, foreign := mark{1, 2, 3, 4, 5, 6, 7, 8}, mark{9, 9, 9}
	const id, first = 4711, 100
	request := appendEcho(nil, false, id, first+5, m)
	request6 := appendEcho(nil, true, id, first+5, m)
	reply := append([]byte{0}, request[1:]...)
	reply6 := append([]byte{129}, request6[1:]...)
	stranger := append([]byte{0}, appendEcho(nil, false, id, first+5, foreign)[1:]...)
	otherID := append([]byte{0}, appendEcho(nil, false, id+1, first+5, m)[1:]...)
	for _, test := range []struct {
		what string
		dst  netip.Addr
		data []byte
		want Kind
	}{
		{"another identifier", dst, otherID, ""},
		{"reply", dst, reply, EchoReply},
		{"reply with its IP header", dst, append(header4(router, protoICMP), reply...), EchoReply},
		{"IPv6 reply", dst6, reply6, EchoReply},
		{"time exceeded", dst, icmpError(11, 0, header4(dst, protoICMP), request), TimeExceeded},
		{"time exceeded with 8 bytes quoted", dst, icmpError(11, 0, header4(dst, protoICMP), request[:8]), TimeExceeded},
		{"prohibited", dst, icmpError(3, 13, header4(dst, protoICMP), request), Prohibited},
		{"IPv6 prohibited", dst6, icmpError(1, 1, header6(dst6, protoICMPv6), request6), Prohibited},
		{"our own request, looped back", dst, request, ""},
		{"somebody's ping with our identifier", dst, stranger, ""},
		{"error for another host", dst, icmpError(11, 0, header4(other, protoICMP), request), ""},
		{"error for UDP", dst, icmpError(11, 0, header4(dst, protoUDP), request), ""},
		{"error for a reply", dst, icmpError(11, 0, header4(dst, protoICMP), reply), ""},
		{"error without a quote", dst, icmpError(11, 0), ""},
		{"quote cut off in its header", dst, icmpError(11, 0, header4(dst, protoICMP)[:19]), ""},
		{"quote cut off in ours", dst, icmpError(11, 0, header4(dst, protoICMP), request[:7]), ""},
		{"redirect", dst, icmpError(5, 1, header4(dst, protoICMP), request), ""},
		{"neighbour solicitation", dst6, icmpError(135, 0, header6(dst6, protoICMPv6), request6), ""},
		{"nothing", dst, nil, ""},
	} {
		a, ok := matchEcho(test.data, router, test.dst, id, first, m)
		if ok != (test.want != "") || a.Reply.Kind != test.want {
			t.Errorf("%s: %v %+v", test.what, ok, a)
		}
		if ok && (a.Seq != 5 || a.Reply.Addr != router) {
			t.Errorf("%s: is taken for %+v", test.what, a)
		}
	}
}

func extendedError(origin, typ, code byte, offender []byte) []byte {
	b := make([]byte, 16, 44)
	b[4], b[5], b[6] = origin, typ, code
	return append(b, offender...)
}

func TestReadExtendedError(t *testing.T) {
	in4 := append([]byte{2, 0, 0, 0}, 203, 0, 113, 16, 0, 0, 0, 0, 0, 0, 0, 0)
	a6 := netip.MustParseAddr("2001:db8:4::16").As16()
	in6 := append(append([]byte{10, 0, 0, 0, 0, 0, 0, 0}, a6[:]...), 0, 0, 0, 0)
	for _, test := range []struct {
		what string
		data []byte
		want string
		kind Kind
	}{
		{"IPv4", extendedError(originICMP, 3, 13, in4), "203.0.113.16", Prohibited},
		{"IPv6", extendedError(originICMP6, 3, 0, in6), "2001:db8:4::16", TimeExceeded},
		{"local", extendedError(1, 0, 0, in4), "", ""},
		{"time stamp", extendedError(4, 0, 0, in4), "", ""},
		{"nobody", extendedError(originICMP, 3, 1, make([]byte, 16)), "", ""},
		{"cut off", extendedError(originICMP, 3, 1, in4)[:20], "", ""},
		{"IPv6 cut off", extendedError(originICMP6, 3, 0, in6[:20]), "", ""},
		{"empty", nil, "", ""},
	} {
		r, ok := readExtendedError(test.data)
		if ok != (test.want != "") || r.Kind != test.kind {
			t.Errorf("%s: %v %+v", test.what, ok, r)
		}
		if ok && (r.Addr.String() != test.want || !r.HasICMP || r.RTT != Unknown) {
			t.Errorf("%s: %+v", test.what, r)
		}
	}
}

func FuzzMatchEcho(f *testing.F) {
	dst, dst6 := netip.MustParseAddr("192.0.2.130"), netip.MustParseAddr("2001:db8:6::130")
	m := mark{1, 2, 3, 4, 5, 6, 7, 8}
	f.Add(icmpError(11, 0, header4(dst, protoICMP), appendEcho(nil, false, 7, 3, m)), false)
	f.Add(append(header4(dst, protoICMP), appendEcho(nil, false, 7, 3, m)...), false)
	f.Add(icmpError(1, 4, header6(dst6, protoICMPv6), appendEcho(nil, true, 7, 3, m)), true)
	f.Fuzz(func(t *testing.T, data []byte, v6 bool) {
		to := dst
		if v6 {
			to = dst6
		}
		a, ok := matchEcho(data, dst, to, 7, 0, m)
		if !ok {
			return
		}
		// Whatever is taken for ours holds our identifier and the number told.
		want := binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(nil, 7), uint16(a.Seq))
		if a.Reply.Kind == "" || !bytes.Contains(data, want) {
			t.Errorf("%x is taken for %+v", data, a)
		}
	})
}

func FuzzReadExtendedError(f *testing.F) {
	f.Add(extendedError(originICMP, 3, 13, []byte{2, 0, 0, 0, 203, 0, 113, 16}))
	f.Add(extendedError(originICMP6, 1, 1, make([]byte, 28)))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, ok := readExtendedError(data)
		if ok && (!r.Addr.IsValid() || r.Kind == "" || r.Type != data[5] || r.Code != data[6]) {
			t.Errorf("%x reads as %+v", data, r)
		}
	})
}

func BenchmarkMatchEcho(b *testing.B) {
	dst := netip.MustParseAddr("192.0.2.130")
	m := mark{1, 2, 3, 4, 5, 6, 7, 8}
	data := append(header4(dst, protoICMP), icmpError(11, 0, header4(dst, protoICMP), appendEcho(nil, false, 7, 3, m))...)
	for b.Loop() {
		if _, ok := matchEcho(data, dst, dst, 7, 0, m); !ok {
			b.Fatal("not ours")
		}
	}
}
