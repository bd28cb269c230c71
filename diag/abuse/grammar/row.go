package grammar

import (
	"bytes"
	"net/netip"
	"strconv"
)

// Row is one line of a log: something was seen at a time, from a source to a
// target. What the log does not say has its zero value or Unknown.
type Row struct {
	Time, End      Stamp
	Source, Target Endpoint
	Protocol       Protocol
	// Packets and Bytes are what this row stands for, Unknown if not told. Size
	// is the length of one packet in bytes as the log counts it.
	Packets, Bytes, Size int64
	// PacketRate and BitRate are per second, Unknown if not told.
	PacketRate, BitRate float64
	// SYN reports a TCP packet that opens a connection and nothing else.
	SYN bool
	// Note is what else the row says: flags, user, request, rule, reason.
	Note []byte
	// Beside: it is of the second of two logs in one text.
	Beside bool
}

// Unknown is the value of a number the log does not tell.
const Unknown = -1

// Reset makes a Row blank.
func (r *Row) Reset() {
	*r = Row{
		Source: Endpoint{Port: Unknown}, Target: Endpoint{Port: Unknown},
		Packets: Unknown, Bytes: Unknown, Size: Unknown, PacketRate: Unknown, BitRate: Unknown,
	}
}

// bothNotes makes one note of two, the second of which may be missing.
func bothNotes(a, b []byte) []byte {
	if len(b) == 0 {
		return a
	}
	return bytes.Join([][]byte{a, b}, []byte(", "))
}

// mostNote is how much of a message becomes a note, in bytes: what follows is
// advice and links.
const mostNote = 160

func shortNote(b []byte) []byte { return b[:min(len(b), mostNote)] }

// Endpoint is one side of a row. A masked or named host has a Word and no Addr;
// a side that the log does not print at all has neither.
type Endpoint struct {
	Addr netip.Addr
	Word []byte
	Port int32 // 0 to 65535, Unknown if not told
}

// Known reports whether the log prints this side at all.
func (e Endpoint) Known() bool { return e.Addr.IsValid() || len(e.Word) > 0 }

// Host is the address or word as text.
func (e Endpoint) Host() string {
	if e.Addr.IsValid() {
		return e.Addr.String()
	}
	return string(e.Word)
}

// Protocol is an IP protocol number (IANA). Zero is not told: HOPOPT, whose
// number that is, is no transport anybody reports.
type Protocol uint8

// The protocols that reports name.
const (
	ICMP   Protocol = 1
	IGMP   Protocol = 2
	IPIP   Protocol = 4
	TCP    Protocol = 6
	UDP    Protocol = 17
	IPv6   Protocol = 41
	GRE    Protocol = 47
	ESP    Protocol = 50
	ICMPv6 Protocol = 58
	SCTP   Protocol = 132
)

// names are the IANA keywords.
func (p Protocol) name() string {
	switch p {
	case ICMP:
		return "ICMP"
	case IGMP:
		return "IGMP"
	case IPIP:
		return "IPIP"
	case TCP:
		return "TCP"
	case UDP:
		return "UDP"
	case IPv6:
		return "IPv6"
	case GRE:
		return "GRE"
	case ESP:
		return "ESP"
	case ICMPv6:
		return "ICMPv6"
	case SCTP:
		return "SCTP"
	}
	return ""
}

// String is the keyword, or the number where none is in use; "" if not told.
func (p Protocol) String() string {
	if s := p.name(); s != "" || p == 0 {
		return s
	}
	return strconv.Itoa(int(p))
}

// hasPorts reports whether packets of the protocol carry ports.
func (p Protocol) hasPorts() bool { return p == TCP || p == UDP || p == SCTP }

// ReadProtocol reads a keyword in any case («udp», «TCPv4», «ICMP6»), a number
// or «proto 17»; 0 if it is none.
func ReadProtocol(word []byte) Protocol {
	if n, ok := ReadInt(word); ok {
		if n > 0 && n < 256 {
			return Protocol(n)
		}
		return 0
	}
	var low [8]byte
	if len(word) > len(low) || len(word) < 2 {
		return 0
	}
	for i, c := range word {
		low[i] = lower(c)
	}
	return protocolOf(string(low[:len(word)]))
}

// protocolOf knows the keywords in lower case.
func protocolOf(name string) Protocol {
	switch name {
	case "tcp", "tcpv4", "tcp4", "tcpv6", "tcp6":
		return TCP
	case "udp", "udpv4", "udp4", "udpv6", "udp6", "quic":
		return UDP
	case "icmp", "icmpv4":
		return ICMP
	case "icmpv6", "icmp6", "ipv6-icm":
		return ICMPv6
	case "igmp":
		return IGMP
	case "gre":
		return GRE
	case "esp":
		return ESP
	case "sctp":
		return SCTP
	case "ipip", "ipencap":
		return IPIP
	}
	return 0
}
