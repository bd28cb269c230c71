package abuse

import (
	"net/url"
	"slices"
	"strings"

	"latchkey/diag"
)

// Link is an address in the mail.
type Link struct {
	Kind   LinkKind
	URL    string
	Secret bool // carries a token that works for whoever holds it
	Source diag.Source
}

// LinkKind says what a Link is for.
type LinkKind string

// The kinds of links.
const (
	RetryLink     LinkKind = "retry"
	StatementLink LinkKind = "statement"
	OtherLink     LinkKind = "other"
)

// hidden stands where a secret was.
const hidden = "hidden"

// Masked is the link without its secret.
func (l Link) Masked() string {
	if !l.Secret {
		return l.URL
	}
	u, err := url.Parse(l.URL)
	if err != nil { // cut off within an escape: what is secret cannot be told
		before, _, _ := strings.Cut(l.URL, "?")
		return before + "?" + hidden
	}
	q := u.Query()
	for key := range q {
		q.Set(key, hidden)
	}
	u.RawQuery, u.User = q.Encode(), nil
	steps := strings.Split(u.Path, "/")
	for i, step := range steps {
		if isRandom(step) {
			steps[i] = hidden
		}
	}
	u.Path, u.RawPath = strings.Join(steps, "/"), ""
	if u.Fragment != "" {
		u.Fragment, u.RawFragment = hidden, ""
	}
	return u.String()
}

// holdsSecret reports whether a link works for whoever holds it: links to answer
// by carry a token, also where it has an unknown name or is part of the path.
func holdsSecret(u *url.URL, kind LinkKind) bool {
	for key, values := range u.Query() {
		if kind != OtherLink || slices.ContainsFunc(values, isRandom) {
			return true
		}
		switch strings.ToLower(key) {
		case "token", "key", "secret", "auth", "code", "signature", "hash":
			return true
		}
	}
	return u.User != nil || isRandom(u.Fragment) || slices.ContainsFunc(strings.Split(u.Path, "/"), isRandom)
}

// isRandom reports whether a word was made by a machine to be guessed by nobody:
// long, of letters and digits mixed, without words between hyphens. The hyphens
// of a UUID part hexadecimal digits.
func isRandom(word string) bool {
	const shortest = 16 // 64 bits in hexadecimal digits
	digits, letters, hex := 0, 0, true
	for _, c := range word {
		switch {
		case c >= '0' && c <= '9':
			digits++
		case c|0x20 >= 'a' && c|0x20 <= 'z':
			letters++
			hex = hex && c|0x20 <= 'f'
		case c == '-' && hex:
		default:
			return false
		}
	}
	return digits+letters >= shortest && digits >= 3 && letters >= 3
}

func (p *prose) readLinks(n *NoticeFacts, line string, at diag.Source) {
	for _, raw := range p.link.FindAllString(line, 8) {
		raw = strings.TrimRight(raw, ".,;:)>")
		u, err := url.Parse(raw)
		if err != nil || len(n.Links) >= mostLinks {
			continue
		}
		l := Link{Kind: OtherLink, URL: diag.Clean(raw, 500), Source: at}
		path := strings.ToLower(u.Path)
		switch {
		case strings.Contains(path, "/retr"):
			l.Kind = RetryLink
		case strings.Contains(path, "/statement"):
			l.Kind = StatementLink
		}
		l.Secret = holdsSecret(u, l.Kind)
		if !hasLink(n.Links, l) {
			n.Links = append(n.Links, l)
		}
	}
}

func hasLink(all []Link, l Link) bool {
	for _, other := range all {
		if other.URL == l.URL {
			return true
		}
	}
	return false
}
