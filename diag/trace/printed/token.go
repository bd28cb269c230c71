package printed

import (
	"net/netip"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"latchkey/diag"
	"latchkey/diag/trace"
)

// tokenKind is what a part of a hop line is.
type tokenKind uint8

const (
	tWord    tokenKind = iota
	tStar              // a lost probe
	tTime              // a number with its unit
	tNumber            // a number without
	tPercent           // a share in percent
	tAddr              // an IP address
	tMark              // «!H» and its kin
	tGroup             // words in brackets
	tAS                // a network's number, «[AS64500]»
)

// token is one part of a hop line.
type token struct {
	kind    tokenKind
	text    string
	addr    netip.Addr
	value   float64 // tTime: milliseconds
	wrapped bool    // stood in brackets
	open    bool    // its bracket is not closed
	decimal bool    // tNumber with a fraction
}

// lex cuts a line into tokens. The column marks of tables are blanks to it.
func lex(s string) []token {
	var all []token
	for i := 0; i < len(s); {
		switch c := s[i]; {
		case strings.IndexByte(" |)],;", c) >= 0:
			i++
		case c == '(' || c == '[':
			end := strings.IndexAny(s[i+1:min(len(s), i+100)], ")]([")
			if end >= 0 && (s[i+1+end] == ')' || s[i+1+end] == ']') {
				all = append(all, bracketed(s[i+1:i+1+end]))
				i += end + 2
				continue
			}
			n := fieldEnd(s[i+1:])
			t := bracketed(s[i+1 : i+1+n])
			t.open = end < 0
			all = append(all, t)
			i += n + 1
		case c == '*':
			all = append(all, token{kind: tStar})
			i++
		default:
			n := max(fieldEnd(s[i:]), 1)
			all = appendField(all, s[i:i+n])
			i += n
			if i < len(s) && (s[i] == ')' || s[i] == ']') && len(all) > 0 {
				all[len(all)-1].wrapped = true // its opening bracket is lost
			}
		}
	}
	return all
}

// fieldEnd measures a field up to a blank, bracket, star or column mark.
func fieldEnd(s string) int {
	if n := strings.IndexAny(s, " |()[],;*"); n >= 0 {
		if s[n] == ',' && n > 0 && n+1 < len(s) && isDigit(s[n-1]) && isDigit(s[n+1]) {
			return n + 1 + fieldEnd(s[n+1:]) // decimal comma
		}
		if s[n] == '*' && n > 0 {
			return n + 1 + fieldEnd(s[n+1:]) // «x.x.*.1» is a masked address
		}
		return n
	}
	return len(s)
}

func bracketed(s string) token {
	s = strings.TrimSpace(s)
	if a, ok := parseAddr(s); ok {
		return token{kind: tAddr, text: s, addr: a, wrapped: true}
	}
	if strings.HasPrefix(s, "AS") || s == "*" {
		return token{kind: tAS, text: s}
	}
	return token{kind: tGroup, text: s, wrapped: true}
}

// appendField classifies one field, joining a number with the unit after it.
func appendField(all []token, f string) []token {
	last := len(all) - 1
	if last >= 0 && all[last].kind == tNumber && isUnit(f) {
		all[last].kind = tTime
		return all
	}
	switch {
	case f[0] == '!':
		return append(all, token{kind: tMark, text: f})
	case strings.Trim(f, "/<-–—") == "":
		return all // separators of NextTrace and WinMTR, «< 1 ms»
	case asNumber(f):
		return append(all, token{kind: tAS, text: f})
	}
	if a, ok := parseAddr(f); ok {
		return append(all, token{kind: tAddr, text: f, addr: a})
	}
	if t, ok := number(f); ok {
		return append(all, t)
	}
	if first, rest, ok := gluedTimes(f); ok {
		return appendField(append(all, first), rest)
	}
	return append(all, token{kind: tWord, text: f})
}

// gluedTimes parts «0.4ms0.5ms», whose blanks are lost.
func gluedTimes(f string) (token, string, bool) {
	i := strings.Index(f, "ms")
	if i <= 0 || i+2 >= len(f) || !isDigit(f[0]) || !isDigit(f[i+2]) {
		return token{}, "", false
	}
	t, ok := number(f[:i+2])
	return t, f[i+2:], ok
}

// number reads «12», «<1», «0.5ms», «4,2», «100.0%», «1.» and «3:».
func number(f string) (token, bool) {
	v, tail, decimal, ok := decimalNumber(strings.TrimLeft(f, "<>~"))
	if !ok {
		return token{}, false
	}
	t := token{kind: tNumber, text: f, value: v, decimal: decimal}
	switch tail = strings.TrimRight(tail, ",;"); {
	case tail == "" || tail == "." || tail == ":":
	case tail == "%":
		t.kind = tPercent
	case isUnit(tail):
		t.kind = tTime
	case tail == "us" || tail == "µs":
		t.kind, t.value = tTime, v/1000
	case tail == "s":
		t.kind, t.value = tTime, v*1000
	default:
		return token{}, false
	}
	return t, true
}

// decimalNumber reads the number a text begins with, with point or comma.
func decimalNumber(s string) (v float64, tail string, decimal, ok bool) {
	i := digits(s)
	if i == 0 || i > 12 {
		return 0, s, false, false
	}
	if i+1 < len(s) && (s[i] == '.' || s[i] == ',') && isDigit(s[i+1]) {
		decimal = true
		i += 1 + digits(s[i+1:])
	}
	v, err := strconv.ParseFloat(strings.Replace(s[:i], ",", ".", 1), 64)
	return v, s[i:], decimal, err == nil
}

// isUnit knows the words for milliseconds that programs print.
func isUnit(f string) bool {
	switch strings.ToLower(strings.TrimRight(f, ".,;")) {
	case "ms", "msec", "msecs", "мс", "мсек", "мc", "毫秒", "ミリ秒", "밀리초", "مللي", "χδ":
		return true
	}
	return false
}

func asNumber(f string) bool {
	s, ok := strings.CutPrefix(f, "AS")
	return ok && (s == "???" || s != "" && digits(s) == len(s))
}

// parseAddr reads an IP address, with or without zone. An address in a trace
// has at least one dot or two colons, so «1» and «a:b» are none.
func parseAddr(s string) (netip.Addr, bool) {
	if len(s) < 2 || len(s) > 64 || !strings.ContainsAny(s, ".:") {
		return netip.Addr{}, false
	}
	a, err := netip.ParseAddr(s)
	if err != nil {
		return netip.Addr{}, false
	}
	return a.WithZone(""), true
}

// masked reports whether a word is an address with parts made unreadable:
// «213.239.XXX.XXX».
func masked(s string) bool {
	groups := strings.Split(s, ".")
	if len(groups) != 4 {
		return false
	}
	hidden := false
	for _, g := range groups {
		if g == "" || len(g) > 4 || strings.Trim(g, "0123456789xX*#?-_nN") != "" {
			return false
		}
		hidden = hidden || digits(g) != len(g)
	}
	return hidden
}

// hostLike reports whether a word can be a host name of more than one label.
func hostLike(s string) bool {
	if masked(s) {
		return true
	}
	if len(s) < 2 || len(s) > 255 || strings.HasSuffix(s, ":") || strings.Contains(s, "..") {
		return false
	}
	dot := strings.Contains(s[1:len(s)-1], ".")
	return dot && strings.ContainsFunc(s, nameLetter) && !strings.ContainsFunc(s, notInName)
}

func nameLetter(r rune) bool {
	return r|0x20 >= 'a' && r|0x20 <= 'z' || r >= utf8.RuneSelf
}

func notInName(r rune) bool {
	return !nameLetter(r) && (r < '0' || r > '9') && !strings.ContainsRune(".-_:/", r)
}

// isLabel reports whether a word can be a host name of one label («router»).
func isLabel(s string) bool {
	return len(s) >= 2 && len(s) <= 63 && strings.Trim(strings.ToLower(s), "abcdefghijklmnopqrstuvwxyz0123456789-_") == ""
}

// reply makes a Reply from what stood on the line. A name that merely repeats
// the address is none; «0.0.0.0» and «::» are nobody.
func reply(name string, addr netip.Addr, rtt time.Duration) trace.Reply {
	r := trace.Reply{RTT: rtt}
	if addr.IsValid() && !addr.IsUnspecified() {
		r.Addr = addr
	}
	if a, ok := parseAddr(name); ok {
		if !r.Addr.IsValid() && !a.IsUnspecified() {
			r.Addr = a
		}
		name = ""
	}
	r.Name = diag.Clean(name, 255)
	return r
}

// millis turns printed milliseconds into a duration; absurd ones are unknown.
func millis(v float64) time.Duration {
	if v < 0 || v > 1e7 {
		return trace.Unknown
	}
	return time.Duration(v*1e6 + 0.5)
}

func digits(s string) int {
	i := 0
	for i < len(s) && isDigit(s[i]) {
		i++
	}
	return i
}

func isDigit(c byte) bool  { return c >= '0' && c <= '9' }
func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
func itoa(n int) string    { return strconv.Itoa(n) }
