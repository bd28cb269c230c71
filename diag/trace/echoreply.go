package trace

import (
	"encoding/binary"
	"net/netip"
	"time"
)

// Windows' reply structures (icmpapi.h, ipexport.h). What is read of
// ICMP_ECHO_REPLY lies before its first pointer, so that 32 and 64 bits are
// alike; ICMPV6_ECHO_REPLY begins with IPV6_ADDRESS_EX, packed to 26 bytes
// (port, flow, address, scope), and 2 bytes of padding.
const (
	echoReplyLen  = 12 // Address, Status, RoundTripTime
	echoReply6Len = 36
)

// IP_STATUS values (ipexport.h).
const (
	statusSuccess        = 0
	statusNet            = 11002 // IPv6: no route
	statusHost           = 11003 // IPv6: address unreachable
	statusProtocol       = 11004 // IPv6: prohibited
	statusPort           = 11005
	statusTTLExpired     = 11013
	statusReassembly     = 11014
	statusUnreachable    = 11040
	statusTimeExceeded   = 11041
	statusScopeMismatch  = 11045
	statusGeneralFailure = 11050
)

// readEchoReply reads the start of a reply buffer. The ICMP type and code are
// lost in Windows' status; false says that nobody answered.
func readEchoReply(b []byte, v6 bool) (r Reply, took time.Duration, ok bool) {
	var status, ms uint32
	switch {
	case v6 && len(b) >= echoReply6Len:
		r.Addr = netip.AddrFrom16([16]byte(b[6:22]))
		status, ms = binary.LittleEndian.Uint32(b[28:]), binary.LittleEndian.Uint32(b[32:])
	case !v6 && len(b) >= echoReplyLen:
		r.Addr = netip.AddrFrom4([4]byte(b[:4]))
		status, ms = binary.LittleEndian.Uint32(b[4:]), binary.LittleEndian.Uint32(b[8:])
	default:
		return Reply{}, 0, false
	}
	r.RTT, r.Kind = Unknown, kindOfStatus(status, v6)
	if r.Kind == "" || r.Addr.IsUnspecified() {
		return Reply{}, 0, false
	}
	const longest = 60_000 // ms; more is not a time
	return r, time.Duration(min(ms, longest)) * time.Millisecond, true
}

// kindOfStatus says what a status means; "" for those that no packet caused.
// Prohibitions (3/9, 3/10, 3/13) come as net or host unreachable.
func kindOfStatus(status uint32, v6 bool) Kind {
	switch status {
	case statusSuccess:
		return EchoReply
	case statusNet:
		return NetUnreachable
	case statusHost:
		return HostUnreachable
	case statusProtocol:
		if v6 {
			return Prohibited
		}
		return ProtoUnreach
	case statusPort:
		return PortUnreachable
	case statusTTLExpired, statusTimeExceeded:
		return TimeExceeded
	case statusReassembly, statusUnreachable, statusScopeMismatch:
		return Unreachable
	}
	return ""
}

// finerRTT joins Windows' whole milliseconds with our own measure, which is
// finer but holds the time until we were woken.
func finerRTT(told, own time.Duration) time.Duration {
	return min(max(own, told), told+time.Millisecond-time.Microsecond)
}
