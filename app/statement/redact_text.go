package statement

import (
	"cmp"
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
	form *regexp.Regexp
	is   func(string) bool // nil: every match
}

// patterns are tried over the same text; what overlaps becomes one.
var patterns = sync.OnceValue(func() []pattern {
	c := regexp.MustCompile
	return []pattern{
		{"LINK", ":", c(`(?i)\b[a-z][a-z0-9+.-]+://[^\s"'<>]+`), nil},
		{"MAIL", "@", c(`(?i)[\p{L}0-9._%+'-]+@[\p{L}0-9.-]*[\p{L}0-9]`), func(s string) bool { return strings.Contains(s[strings.LastIndexByte(s, '@'):], ".") }},
		{"REF", ":# ", c(`(?i)abuse-?id[:# ]{1,3}([A-Z0-9][A-Z0-9:_-]{3}[A-Z0-9:_-]*)`), nil},
		{"REF", "L", c(`\bL[0-9A-F]{8}\b`), nil},
		{"NUMBER", ".:# ", c(`(?i)\b(?:kundennummer|customer (?:no|number|id)|client(?: id| number)|numéro de client|nic-?handle)[.:# ]{1,3}([A-Z0-9-]{4}[A-Z0-9-]*)`), nil},
		{"PHONE", "+", c(`\+\d[\d ()/-]{6}[\d ()/-]*\d`), nil},
		{"MAC", ":-", c(`(?i)\b[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}\b`), isMAC},
		{"MAC", ".", c(`(?i)\b[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}\b`), nil},
		{"IP", ":", c(`(?i)\b[0-9a-f]*:[0-9a-f]*:[0-9a-f:]*(?:\d+\.\d+\.\d+\.\d+)?|::[0-9a-f]+\b`), isIPv6},
		{"IP", ".", c(`\b\d{1,3}\.\d{1,3}\.\d{1,3}\.(?:\d{1,3}\b|[xX*]{1,3})`), isIPv4},
		{"USER", "/", c(`/home/([^/\s:"']+)`), func(s string) bool { return !commonUser(s) }},
		{"USER", " ", c(`\b(?:[Aa]ccepted|[Ff]ailed) [a-z/-]+ for (?:invalid user )?(\S+) from `), func(s string) bool { return !commonUser(s) }},
		{"USER", " ", c(`\bsession (?:opened|closed) for user ([^\s(]+)`), func(s string) bool { return !commonUser(s) }},
		{"HOST", ".", c(`(?i)(?:[\p{L}0-9_][\p{L}0-9_-]*\.)+\p{L}{2}\p{L}*\b`), isHost},
		{"HOST", "-", c(`\b\d{1,3}-\d{1,3}-\d{1,3}-\d{1,3}\b`), nil},
	}
})

func isIPv4(s string) bool {
	if strings.ContainsAny(s, "xX*") {
		return true
	}
	addr, err := netip.ParseAddr(s)
	return err == nil && tells(addr)
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

// isHost tells a name of a host from that of a file, a unit or a setting.
func isHost(s string) bool {
	last := strings.ToLower(s[strings.LastIndexByte(s, '.')+1:])
	files := []string{"txt", "log", "conf", "cfg", "ini", "json", "toml", "yaml", "yml", "xml", "html", "htm", "css", "js", "php", "py", "pl", "sh", "rb", "go", "so", "ko", "gz",
		"bz", "xz", "tar", "tgz", "deb", "rpm", "zip", "pdf", "eml", "service", "socket", "timer", "slice", "scope", "mount", "target", "path", "device", "swap", "list", "lock",
		"pid", "sock", "bak", "old", "tmp", "dat", "db", "sql", "bin", "elf", "exe", "key", "pub", "pem", "crt", "png", "jpg", "svg", "asc", "md", "journal", "state", "d", "el",
		"amd", "x", "ip", "ipv", "cron", "hourly", "daily", "weekly", "monthly", "fcb", "exhibit", "local_"}
	if slices.Contains(files, last) {
		return false
	}
	// «net.ipv4.ip_forward», «e.g», «z.B» are no hosts; a name has a label of two
	// letters at least.
	labels := strings.Split(s, ".")
	if strings.Contains(last, "_") || len(labels[0]) == 1 && len(labels) == 2 {
		return false
	}
	return utf8.RuneCountInString(last) >= 2
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
	if addr, err := netip.ParseAddr(original); err == nil && kind == "IP" {
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
	lower := strings.ToLower(s)
	for _, id := range r.known {
		for _, at := range occurrences(s, lower, id.Text) {
			all = append(all, place{at, at + len(id.Text), id.Kind, 1})
		}
	}
	for i, p := range patterns() {
		if !strings.ContainsAny(s, p.hint) {
			continue
		}
		for _, m := range p.form.FindAllStringSubmatchIndex(s, -1) {
			from, to := m[0], m[1]
			if len(m) > 3 && m[2] >= 0 {
				from, to = m[2], m[3]
			}
			if from < to && (p.is == nil || p.is(s[from:to])) {
				all = append(all, place{from, to, p.kind, 2 + i})
			}
		}
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

// occurrences finds a text in s, in any case, where it is no part of a longer word.
func occurrences(s, lower, text string) []int {
	if len(lower) != len(s) { // a letter whose lower case is longer
		lower = s
	}
	want := strings.ToLower(text)
	if len(want) != len(text) {
		want = text
	}
	var list []int
	for from := 0; ; {
		i := strings.Index(lower[from:], want)
		if i < 0 {
			return list
		}
		at := from + i
		end := at + len(want)
		before, _ := utf8.DecodeLastRuneInString(s[:at])
		after, _ := utf8.DecodeRuneInString(s[end:])
		first, _ := utf8.DecodeRuneInString(want)
		last, _ := utf8.DecodeLastRuneInString(want)
		if !(inWord(before) && inWord(first)) && !(inWord(after) && inWord(last)) {
			list = append(list, at)
		}
		from = at + 1
	}
}

func inWord(r rune) bool { return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r)) }
