package mail

import (
	"bytes"
	"strings"
)

// Read takes a mail apart, or a bare text or file. It never fails: what cannot
// be read is a Warning, and what is read of it is there. The work is linear in
// len(data) times limits.Depth.
func Read(data []byte, limits Limits) Message {
	r := &reader{limits: limits.orDefault()}
	r.left = r.limits.Total
	var m Message
	if isWide(data) { // a mail saved as «Unicode»
		t := toUTF8(data, false, "", r.limits.Part)
		if data = t.data; t.cut {
			r.warn(WarnCut, "", "longer than what is read of one part")
		}
	}
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
