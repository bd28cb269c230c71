//go:build linux

package lab

import (
	"net"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// slowName is longer than the 5 s a stub resolver waits.
const slowName = 6 * time.Second

// serveNames answers questions on c from records until c is closed.
func serveNames(c net.PacketConn, how NameService) {
	buf := make([]byte, 1500)
	for {
		n, from, err := c.ReadFrom(buf)
		if err != nil {
			return
		}
		answer := answerNames(buf[:n], how)
		switch {
		case answer == nil || how == NamesSilent:
		case how == NamesSlow:
			time.AfterFunc(slowName, func() { _, _ = c.WriteTo(answer, from) })
		default:
			_, _ = c.WriteTo(answer, from) // a lost answer is an answer lost
		}
	}
}

// answerNames gives the answer to a packed question, nil if it is none.
func answerNames(packet []byte, how NameService) []byte {
	var m dnsmessage.Message
	if err := m.Unpack(packet); err != nil || m.Response || len(m.Questions) != 1 {
		return nil
	}
	q := m.Questions[0]
	m.Response, m.RecursionAvailable, m.Additionals = true, true, nil
	known := false
	for _, r := range records() {
		body, match := r.answer(q)
		known = known || match
		if body != nil && how != NamesNone {
			m.Answers = append(m.Answers, dnsmessage.Resource{
				Header: dnsmessage.ResourceHeader{Name: q.Name, Class: q.Class, TTL: 60}, Body: body})
		}
	}
	if !known || how == NamesNone {
		m.RCode = dnsmessage.RCodeNameError
	}
	if len(m.Answers) > 0 {
		// As many servers do. Without it wine 8 finds no name that is the end
		// of a message (DNS_ERROR_BAD_PACKET).
		m.Authorities = []dnsmessage.Resource{{
			Header: dnsmessage.ResourceHeader{Name: dnsmessage.MustNewName("."), Class: q.Class, TTL: 60},
			Body:   &dnsmessage.NSResource{NS: dnsmessage.MustNewName("router.lan.")}}}
	}
	packed, err := m.Pack()
	if err != nil {
		return nil
	}
	return packed
}

// answer is what a record says to q: match if the name is its own, body if it
// is also of the type asked for.
func (r record) answer(q dnsmessage.Question) (body dnsmessage.ResourceBody, match bool) {
	addr := netip.MustParseAddr(r.addr)
	asked := strings.ToLower(q.Name.String())
	if r.reverse && asked == reverse(addr) {
		if q.Type == dnsmessage.TypePTR {
			body = &dnsmessage.PTRResource{PTR: dnsmessage.MustNewName(r.name + ".")}
		}
		return body, true
	}
	if asked != strings.ToLower(r.name)+"." {
		return nil, false
	}
	switch {
	case q.Type == dnsmessage.TypeA && addr.Is4():
		body = &dnsmessage.AResource{A: addr.As4()}
	case q.Type == dnsmessage.TypeAAAA && addr.Is6():
		body = &dnsmessage.AAAAResource{AAAA: addr.As16()}
	}
	return body, true
}

// reverse is the name under which an address is looked up (RFC 1035 §3.5,
// RFC 3596 §2.5).
func reverse(a netip.Addr) string {
	const digits = "0123456789abcdef"
	b := a.AsSlice()
	var s strings.Builder
	for i := len(b) - 1; i >= 0; i-- {
		if a.Is4() {
			s.WriteString(strconv.Itoa(int(b[i])) + ".")
			continue
		}
		s.Write([]byte{digits[b[i]&15], '.', digits[b[i]>>4], '.'})
	}
	if a.Is4() {
		return s.String() + "in-addr.arpa."
	}
	return s.String() + "ip6.arpa."
}
