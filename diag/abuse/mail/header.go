package mail

import (
	"bytes"
	"io"
	"mime"
	"net/mail"
	"strings"
	"time"

	"golang.org/x/text/transform"

	"latchkey/diag"
)

// Bounds of a header. Real ones stay below 100 fields and 64 KB.
const (
	maxHeader = 1 << 20  // bytes
	maxFields = 1000     // fields kept
	maxValue  = 16 << 10 // bytes of a value kept
)

// header is the fields of a mail or of a part, in their order.
type header struct {
	fields []field
	flaw   string // what is wrong with it, "" if nothing
	blank  bool   // a blank line ends it, as it should
}

type field struct {
	name  string // lower case
	value string // unfolded, not decoded
}

// get is the first value of a field, "" if there is none.
func (h *header) get(name string) string {
	for _, f := range h.fields {
		if f.name == name {
			return f.value
		}
	}
	return ""
}

// readHeader reads fields up to the blank line and gives what follows. Lines
// folded wrongly are taken to the field before them; at any other line that is
// no field the body begins. accept says which names may be a field here.
func readHeader(data []byte, accept func(name string) bool) (h header, body []byte) {
	start := len(data)
	var value []byte
	flush := func() {
		if n := len(h.fields); n > 0 && value != nil {
			h.fields[n-1].value = string(value)
		}
		value = nil
	}
	defer flush()
	for len(data) > 0 && start-len(data) < maxHeader && len(h.fields) < maxFields {
		line, next := cutLine(data)
		name, rest, isField := cutField(line)
		switch {
		case len(bytes.TrimSpace(line)) == 0:
			h.blank = true
			return h, next
		case blankByte(line[0]) && len(h.fields) > 0:
			value = fold(value, line)
		case isField && accept(name):
			flush()
			h.fields = append(h.fields, field{name: name})
			value = fold([]byte{}, rest)
		case len(h.fields) > 0 && misfolded(value, next):
			h.flaw = "a header line is folded wrongly"
			value = fold(value, line)
		default:
			h.flaw = "no blank line after the header"
			return h, data
		}
		data = next
	}
	if len(data) > 0 {
		h.flaw = "the header is too long"
	}
	return h, data
}

// misfolded says that a line without leading space belongs to the field before
// it: that field is unfinished, or the header plainly goes on after the line.
func misfolded(value, next []byte) bool {
	value = bytes.TrimRight(value, " \t")
	if n := len(value); n > 0 && (value[n-1] == ';' || value[n-1] == ',') {
		return true
	}
	line, _ := cutLine(next)
	name, _, ok := cutField(line)
	return ok && technicalField(name)
}

// fold appends a line of a value.
func fold(value, line []byte) []byte {
	line = bytes.TrimSpace(line)
	if len(value) > 0 && len(line) > 0 {
		value = append(value, ' ')
	}
	return append(value, line[:min(len(line), max(0, maxValue-len(value)))]...)
}

// cutField reads «Name: value»; name is in lower case.
func cutField(line []byte) (name string, value []byte, ok bool) {
	const longest = 64
	colon := bytes.IndexByte(line[:min(len(line), longest+1)], ':')
	if colon <= 0 {
		return "", nil, false
	}
	key := bytes.TrimRight(line[:colon], " \t")
	for _, c := range key {
		if c <= ' ' || c >= 0x7F {
			return "", nil, false
		}
	}
	if len(key) == 0 {
		return "", nil, false
	}
	return strings.ToLower(string(key)), line[colon+1:], true
}

// anyField takes every name: the header of a mail may hold what it likes.
func anyField(string) bool { return true }

// partField takes what the header of a part may hold. RFC 2046 section 5.1
// gives no meaning to other fields there; they rather are a record that begins
// the text («IP: 192.0.2.10») where the blank line was lost.
func partField(name string) bool {
	for _, prefix := range []string{"content-", "x-", "mime-", "dkim-", "arc-", "list-", "resent-"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return envelopeField(name)
}

// envelopeField are the fields that make a header one of a mail.
func envelopeField(name string) bool {
	switch name {
	case "from", "to", "subject", "date", "cc", "sender", "reply-to":
		return true
	}
	return technicalField(name)
}

// technicalField are those that nobody writes into a text of his own.
func technicalField(name string) bool {
	switch name {
	case "received", "return-path", "delivered-to", "mime-version", "content-type", "content-transfer-encoding",
		"message-id", "in-reply-to", "references", "x-mailer", "dkim-signature", "auto-submitted":
		return true
	}
	return false
}

// recordField are fields of abuse records (RFC 5965, X-ARF), which look like a
// header and are none.
func recordField(name string) bool {
	switch name {
	case "feedback-type", "reported-from", "schema-url", "source-type", "report-type":
		return true
	}
	return false
}

// openMail reads the header of a mail; ok is false where data is not one. Two
// fields of an envelope with a blank line after them make a mail; without that
// line it takes a third. Senders and receivers count only with an «@»: records
// of attacks have From and To as well.
func openMail(data []byte) (h header, body []byte, ok bool) {
	data = bytes.TrimLeft(bytes.TrimPrefix(data, []byte(bom)), "\r\n")
	if bytes.HasPrefix(data, []byte("From ")) || bytes.HasPrefix(data, []byte(">From ")) { // mbox
		_, data = cutLine(data)
	}
	h, body = readHeader(data, anyField)
	known := make(map[string]bool)
	for _, f := range h.fields {
		switch f.name {
		case "from", "to", "cc", "sender", "reply-to":
			if !strings.Contains(f.value, "@") {
				continue
			}
		}
		if recordField(f.name) {
			return h, nil, false
		}
		if envelopeField(f.name) {
			known[f.name] = true
		}
	}
	return h, body, len(known) >= 3 || len(known) == 2 && h.blank
}

// envelope is what people are shown of a header.
func (h *header) envelope() Header {
	return Header{
		Subject:   clean(h.get("subject")),
		From:      clean(h.get("from")),
		To:        clean(h.get("to")),
		MessageID: strings.Trim(clean(h.get("message-id")), "<>"),
		Date:      readDate(h.get("date")),
	}
}

// clean decodes the words of a value (RFC 2047) and makes it fit to show.
func clean(value string) string {
	return diag.Clean(strings.Join(strings.Fields(decodeWords(value)), " "), maxName)
}

func decodeWords(value string) string {
	decoder := mime.WordDecoder{CharsetReader: func(label string, input io.Reader) (io.Reader, error) {
		enc, err := lookup(label)
		if err != nil {
			word, err := io.ReadAll(input)
			text, _ := lenient(word, 3*maxValue)
			return bytes.NewReader(text), err
		}
		return transform.NewReader(input, enc.NewDecoder()), nil
	}}
	if decoded, err := decoder.DecodeHeader(value); err == nil {
		value = decoded
	}
	text, _ := lenient([]byte(value), int64(4*len(value)))
	return string(text)
}

// readDate reads the time of a mail with its offset; zero if it is none.
func readDate(value string) time.Time {
	value, _, _ = strings.Cut(value, "(") // «(CEST)»
	value = strings.TrimSpace(value)
	if t, err := mail.ParseDate(value); err == nil {
		return t
	}
	for _, layout := range []string{
		"2006-01-02 15:04:05 -0700", time.RFC3339, time.ANSIC,
		"Mon, 2 Jan 2006 15:04:05", "2 Jan 2006 15:04:05", "Mon 2 Jan 2006 15:04:05 -0700",
	} {
		if t, err := time.Parse(layout, value); err == nil {
			return t
		}
	}
	return time.Time{}
}

// mediaType reads a Content-Type or Content-Disposition, with lower-case keys;
// ok is false where it had to be read around.
func mediaType(value string) (media string, params map[string]string, ok bool) {
	media, params, err := mime.ParseMediaType(value)
	if err == nil {
		return media, params, true
	}
	params = make(map[string]string)
	for i, piece := range splitParams(value) {
		key, val, found := strings.Cut(piece, "=")
		key = strings.ToLower(strings.TrimSpace(key))
		switch {
		case i == 0:
			media = strings.ToLower(strings.TrimSpace(piece))
		case found && key != "" && params[key] == "":
			params[key] = strings.Trim(strings.TrimSpace(val), `"' `)
		}
	}
	return media, params, false
}

// splitParams cuts at semicolons outside quotes.
func splitParams(value string) []string {
	var pieces []string
	quoted, from := false, 0
	for i := range len(value) {
		switch {
		case value[i] == '"':
			quoted = !quoted
		case value[i] == ';' && !quoted:
			pieces = append(pieces, value[from:i])
			from = i + 1
		}
	}
	return append(pieces, value[from:])
}

// cutLine gives the first line without its end, and what follows.
func cutLine(data []byte) (line, next []byte) {
	line, next, _ = bytes.Cut(data, []byte{'\n'})
	return bytes.TrimRight(line, "\r"), next
}

func blankByte(c byte) bool { return c == ' ' || c == '\t' }
