package statement

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"mime"
	"mime/quotedprintable"
	"net/mail"
	"strings"
	"time"

	"latchkey/diag"
)

// Attachment is a file that goes with a mail or into a bundle.
type Attachment struct {
	Name string // without a folder
	Type string // media type; "" for application/octet-stream
	Data []byte
}

// MailOptions are what the document does not say.
type MailOptions struct {
	Date        time.Time // zero: the document's
	InReplyTo   string    // Message-ID of the report without its angle brackets; "" if not known
	Attachments []Attachment
}

// Mail writes a statement as a message to be opened in a mail program (RFC 5322,
// RFC 2045). The sender is left to that program. The reference stands in the
// subject letter by letter. The same input gives the same bytes.
func (l *Library) Mail(w io.Writer, d Document, o MailOptions) error {
	if o.Date.IsZero() {
		o.Date = d.Date
	}
	var b bytes.Buffer
	header := func(name, value string) { b.WriteString(folded(name+": ", value)) }
	header("Date", o.Date.Format("Mon, 02 Jan 2006 15:04:05 -0700"))
	if to, err := mail.ParseAddress(d.To); err == nil {
		header("To", to.String())
	}
	header("Subject", encodeWords(diag.Clean(d.Subject, 500)))
	if id := messageID(o.InReplyTo); id != "" {
		header("In-Reply-To", id)
		header("References", id)
	}
	header("X-Unsent", "1") // opens as a draft
	header("MIME-Version", "1.0")
	header("Content-Language", d.Language)
	text := quoted(l.Ticket(d, false, 0).Text)
	if len(o.Attachments) == 0 {
		header("Content-Type", "text/plain; charset=utf-8")
		header("Content-Transfer-Encoding", "quoted-printable")
		b.WriteString("\r\n")
		b.Write(text)
	} else {
		parts(&b, header, text, o.Attachments)
	}
	if _, err := w.Write(b.Bytes()); err != nil {
		return fmt.Errorf("write the mail: %w", err)
	}
	return nil
}

// parts writes text and files as one message.
func parts(b *bytes.Buffer, header func(name, value string), text []byte, files []Attachment) {
	sum := sha256.New()
	sum.Write(text)
	for _, f := range files {
		sum.Write(f.Data)
	}
	// No line of quoted-printable or base64 can hold «=_».
	boundary := "=_latchkey-" + hex.EncodeToString(sum.Sum(nil))[:24]
	header("Content-Type", `multipart/mixed; boundary="`+boundary+`"`)
	b.WriteString("\r\n--" + boundary + "\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n")
	b.Write(text)
	for _, f := range files {
		kind := f.Type
		if kind == "" {
			kind = "application/octet-stream"
		}
		name := diag.Clean(f.Name, 100)
		b.WriteString("\r\n--" + boundary + "\r\nContent-Type: " + kind + "\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: " +
			mime.FormatMediaType("attachment", map[string]string{"filename": name}) + "\r\n\r\n")
		encoded := base64.StdEncoding.EncodeToString(f.Data)
		for len(encoded) > 76 {
			b.WriteString(encoded[:76] + "\r\n")
			encoded = encoded[76:]
		}
		b.WriteString(encoded + "\r\n")
	}
	b.WriteString("\r\n--" + boundary + "--\r\n")
}

// quoted is a text as quoted-printable with the line ends of mails.
func quoted(text string) []byte {
	var b bytes.Buffer
	q := quotedprintable.NewWriter(&b)
	// A bytes.Buffer takes everything.
	_, _ = q.Write([]byte(strings.ReplaceAll(text, "\n", "\r\n")))
	_ = q.Close()
	return b.Bytes()
}

// messageID takes a Message-ID only if it is one: it is about to stand in a
// header.
func messageID(id string) string {
	if id == "" || len(id) > 250 || strings.ContainsAny(id, " <>\t\r\n") || !ascii(id) {
		return ""
	}
	return "<" + id + ">"
}

func ascii(s string) bool {
	for _, r := range s {
		if r < ' ' || r > '~' {
			return false
		}
	}
	return true
}

// encodeWords encodes the words that are not ASCII (RFC 2047) and leaves the
// others, so that a reference is found by whoever searches for it.
func encodeWords(s string) string {
	var out, run []string
	flush := func() {
		if len(run) > 0 {
			out = append(out, mime.QEncoding.Encode("utf-8", strings.Join(run, " ")))
			run = nil
		}
	}
	for _, word := range strings.Fields(s) {
		if !ascii(word) || strings.HasPrefix(word, "=?") {
			run = append(run, word)
			continue
		}
		flush()
		out = append(out, word)
	}
	flush()
	return strings.Join(out, " ")
}

// folded breaks a header at blanks so that no line has more than 78 characters,
// as far as it has blanks.
func folded(name, value string) string {
	const most = 78
	line, b := name, strings.Builder{}
	for i, word := range strings.Fields(value) {
		switch {
		case i == 0:
			line += word
		case len(line)+1+len(word) > most:
			b.WriteString(line + "\r\n")
			line = " " + word
		default:
			line += " " + word
		}
	}
	return b.String() + line + "\r\n"
}
