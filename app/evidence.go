package app

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"slices"

	"latchkey/diag"
	"latchkey/diag/abuse"
	"latchkey/diag/abuse/grammar"
	"latchkey/diag/checklist"
	"latchkey/diag/checklist/bundle"
)

// Evidence is the output of a checklist command as it was handed in and read.
type Evidence struct {
	Name     string
	Text     []byte // nil if it stays in its file
	Known    bool   // the command was recognised
	Reading  checklist.Reading
	Findings []diag.Finding // of this output alone
}

// MostOutput bounds an output, in bytes; a whole auth.log of a busy server has
// some tens of megabytes.
const MostOutput = 64 << 20

// ReadEvidence reads the output of a command. What is not recognised is kept as
// a note: that is no error. command is what was run, "" if nobody knows.
func (s *Session) ReadEvidence(ctx context.Context, name string, r io.Reader, command string) (Evidence, error) {
	data, err := io.ReadAll(&stream{ctx: ctx, r: io.LimitReader(r, MostOutput+1), buffer: make([]byte, 64<<10)})
	switch {
	case err != nil:
		return Evidence{}, fmt.Errorf("read %s: %w", name, err)
	case len(data) > MostOutput:
		return Evidence{}, ErrTooLarge
	case len(data) == 0:
		return Evidence{}, ErrEmpty
	}
	if bundle.IsBundle(data[:min(len(data), 4096)]) {
		return s.evidenceOf(ctx, name, data)
	}
	e := Evidence{Name: name, Text: data}
	if e.Reading, e.Known = checklist.ReadAll(data, command); e.Known {
		e.Findings = checklist.Judge(e.Reading.Host)
	}
	return e, nil
}

// evidenceOf takes a collection as one output: all its sections together.
func (s *Session) evidenceOf(ctx context.Context, name string, data []byte) (Evidence, error) {
	b, err := s.ReadBundle(ctx, bytes.NewReader(data))
	if err != nil {
		return Evidence{}, fmt.Errorf("read %s: %w", name, err)
	}
	e := b.Evidence(name)
	e.Text = data
	return e, nil
}

// Twin compares what two machines say, the locked one first.
func (s *Session) Twin(locked, twin []Evidence) checklist.Comparison {
	return checklist.Compare(mergeHosts(locked), mergeHosts(twin))
}

// ReadEvidenceFile is ReadEvidence for a file.
func (s *Session) ReadEvidenceFile(ctx context.Context, path string) (Evidence, error) {
	f, err := os.Open(path)
	if err != nil {
		return Evidence{}, fmt.Errorf("read %s: %w", filepath.Base(path), err)
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.IsDir() {
		return Evidence{}, ErrFolder
	}
	return s.ReadEvidence(ctx, filepath.Base(path), f, "")
}

// output is the output of a command in an input, if it is the better reading of
// it; ok says that there is a report.
func output(r *abuse.Report, ok bool, in input, server netip.Addr) (checklist.Reading, bool) {
	if ok && !maybeOutput(r, server) {
		return checklist.Reading{}, false
	}
	e, known := readOutput(r, in)
	return e, known && (!ok || isOutput(e, r))
}

// readOutput looks for the output of a command in an input, as far as outputs
// go. A text that was decoded on the way (as PowerShell saves it) is read
// decoded; anything else as it is, for NULs and stray bytes are evidence too.
func readOutput(r *abuse.Report, in input) (checklist.Reading, bool) {
	data := make([]byte, min(in.size, MostOutput+1))
	n, err := in.ReadAt(data, 0)
	if err != nil && err != io.EOF {
		return checklist.Reading{}, false
	}
	data = data[:n]
	wide := bytes.HasPrefix(data, []byte{0xff, 0xfe}) || bytes.HasPrefix(data, []byte{0xfe, 0xff})
	if parts := r.Message.Parts; wide && len(parts) == 1 {
		data = parts[0].Text
	}
	return checklist.ReadAll(data, "")
}

// maybeOutput reports whether a report may as well be what a command printed or
// the owner's own log: no mail, and nothing known exactly but a log as servers
// write it that does not accuse the server in question.
func maybeOutput(r *abuse.Report, server netip.Addr) bool {
	h := r.Message.Header
	switch {
	case h.From != "" || h.Subject != "" || len(r.Message.Parts) > 1:
		return false
	case r.Vague():
		return true
	case server.IsValid() && slices.ContainsFunc(r.Sources, func(h abuse.Host) bool { return h.Addr == server }):
		return false
	}
	return r.LogType == grammar.AuthLog || r.LogType == grammar.WebLog || r.LogType == grammar.FirewallLog
}

// ownSources is from how many attackers on a log is the owner's: who complains
// about a server shows what that server did.
const ownSources = 3

// isOutput decides between the two readings of one text. A guessed table or a
// few words of complaint in a text that a command printed are the weaker claim.
// A log without a word of prose is the owner's own if it names several
// attackers, tells what nobody complains about, or is too short to be a report.
func isOutput(e checklist.Reading, r *abuse.Report) bool {
	unread := e.Lines - e.Understood
	switch {
	case r.Vague() && !setsTask(r.Notice):
		return unread <= e.Lines/2
	case r.Vague() || r.Rows < fewRows:
		return unread <= e.Lines/10 // a copied mail has sentences
	}
	few := unread <= e.Lines/50 // damaged lines; prose is more
	return few && (r.SourceCount >= ownSources || tellsMore(e, r))
}

// tellsMore reports whether a log holds what is not in a complaint: a tenth more
// lines than those about the attacker, logins that succeeded or forge a line, mails
// handed in.
func tellsMore(e checklist.Reading, r *abuse.Report) bool {
	return e.Understood*10 > r.Lines.Understood*11 || len(e.Host.Mails) > 0 ||
		slices.ContainsFunc(e.Host.Logins, func(l checklist.Login) bool { return l.Success || l.Tampers })
}

func (r *Reading) takeEvidence(e checklist.Reading) {
	r.Kind, r.Format = KindEvidence, e.Command
	r.Evidence = &Evidence{Name: r.Name, Known: true, Reading: e, Findings: checklist.Judge(e.Host)}
	r.Lines = Lines{Total: e.Lines, Understood: e.Understood}
	for _, w := range e.Warnings {
		r.Warnings = append(r.Warnings, Warning{Code: "evidence." + w.Code, Line: w.Line, Text: w.Text})
	}
}

// Checklist is the list of steps, shipped and the user's own, and what is wrong
// with their files.
func (s *Session) Checklist() (*checklist.List, []checklist.Problem) {
	shipped, err := fs.Sub(s.config.Assets, "checklists")
	if err != nil {
		return &checklist.List{}, []checklist.Problem{{File: "checklists", Err: err}}
	}
	return checklist.Load(shipped, os.DirFS(filepath.Join(s.config.Home, "checklists")))
}

// JudgeAll applies the rules to all outputs together: some only show when two
// of them are laid side by side.
func (s *Session) JudgeAll(list []Evidence) []diag.Finding {
	return checklist.Judge(mergeHosts(list))
}

func mergeHosts(list []Evidence) *checklist.Host {
	var hosts []*checklist.Host
	for _, e := range list {
		if e.Known {
			hosts = append(hosts, e.Reading.Host)
		}
	}
	return checklist.Merge(hosts...)
}
