package trace

import (
	"encoding/binary"
	"net/netip"
	"testing"
	"time"
)

func echoReply4(addr string, status, ms uint32) []byte {
	a := netip.MustParseAddr(addr).As4()
	b := append([]byte(nil), a[:]...)
	b = binary.LittleEndian.AppendUint32(b, status)
	b = binary.LittleEndian.AppendUint32(b, ms)
	return append(b, make([]byte, 28)...) // data size, pointers, options
}

func echoReply6(addr string, status, ms uint32) []byte {
	a := netip.MustParseAddr(addr).As16()
	b := append(make([]byte, 6), a[:]...) // port, flow
	b = append(b, make([]byte, 6)...)     // scope, padding
	b = binary.LittleEndian.AppendUint32(b, status)
	return binary.LittleEndian.AppendUint32(b, ms)
}

func TestReadEchoReply(t *testing.T) {
	for _, test := range []struct {
		what string
		v6   bool
		data []byte
		addr string
		kind Kind
		rtt  time.Duration
	}{
		{"reply", false, echoReply4("192.0.2.130", 0, 18), "192.0.2.130", EchoReply, 18 * time.Millisecond},
		{"TTL expired", false, echoReply4("203.0.113.16", 11013, 15), "203.0.113.16", TimeExceeded, 15 * time.Millisecond},
		{"host unreachable", false, echoReply4("192.0.2.2", 11003, 3090), "192.0.2.2", HostUnreachable, 3090 * time.Millisecond},
		{"IPv4 protocol unreachable", false, echoReply4("192.0.2.130", 11004, 1), "192.0.2.130", ProtoUnreach, time.Millisecond},
		{"IPv6 reply", true, echoReply6("2001:db8:6::130", 0, 0), "2001:db8:6::130", EchoReply, 0},
		{"IPv6 hop limit", true, echoReply6("2001:db8:4::16", 11041, 15), "2001:db8:4::16", TimeExceeded, 15 * time.Millisecond},
		{"IPv6 prohibited", true, echoReply6("2001:db8:4::16", 11004, 15), "2001:db8:4::16", Prohibited, 15 * time.Millisecond},
		{"time is up", false, echoReply4("192.0.2.130", 11010, 0), "", "", 0},
		{"nobody", false, echoReply4("0.0.0.0", 11013, 0), "", "", 0},
		{"an absurd time", false, echoReply4("192.0.2.130", 0, 1<<32-1), "192.0.2.130", EchoReply, time.Minute},
		{"cut off", false, echoReply4("192.0.2.130", 0, 18)[:11], "", "", 0},
		{"IPv6 cut off", true, echoReply6("2001:db8:6::130", 0, 0)[:35], "", "", 0},
	} {
		r, rtt, ok := readEchoReply(test.data, test.v6)
		if ok != (test.addr != "") || r.Kind != test.kind || rtt != test.rtt || r.HasICMP {
			t.Errorf("%s: %v %+v %v", test.what, ok, r, rtt)
		}
		if ok && r.Addr.String() != test.addr {
			t.Errorf("%s: from %s", test.what, r.Addr)
		}
	}
}

func TestFinerRTT(t *testing.T) {
	const ms = time.Millisecond
	for _, test := range []struct{ told, own, want time.Duration }{
		{18 * ms, 18*ms + 300*time.Microsecond, 18*ms + 300*time.Microsecond},
		{18 * ms, 40 * ms, 19*ms - time.Microsecond}, // woken late
		{18 * ms, 17 * ms, 18 * ms},
		{0, 400 * time.Microsecond, 400 * time.Microsecond},
	} {
		if got := finerRTT(test.told, test.own); got != test.want {
			t.Errorf("told %v, own %v: %v", test.told, test.own, got)
		}
	}
}

func FuzzReadEchoReply(f *testing.F) {
	f.Add(echoReply4("192.0.2.130", 11013, 15), false)
	f.Add(echoReply6("2001:db8:6::130", 11041, 15), true)
	f.Fuzz(func(t *testing.T, data []byte, v6 bool) {
		r, rtt, ok := readEchoReply(data, v6)
		if ok && (!r.Addr.IsValid() || r.Addr.Is6() != v6 || r.Kind == "" || rtt < 0 || rtt > time.Minute) {
			t.Errorf("%x reads as %+v after %v", data, r, rtt)
		}
	})
}
