package trace

import (
	"net/netip"
	"strconv"
	"strings"
	"time"

	"latchkey/diag"
)

// unreachables are iputils' words for the ICMP codes (type 3; ICMPv6 type 1).
var unreachables = map[string]struct{ typ, code uint8 }{
	"Destination Net Unreachable":                                          {3, 0},
	"Destination Host Unreachable":                                         {3, 1},
	"Destination Protocol Unreachable":                                     {3, 2},
	"Destination Port Unreachable":                                         {3, 3},
	"Destination Net Unknown":                                              {3, 6},
	"Destination Host Unknown":                                             {3, 7},
	"Destination Net Prohibited":                                           {3, 9},
	"Destination Host Prohibited":                                          {3, 10},
	"Destination Net Unreachable for Type of Service":                      {3, 11},
	"Destination Host Unreachable for Type of Service":                     {3, 12},
	"Packet filtered":                                                      {3, 13},
	"Destination unreachable: No route":                                    {1, 0},
	"Destination unreachable: Administratively prohibited":                 {1, 1},
	"Destination unreachable: Beyond scope of source address":              {1, 2},
	"Destination unreachable: Address unreachable":                         {1, 3},
	"Destination unreachable: Port unreachable":                            {1, 4},
	"Destination unreachable: Source address failed ingress/egress policy": {1, 5},
	"Destination unreachable: Reject route to destination":                 {1, 6},
}

// readPingLine reads one line of what a Unix ping prints in the C locale and
// reports whether it told something:
//
//	64 bytes from 192.0.2.130: icmp_seq=1 ttl=58 time=18.3 ms
//	From 203.0.113.16 icmp_seq=1 Packet filtered
//	5 packets transmitted, 0 received, +5 errors, 100% packet loss, time 804ms
func readPingLine(line string, t *tally) bool {
	line = diag.Clean(line, 300)
	if n, _, ok := strings.Cut(line, " packets transmitted, "); ok {
		return readPingSum(n, t)
	}
	if rest, ok := strings.CutPrefix(line, "From "); ok {
		return readPingRefusal(rest, t)
	}
	if _, rest, ok := strings.Cut(line, " bytes from "); ok {
		return readPingReply(rest, t)
	}
	return false
}

func readPingSum(n string, t *tally) bool {
	sent, err := strconv.Atoi(n)
	if err != nil || sent < 0 || sent > 1000 {
		return false
	}
	t.change(func() { t.ping.Sent = max(sent, t.ping.Received) })
	return sent > 0
}

func readPingRefusal(rest string, t *tally) bool {
	who, what, ok := cutSeq(rest, t)
	if !ok || !who.IsValid() {
		return false
	}
	r := Reply{Addr: who, RTT: Unknown, Kind: Unreachable}
	if u, ok := unreachables[what]; ok {
		r.Type, r.Code, r.HasICMP = u.typ, u.code, true
		r.Kind = KindOf(who.Is6(), r.Type, r.Code)
	}
	t.refused(r)
	return true
}

func readPingReply(rest string, t *tally) bool {
	_, what, ok := cutSeq(rest, t)
	_, ms, timed := strings.Cut(what, "time=")
	ms, _, _ = strings.Cut(ms, " ")
	rtt, err := strconv.ParseFloat(ms, 64)
	if !ok || !timed || err != nil || !(rtt >= 0 && rtt < 1e6) || strings.Contains(what, "DUP!") {
		return false
	}
	t.received(time.Duration(rtt * float64(time.Millisecond)))
	return true
}

// cutSeq splits «ADDRESS: icmp_seq=N REST» (BusyBox: «seq=N», from 0) and notes
// that so many were sent.
func cutSeq(s string, t *tally) (who netip.Addr, rest string, ok bool) {
	from, rest, ok := strings.Cut(s, "seq=")
	if !ok {
		return netip.Addr{}, "", false
	}
	from = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(from), "icmp_"))
	who, _ = netip.ParseAddr(strings.TrimSuffix(from, ":"))
	number, rest, _ := strings.Cut(rest, " ")
	seq, err := strconv.Atoi(number)
	if err != nil || seq < 0 || seq > 1000 {
		return netip.Addr{}, "", false
	}
	t.change(func() { t.ping.Sent = max(t.ping.Sent, seq, t.ping.Received+1) })
	return who.Unmap(), strings.TrimSpace(rest), true
}
