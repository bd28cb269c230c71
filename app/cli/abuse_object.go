package cli

import (
	"slices"
	"time"

	"latchkey/app"
	"latchkey/diag/abuse"
	"latchkey/diag/abuse/grammar"
)

// reportJSON is «report» of the contract; what the input does not say is null.
type reportJSON struct {
	Provider         *string          `json:"provider"`
	LogType          grammar.LogType  `json:"log_type"`
	Incident         abuse.Incident   `json:"incident"`
	Direction        abuse.Direction  `json:"direction"`
	Accused          *string          `json:"accused"`
	Sources          []string         `json:"sources"`
	Rows             int              `json:"rows"`
	Capped           bool             `json:"capped"`
	Targets          int              `json:"targets"`
	TargetPorts      []int            `json:"target_ports"`
	Protocols        map[string]int   `json:"protocols"`
	PrivateTargets   int              `json:"private_targets"`
	SourcePorts      int              `json:"source_ports"`
	First            *string          `json:"first"`
	Last             *string          `json:"last"`
	TimeZone         *string          `json:"time_zone"`
	PacketsPerSecond *float64         `json:"packets_per_second"`
	BitsPerSecond    *float64         `json:"bits_per_second"`
	TopTargets       []targetRowJSON  `json:"top_targets"`
	AbuseID          *string          `json:"abuse_id"`
	LockingID        *string          `json:"locking_id"`
	Deadline         *string          `json:"deadline"`
	Links            []linkJSON       `json:"links"`
	Histogram        *histogramJSON   `json:"histogram"`
	Shape            *shapeJSON       `json:"shape"` // of the rows; null without any
	Hypotheses       []hypothesisJSON `json:"hypotheses"`
}

type targetRowJSON struct {
	Address          string   `json:"address"`
	Rows             int      `json:"rows"`
	PacketsPerSecond *float64 `json:"packets_per_second"`
	BitsPerSecond    *float64 `json:"bits_per_second"`
}

type linkJSON struct {
	Kind   abuse.LinkKind `json:"kind"`
	URL    string         `json:"url"`
	Secret bool           `json:"secret"`
}

type histogramJSON struct {
	Start   string  `json:"start"`
	Seconds float64 `json:"seconds"` // width of a bar
	Counts  []int   `json:"counts"`
}

type shapeJSON struct {
	PrivateShare   float64 `json:"private_share"`
	NeighbourShare float64 `json:"neighbour_share"`
	RowsPerTarget  float64 `json:"rows_per_target"`
	TopShare       float64 `json:"top_share"`
	SourcePorts    *string `json:"source_ports"`
	OtherSources   int     `json:"rows_of_others"`
}

type hypothesisJSON struct {
	Code       string   `json:"code"`
	Confidence string   `json:"confidence"`
	Because    []string `json:"because"`
}

// mostTop is how many targets --json lists.
const mostTop = 20

func reportObject(r *abuse.Report) *reportJSON {
	o := &reportJSON{
		Provider: orNull(r.Provider), LogType: r.LogType, Incident: r.Incident, Direction: r.Direction, Accused: orNull(r.Accused),
		Sources: []string{}, Rows: r.Rows, Capped: r.Cap > 0, Targets: r.TargetCount, TargetPorts: []int{}, Protocols: r.Protocols,
		PrivateTargets: r.PrivateTargets, SourcePorts: len(r.SourcePorts), TimeZone: orNull(r.Span.Zone),
		First: timeOrNull(r.Span, r.Span.First), Last: timeOrNull(r.Span, r.Span.Last),
		PacketsPerSecond: rateOrNull(r.PacketsPerSecond), BitsPerSecond: rateOrNull(r.BitsPerSecond),
		TopTargets: []targetRowJSON{}, AbuseID: orNull(r.Notice.AbuseID), LockingID: orNull(r.Notice.LockingID),
		Links: []linkJSON{}, Histogram: histogramObject(r), Hypotheses: []hypothesisJSON{},
	}
	if s := r.Shape; r.Rows > 0 {
		o.Shape = &shapeJSON{s.PrivateShare, s.NeighbourShare, s.RowsPerTarget, s.TopShare, orNull(string(s.SourcePorts)), s.OtherSources}
	}
	for _, h := range r.Sources {
		o.Sources = append(o.Sources, h.Name())
	}
	for _, p := range r.TargetPorts {
		o.TargetPorts = append(o.TargetPorts, p.Number)
	}
	slices.Sort(o.TargetPorts)
	for _, h := range r.Targets[:min(len(r.Targets), mostTop)] {
		row := targetRowJSON{Address: h.Name(), Rows: h.Rows}
		if rate, ok := r.Rates[h.Name()]; ok {
			row.PacketsPerSecond, row.BitsPerSecond = rateOrNull(rate.Packets), rateOrNull(rate.Bits)
		}
		o.TopTargets = append(o.TopTargets, row)
	}
	if d := r.Notice.Deadline; d != nil {
		s := d.At.Format(time.RFC3339)
		o.Deadline = &s
	}
	for _, l := range r.Notice.Links {
		o.Links = append(o.Links, linkJSON{l.Kind, l.URL, l.Secret})
	}
	for _, h := range r.Hypotheses {
		j := hypothesisJSON{Code: h.Code, Confidence: levelWord(h.Level), Because: []string{}}
		for _, f := range h.Reasons {
			j.Because = append(j.Because, f.Code)
		}
		o.Hypotheses = append(o.Hypotheses, j)
	}
	return o
}

// levelWord is the word of the contract's «confidence», and of the text key.
func levelWord(l abuse.Level) string {
	return [...]string{abuse.Unlikely: "unlikely", abuse.Possible: "possible", abuse.Likely: "likely"}[l]
}

// timeOrNull is RFC 3339, without offset where the zone is not written in the
// report; null where day or year are not known.
func timeOrNull(s abuse.Span, t grammar.Stamp) *string {
	if !t.Dated() {
		return nil
	}
	layout, at := "2006-01-02T15:04:05.999999", t.Time()
	if exact, ok := s.At(t); ok && s.From != abuse.ZoneFromProvider {
		layout, at = layout+"Z07:00", exact
	}
	if t.Parts&grammar.Clock == 0 {
		layout = "2006-01-02T15:04:05"
	}
	text := at.Format(layout)
	return &text
}

func rateOrNull(f float64) *float64 {
	if f < 0 {
		return nil
	}
	return &f
}

func histogramObject(r *abuse.Report) *histogramJSON {
	if len(r.Bars.Counts) == 0 {
		return nil
	}
	start := grammar.Stamp{Micros: r.Bars.Start, Parts: r.Span.First.Parts, Offset: r.Span.First.Offset, Zone: r.Span.First.Zone}
	text := timeOrNull(r.Span, start)
	if text == nil {
		clock := time.UnixMicro(r.Bars.Start).UTC().Format("15:04:05")
		text = &clock
	}
	return &histogramJSON{*text, time.Duration(r.Bars.Width * 1000).Seconds(), r.Bars.Counts}
}

func warningObjects(list []app.Warning) []warningJSON {
	all := []warningJSON{}
	for _, w := range list {
		all = append(all, warningJSON{Code: w.Code, Part: w.Part, Line: w.Line, Text: w.Text})
	}
	return all
}
