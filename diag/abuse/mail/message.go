// Package mail answers «which texts are in this mail?»: it takes a message or
// a pasted text apart into parts decoded to UTF-8, however damaged, nested or
// hostile, with every defect listed and every size bounded. Nothing is
// executed and nothing is fetched. What the texts say is left to package
// abuse.
//
// It stands on the standard library (mime, net/mail, archive/zip), x/text and
// x/net/html. Two libraries were measured on damaged and hostile mails and left
// out. go-message v0.18.2 streams and is frugal, but ends a mail at its first
// defect: a header folded wrongly, a blank line missing after a header (all
// later parts are lost with it), a stray byte in base64, a boundary that does
// not match; every repair would have to come before it. enmime v2.3.0 lost the
// text of the same mails, had not read 100 nested multiparts after two minutes,
// allocated 426 MB for a 30 MB header line, and brings a dozen modules.
// As the mail is in memory already, parts are cut out of it without a copy,
// and whatever is broken is still at hand as it was sent.
package mail

import "time"

// Message is a mail taken apart, or a bare text: one Part, no Header.
type Message struct {
	Header   Header
	Parts    []Part // in reading order
	Warnings []Warning
}

// Header is what the envelope of the mail says, decoded; "" if missing.
type Header struct {
	Subject, From, To, MessageID string    // MessageID without its angle brackets
	Date                         time.Time // with its offset; zero if missing or unreadable
}

// Kind says what a Part is to its mail.
type Kind string

// The kinds of parts.
const (
	Body      Kind = "body"      // the text one reads, also that of a nested mail
	Attached  Kind = "attached"  // a file, also one out of an archive
	Original  Kind = "original"  // the mail complained of (message/rfc822 in a spam report): quoted evidence
	Delivered Kind = "delivered" // message/feedback-report, delivery status: header-like records
	Signature Kind = "signature" // PGP or S/MIME
	Binary    Kind = "binary"    // no text; Text is empty
)

// Part is one text of a mail.
type Part struct {
	Name string // as the mail names it, cleaned; «report.zip/report.csv» inside an archive; "" for a body
	Kind Kind
	Type string // media type, lower case
	// Text is UTF-8 with LF line ends and without byte order mark. It may point
	// into the bytes given to Read: neither may be written to.
	Text []byte
	// Subject of the nested mail this part is from, "" for the outermost.
	Subject string
	Size    int64 // bytes before any limit cut them
}

// Warning is a defect that was read around.
type Warning struct {
	Code string // one of the Warn constants
	Part string // Name of the part, "" for the mail
	Text string // detail, cleaned
}
