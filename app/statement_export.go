package app

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"time"

	"latchkey/app/casefile"
	"latchkey/app/statement"
)

// ExportFormat is a form in which a statement leaves the program.
type ExportFormat string

// The formats.
const (
	ExportPDF    ExportFormat = "pdf"
	ExportText   ExportFormat = "text"
	ExportMail   ExportFormat = "mail"
	ExportBundle ExportFormat = "bundle"
)

// ErrFormat says that there is no such format.
var ErrFormat = errors.New("no such format of a statement")

// ExportOptions say what goes into the file.
type ExportOptions struct {
	Format ExportFormat
	Redact bool // placeholders for all that tells who is meant
	Letter bool // the letter alone, without the annex
	Attach bool // the outputs as files in the PDF
	// Limit of the text in characters; 0 for the provider's, below 0 for none.
	Limit int
}

// Exported says what was written.
type Exported struct {
	SHA256   string // in hex
	Size     int
	Cut      []statement.Section // left out of the text for its limit
	Replaced []statement.Replacement
}

// Export writes a statement. With Redact the original is gone before anything is
// drawn.
func (s *Session) Export(ctx context.Context, w io.Writer, f statement.Facts, form statement.Form, d Draft, o ExportOptions) (Exported, error) {
	var out Exported
	desk := s.desk()
	if desk.err != nil {
		return out, desk.err
	}
	doc := d.Document
	if o.Redact {
		doc, out.Replaced = statement.Redact(doc, statement.Identifiers(f, form))
	}
	if o.Letter {
		doc.Annex, doc.Exhibits = nil, nil
	}
	if err := ctx.Err(); err != nil {
		return out, err
	}
	var b bytes.Buffer
	var err error
	switch o.Format {
	case ExportPDF:
		err = s.writePDF(&b, doc, o)
	case ExportText:
		t := desk.library.Ticket(doc, !o.Letter, limitOf(o, d))
		out.Cut = t.Cut
		b.WriteString(t.Text)
	case ExportMail:
		err = s.writeMail(&b, doc, f, o)
	case ExportBundle:
		err = s.writeBundle(&b, doc, f, o)
	default:
		err = ErrFormat
	}
	if err = errors.Join(err, ctx.Err()); err != nil {
		return out, err
	}
	sum := sha256.Sum256(b.Bytes())
	out.SHA256, out.Size = hex.EncodeToString(sum[:]), b.Len()
	_, err = w.Write(b.Bytes())
	return out, err
}

func limitOf(o ExportOptions, d Draft) int {
	switch {
	case o.Limit < 0:
		return 0
	case o.Limit > 0:
		return o.Limit
	}
	return d.Questions.Limit
}

func (s *Session) writePDF(w io.Writer, doc statement.Document, o ExportOptions) error {
	desk := s.desk()
	return statement.PDF(w, doc, statement.PDFOptions{Fonts: desk.fonts, Annex: !o.Letter, Attach: o.Attach, Words: desk.library.PageWords(doc.Language),
		Created: doc.Date, Producer: "Latchkey"})
}

// writeMail writes the letter as the mail's text and the whole as its PDF.
func (s *Session) writeMail(w io.Writer, doc statement.Document, f statement.Facts, o ExportOptions) error {
	var pdf bytes.Buffer
	if err := s.writePDF(&pdf, doc, o); err != nil {
		return err
	}
	m := statement.MailOptions{Date: doc.Date, Attachments: []statement.Attachment{{Name: "statement.pdf", Type: "application/pdf", Data: pdf.Bytes()}}}
	if f.Report != nil && !o.Redact {
		m.InReplyTo = f.Report.MessageID
	}
	return s.desk().library.Mail(w, doc, m)
}

// writeBundle puts PDF, text, mail and outputs into one zip.
func (s *Session) writeBundle(w io.Writer, doc statement.Document, f statement.Facts, o ExportOptions) error {
	var pdf, eml bytes.Buffer
	if err := s.writePDF(&pdf, doc, o); err != nil {
		return err
	}
	if err := s.writeMail(&eml, doc, f, o); err != nil {
		return err
	}
	return statement.Bundle(w, doc, []statement.Attachment{
		{Name: "statement.pdf", Data: pdf.Bytes()},
		{Name: "statement.txt", Data: []byte(s.desk().library.Ticket(doc, true, 0).Text)},
		{Name: "statement.eml", Data: eml.Bytes()},
	})
}

// mostStatements bounds the versions that a case keeps.
const mostStatements = 200

// RecordStatement keeps a version of a statement that was written to a file, or
// that the person sent: by says how (form, mail, panel, ticket).
func RecordStatement(m *casefile.Case, d Draft, form statement.Form, e Exported, name, by string, now time.Time) {
	fields := map[string]string{}
	for field, value := range form {
		fields[field] = value
	}
	for field, value := range d.Proposed { // what was sent stays as it was, whatever the facts say later
		if fields[string(field)] == "" && value != "" && !form.Emptied(field) {
			fields[string(field)] = value
		}
	}
	v := casefile.Statement{Time: now, Sent: by != "", Fields: fields, Language: d.Language, SHA256: e.SHA256, Name: name}
	if m.Statements = append(m.Statements, v); len(m.Statements) > mostStatements {
		m.Statements = m.Statements[1:]
	}
	code, with := EventSaved, map[string]string{"name": name, "sha256": e.SHA256}
	if by != "" {
		code, with["by"] = EventSent, by
	}
	m.Timeline = append(m.Timeline, casefile.Event{Time: now, Code: code, With: with})
}

// RecordExport is RecordStatement for a case on disk.
func (s *Session) RecordExport(id string, d Draft, e Exported, name string, now time.Time) error {
	return s.changeCase(id, now, func(f *casefile.File) error {
		RecordStatement(&f.Case, d, FormOf(f.Case), e, name, "", now)
		return nil
	})
}
