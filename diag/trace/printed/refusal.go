package printed

import (
	"net/netip"
	"strconv"
	"strings"

	"latchkey/diag/trace"
)

// meaning is what a mark stands for; type 0 where it stands for several codes.
type meaning struct {
	kind      trace.Kind
	typ, code uint8
}

// marks are traceroute's letters. Linux prints !X for three codes and !H, !N
// for several, BSD's !A is 3/9 and Cisco's 3/13: those keep no code.
// (traceroute 2.1, FreeBSD traceroute(8) and traceroute6(8), Cisco IOS.)
func marks(six bool) map[byte]meaning {
	if six {
		return map[byte]meaning{
			'N': {trace.NetUnreachable, 1, 0},
			'X': {trace.Prohibited, 1, 1}, 'P': {trace.Prohibited, 1, 1},
			'S': {trace.Unreachable, 1, 2},
			'H': {trace.HostUnreachable, 1, 3}, 'A': {trace.HostUnreachable, 1, 3},
		}
	}
	return map[byte]meaning{
		'H': {kind: trace.HostUnreachable}, 'W': {kind: trace.HostUnreachable}, 'T': {kind: trace.HostUnreachable},
		'N': {kind: trace.NetUnreachable}, 'U': {kind: trace.NetUnreachable}, 'Q': {kind: trace.NetUnreachable},
		'X': {kind: trace.Prohibited}, 'A': {kind: trace.Prohibited}, 'Z': {trace.Prohibited, 3, 10},
		'P': {trace.ProtoUnreach, 3, 2}, 'V': {trace.Unreachable, 3, 14}, 'C': {trace.Unreachable, 3, 15},
	}
}

// refusal reads a mark: a letter, or the number of an unreachable code. A bare
// «!» (BSD: the answer's own TTL was low) refuses nothing.
func refusal(mark string, from netip.Addr) (kind trace.Kind, typ, code uint8, told bool) {
	six := from.IsValid() && !from.Is4() && !from.Is4In6()
	s := strings.Trim(mark, "!<>,;.")
	if s == "" {
		return "", 0, 0, false
	}
	if n, err := strconv.ParseUint(s, 10, 8); err == nil {
		typ = 3
		if six {
			typ = 1
		}
		return kindOfCode(six, uint8(n)), typ, uint8(n), true
	}
	m, ok := marks(six)[s[0]]
	if !ok {
		return trace.Unreachable, 0, 0, false
	}
	return m.kind, m.typ, m.code, m.typ != 0
}

// kindOfCode names an unreachable code (RFC 792, 1812 §5.2.7, 4443 §3.1).
func kindOfCode(six bool, code uint8) trace.Kind {
	kinds := map[uint8]trace.Kind{
		0: trace.NetUnreachable, 6: trace.NetUnreachable, 11: trace.NetUnreachable,
		1: trace.HostUnreachable, 7: trace.HostUnreachable, 12: trace.HostUnreachable,
		2: trace.ProtoUnreach, 3: trace.PortUnreachable,
		9: trace.Prohibited, 10: trace.Prohibited, 13: trace.Prohibited,
	}
	if six {
		kinds = map[uint8]trace.Kind{
			0: trace.NetUnreachable, 6: trace.NetUnreachable, 1: trace.Prohibited,
			5: trace.Prohibited, 3: trace.HostUnreachable, 4: trace.PortUnreachable,
		}
	}
	if k, ok := kinds[code]; ok {
		return k
	}
	return trace.Unreachable
}
