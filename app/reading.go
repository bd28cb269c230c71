package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/netip"
	"path/filepath"

	"latchkey/diag"
	"latchkey/diag/abuse"
	"latchkey/diag/provider"
	"latchkey/diag/trace"
	"latchkey/diag/trace/printed"
	"latchkey/diag/verdict"
)

// Reading is what Read made of an input. Close it when it is no longer in use:
// rows of a large log are read from its file again as they are asked for.
type Reading struct {
	Kind     string // «abuse-report», «trace», «ping», «evidence», «unrecognised», as in the contract
	Name     string // of the input, without its folder
	Format   string // name of the reader, e.g. «traceroute», «ss»; "" if none
	Report   *abuse.Report
	Provider *provider.Profile // who the report is from; nil if not known
	Check    Check             // for a trace or ping: what was seen, and the Verdict
	Ping     *trace.Ping
	Evidence *Evidence // the output of a command of the checklist
	Bundle   *BundleReading
	Lines    Lines
	Warnings []Warning
	input    input
}

// Close gives back the file of a large input. The Report must not be used after.
func (r Reading) Close() error { return r.input.close() }

// Warning is something about the input that the person should know.
type Warning struct {
	Code string // texts are «warning.» and the code
	Part string // of a mail; "" for its body or a bare text
	Line int    // 1-based; 0: the text as a whole
	Text string // cleaned and shortened
}

// Lines counts the input's lines and those that were understood.
type Lines struct{ Total, Understood int }

// The kinds of input.
const (
	KindReport       = "abuse-report"
	KindTrace        = "trace"
	KindPing         = "ping"
	KindEvidence     = "evidence"
	KindBundle       = "bundle"
	KindUnrecognised = "unrecognised"
)

// ReadOptions are what the person knows beforehand.
type ReadOptions struct {
	Provider string     // id; "" if not told
	Server   netip.Addr // zero if not told
	// Progress gets how much of a long log was read, from several goroutines.
	Progress func(done, total int64)
}

// Read recognises and reads what the person has at hand, from a stream: it is
// held, or spooled to a temporary file if it is long. An input nothing is known
// about gives the kind «unrecognised», not an error.
func (s *Session) Read(ctx context.Context, name string, r io.Reader, o ReadOptions) (Reading, error) {
	in, err := usual().take(ctx, r)
	if err != nil {
		return Reading{}, fmt.Errorf("read %s: %w", name, err)
	}
	return s.readInput(ctx, name, in, o)
}

// ReadFile is Read for a file, which stays where it is, however long.
func (s *Session) ReadFile(ctx context.Context, path string, o ReadOptions) (Reading, error) {
	in, err := usual().open(ctx, path)
	if err != nil {
		return Reading{}, fmt.Errorf("read %s: %w", filepath.Base(path), err)
	}
	return s.readInput(ctx, filepath.Base(path), in, o)
}

func (s *Session) readInput(ctx context.Context, name string, in input, o ReadOptions) (Reading, error) {
	result, err := s.recognise(ctx, name, in, o)
	if err != nil {
		return Reading{}, errors.Join(err, in.close())
	}
	if result.Report == nil {
		return result, in.close() // nobody looks at the input again
	}
	result.input = in
	return result, nil
}

func (s *Session) recognise(ctx context.Context, name string, in input, o ReadOptions) (Reading, error) {
	result := Reading{Kind: KindUnrecognised, Name: name}
	profile, err := s.profile(o.Provider)
	if err != nil {
		return result, err
	}
	if in.size == 0 || in.blank() {
		return result, ErrEmpty
	}
	if b, found, err := s.collection(ctx, in, o.Progress); found {
		return result.takeBundle(b), wrapRead(name, err)
	}
	report, ok, err := abuse.ReadFile(ctx, in, in.size, abuse.Options{Server: o.Server, Progress: o.Progress})
	if err != nil {
		return result, fmt.Errorf("read %s: %w", name, err)
	}
	if !ok || !isCertain(report) {
		read, printedToo := printed.Read(printedText(report, in))
		if printedToo && (!ok || tracePreferred(read, report)) {
			result.takePrinted(read)
			s.takeTrace(&result, read, profile, o)
			return result, nil
		}
	}
	e, known := output(report, ok, in, o.Server)
	switch {
	case known:
		result.takeEvidence(e)
	case ok:
		s.takeReport(&result, report, profile)
	default: // what was wrong with the input may be why
		result.takeDefects(report)
	}
	return result, nil
}

// collection reads an input that is the collector's, or an archive of UAC.
func (s *Session) collection(ctx context.Context, in input, progress func(done, total int64)) (b BundleReading, found bool, err error) {
	from := &counted{r: in, total: in.size, tell: progress}
	switch {
	case in.isBundle():
		b, err = s.ReadBundle(ctx, io.NewSectionReader(from, 0, in.size))
		return b, true, err
	case in.isArchive():
		// Few files in an archive are the attachment of a mail.
		b, err = s.ReadArchive(ctx, from, in.size)
		return b, err == nil && len(b.Sections) >= fewSections, nil
	}
	return b, false, nil
}

// fewSections is from how many outputs on an archive is a collection.
const fewSections = 5

// takeBundle takes what a collection says.
func (r Reading) takeBundle(b BundleReading) Reading {
	r.Kind, r.Bundle = KindBundle, &b
	for _, section := range b.Sections {
		r.Lines.Total++
		if section.Known {
			r.Lines.Understood++
		}
	}
	return r
}

func wrapRead(name string, err error) error {
	if err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	return nil
}

// isCertain reports whether nothing else can be the better reading of a text. A
// mail that sets a task is a report, whatever it quotes, and so is a log in a
// format known exactly: no trace is printed like one.
func isCertain(r *abuse.Report) bool {
	return setsTask(r.Notice) || r.Rows >= fewRows && !r.Vague()
}

// tracePreferred decides between the two readings of one text. A table read by
// its headings or guessed, or no log at all, is the weaker claim; then that
// reading counts which explains more of the text.
func tracePreferred(read printed.Reading, r *abuse.Report) bool {
	switch {
	case r.Rows == 0:
		return true
	case r.Vague():
		return read.Understood*2 >= r.Lines.Understood
	}
	return read.Understood > r.Lines.Understood
}

// fewRows is below how many rows a log may be one line by chance.
const fewRows = 3

// setsTask reports whether a mail names a case or wants an answer.
func setsTask(n abuse.NoticeFacts) bool {
	for _, l := range n.Links {
		if l.Kind != abuse.OtherLink {
			return true
		}
	}
	return n.AbuseID != "" || n.LockingID != "" || n.Deadline != nil
}

// printedLimit bounds the text in which a printed trace is looked for: the
// longest that anybody pastes has some kilobytes.
const printedLimit = 1 << 20

// printedText is what a printed trace may stand in: the texts of a mail, else
// the input as it is.
func printedText(r *abuse.Report, in input) []byte {
	var all []byte
	for _, p := range r.Message.Parts {
		if len(p.Text) > 0 && len(all)+len(p.Text) < printedLimit {
			all = append(append(all, p.Text...), '\n')
		}
	}
	if r.Message.Header.From != "" || r.Message.Header.Subject != "" || len(r.Message.Parts) > 1 {
		return all
	}
	raw := make([]byte, min(in.size, printedLimit))
	n, err := in.ReadAt(raw, 0)
	if err != nil && err != io.EOF {
		return all
	}
	return raw[:n]
}

func (r *Reading) takePrinted(read printed.Reading) {
	r.Format = read.Format
	r.Lines = Lines{Total: read.Lines, Understood: read.Understood}
	for _, w := range read.Warnings {
		r.Warnings = append(r.Warnings, Warning{Code: w.Code, Line: w.Line, Text: w.Text})
	}
}

func (s *Session) takeTrace(result *Reading, read printed.Reading, profile *provider.Profile, o ReadOptions) {
	result.Kind, result.Ping = string(read.Kind), read.Ping
	adoptServer(&read.Path, o.Server)
	result.Check = Check{Input: read.Path.Name, Name: read.Path.Name, Addr: read.Path.Target,
		Provider: profile, Options: CheckOptions{Provider: o.Provider}, Path: read.Path, Ping: read.Ping, Printed: true, Final: true}
	s.judgePrinted(&result.Check)
}

// takeDefects lists what was read around in the mail and its log.
func (r *Reading) takeDefects(report *abuse.Report) {
	for _, w := range report.Warnings {
		r.Warnings = append(r.Warnings, Warning{Code: "abuse." + w.Code, Part: w.Part, Line: w.Line, Text: w.Text})
	}
}

// takeReport keeps what package abuse read, with the provider that only the
// profiles know: by the sender's domain.
func (s *Session) takeReport(result *Reading, r *abuse.Report, profile *provider.Profile) {
	result.Kind, result.Report, result.Format = KindReport, r, r.Format
	result.Lines = Lines(r.Lines)
	result.takeDefects(r)
	switch {
	case profile != nil:
		r.Provider = profile.ID
	case r.Provider == "":
		if p := s.providers.OfSender(r.Message.Header.From); p != nil {
			r.Provider = p.ID
		}
	}
	result.Provider = s.providers.ByID(r.Provider)
}

// adoptServer takes the address the person named where the trace does not tell
// its target.
func adoptServer(p *trace.Path, server netip.Addr) {
	if p.Target.IsValid() || !server.IsValid() {
		return
	}
	p.Target = server
	if last, ok := p.Last(); ok {
		for _, r := range last.Replies {
			if r.Addr == server {
				p.Reached = diag.Yes
			}
		}
	}
}

// judgePrinted gives a printed trace the verdict a live one would get.
func (s *Session) judgePrinted(c *Check) {
	if c.Provider == nil {
		c.Provider = s.targetProfile(c.Path, c.Name)
	}
	c.Places = verdict.Locate(c.Path, s.providers)
	v := verdict.Judge(verdict.Observation{Path: c.Path, Ping: c.Ping, Profile: c.Provider, Printed: true}, s.providers)
	c.Verdict = &v
}

// targetProfile finds the provider of the target from its address, its name,
// and the name under which it answered.
func (s *Session) targetProfile(p trace.Path, names ...string) *provider.Profile {
	for _, name := range names {
		if profile := s.providers.OfTarget(p.Target, name); profile != nil {
			return profile
		}
	}
	for _, hop := range p.Hops {
		for _, r := range hop.Replies {
			if r.Addr.IsValid() && r.Addr == p.Target {
				if profile := s.providers.OfTarget(r.Addr, r.Name); profile != nil {
					return profile
				}
			}
		}
	}
	return s.providers.OfTarget(p.Target, "")
}

// profile gives the profile the person named; nil for "".
func (s *Session) profile(id string) (*provider.Profile, error) {
	if id == "" {
		return nil, nil
	}
	p := s.providers.ByID(id)
	if p == nil {
		return nil, fmt.Errorf("%w: %q", ErrProvider, id)
	}
	return p, nil
}

// The files of the example case in the assets.
const (
	exampleTrace  = "example/trace.txt"
	exampleReport = "example/abuse-mail.eml"
)

// Example reads the case shipped with the program, without any network: the
// trace and the abuse mail.
func (s *Session) Example() (trace, report Reading, err error) {
	if trace, err = s.readExample(exampleTrace); err != nil {
		return trace, report, err
	}
	report, err = s.readExample(exampleReport)
	return trace, report, err
}

func (s *Session) readExample(name string) (Reading, error) {
	text, err := fs.ReadFile(s.config.Assets, name)
	if err != nil {
		return Reading{}, fmt.Errorf("open the example: %w", err)
	}
	r, err := s.Read(context.Background(), filepath.Base(name), bytes.NewReader(text), ReadOptions{})
	if err != nil {
		return Reading{}, fmt.Errorf("read the example: %w", err)
	}
	return r, nil
}
