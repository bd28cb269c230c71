package app

import (
	"context"
	"errors"
	"fmt"
	"net/mail"
	"os"
	"slices"
	"strings"
	"time"

	"latchkey/app/casefile"
	"latchkey/app/statement"
	"latchkey/diag"
	"latchkey/diag/abuse"
	"latchkey/diag/checklist"
	"latchkey/diag/trace"
	"latchkey/diag/verdict"
)

// The bounds of what is held of evidence for citing and attaching, in bytes.
const (
	mostExhibit  = 2 << 20
	mostExhibits = 16 << 20
)

// gathering is the facts of one case in the making.
type gathering struct {
	s       *Session
	c       CaseSource
	m       casefile.Case
	f       statement.Facts
	report  *Reading
	all     []Evidence // for the correlation
	plain   []Evidence
	bundles []BundleReading
	items   *checklist.List
	byItem  map[string][]string // exhibits by the step they answer
	held    int64
}

// StatementFacts reads the inputs of a case again and gathers what a statement
// says. What cannot be read any more is left out.
func (s *Session) StatementFacts(ctx context.Context, c CaseSource, now time.Time) (f statement.Facts, err error) {
	g := &gathering{s: s, c: c, m: c.Model(), byItem: map[string][]string{}}
	g.items, _ = s.Checklist()
	g.f = statement.Facts{Now: now, Version: s.Version(), Address: g.m.Server.Address, Name: g.m.Server.Name, Provider: g.m.Server.Provider, Deadline: DueOf(g.m)}
	if g.f.Name == "" {
		g.f.Name = g.m.Server.Input
	}
	if err := g.readReport(ctx); err != nil {
		return g.f, err
	}
	if g.report != nil {
		defer func() { err = errors.Join(err, g.report.Close()) }()
	}
	if p := s.providers.ByID(g.f.Provider); p != nil {
		g.f.ProviderName = p.Name
	}
	if g.f.Zone == nil {
		g.f.Zone = now.Location()
		if !g.f.Deadline.IsZero() {
			g.f.Zone = g.f.Deadline.Location()
		}
	}
	for _, in := range g.m.Evidence {
		if in.Role != "" {
			continue
		}
		if err := ctx.Err(); err != nil {
			return g.f, err
		}
		if err := g.readEvidence(ctx, in); err != nil {
			return g.f, err
		}
	}
	g.signature()
	g.judge()
	g.check()
	g.steps()
	g.events()
	return g.f, nil
}

// signature reads the picture of the signature. What is no picture is not drawn.
func (g *gathering) signature() {
	path, err := g.c.Path(g.m.Fields[string(statement.FieldSignature)])
	if err == nil {
		g.f.Signature, err = dataOf(path, statement.LongSignature)
	}
	if err != nil { // the line to sign on stays
		g.f.Signature = nil
	}
}

// gone reports whether an input is no longer there, or cannot be read again.
func gone(err error) bool {
	return errors.Is(err, os.ErrNotExist) || errors.Is(err, ErrEmpty) || errors.Is(err, casefile.ErrUnknown)
}

func (g *gathering) readReport(ctx context.Context) error {
	in, ok := LastReport(g.m)
	if !ok {
		if g.m.Reason != "" {
			g.f.Report = &statement.Report{Incident: abuse.Incident(g.m.Reason), Direction: abuse.Out}
		}
		return nil
	}
	path, err := g.c.Path(in.SHA256)
	if err != nil {
		return skipGone(err)
	}
	r, err := g.s.ReadFile(ctx, path, readOptionsOf(g.m))
	if err != nil {
		return skipGone(err)
	}
	if r.Kind != KindReport {
		return r.Close()
	}
	g.report = &r
	if g.f.Provider == "" && r.Provider != nil {
		g.f.Provider = r.Provider.ID
	}
	g.takeReport(in, r.Report)
	return nil
}

func skipGone(err error) error {
	if gone(err) {
		return nil
	}
	return fmt.Errorf("gather the statement: %w", err)
}

// takeReport turns a report into figures. Its clock becomes the zone of the
// statement, so that its rows and the statement say the same.
func (g *gathering) takeReport(in casefile.Input, r *abuse.Report) {
	head := r.Message.Header
	out := &statement.Report{Name: in.Name, SHA256: in.SHA256, Incident: r.Incident, Direction: r.Direction, Rows: r.Rows, Capped: r.Cap > 0 || r.More,
		Targets: r.TargetCount, Reference: r.Notice.AbuseID, Subject: head.Subject, From: head.From, MessageID: head.MessageID, Received: head.Date, Language: languageOf(r), Locked: r.Notice.Locked}
	if g.m.Reason != "" {
		out.Incident = abuse.Incident(g.m.Reason)
	}
	if out.Reference == "" {
		out.Reference = r.Notice.LockingID
	}
	if from, err := mail.ParseAddress(head.From); err == nil {
		out.ReplyTo = from.Address
	}
	if g.f.Address == "" {
		g.f.Address = r.Accused
	}
	takeSums(out, r)
	g.takeSpan(out, r)
	takeExcerpt(out, r)
	g.f.Report = out
}

// takeSums takes ports, links and targets.
func takeSums(out *statement.Report, r *abuse.Report) {
	for _, p := range r.TargetPorts {
		out.Ports = append(out.Ports, p.Number)
	}
	for _, l := range r.Notice.Links {
		switch {
		case l.Kind == abuse.RetryLink && out.RetryLink == "":
			out.RetryLink = l.URL
		case l.Kind == abuse.StatementLink && out.AnswerLink == "":
			out.AnswerLink = l.URL
		}
	}
	for _, n := range r.Networks {
		out.Networks = append(out.Networks, statement.Share{Label: n.Prefix.String(), Value: n.Hosts})
	}
	for _, h := range slices.Concat(r.Targets, r.Sources) {
		if h.Addr.IsValid() {
			out.Addresses = append(out.Addresses, h.Addr.String())
		}
	}
	for _, h := range r.Targets[:min(len(r.Targets), 20)] {
		out.Top = append(out.Top, statement.Share{Label: h.Name(), Value: h.Rows})
	}
}

// takeExcerpt takes the first rows as they stand in the log.
func takeExcerpt(out *statement.Report, r *abuse.Report) {
	const excerpt = 10
	for i := 0; i < r.Rows && len(out.Excerpt) < excerpt; i++ {
		e, log, err := r.Row(i)
		if err != nil {
			break
		}
		if line, err := log.Line(e.Line); err == nil {
			out.Excerpt = append(out.Excerpt, strings.TrimLeft(string(line), "> "))
		}
	}
}

func (g *gathering) takeSpan(out *statement.Report, r *abuse.Report) {
	if !r.Span.First.Dated() {
		return
	}
	clock := r.Span.First.Time()
	at, ok := r.Span.At(r.Span.First)
	if !ok {
		at = clock // a clock of an unknown zone, shown as it is
	}
	shift := clock.Sub(at)
	g.f.Zone, g.f.ZoneKnown = time.UTC, ok && r.Span.From != abuse.ZoneFromProvider
	if shift != 0 {
		g.f.Zone = time.FixedZone("", int(shift/time.Second))
	}
	out.First = at
	if r.Span.Last.Dated() {
		out.Last = r.Span.Last.Time().Add(-shift)
	}
	if r.Bars.Width > 0 {
		out.BarStart, out.BarWidth = time.UnixMicro(r.Bars.Start).UTC().Add(-shift), time.Duration(r.Bars.Width)*time.Microsecond
		for _, n := range r.Bars.Counts {
			out.Bars = append(out.Bars, statement.Share{Value: n})
		}
	}
}

// languageOf guesses the language of a report's mail by its small words; "" if
// they do not tell.
func languageOf(r *abuse.Report) string {
	if len(r.Message.Parts) == 0 {
		return ""
	}
	text := r.Message.Parts[0].Text
	counts := map[string]int{}
	small := map[string]string{
		"the": "en", "and": "en", "your": "en", "this": "en", "from": "en", "und": "de", "der": "de", "die": "de", "sie": "de", "ihr": "de", "ihrem": "de",
		"nicht": "de", "le": "fr", "les": "fr", "votre": "fr", "vous": "fr", "une": "fr", "pour": "fr",
	}
	for _, word := range strings.Fields(strings.ToLower(string(text[:min(len(text), 8<<10)]))) {
		if language, ok := small[strings.Trim(word, ".,:;()")]; ok {
			counts[language]++
		}
	}
	best := ""
	for _, language := range statement.Languages() {
		if counts[language] >= 3 && counts[language] > counts[best] {
			best = language
		}
	}
	return best
}

// check is the last look from outside, as a chain of nodes.
func (g *gathering) check() {
	c := g.s.CheckOf(g.m)
	if c.Verdict == nil {
		return
	}
	out := &statement.Check{Code: c.Verdict.Code, Sure: c.Verdict.Confidence, LastHop: c.Verdict.LastHop}
	if !c.Printed { // of a trace that was handed in nobody knows when it was run
		out.Time = c.Started
	}
	out.Hops = nodesOf(c.Path, c.Verdict)
	g.f.Check = out
}

// nodesOf folds silent hops in a row into one node.
func nodesOf(p trace.Path, v *verdict.Verdict) []statement.Node {
	var nodes []statement.Node
	for i := 0; i < len(p.Hops); {
		hop := p.Hops[i]
		if hop.Silent() {
			first := hop.TTL
			for ; i < len(p.Hops) && p.Hops[i].Silent(); i++ {
				hop = p.Hops[i]
			}
			label := fmt.Sprint(first)
			if hop.TTL > first {
				label = fmt.Sprintf("%d–%d", first, hop.TTL)
			}
			nodes = append(nodes, statement.Node{Label: label, State: statement.StateSilent})
			continue
		}
		i++
		n := statement.Node{Label: fmt.Sprint(hop.TTL), State: statement.StateAnswered}
		for _, r := range hop.Replies {
			if n.Name = r.Name; n.Name == "" && r.Addr.IsValid() {
				n.Name = r.Addr.String()
			}
			if r.RTT > 0 {
				n.Note = fmt.Sprintf("%.1f ms", float64(r.RTT)/float64(time.Millisecond))
			}
			if n.Name != "" {
				break
			}
		}
		if hop.TTL == v.LastTTL {
			n.State = statement.StateLast
		}
		nodes = append(nodes, n)
	}
	if len(nodes) > 0 && p.Reached == diag.Yes && nodes[len(nodes)-1].State != statement.StateSilent {
		nodes[len(nodes)-1].State = statement.StateReached
	}
	return nodes
}

// events takes the person's own entries of the timeline.
func (g *gathering) events() {
	for _, e := range g.m.Timeline {
		if e.Code == EventNote && e.Text != "" {
			g.f.Events = append(g.f.Events, statement.Event{Time: e.Time, Code: e.Code, Text: e.Text})
		}
		if e.Code == EventRetest {
			g.f.Retest = e.Time
		}
	}
}
