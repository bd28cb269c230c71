package statement

import (
	"cmp"
	"encoding/hex"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// redactor replaces identifiers in texts.
type redactor struct {
	words   map[string]string // kind by word, in lower case
	known   []Identifier      // those that are no single word, longest first
	places  map[string]int
	numbers map[string]int
	found   []Replacement
	silent  bool // replace without counting
}

func newRedactor(known []Identifier) *redactor {
	r := &redactor{words: map[string]string{}, places: map[string]int{}, numbers: map[string]int{}}
	for _, id := range known {
		if addr, err := netip.ParseAddr(id.Text); err == nil {
			// Written in other ways the patterns find it; this finds it inside words.
			r.known = append(r.known, Identifier{"IP", addr.String()}, Identifier{"IP", strings.NewReplacer(".", "-", ":", "-").Replace(addr.String())})
			continue
		}
		if strings.IndexFunc(id.Text, func(c rune) bool { return !inWord(c) }) < 0 {
			if word := strings.ToLower(id.Text); r.words[word] == "" {
				r.words[word] = id.Kind
			}
			continue
		}
		r.known = append(r.known, id)
	}
	slices.SortStableFunc(r.known, func(a, b Identifier) int { return cmp.Compare(len(b.Text), len(a.Text)) })
	return r
}

// pattern finds one kind of identifier; a group narrows it down.
type pattern struct {
	kind string
	hint string // a text without any of these characters has none
	word string // nor has one without this, in lower case
	form *regexp.Regexp
	is   func(string) bool // nil: every match
}

// patterns are tried over the same text; what overlaps becomes one.
var patterns = sync.OnceValue(func() []pattern {
	c := regexp.MustCompile
	return []pattern{
		{"LINK", ":", "", c(`(?i)\b[a-z][a-z0-9+.-]+://[^\s"'<>]+`), nil},
		{"KEY", " ", "aaaa", c(`\b(?:ssh-(?:ed25519|rsa|dss)|ecdsa-sha2-[a-z0-9-]+|sk-[a-z0-9@.-]+) +(AAAA[A-Za-z0-9+/]+=*(?:[ \t]+[^\s"'][^\r\n"']*)?)`), nil},
		{"KEY", ":", "sha256:", c(`\bSHA256:([A-Za-z0-9+/]{43})`), nil},
		{"MAIL", "@", "", c(`(?i)[\p{L}0-9._%+'-]+@[\p{L}0-9.-]*[\p{L}0-9]`), isMail},
		{"REF", ":# ", "", c(`(?i)abuse-?id[:# ]{1,3}([A-Z0-9][A-Z0-9:_-]{3}[A-Z0-9:_-]*)`), nil},
		{"REF", "L", "", c(`\bL[0-9A-F]{8}\b`), nil},
		{"REF", ".:# ", "ticket", c(`(?i)\bticket(?:[- ]?(?:id|no|nr|number|nummer))?[.:# ]{1,3}([A-Z-]*\d[A-Z0-9-]{3}[A-Z0-9-]*)`), nil},
		{"NUMBER", ".:# ", "", c(`(?i)\b(?:kundennummer|kundennr|kd\.?[- ]?nr|customer (?:no|number|id)|client(?: id| number)|numéro de client|nic-?handle)[.:# ]{1,3}([A-Z0-9-]{4}[A-Z0-9-]*)`), nil},
		{"PHONE", "+", "", c(`\+\d[\d ()/-]{6}[\d ()/-]*\d`), nil},
		{"MAC", ":-", "", c(`(?i)\b[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}\b`), isMAC},
		{"MAC", ".", "", c(`(?i)\b[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}\b`), nil},
		{"IP", ":", "", c(`(?i)\b[0-9a-f]*:[0-9a-f]*:[0-9a-f:]*(?:\d+\.\d+\.\d+\.\d+)?|::[0-9a-f]+\b`), isIPv6},
		{"IP", ".", "", c(`\b\d{1,3}\.\d{1,3}\.\d{1,3}\.(?:\d{1,3}\b|[xX*]{1,3})`), isIPv4},
		{"IP", ":", "", c(`\b([0-9A-F]{8}|[0-9A-F]{32}):[0-9A-F]{4}\b`), isProcNet},
		{"USER", ":", "sshd", c(`\bsshd(?:-session)?: ([^\s@/\[]+)(?:@| \[)`), func(s string) bool { return !commonUser(s) }},
		{"USER", "~", "", c(`~([a-z_][a-z0-9_-]+)/`), func(s string) bool { return !commonUser(s) }},
		{"USER", "/", "/home/", c(`/home/([^/\s:"']+)`), func(s string) bool { return !commonUser(s) }},
		{"USER", " ", "", c(`\b(?:[Aa]ccepted|[Ff]ailed) [a-z/-]+ for (?:invalid user )?(\S+) from `), func(s string) bool { return !commonUser(s) }},
		{"USER", " ", "", c(`\bsession (?:opened|closed) for user ([^\s(]+)`), func(s string) bool { return !commonUser(s) }},
		{"HOST", "-", "", c(`\b\d{1,3}-\d{1,3}-\d{1,3}-\d{1,3}\b`), nil},
	}
})

func isIPv4(s string) bool {
	if strings.ContainsAny(s, "xX*") {
		return true
	}
	addr, err := addressOf(s)
	return err == nil && tells(addr)
}

// isProcNet leaves out the hexadecimal forms of «any» and of loopback.
func isProcNet(s string) bool {
	addr, err := addressOf(s)
	return err == nil && tells(addr.Unmap())
}

// leadingZeros stand in addresses that were padded: «192.000.002.010».
var leadingZeros = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\b0+(\d)`) })

// addressOf reads an address as it is written in texts, padded, or as in
// /proc/net: hexadecimal words of four bytes, each in the order of a
// little-endian machine.
func addressOf(s string) (netip.Addr, error) {
	if raw, err := hex.DecodeString(s); err == nil && (len(raw) == 4 || len(raw) == 16) {
		for word := range slices.Chunk(raw, 4) {
			slices.Reverse(word)
		}
		addr, _ := netip.AddrFromSlice(raw) // 4 or 16 bytes always are one
		return addr, nil
	}
	addr, err := netip.ParseAddr(s)
	if err != nil && !strings.Contains(s, ":") {
		return netip.ParseAddr(leadingZeros().ReplaceAllString(s, "$1"))
	}
	return addr, err
}

// isMail takes «kim@laptop», the comment of a key, but not «root@pts» of a
// list of processes.
func isMail(s string) bool {
	host := s[strings.LastIndexByte(s, '@')+1:]
	return strings.Contains(host, ".") || len(host) > 1 && host != "pts" && host != "notty" && !strings.HasPrefix(host, "tty")
}

// tells reports whether an address says anything about anybody.
func tells(addr netip.Addr) bool {
	return !addr.IsLoopback() && !addr.IsUnspecified() && !addr.IsMulticast() && addr.String() != "255.255.255.255"
}

// isMAC leaves out the ones that stand for none and for all.
func isMAC(s string) bool {
	return strings.Trim(s, "0:-") != "" && strings.Trim(strings.ToLower(s), "f:-") != ""
}

func isIPv6(s string) bool {
	addr, err := netip.ParseAddr(s)
	return err == nil && strings.Count(s, ":") >= 2 && tells(addr)
}

// place is where something to replace stands.
type place struct {
	from, to int
	kind     string
	rank     int
}

// text replaces what tells who is meant.
func (r *redactor) text(s string) string {
	if s == "" {
		return s
	}
	if strings.Count(s, "\n") > 0 && !strings.Contains(s, "PRIVATE KEY") {
		lines := strings.SplitAfter(s, "\n")
		for i := range lines {
			lines[i] = r.line(lines[i])
		}
		return strings.Join(lines, "")
	}
	return r.line(s)
}

// seen is text without counting again.
func (r *redactor) seen(s string) string {
	r.silent = true
	s = r.text(s)
	r.silent = false
	return s
}

func (r *redactor) line(s string) string {
	list := r.sites(s)
	if len(list) == 0 {
		return s
	}
	var b strings.Builder
	end := 0
	for _, p := range list {
		b.WriteString(s[end:p.from])
		b.WriteString(r.replace(p.kind, s[p.from:p.to]))
		end = p.to
	}
	b.WriteString(s[end:])
	return b.String()
}

func (r *redactor) replace(kind, original string) string {
	if addr, err := addressOf(original); err == nil && kind == "IP" {
		original = addr.Unmap().String()
	}
	word := r.placeholder(kind, original)
	if !r.silent {
		r.found[r.places[strings.ToLower(original)]].Count++
	}
	return word
}

// sites gives the places to replace, in order and apart from each other.
func (r *redactor) sites(s string) []place {
	var all []place
	for _, at := range secretSpans(s) {
		all = append(all, place{at[0], at[1], "KEY", 0})
	}
	all = append(all, r.wordSites(s)...)
	lower := lowered(s)
	for _, id := range r.known {
		edge := inWord
		if id.Kind == "IP" { // «vm192.0.2.10»
			edge = unicode.IsDigit
		}
		for _, at := range occurrences(lower, id.Text, edge) {
			all = append(all, place{at, at + len(id.Text), id.Kind, 1})
		}
	}
	all = append(all, patternSites(s, lower)...)
	if strings.Contains(s, ".") {
		all = append(all, hostSites(s, 2+len(patterns()))...)
	}
	slices.SortStableFunc(all, func(a, b place) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(b.to, a.to), cmp.Compare(a.rank, b.rank))
	})
	var out []place
	for _, p := range all {
		if n := len(out); n > 0 && p.from < out[n-1].to {
			out[n-1].to = max(out[n-1].to, p.to)
			continue
		}
		out = append(out, p)
	}
	return out
}

// patternSites finds what looks like an identifier, known or not.
func patternSites(s, lower string) []place {
	var list []place
	for i, p := range patterns() {
		if !strings.ContainsAny(s, p.hint) || !strings.Contains(lower, p.word) {
			continue
		}
		for _, m := range p.form.FindAllStringSubmatchIndex(s, -1) {
			from, to := m[0], m[1]
			if len(m) > 3 && m[2] >= 0 {
				from, to = m[2], m[3]
			}
			if from < to && (p.is == nil || p.is(s[from:to])) {
				list = append(list, place{from, to, p.kind, 2 + i})
			}
		}
	}
	return list
}

// wordSites finds the known words. They are looked up word by word: a server may
// have a thousand users.
func (r *redactor) wordSites(s string) []place {
	if len(r.words) == 0 {
		return nil
	}
	var list []place
	for from := 0; from < len(s); {
		c, n := utf8.DecodeRuneInString(s[from:])
		if !inWord(c) {
			from += n
			continue
		}
		to := from
		for to < len(s) {
			c, n := utf8.DecodeRuneInString(s[to:])
			if !inWord(c) {
				break
			}
			to += n
		}
		if kind := r.words[strings.ToLower(s[from:to])]; kind != "" {
			list = append(list, place{from, to, kind, 1})
		}
		from = to
	}
	return list
}

// occurrences finds a text in a lowered one where it is no part of a longer
// word: where not both sides of an end are an edge's.
func occurrences(lower, text string, edge func(rune) bool) []int {
	want := lowered(text)
	first, _ := utf8.DecodeRuneInString(want)
	last, _ := utf8.DecodeLastRuneInString(want)
	var list []int
	for from := 0; ; {
		i := strings.Index(lower[from:], want)
		if i < 0 {
			return list
		}
		at := from + i
		before, _ := utf8.DecodeLastRuneInString(lower[:at])
		after, _ := utf8.DecodeRuneInString(lower[at+len(want):])
		if !(edge(before) && edge(first)) && !(edge(after) && edge(last)) {
			list = append(list, at)
		}
		from = at + 1
	}
}

// lowered is a text in lower case with each byte in its place: a letter whose
// lower case is longer or shorter stays, and so does what is no UTF-8, for one
// such byte in a line must not hide the rest of it.
func lowered(s string) string {
	b := []byte(s)
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if low := unicode.ToLower(r); r != utf8.RuneError && utf8.RuneLen(low) == n {
			utf8.EncodeRune(b[i:], low)
		}
		i += n
	}
	return string(b)
}

func inWord(r rune) bool { return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r)) }
