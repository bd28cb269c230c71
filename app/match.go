package app

import (
	"strings"
	"time"

	"latchkey/diag/abuse"
	"latchkey/diag/abuse/grammar"
	"latchkey/diag/checklist"
)

// mostEvents bounds the rows of a report that are compared with sockets.
const mostEvents = 20_000

// Match names the programs that talked to the report's targets. Where the report
// does not write its zone, the offset is that of its clock as printed, read as
// UTC.
func (s *Session) Match(r *abuse.Report, list []Evidence) checklist.Matching {
	host := mergeHosts(list)
	events := eventsOf(r, host.Clock)
	m := checklist.Match(events, host)
	if at, ok := r.Span.At(r.Span.First); ok && !events.ZoneKnown {
		m.ClockOffset += at.Sub(r.Span.First.Time()) // told of the clock as printed
	}
	return m
}

// eventsOf is a report as a machine is asked for it.
func eventsOf(r *abuse.Report, clock checklist.Clock) checklist.Events {
	// A zone that only the provider's habits tell is a guess that Match may beat.
	events := checklist.Events{ZoneKnown: r.Span.Zone != "" && r.Span.From != abuse.ZoneFromProvider, Clock: ahead(clock)}
	for i := range min(r.Rows, mostEvents) {
		e, _, err := r.Row(i)
		if err != nil {
			break
		}
		events.List = append(events.List, eventOf(r, e))
	}
	for _, h := range r.Sources {
		switch {
		case h.Addr.IsValid():
			events.Sources = append(events.Sources, h.Addr)
		case r.Incident == abuse.MACViolation:
			events.MACs = append(events.MACs, string(h.Word))
		}
	}
	return events
}

// ahead is how far a machine's clock is ahead of UTC, as far as it told its
// zone.
func ahead(c checklist.Clock) time.Duration {
	_, offset, used := grammar.ReadZone([]byte(c.Zone))
	if used == 0 {
		return 0
	}
	return time.Duration(offset) * time.Second
}

// eventOf is a row as Match compares it.
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
