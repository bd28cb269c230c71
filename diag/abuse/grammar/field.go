package grammar

import (
	"bytes"
	"net/netip"
	"strings"
)

// The readers of fields take bytes and allocate nothing for IPv4: logs have
// millions of lines.

func lower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

func letter(c byte) bool { return lower(c) >= 'a' && lower(c) <= 'z' }

// oneOf reports whether set, a few bytes, holds c: a loop is done before a search
// has begun.
func oneOf(c byte, set string) bool {
	for i := range len(set) {
		if set[i] == c {
			return true
		}
	}
	return false
}

// hasPrefix is bytes.HasPrefix for literals.
func hasPrefix(b []byte, s string) bool { return len(b) >= len(s) && string(b[:len(s)]) == s }

func digit(c byte) bool { return c >= '0' && c <= '9' }

// hexDigit is the value of a hexadecimal digit; -1 if c is none.
func hexDigit(c byte) int {
	switch c = lower(c); {
	case digit(c):
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	}
	return -1
}

func isHex(b []byte) bool {
	for _, c := range b {
		if hexDigit(c) < 0 {
			return false
		}
	}
	return len(b) > 0
}

func blank(c byte) bool { return c == ' ' || c == '\t' }

// Cut takes the first blank-separated word off line.
func Cut(line []byte) (word, rest []byte) {
	i := 0
	for i < len(line) && blank(line[i]) {
		i++
	}
	j := i
	for j < len(line) && !blank(line[j]) {
		j++
	}
	return line[i:j], line[j:]
}

// CutHost takes the first host off line: a word, or a placeholder in brackets
// that holds blanks («[Your Server IP]»), with what is glued to it.
func CutHost(line []byte) (host, rest []byte) {
	const longest = 48 // a placeholder names one thing
	host, rest = Cut(line)
	if len(host) == 0 || host[0] != '[' && host[0] != '<' {
		return host, rest
	}
	shut := byte(']')
	if host[0] == '<' {
		shut = '>'
	}
	from := len(line) - len(rest) - len(host)
	at := bytes.IndexByte(line[from:], shut)
	if at < len(host) || at > longest {
		return host, rest
	}
	tail, rest := Cut(line[from+at:])
	return line[from : from+at+len(tail)], rest
}

// Trim takes blanks off both ends.
func Trim(b []byte) []byte {
	for len(b) > 0 && blank(b[0]) {
		b = b[1:]
	}
	for len(b) > 0 && blank(b[len(b)-1]) {
		b = b[:len(b)-1]
	}
	return b
}

// Fields splits line at blanks into at most len(into) words; more is left out.
// It returns the words found. The array belongs to the caller: no allocation.
func Fields(line []byte, into [][]byte) [][]byte {
	n := 0
	for n < len(into) {
		word, rest := Cut(line)
		if len(word) == 0 {
			break
		}
		into[n], line = word, rest
		n++
	}
	return into[:n]
}

// ReadInt reads an unsigned decimal number of at most 18 digits.
func ReadInt(b []byte) (int64, bool) {
	if len(b) == 0 || len(b) > 18 {
		return 0, false
	}
	n := int64(0)
	for _, c := range b {
		if !digit(c) {
			return 0, false
		}
		n = n*10 + int64(c-'0')
	}
	return n, true
}

// ReadPort reads a port, also with its service behind («22(ssh)»); 0 to
// 65535, Unknown if it is none.
func ReadPort(b []byte) (int32, bool) {
	if len(b) > 0 && b[len(b)-1] == ')' {
		if i := bytes.IndexByte(b, '('); i > 0 {
			b = b[:i]
		}
	}
	n, ok := ReadInt(b)
	if !ok || n > 65535 {
		return Unknown, false
	}
	return int32(n), true
}

// ReadAddr reads an IPv4 or IPv6 address, in brackets or not; no zone.
func ReadAddr(b []byte) (netip.Addr, bool) {
	if a, n := readIPv4(b); n == len(b) && n > 0 {
		return a, true
	}
	if len(b) > 2 && b[0] == '[' && b[len(b)-1] == ']' {
		b = b[1 : len(b)-1]
		if a, n := readIPv4(b); n == len(b) && n > 0 {
			return a, true
		}
	}
	if len(b) < 2 || len(b) > 45 || bytes.IndexByte(b, ':') < 0 || bytes.IndexByte(b, '%') >= 0 {
		return netip.Addr{}, false
	}
	if colons := bytes.Count(b, []byte{':'}); colons < 6 && !bytes.Contains(b, []byte("::")) {
		return netip.Addr{}, false // a time or a MAC: the error would cost more than all else
	}
	a, err := netip.ParseAddr(string(b))
	return a.Unmap(), err == nil
}

// readIPv4 reads a dotted quad at the start of b and gives its length, 0 if
// there is none. Leading zeros are allowed: old tools pad.
func readIPv4(b []byte) (netip.Addr, int) {
	var quad [4]byte
	i := 0
	for part := range 4 {
		n, from := 0, i
		for i < len(b) && digit(b[i]) && i-from < 3 {
			n = n*10 + int(b[i]-'0')
			i++
		}
		if i == from || n > 255 {
			return netip.Addr{}, 0
		}
		quad[part] = byte(n)
		if part < 3 {
			if i >= len(b) || b[i] != '.' {
				return netip.Addr{}, 0
			}
			i++
		}
	}
	if i < len(b) && digit(b[i]) {
		return netip.Addr{}, 0
	}
	return netip.AddrFrom4(quad), i
}

// ReadHost reads a source or target column: an address, or any other token
// (masked address, host name, «[redacted]») as a Word. false for no token.
func ReadHost(b []byte) (Endpoint, bool) {
	b = Trim(b)
	if len(b) == 0 {
		return Endpoint{Port: Unknown}, false
	}
	if a, ok := ReadAddr(b); ok {
		return Endpoint{Addr: a, Port: Unknown}, true
	}
	return Endpoint{Word: b, Port: Unknown}, true
}

// setHost fills in the host of an end whose port may have come first.
func setHost(e *Endpoint, value []byte) bool {
	host, ok := ReadHost(value)
	if ok {
		host.Port = e.Port
		*e = host
	}
	return ok
}

// ReadHostPort reads «host:port»; with sep '.' it is tcpdump's «host.port». A
// token without a port is a host. IPv6 with ':' needs brackets to carry one.
func ReadHostPort(b []byte, sep byte) (Endpoint, bool) {
	b = Trim(b)
	i := bytes.LastIndexByte(b, sep)
	if i <= 0 {
		return ReadHost(b)
	}
	host, tail := b[:i], b[i+1:]
	port, ok := ReadPort(tail)
	if !ok {
		return ReadHost(b)
	}
	switch {
	case sep == ':' && bytes.IndexByte(host, ':') >= 0 && host[0] != '[':
		return ReadHost(b) // IPv6 without a port
	case sep == '.' && bytes.Count(host, []byte{'.'}) == 2 && bytes.IndexByte(host, ':') < 0:
		return ReadHost(b) // a dotted quad without a port
	}
	e, _ := ReadHost(host)
	e.Port = port
	return e, true
}

// readHostAndPort reads «host:port» where a port always follows: IPv6 carries
// it without brackets there («2001:db8::7:443»).
func readHostAndPort(b []byte) Endpoint {
	if i := bytes.LastIndexByte(b, ':'); i > 0 && b[0] != '[' && bytes.IndexByte(b[:i], ':') >= 0 {
		a, whole := ReadAddr(b[:i])
		if port, ok := ReadPort(b[i+1:]); ok && whole {
			return Endpoint{Addr: a, Port: port}
		}
	}
	e, _ := ReadHostPort(b, ':')
	return e
}

// Masked reports whether a word stands for an address made unreadable: it has
// a mask («x.x.x.x», «65.109.XXX.YYY», «91.107.***.***», «[Your Server IP]»).
func Masked(word []byte) bool {
	if len(word) == 0 {
		return false
	}
	if word[0] == '[' || word[0] == '<' || bytes.ContainsAny(word, "*?") {
		return true
	}
	marks := 0
	for _, c := range word {
		switch {
		case lower(c) == 'x' || lower(c) == 'y':
			marks++
		case digit(c) || c == '.' || c == ':' || c == '-':
		default:
			return containsFold(word, "_ip") || containsFold(word, "xxx")
		}
	}
	return marks > 0
}

// containsFold reports whether b holds sub, which is in lower case, in any case.
func containsFold(b []byte, sub string) bool {
	for i := 0; i+len(sub) <= len(b); i++ {
		if strings.EqualFold(string(b[i:i+len(sub)]), sub) {
			return true
		}
	}
	return false
}

// numberAfter finds «word 52» or «word: 52» in b.
func numberAfter(b []byte, word string) (int64, bool) {
	for from := 0; ; {
		at := bytes.Index(b[from:], []byte(word))
		if at < 0 {
			return 0, false
		}
		from += at + len(word)
		j := from
		for j < len(b) && (b[j] == ' ' || b[j] == ':') {
			j++
		}
		if n, k := number(b, j, 9); k > 0 && j > from {
			return int64(n), true
		}
	}
}

// portAtStart reads the digits of «40112 ssh2», «40112: …» and «54552:11: …».
func portAtStart(b []byte) int32 {
	_, n := number(b, 0, 5)
	if n < 0 {
		return Unknown
	}
	port, _ := ReadPort(b[:n])
	return port
}

// inQuotes is what stands in the first quotes, which may hold escaped ones.
func inQuotes(b []byte) []byte {
	from := bytes.IndexByte(b, '"') + 1
	for i := from; i < len(b); i++ {
		switch b[i] {
		case '\\':
			i++
		case '"':
			return b[from:i]
		}
	}
	return b[from:]
}
