package mail

import (
	"bytes"
	"path"
	"runtime"
	"strings"
	"unicode/utf8"

	"latchkey/diag"
)

// Read takes a mail apart, or a bare text or file. It never fails: what cannot
// be read is a Warning, and what is read of it is there. The work is linear in
// len(data) times limits.Depth.
func Read(data []byte, limits Limits) Message {
	r := &reader{limits: limits.orDefault()}
	r.left = r.limits.Total
	var m Message
	if h, body, ok := openMail(data); ok {
		m.Header = h.envelope()
		m.Parts = r.entity(h, body, place{})
	} else {
		m.Parts = r.bare(data)
	}
	if !anyText(m.Parts) {
		r.warn(WarnNoText, "", "no part holds text")
	}
	m.Warnings = r.warnings
	return m
}

func anyText(parts []Part) bool {
	for _, p := range parts {
		if len(bytes.TrimSpace(p.Text)) > 0 {
			return true
		}
	}
	return false
}

// reader holds what one call to Read has used up, and found wrong.
type reader struct {
	limits   Limits
	left     int64 // bytes that may still be decoded
	parts    int   // parts met, also those that hold nothing
	warnings []Warning
}

// place is where a part stands.
type place struct {
	depth    int    // multiparts and mails around it
	archives int    // archives around it
	subject  string // of the nested mail it is in
	original bool   // that mail is the one complained of
	report   bool   // the multipart around it is a report on another mail
	digest   bool   // the multipart around it holds mails by default (RFC 2046 section 5.1.5)
}

// leaf is a part without parts, as its header describes it.
type leaf struct {
	name, media, charset string
	kind                 Kind
	at                   place
	size                 int64
	cut                  bool // some of it is beyond the limits
}

// inside is a file of the archive l.
func (l leaf) inside(name string) leaf {
	if l.name != "" {
		name = strings.TrimSuffix(l.name+"/"+name, "/")
	}
	return leaf{name: diag.Clean(name, maxName), kind: Attached, at: l.at}
}

const sniffLen = 4 << 10

// bare reads what is no mail: a pasted text, half a mail, a file.
func (r *reader) bare(data []byte) []Part {
	start := bytes.TrimLeft(data, "\r\n")
	if bytes.HasPrefix(start, []byte("--")) {
		line, next := cutLine(start)
		below, _ := cutLine(next)
		if name, _, ok := cutField(below); ok && strings.HasPrefix(name, "content-") {
			r.warn(WarnBadStructure, "", "the header of the mail is missing")
			boundary := strings.TrimRight(string(line[2:]), " \t")
			return r.multipart(start, "mixed", boundary, place{})
		}
	}
	return r.leaf(data, "", leaf{kind: Body})
}

// entity reads a mail or a part of one.
func (r *reader) entity(h header, body []byte, at place) []Part {
	if at.depth > r.limits.Depth {
		r.warn(WarnTooDeep, "", "parts nested too deeply are not read")
		return nil
	}
	if h.flaw != "" {
		r.warn(WarnBadStructure, "", h.flaw)
	}
	l, subtype, boundary, sound := describe(&h, at)
	if !sound {
		r.warn(WarnBadStructure, l.name, "the type of the part is garbled")
	}
	encoding := h.get("content-transfer-encoding")
	if strings.HasPrefix(l.media, "multipart/") {
		// RFC 2045 section 6.4 allows no encoding here; some encode all the same.
		if boundary == "" || !bytes.Contains(body, []byte("--"+boundary)) {
			if d := decodeTransfer(encoding, body, min(r.limits.Part, r.left)); d.own {
				r.left -= int64(len(d.data))
				body = d.data
			}
		}
		return r.multipart(body, subtype, boundary, at)
	}
	return r.leaf(body, encoding, l)
}

// describe reads what the header says of a part.
func describe(h *header, at place) (l leaf, subtype, boundary string, sound bool) {
	value := h.get("content-type")
	if value == "" {
		value = "text/plain"
		if at.digest {
			value = "message/rfc822"
		}
	}
	media, params, sound := mediaType(value)
	disposition, file, _ := mediaType(h.get("content-disposition"))
	name := file["filename"]
	if name == "" {
		name = params["name"]
	}
	if !strings.Contains(media, "/") {
		media = "text/plain"
	}
	l = leaf{name: clean(name), media: clean(media), charset: params["charset"], at: at}
	l.kind = kindOf(l.media, l.name != "" || disposition == "attachment")
	_, subtype, _ = strings.Cut(media, "/")
	return l, subtype, params["boundary"], sound
}

// kindOf is what the type of a part says it is; file, that it is attached.
func kindOf(media string, file bool) Kind {
	switch media {
	case "application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature":
		return Signature
	case "message/feedback-report", "message/delivery-status", "message/global-delivery-status":
		return Delivered
	case "text/rfc822-headers":
		return Original
	case "text/plain", "text/html", "text/enriched", "text/x-amp-html":
		if !file {
			return Body
		}
	}
	return Attached
}

func (r *reader) multipart(body []byte, subtype, boundary string, at place) []Part {
	pieces, sound := split(body, boundary, r.limits.Parts+1)
	if boundary == "" || len(pieces) == 0 {
		guess, ok := guessBoundary(body)
		if !ok {
			r.warn(WarnBadStructure, "", "no boundary of the parts is found")
			return r.leaf(body, "", leaf{kind: Body, media: "text/plain", at: at})
		}
		pieces, sound = split(body, guess, r.limits.Parts+1)
		r.warn(WarnBadStructure, "", "the boundary of the parts is not the one announced")
	}
	if !sound {
		r.warn(WarnBadStructure, "", "the last boundary is missing; the mail may be incomplete")
	}
	at.depth++
	at.digest, at.report = subtype == "digest", subtype == "report"
	headers := make([]header, len(pieces))
	for i, piece := range pieces {
		headers[i], pieces[i] = readHeader(piece, partField)
		if strings.HasPrefix(strings.ToLower(headers[i].get("content-type")), "message/feedback-report") {
			at.report = true
		}
	}
	if subtype == "encrypted" {
		r.warn(WarnEncrypted, "", "the mail is encrypted")
	}
	var parts []Part
	var children [][]Part
	for i, piece := range pieces {
		if r.full() {
			break
		}
		child := r.entity(headers[i], piece, at)
		parts, children = append(parts, child...), append(children, child)
	}
	if subtype == "alternative" {
		return alternative(children)
	}
	return parts
}

// full says that the limits allow no more parts.
func (r *reader) full() bool {
	switch {
	case r.parts >= r.limits.Parts:
		r.warn(WarnTooManyParts, "", "not all parts of the mail are read")
	case r.left <= 0:
		r.warn(WarnTooLarge, "", "the mail is too large; further parts are not read")
	default:
		return false
	}
	return true
}

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
	packed := isZip(sniff) || isGzip(sniff)
	if !packed && (l.picture() || isBinary(sniff, l.declared())) {
		l.kind = Binary
	}
	if l.kind == Signature || l.kind == Binary {
		l.size = decodeTransfer(encoding, raw, 0).size
		return r.part(nil, l)
	}
	limit := min(r.limits.Part, r.left)
	if packed { // of no use in pieces
		limit = r.left
	}
	d := decodeTransfer(encoding, raw, limit)
	if packed && !d.own { // read where it stands
		d.data, limit = raw, 0
	}
	if d.flaw != "" {
		r.warn(WarnBadEncoding, l.name, d.flaw)
	}
	l.size, l.cut = d.size, d.size > int64(len(d.data))
	if l.cut && limit == r.left {
		r.warn(WarnTooLarge, "", "the mail is too large; further parts are not read")
	}
	if l.cut {
		r.warn(WarnCut, l.name, "longer than what is read of one part")
	}
	r.left -= min(int64(len(d.data)), limit)
	parts := r.content(d.data, d.own, l)
	collect(l.size)
	return parts
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
	case isZip(b), isGzip(b):
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
		return r.part(nil, l)
	}
	text := r.text(b, own, &l)
	return r.part(text, l)
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
