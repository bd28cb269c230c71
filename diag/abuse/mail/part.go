package mail

import (
	"bytes"
	"path"
	"runtime"
	"strings"
	"unicode/utf8"

	"latchkey/diag"
)

// leaf is a part without parts, as its header describes it.
type leaf struct {
	name, media, charset string
	kind                 Kind
	at                   place
	size                 int64
	cut                  bool // some of it is beyond the limits
	gunzipped            bool // came out of a gzip
}

// inside is a file of the archive l.
func (l leaf) inside(name string) leaf {
	if l.name != "" {
		name = strings.TrimSuffix(l.name+"/"+name, "/")
	}
	return leaf{name: diag.Clean(name, maxName), kind: Attached, at: l.at}
}

const sniffLen = 4 << 10

// leaf undoes the transfer encoding of a part that has no parts.
func (r *reader) leaf(raw []byte, encoding string, l leaf) []Part {
	if r.full() {
		return nil
	}
	r.parts++
	if l.media == "application/pkcs7-mime" || l.media == "application/x-pkcs7-mime" {
		r.warn(WarnEncrypted, l.name, "S/MIME cannot be read here")
	}
	// Pictures are not decoded whole only to be thrown away.
	sniff := decodeTransfer(encoding, raw[:min(len(raw), 2*sniffLen)], sniffLen).data
	packed := isArchive(sniff)
	if !packed && (l.picture() || isBinary(sniff, l.declared())) {
		l.kind = Binary
		r.document(sniff, l)
	}
	if l.kind == Signature || l.kind == Binary {
		l.size = decodeTransfer(encoding, raw, 0).size
		return r.part(nil, l)
	}
	d := r.decode(raw, encoding, packed, &l)
	parts := r.content(d.data, d.own, l)
	collect(l.size)
	return parts
}

// decode undoes the transfer encoding within the limits.
func (r *reader) decode(raw []byte, encoding string, packed bool, l *leaf) decoded {
	limit := min(r.limits.Part, r.left)
	if packed { // of no use in pieces
		limit = r.left
	}
	d := decodeTransfer(encoding, raw, limit)
	if d.flaw != "" {
		r.warn(WarnBadEncoding, l.name, d.flaw)
	}
	l.size = d.size
	if packed && !d.own { // read where it stands
		d.data = raw
		return d
	}
	r.left -= int64(len(d.data))
	if l.cut = d.size > int64(len(d.data)); l.cut {
		r.warn(WarnCut, l.name, "longer than what is read of one part")
		r.full()
	}
	return d
}

// collect frees what a large part of that many bytes left behind on its way to
// UTF-8 text: by itself that would stand until the heap has doubled.
func collect(size int64) {
	if size >= 8<<20 {
		runtime.GC()
	}
}

// declared says that the mail calls the part a text.
func (l leaf) declared() bool {
	return l.kind == Delivered || strings.HasPrefix(l.media, "text/")
}

// picture says that the type of the part never is text, even if its bytes are
// (SVG).
func (l leaf) picture() bool {
	class, _, _ := strings.Cut(l.media, "/")
	return class == "image" || class == "audio" || class == "video" || class == "font"
}

// content makes parts of decoded bytes.
func (r *reader) content(b []byte, own bool, l leaf) []Part {
	switch {
	case isArchive(b):
		if parts, ok := r.archive(b, l); ok {
			return parts
		}
		l.kind = Binary
		return r.part(nil, l)
	case l.media == "message/rfc822", l.media == "message/global", strings.HasSuffix(strings.ToLower(l.name), ".eml"):
		if parts, ok := r.nested(b, l); ok {
			return parts
		}
	}
	if isBinary(b, l.declared()) {
		l.kind = Binary
		r.document(b, l)
		return r.part(nil, l)
	}
	text := r.text(b, own, &l)
	return r.part(text, l)
}

// compound begins the files of older office programs and mails that Outlook
// saved ([MS-CFB], section 2.2).
const compound = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"

// document warns of a file that holds text which only its program shows.
func (r *reader) document(b []byte, l leaf) {
	if bytes.HasPrefix(b, []byte(compound)) {
		r.warn(WarnOffice, l.name, "a document of an office program or a mail of Outlook is not opened")
	}
}

// nested reads a mail within the mail.
func (r *reader) nested(b []byte, l leaf) ([]Part, bool) {
	at := l.at
	h, body, ok := openMail(b)
	if !ok {
		if h, body = readHeader(b, anyField); len(h.fields) == 0 || !strings.HasPrefix(l.media, "message/") {
			return nil, false
		}
	}
	at.depth++
	at.subject = clean(h.get("subject"))
	at.original = at.original || at.report
	at.report, at.digest = false, false
	return r.entity(h, body, at), true
}

// text decodes bytes to what a Part holds.
func (r *reader) text(b []byte, own bool, l *leaf) []byte {
	if l.cut && !isWide(b) {
		b = wholeLines(b)
	}
	if l.charset == "" && (l.media == "text/html" || isHTML(b)) {
		l.charset = metaCharset(b)
	}
	t := toUTF8(b, own, l.charset, r.limits.Part)
	if t.flaw != "" {
		r.warn(t.flaw, l.name, t.detail)
	}
	if t.cut {
		r.warn(WarnCut, l.name, "longer than what is read of one part")
	}
	text := unixLines(t.data, t.own)
	if t.cut || l.cut {
		text = wholeLines(text)
	}
	if l.media == "text/html" || isHTML(text) {
		text = flatten(text)
		if l.media == "" || l.media == "application/octet-stream" {
			l.media = "text/html"
		}
	}
	if bytes.Contains(text[:min(len(text), sniffLen)], []byte(armourSecret)) {
		r.warn(WarnEncrypted, l.name, "the text is encrypted with PGP")
	}
	return unarmour(text)
}

// wholeLines takes off the line that a limit tore, unless it is very long.
func wholeLines(text []byte) []byte {
	const longest = 64 << 10
	if end := bytes.LastIndexByte(text, '\n'); end >= max(0, len(text)-longest) {
		return text[:end+1]
	}
	for i := len(text) - 1; i >= 0 && i > len(text)-utf8.UTFMax; i-- {
		if utf8.RuneStart(text[i]) {
			if !utf8.FullRune(text[i:]) {
				return text[:i]
			}
			break
		}
	}
	return text
}

// part makes the one part of a leaf; an empty body makes none.
func (r *reader) part(text []byte, l leaf) []Part {
	if l.kind == Body && len(bytes.TrimSpace(text)) == 0 {
		return nil
	}
	if l.at.original && (l.kind == Body || l.kind == Attached) {
		l.kind = Original
	}
	if l.media == "" || l.media == "application/octet-stream" {
		l.media = typeByName(l.name, l.kind)
	}
	return []Part{{
		Name: l.name, Kind: l.kind, Type: l.media, Text: text, Subject: l.at.subject, Size: l.size,
	}}
}

// typeByName is the type of what no header describes well.
func typeByName(name string, kind Kind) string {
	if kind == Binary {
		return "application/octet-stream"
	}
	switch strings.ToLower(path.Ext(name)) {
	case ".csv":
		return "text/csv"
	case ".json":
		return "application/json"
	case ".yaml", ".yml":
		return "application/yaml"
	}
	return "text/plain"
}
