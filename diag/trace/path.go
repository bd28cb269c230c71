package trace

import (
	"net/netip"
	"time"

	"latchkey/diag"
)

// Kind says what an answer means, whatever the IP version or the tool that
// printed it. The words are those of the JSON contract.
type Kind string

// The kinds of answers.
const (
	TimeExceeded    Kind = "time-exceeded"        // a router on the way: ICMP 11/0, ICMPv6 3/0
	EchoReply       Kind = "echo-reply"           // ICMP 0, ICMPv6 129
	PortUnreachable Kind = "port-unreachable"     // ICMP 3/3, ICMPv6 1/4
	NetUnreachable  Kind = "net-unreachable"      // !N: ICMP 3/0 3/6 3/11, ICMPv6 1/0 1/6
	HostUnreachable Kind = "host-unreachable"     // !H: ICMP 3/1 3/7 3/12, ICMPv6 1/3
	Prohibited      Kind = "prohibited"           // !X !A !Z: ICMP 3/9 3/10 3/13, ICMPv6 1/1 1/5
	ProtoUnreach    Kind = "protocol-unreachable" // !P: ICMP 3/2
	Unreachable     Kind = "unreachable"          // any other, or a tool that does not say which
	Answered        Kind = "answered"             // an answer whose type the input does not tell
	TCPOpen         Kind = "tcp-open"             // SYN-ACK
	TCPRefused      Kind = "tcp-refused"          // RST
)

// Refusal reports whether a router said that it does not pass the packet on.
func (k Kind) Refusal() bool {
	switch k {
	case NetUnreachable, HostUnreachable, Prohibited, ProtoUnreach, Unreachable:
		return true
	}
	return false
}

// Unknown is the value of a duration that the input does not tell.
const Unknown time.Duration = -1

// Reply is one answer to a probe.
type Reply struct {
	Addr netip.Addr    // who sent it; invalid if only a name was printed
	Name string        // its name, if known; already cleaned
	RTT  time.Duration // round-trip time, Unknown if not told
	Kind Kind
	// Type and Code are those of the ICMP message; HasICMP is false where the
	// system or the tool does not tell them (Windows' ICMP API loses the code).
	Type, Code uint8
	HasICMP    bool
}

// Hop is all that was seen at one TTL. A silent hop has no Replies.
type Hop struct {
	TTL     int // 1 to 255
	Replies []Reply
	Sent    int // probes sent; 0: the input does not tell
	Lost    int // probes without an answer, at most Sent
}

// Silent reports whether nobody answered at this TTL.
func (h Hop) Silent() bool { return len(h.Replies) == 0 }

// Path is the way packets took to Target, as far as it was seen. Hops are in
// order of TTL without gaps: a TTL nobody answered at is a silent Hop.
type Path struct {
	Method   Method     // how it was asked; "" if the input does not tell
	Tool     string     // name of the program that printed it; "" for our own
	Target   netip.Addr // invalid if the input does not tell
	Name     string     // the target's name as asked for, if any
	Hops     []Hop
	Reached  diag.Answer // did the target itself answer?
	Complete bool        // ran to its end: not cut off, cancelled or given up early
	Source   netip.Addr  // where the trace was run from, if told
}

// Last returns the farthest hop that answered, and false if none did.
func (p Path) Last() (Hop, bool) {
	for i := len(p.Hops) - 1; i >= 0; i-- {
		if !p.Hops[i].Silent() {
			return p.Hops[i], true
		}
	}
	return Hop{}, false
}

// SilentAfter counts the hops without an answer after the last one that
// answered (all of them if none did).
func (p Path) SilentAfter() int {
	last, _ := p.Last()
	if len(p.Hops) == 0 {
		return 0
	}
	return p.Hops[len(p.Hops)-1].TTL - last.TTL
}

// Method is how hops are asked.
type Method string

// The methods of `latchkey check --method`.
const (
	Auto    Method = "auto"    // ICMP where the system lets us, else UDP
	UDP     Method = "udp"     // UDP to high ports (Linux)
	ICMP    Method = "icmp"    // ICMP echo
	TCP     Method = "tcp"     // TCP SYN by connect, with a TTL
	Classic Method = "classic" // aeden/traceroute: needs root, IPv4, Unix only
)

// Ping is a summary of echo requests. Times are Unknown if nothing came back.
type Ping struct {
	Sent, Received int
	Min, Avg, Max  time.Duration
	Refusals       []Reply // answers that say no, e.g. «packet filtered»
}

// PortState is what a TCP connect met.
type PortState string

// The states of a port, as in the JSON contract.
const (
	Open            PortState = "open"
	Closed          PortState = "closed" // refused by the host itself: it is alive
	SilentPort      PortState = "silent"
	UnreachablePort PortState = "unreachable" // an ICMP refusal came back
)

// Port is one TCP port and what was seen there. Refuser says who sent the ICMP
// refusal, where the system tells (Linux).
type Port struct {
	Number  int
	State   PortState
	Refuser *Reply
}

// Family is an IP version.
type Family string

// The families, as in the JSON contract.
const (
	IPv4 Family = "ipv4"
	IPv6 Family = "ipv6"
)

// FamilyOf tells the family of an address.
func FamilyOf(a netip.Addr) Family {
	if a.Is4() || a.Is4In6() {
		return IPv4
	}
	return IPv6
}
