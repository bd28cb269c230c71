package grammar

import "bytes"

// ovhAntispam is the list of OVH's mail filter: messages that left the server
// for port 25. The address of the server stands in the sentence above it only.
//
//	Destination IP: 198.51.100.7 - Message-ID: name@example.org - Spam score: 300
func ovhAntispam() Grammar {
	return Grammar{
		Name: "ovh-antispam", LogType: Record, Provider: "ovh",
		Open: func([]byte) Reader { return &ovhSpamReader{} },
	}
}

type ovhSpamReader struct {
	wrappedLog
	spam bool // the last line spoke of spam
}

func (r *ovhSpamReader) Clone() Reader { c := *r; return &c }

func (r *ovhSpamReader) Starts(line []byte) bool { return ovhSpamBegins(Trim(line)) }

func (r *ovhSpamReader) Line(line []byte, row *Row) Outcome {
	o, alone := r.wrap.read(line, row, ovhSpamRow)
	switch text := Trim(line); {
	case o == Done:
		r.heading.Sampled, r.heading.Outward, r.heading.Incident = true, true, "spam"
	case alone && ovhMark(text):
		return Frame
	case alone:
		r.accuse(text)
	}
	return o
}

// accuse takes the address out of «… spam coming from your IP 192.0.2.10.»
// which may be broken over two lines. The sentence stays prose.
func (r *ovhSpamReader) accuse(line []byte) {
	said := bytes.Contains(line, []byte("spam")) || bytes.Contains(line, []byte("SPAM"))
	_, after, ok := bytes.Cut(line, []byte("your IP "))
	if ok && (said || r.spam) && r.heading.Accused == "" {
		word, _ := CutHost(bytes.TrimPrefix(after, []byte("address ")))
		word = bytes.TrimRight(word, ".,;:")
		if _, ok := ReadAddr(word); ok || Masked(word) {
			r.heading.Accused = string(word)
		}
	}
	r.spam = said
}

func ovhSpamBegins(text []byte) bool { return bytes.HasPrefix(text, []byte("Destination IP:")) }

func ovhSpamRow(text []byte, row *Row) Outcome {
	const mark = "Destination IP:"
	if !ovhSpamBegins(text) || bytes.Contains(text[len(mark):], []byte(mark)) { // none, or broken off before the next
		return Foreign
	}
	host, rest := CutHost(text[len(mark):])
	if len(host) == 0 {
		return Begun
	}
	_, note, ok := bytes.Cut(rest, []byte("Message-ID:"))
	if !ok && len(rest) > len(" - Message-ID") {
		return Foreign
	}
	_, score, scored := bytes.Cut(note, []byte("Spam score:"))
	score = Trim(score)
	if !scored || len(score) == 0 {
		return Begun
	}
	if _, ok := ReadInt(score); !ok {
		return Foreign
	}
	row.Target, _ = ReadHost(host)
	row.Target.Port = 25
	row.Protocol = TCP
	row.Note = Trim(note)
	return Done
}
