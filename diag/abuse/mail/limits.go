package mail

import "latchkey/diag"

// Limits bound what Read takes out of one mail, however it was made up. A value
// of zero or less stands for the default.
type Limits struct {
	Depth    int   // multiparts and mails within each other
	Parts    int   // parts altogether, files out of archives included
	Total    int64 // bytes decoded altogether
	Part     int64 // bytes of one part
	Entries  int   // files read out of one archive
	Ratio    int64 // unpacked to packed bytes of one file
	Archives int   // archives within each other
}

// DefaultLimits are far above every real report (the largest known has some
// MB, a dozen parts, four levels) and keep the heap below 256 MB.
func DefaultLimits() Limits {
	return Limits{Depth: 20, Parts: 200, Total: 64 << 20, Part: 32 << 20, Entries: 50, Ratio: 200, Archives: 2}
}

func (l Limits) orDefault() Limits {
	d := DefaultLimits()
	return Limits{
		Depth:    positive(l.Depth, d.Depth),
		Parts:    positive(l.Parts, d.Parts),
		Total:    positive(l.Total, d.Total),
		Part:     positive(l.Part, d.Part),
		Entries:  positive(l.Entries, d.Entries),
		Ratio:    positive(l.Ratio, d.Ratio),
		Archives: positive(l.Archives, d.Archives),
	}
}

func positive[T int | int64](n, otherwise T) T {
	if n > 0 {
		return n
	}
	return otherwise
}

// The codes of warnings. Those of the first group say that something is
// missing from the parts, those of the second that it was read around.
const (
	WarnTooDeep          = "too-deep"          // nested deeper than Limits.Depth or Limits.Archives: not read
	WarnTooManyParts     = "too-many-parts"    // more than Limits.Parts, or than Limits.Entries in an archive
	WarnTooLarge         = "too-large"         // Limits.Total is used up: further parts are not read
	WarnCut              = "cut"               // the part is longer than Limits allow; its beginning is there
	WarnArchiveBomb      = "archive-bomb"      // unpacks to more than Limits.Ratio, or holds absurdly many files
	WarnArchiveEncrypted = "archive-encrypted" // needs a password
	WarnArchiveDamaged   = "archive-damaged"   // what could be unpacked is there
	WarnEncrypted        = "encrypted"         // PGP or S/MIME: the text cannot be read here
	WarnOffice           = "office-document"   // xlsx, docx, xls, doc, msg: has to be saved as CSV or text
	WarnNoText           = "no-text"           // no part holds text

	WarnBadEncoding    = "bad-encoding"    // unknown transfer encoding, or bytes that are none of it
	WarnBadCharset     = "bad-charset"     // unknown character set, or bytes that are none of it
	WarnBadStructure   = "bad-structure"   // header or boundaries are not as they should be
	WarnCharsetGuessed = "charset-guessed" // the bytes contradict what the mail says, or it says nothing
	WarnMojibake       = "mojibake"        // was encoded twice before it was sent; left as it is
)

// maxName is the longest name or header value handed on, in runes.
const maxName = 200

// maxWarnings bounds the list: a mail with more defects is no better understood
// by knowing them all.
const maxWarnings = 100

// warn notes a defect, once per code and part.
func (r *reader) warn(code, part, text string) {
	part = diag.Clean(part, maxName)
	if len(r.warnings) == maxWarnings {
		return
	}
	for _, w := range r.warnings {
		if w.Code == code && w.Part == part {
			return
		}
	}
	r.warnings = append(r.warnings, Warning{Code: code, Part: part, Text: diag.Clean(text, maxName)})
}
