package grammar

import (
	"bytes"
	"net/netip"
)

// hetznerLock is the list of addresses in Hetzner's mail about a lock. Any list
// with dashes looks like it, so it counts only after the sentence that says
// that addresses were blocked.
//
//	… we … had to block the IP address(es) below …
//	- 192.0.2.10
func hetznerLock() Grammar {
	return Grammar{
		Name: "hetzner-lock", LogType: Record, Provider: "hetzner",
		Open: func([]byte) Reader { return &lockReader{} },
	}
}

// lockReach is how many lines of prose may stand between the sentence and the
// list; the mail has four.
const lockReach = 12

type lockReader struct {
	near     int  // lines left in which the list may begin
	words    byte // the words of the sentence in the line before
	listing  bool
	recorded bool
}

// The words of the sentence. It may be broken over two lines.
const (
	lockAddresses = 1 << iota // «IP address(es)»
	lockBlocked               // «block»
)

func (r *lockReader) Clone() Reader { c := *r; return &c }

func (r *lockReader) Heading() Heading {
	if !r.recorded {
		return Heading{}
	}
	return Heading{Incident: "notice"}
}

// Starts allows no cut between sentence and list.
func (r *lockReader) Starts(line []byte) bool { return lockWords(line) == lockAddresses|lockBlocked }

func (r *lockReader) Line(line []byte, row *Row) Outcome {
	text := Trim(line)
	if r.near > 0 {
		if word, ok := bytes.CutPrefix(text, []byte("- ")); ok && lockEntry(Trim(word), row) {
			r.listing, r.recorded, r.near = true, true, lockReach
			return Done
		}
		r.near--
		if r.listing {
			r.listing, r.near = false, 0
		}
	}
	words := lockWords(text)
	said := words|r.words == lockAddresses|lockBlocked && words != 0
	r.words = words
	if said {
		r.near, r.words = lockReach, 0
		return Frame
	}
	return Foreign
}

// lockWords finds the words of the sentence, English or German. The brackets
// of «address(es)» tell the form letter from what people write.
func lockWords(line []byte) (words byte) {
	if bytes.Contains(line, []byte("IP address(es)")) || bytes.Contains(line, []byte("Adresse(n)")) {
		words |= lockAddresses
	}
	for _, stem := range []string{"block", "Block", "sperr", "Sperr"} {
		if bytes.Contains(line, []byte(stem)) {
			words |= lockBlocked
		}
	}
	return words
}

// lockEntry reads one address, a network or something masked.
func lockEntry(word []byte, row *Row) bool {
	host, rest := CutHost(word)
	if len(Trim(rest)) > 0 || len(host) > 48 {
		return false
	}
	e, ok := ReadHost(host)
	if ok && !e.Addr.IsValid() && !Masked(host) {
		_, err := netip.ParsePrefix(string(host))
		ok = err == nil
	}
	if ok {
		row.Source = e
	}
	return ok
}
