package app

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"latchkey/diag"
	"latchkey/diag/abuse"
	"latchkey/diag/abuse/grammar"
	"latchkey/diag/checklist"
)

// Evidence is the output of a checklist command as it was handed in and read.
type Evidence struct {
	Name     string
	Text     []byte
	Known    bool // the command was recognised
	Reading  checklist.Reading
	Findings []diag.Finding // of this output alone
}

// evidenceLimit bounds a pasted output; a whole auth.log of a busy server has
// some tens of megabytes.
const evidenceLimit = 64 << 20

// ReadEvidence reads the output of a command. What is not recognised is kept as
// a note: that is no error. command is what was run, "" if nobody knows.
func (s *Session) ReadEvidence(ctx context.Context, name string, r io.Reader, command string) (Evidence, error) {
	data, err := io.ReadAll(&stream{ctx: ctx, r: io.LimitReader(r, evidenceLimit+1), buffer: make([]byte, 64<<10)})
	switch {
	case err != nil:
		return Evidence{}, fmt.Errorf("read %s: %w", name, err)
	case len(data) > evidenceLimit:
		return Evidence{}, ErrTooLarge
	case len(data) == 0:
		return Evidence{}, ErrEmpty
	}
	e := Evidence{Name: name, Text: data}
	if e.Reading, e.Known = checklist.Read(data, command); e.Known {
		e.Findings = checklist.Judge(e.Reading.Host)
	}
	return e, nil
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

// mostEvents bounds the rows of a report that are compared with sockets.
const mostEvents = 20_000

// Match names the programs that talked to the report's targets.
func (s *Session) Match(r *abuse.Report, list []Evidence) checklist.Matching {
	events := checklist.Events{ZoneKnown: r.Span.Zone != ""}
	for i := range min(r.Rows, mostEvents) {
		e, _, err := r.Row(i)
		if err != nil {
			break
		}
		events.List = append(events.List, eventOf(r, e))
	}
	for _, h := range r.Sources {
		if h.Addr.IsValid() {
			events.Sources = append(events.Sources, h.Addr)
		}
	}
	return checklist.Match(events, mergeHosts(list))
}

func eventOf(r *abuse.Report, e abuse.Entry) checklist.Event {
	at, known := r.Span.At(e.Time)
	if !known && e.Time.Dated() {
		at = e.Time.Time() // read as UTC; Match looks for the offset
	}
	event := checklist.Event{Time: at, Protocol: strings.ToLower(e.Protocol.String()), SourcePort: int(max(e.Source.Port, 0)),
		Target: e.Target.Addr, Word: string(e.Target.Word), TargetPort: int(max(e.Target.Port, 0))}
	if e.PacketRate > 0 {
		event.PacketRate = e.PacketRate
	}
	return event
}

// KindOf is the checklist's word for an incident; "" if it has none.
func KindOf(i abuse.Incident, t grammar.LogType) string {
	switch i {
	case abuse.NetScan, abuse.PortScan, abuse.LoginAttack:
		return "scan"
	case abuse.Flood:
		return "flood"
	case abuse.Reflection, abuse.OpenService:
		return "amplifier"
	case abuse.Spam:
		return "spam"
	case abuse.MACViolation:
		return "mac"
	case abuse.WebAttack:
		return "cms"
	case abuse.Phishing, abuse.Malware:
		return "phishing"
	}
	return ""
}
