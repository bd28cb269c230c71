package abuse

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"

	"latchkey/diag/abuse/grammar"
	"latchkey/diag/abuse/mail"
)

// MostMail is the largest input that is taken apart as a mail, in bytes; beyond
// it an input is a log that stays on disk. Providers' mail servers take less.
const MostMail = 64 << 20

// Read reads a mail or text in memory. It returns false if nothing in it looks
// like a report. The error is that of ctx.
func Read(ctx context.Context, data []byte, o Options) (*Report, bool, error) {
	m := mail.Read(data, mail.DefaultLimits())
	var texts []Text
	for _, p := range m.Parts {
		if len(p.Text) > 0 && p.Kind != mail.Signature && p.Kind != mail.Original {
			texts = append(texts, TextOf(p.Name, p.Text))
		}
	}
	return read(ctx, m, texts, o)
}

// ReadFile reads a log that stays where it is: rows are indexed, not held. r
// must allow reads from several goroutines at once for as long as the Report is
// in use. An input that has to be decoded first (mail, archive, HTML) is read as
// Read does, as far as MostMail goes.
func ReadFile(ctx context.Context, r io.ReaderAt, size int64, o Options) (*Report, bool, error) {
	t := FileText("", r, size)
	head, err := t.head()
	if err != nil {
		return nil, false, fmt.Errorf("read the beginning: %w", err)
	}
	if size <= smallFile || !isPlain(head) {
		data, err := t.piece(nil, 0, MostMail)
		if err != nil {
			return nil, false, fmt.Errorf("read the input: %w", err)
		}
		rep, ok, err := Read(ctx, data, o)
		if err == nil && size > MostMail {
			rep.Warnings = append(rep.Warnings, Warning{Code: WarnTooLarge})
		}
		return rep, ok, err
	}
	return read(ctx, mail.Message{}, []Text{t}, o)
}

// smallFile is up to which size an input is simply held.
const smallFile = 8 << 20

// isPlain reports whether a file is lines of text as it stands.
func isPlain(head []byte) bool {
	trimmed := bytes.TrimLeft(head, "\ufeff \t\r\n")
	switch {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte{0x1f, 0x8b}):
		return false
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}), bytes.HasPrefix(head, []byte{0xfe, 0xff}):
		return false
	case len(trimmed) > 1 && trimmed[0] == '<' && (trimmed[1] < '0' || trimmed[1] > '9'): // a page; «<134>» is syslog's priority
		return false
	}
	known := 0
	for _, name := range []string{"Received:", "Return-Path:", "From:", "Subject:", "MIME-Version:", "Content-Type:", "Message-ID:", "Date:"} {
		if bytes.HasPrefix(trimmed, []byte(name)) || bytes.Contains(head, []byte("\n"+name)) {
			known++
		}
	}
	return known < 3
}

// part is a text with what the sample of it told, and how it was read.
type part struct {
	text   Text
	sample *sample // nil: no log
	log    *Log    // nil: not read as one
}

func read(ctx context.Context, m mail.Message, texts []Text, o Options) (*Report, bool, error) {
	rep := &Report{Message: m, LogType: grammar.NoLog, Format: "notice", Incident: UnknownKind, Direction: Unclear, PacketsPerSecond: -1, BitsPerSecond: -1}
	rep.readProse()
	for _, w := range m.Warnings {
		rep.Warnings = append(rep.Warnings, Warning{Code: "mail." + w.Code, Part: w.Part, Text: w.Text})
	}
	parts, err := recogniseAll(ctx, texts)
	if err != nil {
		return nil, false, err
	}
	var main *sample
	for _, p := range parts {
		if p.sample != nil && (main == nil || p.sample.beats(main)) {
			main = p.sample
		}
	}
	var own owner
	if main != nil {
		own = rep.owner(main, o)
		if err := rep.readLogs(ctx, parts, main.grammar, own, o); err != nil {
			return nil, false, err
		}
	}
	if len(rep.Logs) > 0 {
		rep.conclude(own)
	} else if !rep.isNotice() {
		return rep, false, nil
	}
	return rep, true, rep.showTexts(ctx, parts)
}

// showTexts lists all texts, those that hold no log as well.
func (r *Report) showTexts(ctx context.Context, parts []part) error {
	for _, p := range parts {
		if p.log == nil {
			var err error
			if p.log, err = plainLog(ctx, p.text); err != nil {
				return fmt.Errorf("read part %q: %w", p.text.Part, err)
			}
		}
		r.Texts = append(r.Texts, p.log)
	}
	return nil
}

func recogniseAll(ctx context.Context, texts []Text) ([]part, error) {
	known := grammar.All()
	parts := make([]part, len(texts))
	for i, t := range texts {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		s, err := recognise(t, known)
		if err != nil {
			return nil, fmt.Errorf("read part %q: %w", t.Part, err)
		}
		parts[i] = part{text: t, sample: s}
	}
	return parts, nil
}

// readProse takes the facts from subject and bodies.
func (r *Report) readProse() {
	p := newProse()
	n := &r.Notice
	h := r.Message.Header
	p.read(n, []byte(h.Subject), "Subject", true)
	p.read(n, []byte(h.From), "From", true)
	// An address in the subject is the accused, whatever the sentences name.
	subject := slices.Clone(n.accused)
	for _, part := range r.Message.Parts {
		if part.Kind != mail.Body && part.Kind != mail.Delivered {
			continue
		}
		p.read(n, []byte(part.Subject), part.Name, true)
		p.read(n, trimBody(part.Text), part.Name, false)
	}
	if len(subject) > 0 {
		n.accused = append(subject, n.accused...)
	}
}

// isNotice finishes a report without a log; false if it is none at all.
func (r *Report) isNotice() bool {
	n := &r.Notice
	signs := n.complaint
	if n.AbuseID != "" || n.LockingID != "" {
		signs += 2
	}
	for _, l := range n.Links {
		if l.Kind != OtherLink {
			signs += 2
		}
	}
	if len(n.accused) > 0 || n.Deadline != nil || len(n.words) > 0 {
		signs++
	}
	if signs < 2 || n.complaint == 0 && n.AbuseID == "" && n.LockingID == "" {
		return false
	}
	r.conclude(owner{})
	return true
}

// owner finds the server the log is about: what the person said, what the
// heading accuses, what the mail accuses if the rows know it, and in a dump the
// host that nearly all rows name.
func (r *Report) owner(s *sample, o Options) owner {
	if o.Server.IsValid() {
		return ownerOf(o.Server.Unmap().String())
	}
	if s.heading.Accused != "" {
		return ownerOf(s.heading.Accused)
	}
	two := twoWay(s.grammar)
	for _, a := range r.Notice.accused {
		if s.source[a] > 0 || two && s.either[a] > 0 {
			return ownerOf(a)
		}
	}
	if two {
		return ownerOf(s.dominant())
	}
	return owner{}
}

// twoWay reports whether a log of that kind shows what came back as well.
func twoWay(g grammar.Grammar) bool {
	return g.LogType == grammar.TrafficDump || g.LogType == grammar.FlowList || g.LogType == grammar.PacketSummary
}

func ownerOf(name string) owner {
	if a, ok := grammar.ReadAddr([]byte(name)); ok {
		return owner{addr: a}
	}
	return owner{word: name}
}

func (o owner) name() string {
	if o.addr.IsValid() {
		return o.addr.String()
	}
	return o.word
}

// readLogs reads all parts in the main format, and puts copies of the same rows
// aside.
func (r *Report) readLogs(ctx context.Context, parts []part, g grammar.Grammar, own owner, o Options) error {
	if !twoWay(g) && !o.Server.IsValid() {
		own = owner{} // lists of one direction, whoever else stands in them
	}
	total := int64(0)
	for _, p := range parts {
		if p.in(g) {
			total += p.text.Size
		}
	}
	before := int64(0)
	for i, p := range parts {
		if !p.in(g) {
			r.warnOther(p)
			continue
		}
		j := &job{text: p.text, grammar: p.sample.reads(), own: own, digits: p.sample.fewestDigits(), stride: cmp.Or(o.stride, segmentSize)}
		if start := before; o.Progress != nil {
			j.progress = func(done int64) { o.Progress(start+done, total) }
		}
		l, err := j.read(ctx)
		if err != nil {
			return fmt.Errorf("read part %q: %w", p.text.Part, err)
		}
		before += p.text.Size
		l.Beside = p.sample.beside
		parts[i].log = l
		r.Logs = append(r.Logs, l)
	}
	slices.SortStableFunc(r.Logs, func(a, b *Log) int { return b.Rows - a.Rows })
	return r.asideCopies(ctx)
}

func (p part) in(g grammar.Grammar) bool { return p.sample != nil && p.sample.grammar.Name == g.Name }

// warnOther says that an attachment is a log that was not counted.
func (r *Report) warnOther(p part) {
	if p.sample != nil && p.sample.rows > 0 && p.sample.grammar.Rank != grammar.Guess && p.text.Part != "" {
		r.Warnings = append(r.Warnings, Warning{Code: WarnOtherParts, Part: p.text.Part})
	}
}

// The codes of warnings about the input; those of the mail's structure are
// «mail.» and the code of package mail.
const (
	WarnTooLarge   = "too-large"   // only the beginning of the input was read
	WarnUnread     = "unread-line" // looks like the log, was not understood
	WarnCopy       = "copy"        // the same rows stand in another part too
	WarnOtherParts = "other-log"   // another part is a log in another format
)
