package trace

import (
	"net/netip"
	"strings"
	"testing"
	"time"
)

func readPing(text string) Ping {
	t := newTally()
	for line := range strings.Lines(text) {
		readPingLine(strings.TrimRight(line, "\n"), t)
	}
	return t.get()
}

func TestReadPingOutput(t *testing.T) {
	const ms = time.Millisecond
	gw := netip.MustParseAddr("203.0.113.16")
	for _, test := range []struct {
		what, text string
		want       Ping
		refusals   []Reply
	}{
		{"iputils", `PING 192.0.2.130 (192.0.2.130) 56(84) bytes of data.
64 bytes from 192.0.2.130: icmp_seq=1 ttl=58 time=20 ms
64 bytes from 192.0.2.130: icmp_seq=2 ttl=58 time=18.0 ms
64 bytes from 192.0.2.130: icmp_seq=2 ttl=58 time=21 ms (DUP!)

--- 192.0.2.130 ping statistics ---
5 packets transmitted, 2 received, +1 duplicates, 60% packet loss, time 803ms
rtt min/avg/max/mdev = 18.000/19.000/20.000/1.000 ms`, Ping{Sent: 5, Received: 2, Min: 18 * ms, Avg: 19 * ms, Max: 20 * ms}, nil},
		{"still running", "64 bytes from 192.0.2.130: icmp_seq=3 ttl=58 time=18.0 ms",
			Ping{Sent: 3, Received: 1, Min: 18 * ms, Avg: 18 * ms, Max: 18 * ms}, nil},
		{"BusyBox", "64 bytes from 192.0.2.130: seq=0 ttl=58 time=18.000 ms",
			Ping{Sent: 1, Received: 1, Min: 18 * ms, Avg: 18 * ms, Max: 18 * ms}, nil},
		{"filtered", "From 203.0.113.16 icmp_seq=1 Packet filtered\n5 packets transmitted, 0 received, +5 errors, 100% packet loss, time 804ms",
			Ping{Sent: 5, Min: Unknown, Avg: Unknown, Max: Unknown},
			[]Reply{{Addr: gw, RTT: Unknown, Kind: Prohibited, Type: 3, Code: 13, HasICMP: true}}},
		{"with a colon", "From 203.0.113.16: icmp_seq=1 Destination Host Unreachable",
			Ping{Sent: 1, Min: Unknown, Avg: Unknown, Max: Unknown},
			[]Reply{{Addr: gw, RTT: Unknown, Kind: HostUnreachable, Type: 3, Code: 1, HasICMP: true}}},
		{"IPv6", "From 2001:db8:4::16 icmp_seq=1 Destination unreachable: Administratively prohibited",
			Ping{Sent: 1, Min: Unknown, Avg: Unknown, Max: Unknown},
			[]Reply{{Addr: netip.MustParseAddr("2001:db8:4::16"), RTT: Unknown, Kind: Prohibited, Type: 1, Code: 1, HasICMP: true}}},
		{"unknown words", "From 203.0.113.16 icmp_seq=1 Precedence Cutoff",
			Ping{Sent: 1, Min: Unknown, Avg: Unknown, Max: Unknown},
			[]Reply{{Addr: gw, RTT: Unknown, Kind: Unreachable}}},
		{"nonsense", "64 bytes from x: icmp_seq=9999999 time=1 ms\nFrom icmp_seq=1 x\n99999999999999999999 packets transmitted, 1\n64 bytes from 192.0.2.1: icmp_seq=1 time=NaN ms",
			Ping{Sent: 1, Min: Unknown, Avg: Unknown, Max: Unknown}, nil},
	} {
		got := readPing(test.text)
		if len(got.Refusals) != len(test.refusals) || len(got.Refusals) > 0 && got.Refusals[0] != test.refusals[0] {
			t.Errorf("%s: refusals %+v", test.what, got.Refusals)
		}
		got.Refusals = nil
		if got.Sent != test.want.Sent || got.Received != test.want.Received || got.Min != test.want.Min || got.Avg != test.want.Avg || got.Max != test.want.Max {
			t.Errorf("%s: %+v", test.what, got)
		}
	}
}

func FuzzReadPingLine(f *testing.F) {
	f.Add("64 bytes from 192.0.2.130: icmp_seq=1 ttl=58 time=18.3 ms")
	f.Add("From 203.0.113.16 icmp_seq=1 Packet filtered")
	f.Add("5 packets transmitted, 0 received, +5 errors, 100% packet loss, time 804ms")
	f.Fuzz(func(t *testing.T, line string) {
		p := readPing(line)
		if p.Received > p.Sent || p.Sent > 1001 || p.Received > 0 && (p.Min < 0 || p.Max < p.Min) {
			t.Errorf("%q: %+v", line, p)
		}
	})
}
