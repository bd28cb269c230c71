package trace

import "net/netip"

// Origins of an extended error (linux/errqueue.h).
const (
	originICMP  = 2
	originICMP6 = 3
)

// readExtendedError reads what IP_RECVERR and IPV6_RECVERR put beside a
// packet: struct sock_extended_err (16 bytes: errno, origin, type, code, pad,
// info, data) and the sockaddr of who complained. Errors of our own kernel
// that no ICMP message caused are not answers.
func readExtendedError(b []byte) (Reply, bool) {
	const fixed = 16
	if len(b) < fixed {
		return Reply{}, false
	}
	origin, offender := b[4], b[fixed:]
	r := Reply{RTT: Unknown, Type: b[5], Code: b[6], HasICMP: true}
	switch {
	case origin == originICMP && len(offender) >= 8: // sockaddr_in: family, port, address
		r.Addr = netip.AddrFrom4([4]byte(offender[4:8]))
	case origin == originICMP6 && len(offender) >= 24: // sockaddr_in6: family, port, flow, address
		r.Addr = netip.AddrFrom16([16]byte(offender[8:24]))
	default:
		return Reply{}, false
	}
	if !r.Addr.IsValid() || r.Addr.IsUnspecified() {
		return Reply{}, false
	}
	r.Kind = KindOf(origin == originICMP6, r.Type, r.Code)
	return r, true
}
