package trace

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"unicode"

	"golang.org/x/net/idna"
)

// ErrBadTarget is an input that is neither a host name nor an address.
var ErrBadTarget = errors.New("not a host name or address")

// Target is what a person wants checked: a name or an address.
type Target struct {
	Name string     // lower case, ASCII (IDNA), no final dot; "" if an address was given
	Addr netip.Addr // invalid if a name was given
}

func (t Target) String() string {
	if t.Addr.IsValid() {
		return t.Addr.String()
	}
	return t.Name
}

// ParseTarget reads a host name or address as people have it at hand: from a
// browser («https://web1.example.org/x»), an SSH line («root@web1.example.org»,
// «web1.example.org:22», «[2001:db8::1]:22»), or with blanks around. It asks no
// name server. The error is ErrBadTarget.
func ParseTarget(input string) (Target, error) {
	s := strings.TrimSpace(input)
	const longest = 2048 // a browser's address line; the name in it is at most maxName
	if s != "" && len(s) <= longest && !strings.ContainsFunc(s, unprintable) {
		host := hostOf(s)
		if addr, err := netip.ParseAddr(host); err == nil {
			if !addr.IsUnspecified() && !addr.IsMulticast() && len(addr.Zone()) <= maxZone {
				return Target{Addr: addr.Unmap()}, nil
			}
		} else if name := targetName(host); name != "" {
			return Target{Name: name}, nil
		}
	}
	return Target{}, fmt.Errorf("read target: %w", ErrBadTarget)
}

// maxZone is more than any system's names of interfaces have.
const maxZone = 64

// targetName is the host's name as name servers know it, "" if it cannot be
// one. A thing of digits and dots, or with a colon, was meant as an address.
func targetName(host string) string {
	if strings.Contains(host, ":") || strings.Trim(host, "0123456789.") == "" {
		return ""
	}
	name, err := idna.Lookup.ToASCII(strings.TrimSuffix(host, "."))
	if err != nil {
		if !isASCII(host) {
			return ""
		}
		name = host // names with «_» are not IDNA, but they exist
	}
	name = hostName(name)
	for label := range strings.SplitSeq(name, ".") {
		if strings.HasPrefix(label, "-") || strings.HasSuffix(label, "-") {
			return ""
		}
	}
	if !strings.ContainsFunc(name, isLetter) {
		return ""
	}
	return name
}

// hostOf cuts scheme, user, port and path off.
func hostOf(s string) string {
	if _, rest, ok := strings.Cut(s, "://"); ok {
		s = rest
	}
	if i := strings.IndexAny(s, "/?#"); i >= 0 {
		s = s[:i]
	}
	if i := strings.LastIndexByte(s, '@'); i >= 0 {
		s = s[i+1:]
	}
	if rest, ok := strings.CutPrefix(s, "["); ok {
		host, tail, closed := strings.Cut(rest, "]")
		if !closed || tail != "" && !isPort(tail) {
			return ""
		}
		return host
	}
	if i := strings.LastIndexByte(s, ':'); i >= 0 && strings.Count(s, ":") == 1 && isPort(s[i:]) {
		s = s[:i]
	}
	return s
}

// isPort reports whether s is a colon and at most five digits: a browser's
// «host:» has none.
func isPort(s string) bool {
	return strings.HasPrefix(s, ":") && len(s) <= 6 && strings.Trim(s[1:], "0123456789") == ""
}

func unprintable(r rune) bool {
	return !unicode.IsGraphic(r) || unicode.IsSpace(r) || r == unicode.ReplacementChar
}

func isLetter(r rune) bool { return r >= 'a' && r <= 'z' }

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r > unicode.MaxASCII })
}
