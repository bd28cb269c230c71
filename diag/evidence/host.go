package evidence

import (
	"net"
	"net/netip"
	"strconv"
	"strings"
)

// Host is where to log in and as whom.
type Host struct {
	User string // «root» if nobody said otherwise
	Name string // name or address, without brackets
	Port int
}

// sshPort is the port of RFC 4253.
const sshPort = 22

// ParseHost reads «root@web1.example.org», «192.0.2.10:2222», «[2001:db8::1]:22»,
// «ssh://user@host:22». ErrHost if it is none.
func ParseHost(s string) (Host, error) {
	h := Host{User: "root", Port: sshPort}
	s = strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(s), "ssh://"), "/")
	if i := strings.LastIndexByte(s, '@'); i >= 0 {
		h.User, s = s[:i], s[i+1:]
	}
	h.Name = s
	if a, err := netip.ParseAddr(strings.Trim(s, "[]")); err == nil {
		h.Name = a.String()
	} else if name, port, err := net.SplitHostPort(s); err == nil {
		n, bad := strconv.ParseUint(port, 10, 16)
		if bad != nil {
			return Host{}, ErrHost
		}
		h.Name, h.Port = name, int(n)
	}
	if !h.valid() {
		return Host{}, ErrHost
	}
	return h, nil
}

// valid refuses what is no host: a name goes into a file of known keys as a word
// of its line, and a user into no command, but into other people's logs.
func (h Host) valid() bool {
	odd := func(r rune) bool { return r <= ' ' || r == 0x7f || strings.ContainsRune(`,*?!|#@/\"'`, r) }
	_, err := netip.ParseAddr(h.Name)
	return h.Name != "" && len(h.Name) <= 255 && !strings.HasPrefix(h.Name, "-") && strings.IndexFunc(h.Name, odd) < 0 &&
		(err == nil || !strings.ContainsAny(h.Name, ":[]")) &&
		h.User != "" && len(h.User) <= 255 && strings.IndexFunc(h.User, func(r rune) bool { return r < ' ' || r == 0x7f }) < 0 &&
		h.Port > 0 && h.Port < 1<<16
}

// Address is what is dialled.
func (h Host) Address() string { return net.JoinHostPort(h.Name, strconv.Itoa(h.Port)) }

// String is «root@web1.example.org», with the port if it is not 22.
func (h Host) String() string {
	name := h.Name
	if h.Port != sshPort {
		name = h.Address()
	}
	return h.User + "@" + name
}

// alias is the name and port under which the host's key is on record. A rescue
// system has its own key, which must never take the place of the server's.
func (h Host) alias(rescue bool) string {
	name := strings.ToLower(h.Name)
	if rescue {
		name += "#rescue"
	}
	return net.JoinHostPort(name, strconv.Itoa(h.Port))
}
