package grammar

import "bytes"

// spamcop reads the summaries that SpamCop sends. An open proxy is how the
// spam came, so it stays spam.
//
//	[ SpamCop V5.3.0 ]
//	Email from 192.0.2.10 / Mon, 03 Feb 2025 04:05:06 +0100
//	192.0.2.10 is open proxy, see: http://www.spamcop.net/…
func spamcop() Grammar {
	return Grammar{
		Name: "spamcop", LogType: Record, Rank: Exact,
		Open: func([]byte) Reader { return &spamcopReader{} },
	}
}

type spamcopReader struct {
	heading Heading
}

func (r *spamcopReader) Clone() Reader { c := *r; return &c }

func (r *spamcopReader) Heading() Heading { return r.heading }

func (r *spamcopReader) Line(line []byte, row *Row) Outcome {
	line = Trim(line)
	switch {
	case bytes.HasPrefix(line, []byte("[ SpamCop V")):
		r.heading.Incident = "spam"
		return Frame
	case bytes.HasPrefix(line, []byte("Spamvertised ")), bytes.Contains(line, []byte(".spamcop.net/")):
		r.proxy(line)
		return r.frame()
	case bytes.HasPrefix(line, []byte("Email from ")):
		return r.seen(line[len("Email from "):], []byte(" / "), row)
	}
	// «http://www.example.org/ is 192.0.2.10; Mon, 3 Feb 2025 04:05:06 GMT»
	if i := bytes.Index(line, []byte(" is ")); i > 0 && bytes.HasPrefix(line, []byte("http")) {
		return r.seen(line[i+4:], []byte("; "), row)
	}
	return Foreign
}

// frame: these lines mean something only in a SpamCop mail.
func (r *spamcopReader) frame() Outcome {
	if r.heading.Incident == "" {
		return Foreign
	}
	return Frame
}

// proxy reads «192.0.2.10 is open proxy, see: …».
func (r *spamcopReader) proxy(line []byte) {
	word, rest := Cut(line)
	if _, ok := ReadAddr(word); ok && bytes.HasPrefix(rest, []byte(" is open proxy")) {
		r.heading.Accused = string(word)
	}
}

// seen reads address and time with sep between them.
func (r *spamcopReader) seen(b, sep []byte, row *Row) Outcome {
	host, when, ok := bytes.Cut(b, sep)
	stamp, used := ReadStamp(Trim(when))
	e, known := ReadHost(host)
	if !ok || used == 0 || !known || !e.Addr.IsValid() && !Masked(e.Word) {
		return Foreign
	}
	row.Source, row.Time = e, stamp
	r.heading.Incident, r.heading.Accused = "spam", e.Host()
	return Done
}
