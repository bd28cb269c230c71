package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"latchkey/app/casefile"
	"latchkey/app/statement"
	"latchkey/diag/abuse"
	"latchkey/diag/checklist"
)

// Sentinels of cases. A damaged case comes with what could be read of it.
var (
	ErrNoCase      = casefile.ErrUnknown
	ErrCaseOpen    = casefile.ErrReadOnly
	ErrCaseDamaged = casefile.ErrDamaged
	ErrCaseNewer   = casefile.ErrNewer
	ErrCaseArchive = casefile.ErrArchive
	ErrDiskFull    = casefile.ErrFull
	ErrUnwritable  = casefile.ErrUnwritable
)

// FieldError names a field that a case has not, or a value it cannot have.
type FieldError struct{ Name string }

func (e *FieldError) Error() string { return "no such field, or no such value: " + e.Name }

// changeCase opens a case, lets work change it and saves it. A damaged case is left
// as it is until somebody looked at it: what could not be read would be lost.
func (s *Session) changeCase(id string, now time.Time, work func(*casefile.File) error) (err error) {
	f, err := s.loadFree(id)
	if f == nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	switch {
	case err != nil:
		return err
	case f.ReadOnly:
		return ErrCaseOpen
	}
	if err := work(f); err != nil {
		return err
	}
	return f.Save(now)
}

// How long a change waits for another one of the same case, and how often it
// looks: two calls at once take milliseconds each, a window keeps its case open.
const (
	casePatience = time.Second
	caseLook     = 20 * time.Millisecond
)

// loadFree loads a case, after another change of it if there is one.
func (s *Session) loadFree(id string) (*casefile.File, error) {
	for begun := time.Now(); ; time.Sleep(caseLook) {
		f, err := s.Cases().Load(id)
		if f == nil || err != nil || !f.ReadOnly || time.Since(begun) > casePatience {
			return f, err
		}
		if err := f.Close(); err != nil {
			return nil, err
		}
	}
}

// ImportCase takes a case out of a zip; see casefile.Store.Import. A watch that ran
// where it comes from is over: whoever imports a case has not asked anything of its
// server yet.
func (s *Session) ImportCase(r io.ReaderAt, size int64, now time.Time) (id string, err error) {
	id, err = s.Cases().Import(r, size, now)
	if err != nil {
		return "", err
	}
	return id, s.changeCase(id, now, func(f *casefile.File) error {
		if Watching(f.Case) {
			NoteWatch(&f.Case, casefile.Event{Time: now, Code: EventWatchEnded, With: map[string]string{"why": "stopped"}})
		}
		return nil
	})
}

// Added is what became of an input that was put into a case.
type Added struct {
	Input   casefile.Input
	Reading Reading // closed: its Report lists no rows any more
	Already bool    // the same bytes were in the case before
}

// AddToCase puts a file or a stream into a case. The bytes are stored before
// anybody reads them, so that a text that cannot be read is kept as well; it
// becomes a note among the evidence.
func (s *Session) AddToCase(ctx context.Context, id, name string, r io.Reader, now time.Time) (Added, error) {
	var added Added
	err := s.changeCase(id, now, func(f *casefile.File) error {
		in, err := f.Keep(&stream{ctx: ctx, r: r, buffer: make([]byte, 64<<10)}, name, now)
		if err != nil {
			return err
		}
		added.Input = in
		path, err := f.Path(in.SHA256)
		if err != nil {
			return err
		}
		added.Reading, err = s.ReadFile(ctx, path, readOptionsOf(f.Case))
		switch {
		case errors.Is(err, ErrEmpty): // a command that printed nothing says something
			added.Reading.Kind = KindUnrecognised
		case err != nil:
			return err
		}
		added.Reading.Name = in.Name
		added.Input.Kind, added.Input.Format = added.Reading.Kind, added.Reading.Format
		added.Already = holds(f.Case, in.SHA256)
		if !added.Already {
			s.file(&f.Case, &added, now)
		}
		return added.Reading.Close()
	})
	return added, err
}

// AddFileToCase is AddToCase for a file.
func (s *Session) AddFileToCase(ctx context.Context, id, path string, now time.Time) (Added, error) {
	r, err := os.Open(path)
	if err != nil {
		return Added{}, fmt.Errorf("add %s: %w", filepath.Base(path), err)
	}
	defer r.Close()
	if info, err := r.Stat(); err == nil && info.IsDir() {
		return Added{}, ErrFolder
	}
	return s.AddToCase(ctx, id, filepath.Base(path), r, now)
}

// readOptionsOf is what a case knows about its inputs beforehand.
func readOptionsOf(c casefile.Case) ReadOptions {
	server, err := netip.ParseAddr(c.Server.Address)
	if err != nil {
		server = netip.Addr{}
	}
	return ReadOptions{Server: server}
}

func holds(c casefile.Case, sha string) bool {
	same := func(in casefile.Input) bool { return in.SHA256 == sha }
	return slices.ContainsFunc(c.Reports, same) || slices.ContainsFunc(c.Evidence, same)
}

// file puts an input where it belongs in a case, and into its timeline.
func (s *Session) file(c *casefile.Case, added *Added, now time.Time) {
	r, in := added.Reading, &added.Input
	note := func(code string, with map[string]string) {
		with["name"], with["sha256"] = in.Name, in.SHA256
		c.Timeline = append(c.Timeline, casefile.Event{Time: now, Code: code, With: with})
	}
	switch r.Kind {
	case KindReport:
		c.Reports = append(c.Reports, *in)
		if c.Server.Provider == "" && r.Provider != nil {
			c.Server.Provider = r.Provider.ID
		}
		with := map[string]string{"incident": string(r.Report.Incident), "rows": strconv.Itoa(r.Report.Rows)}
		if d := r.Report.Notice.Deadline; d != nil {
			with["deadline"] = d.At.Format(time.RFC3339)
		}
		note(EventReport, with)
	case KindTrace, KindPing:
		check := r.Check
		check.Started = now
		c.Reports, c.Diagnoses = append(c.Reports, *in), append(c.Diagnoses, DiagnosisOf(check, in.SHA256))
		with := map[string]string{"server": c.Server.Address}
		if v := check.Verdict; v != nil {
			with["verdict"], with["confidence"] = string(v.Code), string(v.Confidence)
		}
		note(EventChecked, with)
	case KindEvidence:
		in.Item = s.itemOf(*c, in.Format)
		answer(c, in.Item, now)
		c.Evidence = append(c.Evidence, *in)
		note(EventOutput, map[string]string{"item": in.Item, "command": in.Format, "findings": strconv.Itoa(len(r.Evidence.Findings))})
	case KindBundle:
		in.Role = RoleFor(r.Bundle.Hostname, serversOf(*c))
		s.FileBundle(c, *in, *r.Bundle, now)
	default:
		c.Evidence = append(c.Evidence, *in)
	}
}

// itemOf finds the step of the checklist that an output answers: one that names
// the reader, else one whose command has the reader's name. Of several it is the
// first without an answer, else the first; "" if there is none.
func (s *Session) itemOf(c casefile.Case, command string) string {
	list, _ := s.Checklist()
	items := list.For(statement.GroupOf(abuse.Incident(c.Reason)))
	for _, fits := range []func(checklist.Item) bool{
		func(i checklist.Item) bool { return slices.Contains(i.Reads, command) },
		func(i checklist.Item) bool {
			return slices.ContainsFunc(slices.Concat(i.Live, i.Rescue), func(line string) bool {
				word, _, _ := strings.Cut(line, " ")
				return word == command
			})
		},
	} {
		first := ""
		for _, item := range items {
			answered := slices.ContainsFunc(c.Evidence, func(in casefile.Input) bool { return in.Item == item.ID })
			switch {
			case !fits(item):
			case !answered:
				return item.ID
			case first == "":
				first = item.ID
			}
		}
		if first != "" {
			return first
		}
	}
	return ""
}

// answer makes room for an output at a step: one that answered it before stays
// in the case, but answers nothing.
func answer(c *casefile.Case, item string, now time.Time) {
	if item == "" {
		return
	}
	for i := range c.Evidence {
		if c.Evidence[i].Item == item {
			c.Evidence[i].Item = ""
		}
	}
	if c.Checks == nil {
		c.Checks = map[string]casefile.Check{}
	}
	if c.Checks[item].State == "" {
		c.Checks[item] = casefile.Check{State: "done", Changed: now, Note: c.Checks[item].Note}
	}
}

// mostFields bounds the fields of a statement; providers ask some ten questions.
const mostFields = 200

// SetInCase fills fields: «provider», «invoice», «reason» and «deadline» are the
// case's own, others the statement's, as typed. An empty value takes a field
// away. A *FieldError names the one that cannot be.
func (s *Session) SetInCase(id string, fields map[string]string, now time.Time) (casefile.Case, error) {
	var c casefile.Case
	err := s.changeCase(id, now, func(f *casefile.File) error {
		promise := f.Case.Promise
		for name, value := range fields {
			if err := s.setField(&f.Case, name, value); err != nil {
				return err
			}
		}
		notePromise(&f.Case, promise, now)
		c = f.Case
		return nil
	})
	return c, err
}

// SetField fills a field of a case that is open; see SetInCase.
func (s *Session) SetField(m *casefile.Case, name, value string) error {
	return s.setField(m, name, value)
}

func (s *Session) setField(c *casefile.Case, name, value string) error {
	wrong := &FieldError{name}
	switch name {
	case "provider":
		if _, err := s.profile(value); err != nil {
			return err
		}
		c.Server.Provider = value
		return nil
	case "invoice":
		if !slices.Contains([]string{"", "yes", "no", "unsure"}, value) {
			return wrong
		}
		c.Invoice = value
		return nil
	case "reason":
		if value != "" && !slices.Contains(Incidents(), abuse.Incident(value)) {
			return wrong
		}
		c.Reason = value
		return nil
	case "deadline":
		at, err := time.Parse(time.RFC3339, value)
		if value != "" && err != nil {
			return wrong
		}
		c.Deadline = at
		return nil
	}
	if ours, err := setPromise(c, name, value); ours {
		return err
	}
	return setStatement(c, name, value)
}

// setStatement fills a field of the statement.
func setStatement(c *casefile.Case, name, value string) error {
	if !statement.FieldFits(name, value) {
		return &FieldError{name}
	}
	return putField(c, name, value)
}

func putField(c *casefile.Case, name, value string) error {
	delete(c.Fields, statement.EmptyPrefix+name) // «title=» brings the proposal back
	if value == "" {
		delete(c.Fields, name)
		return nil
	}
	if _, have := c.Fields[name]; !have && len(c.Fields) >= mostFields {
		return &FieldError{name}
	}
	if c.Fields == nil {
		c.Fields = map[string]string{}
	}
	c.Fields[name] = value
	return nil
}

// CaseFields lists what SetInCase takes, the case's own first.
func CaseFields() []string {
	own := []string{"provider", "invoice", "reason", "deadline"}
	return slices.Concat(own, []string{"gti", "gtr", "promised-from", "reacted", "repaired", ownAddressField}, statement.FieldNames())
}

// Incidents are the words for what was reported, as in the contract.
func Incidents() []abuse.Incident {
	return []abuse.Incident{abuse.NetScan, abuse.PortScan, abuse.Flood, abuse.Reflection, abuse.LoginAttack, abuse.WebAttack, abuse.Spam,
		abuse.MACViolation, abuse.OpenService, abuse.Malware, abuse.Phishing, abuse.Notice, abuse.UnknownKind}
}
