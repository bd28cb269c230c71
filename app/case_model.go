package app

import (
	"net/netip"
	"time"

	"latchkey/app/casefile"
	"latchkey/diag"
	"latchkey/diag/verdict"
)

// The events of a case's timeline; their texts are «timeline.» and the code.
const (
	EventChecked   = "check.finished"     // verdict, confidence, server
	EventReport    = "report.read"        // name, sha256, incident, rows, deadline
	EventOutput    = "output.read"        // item, command, name, findings
	EventCollected = "evidence.collected" // name, sha256, host, machine, mode, role, sections, findings, complete, key
	EventFetched   = "evidence.fetched"   // name, sha256, path, bytes, size
	EventCause     = "cause.taken"        // code, item, line, name
	EventNoCause   = "cause.dropped"
	EventDeadline  = "deadline.set" // deadline; none: as the mail says
)

// ServerOf is what a check is about.
func ServerOf(c Check) casefile.Server {
	s := casefile.Server{Input: c.Input, Name: c.Name}
	switch {
	case c.Addr.IsValid():
		s.Address = c.Addr.String()
	case c.Path.Target.IsValid():
		s.Address = c.Path.Target.String()
	}
	if c.Provider != nil {
		s.Provider = c.Provider.ID
	}
	return s
}

// DiagnosisOf is what a case keeps of a check; input is the SHA-256 of the text
// it was read from, "" if we measured it.
func DiagnosisOf(c Check, input string) casefile.Diagnosis {
	d := casefile.Diagnosis{Time: c.Started, Took: c.Elapsed, Input: input, Path: c.Path, Ping: c.Ping, Ports: c.Ports, Verdict: c.Verdict}
	if c.Control != nil {
		path := withName(c.Control.Path, c.Control.Host)
		d.Control = &path
	}
	return d
}

// CheckOf is the last check of a case as it was. The zero Started means that
// there was none.
func (s *Session) CheckOf(m casefile.Case) Check {
	c := Check{Input: m.Server.Input, Name: m.Server.Name, Provider: s.providers.ByID(m.Server.Provider)}
	c.Addr, _ = netip.ParseAddr(m.Server.Address) // the zero value is «not known»
	if len(m.Diagnoses) == 0 {
		return c
	}
	d := m.Diagnoses[len(m.Diagnoses)-1]
	c.Started, c.Elapsed, c.Final, c.Printed = d.Time, d.Took, true, d.Input != ""
	c.Path, c.Ping, c.Ports, c.Verdict = d.Path, d.Ping, d.Ports, d.Verdict
	c.Stages = Stages{Name: StageDone, Line: StageSkipped, Path: StageDone, Ping: StageDone, Ports: StageDone}
	if d.Control != nil {
		c.Control, c.Stages.Line = &Control{Host: d.Control.Name, Path: *d.Control}, StageDone
	}
	c.Places = verdict.Locate(c.Path, s.providers)
	if d.Verdict != nil {
		c.Verdict = s.sameVerdict(c, *d.Verdict, toldOf(m, d.Time))
	}
	return c
}

// sameVerdict judges again what was seen: the reasons of a stored verdict have
// lost the kinds of their values. Where the rules have changed since, or what
// they need was not stored, what was said then stands, unless the provider itself
// told of a lock since.
func (s *Session) sameVerdict(c Check, then verdict.Verdict, told *diag.Finding) *verdict.Verdict {
	o := verdict.Observation{Path: c.Path, Ping: c.Ping, Ports: c.Ports, Profile: c.Provider, Printed: c.Printed, Told: told}
	if c.Control != nil {
		o.Control = &c.Control.Path
	}
	if then.Code == verdict.Local && len(c.Path.Hops) == 0 {
		o.NoRoute = diag.Yes
	}
	now := verdict.Judge(o, s.providers)
	if told == nil && (now.Code != then.Code || now.Confidence != then.Confidence) {
		return &then
	}
	return &now
}

// DueOf is until when an answer is wanted: as set by hand, else as the last
// report said; the zero time if neither.
func DueOf(m casefile.Case) time.Time {
	if !m.Deadline.IsZero() {
		return m.Deadline
	}
	for i := len(m.Timeline) - 1; i >= 0; i-- {
		if e := m.Timeline[i]; e.Code == EventReport {
			due, _ := time.Parse(time.RFC3339, e.With["deadline"]) // the zero value is «none»
			return due
		}
	}
	return time.Time{}
}

// CauseOf is the event by which a cause was taken last; false if there is none,
// or it was dropped again.
func CauseOf(m casefile.Case) (casefile.Event, bool) {
	for i := len(m.Timeline) - 1; i >= 0; i-- {
		switch e := m.Timeline[i]; e.Code {
		case EventCause:
			return e, true
		case EventNoCause:
			return casefile.Event{}, false
		}
	}
	return casefile.Event{}, false
}

// LastReport is the report of a case that counts: the one handed in last.
func LastReport(m casefile.Case) (casefile.Input, bool) {
	for i := len(m.Reports) - 1; i >= 0; i-- {
		if m.Reports[i].Kind == KindReport {
			return m.Reports[i], true
		}
	}
	return casefile.Input{}, false
}
