package abuse

import (
	"latchkey/diag"
	"latchkey/diag/abuse/grammar"
)

// findings lists what is worth knowing about the report, most important first.
// Each names its fact by a code; words come later.
func (r *Report) findings(t *tally, h grammar.Heading) []diag.Finding {
	var f findingList
	r.findPattern(&f)
	r.findLimits(&f, t, h)
	r.findTimes(&f)
	r.findMail(&f)
	return f.all
}

type findingList struct{ all []diag.Finding }

func (f *findingList) add(severity diag.Severity, code string, pairs ...any) {
	p := diag.Params{}
	for i := 0; i+1 < len(pairs); i += 2 {
		p[pairs[i].(string)] = pairs[i+1]
	}
	f.all = append(f.all, diag.Finding{Code: "abuse." + code, Severity: severity, Params: p})
}

// findPattern says what the rows show as a whole.
func (r *Report) findPattern(f *findingList) {
	s := r.Shape
	if r.Direction == In {
		f.add(diag.Info, "inward")
	}
	r.findTargets(f)
	if s.SourcePorts == ServiceUse && reflector(s.Dominant) && r.Incident != OpenService {
		f.add(diag.Warning, "replies-of-service", "port", s.Dominant, "service", ServiceName(s.Dominant))
	}
	if (r.Incident == Flood || r.LogType == grammar.PacketSummary) && s.TopShare >= 0.9 && r.TargetCount > 1 && r.Direction != In {
		f.add(diag.Warning, "one-target-gets-all", "percent", percent(s.TopShare), "host", r.topTarget())
	}
	if s.OtherSources > 0 {
		f.add(diag.Notice, "rows-of-others", "count", s.OtherSources, "host", r.Accused)
	}
	if r.Format == "guess" {
		f.add(diag.Notice, "guessed-table")
	}
}

// findTargets says what the targets have in common.
func (r *Report) findTargets(f *findingList) {
	s := r.Shape
	switch {
	case r.scans() && s.NeighbourShare >= sweeps && r.TargetCount > 2:
		f.add(diag.Warning, "sweep-of-neighbours", "percent", percent(s.NeighbourShare), "count", r.TargetCount)
		if s.PrivateShare > 0.5 {
			f.add(diag.Warning, "private-sweep")
		}
	case s.PrivateShare >= 0.5 && r.PrivateTargets > 0:
		f.add(diag.Notice, "private-targets", "percent", percent(s.PrivateShare), "count", r.PrivateTargets)
	}
}

// topTarget is the host that gets most: by the packets a summary tells, else by
// rows.
func (r *Report) topTarget() string {
	name, most := "", 0.0
	for host, rate := range r.Rates {
		if rate.Packets > most || rate.Packets == most && host < name {
			name, most = host, rate.Packets
		}
	}
	if name == "" && len(r.Targets) > 0 {
		name = r.Targets[0].Name()
	}
	return name
}

// findLimits says what the log leaves out: the provider's guide tells it for
// its three kinds, the rows for the others.
func (r *Report) findLimits(f *findingList, t *tally, h grammar.Heading) {
	switch r.LogType {
	case grammar.ScanTable:
		f.add(diag.Info, "only-outgoing")
	case grammar.PacketSummary:
		f.add(diag.Info, "no-single-connections")
	case grammar.TrafficDump:
		f.add(diag.Info, "small-part")
	case grammar.NoLog:
		if r.Notice.Expects {
			f.add(diag.Notice, "log-missing")
		} else {
			f.add(diag.Info, "no-log")
		}
	}
	if r.Cap > 0 {
		f.add(diag.Notice, "capped", "count", r.Cap)
	}
	if h.Sampled {
		f.add(diag.Info, "sampled")
	}
	if r.More {
		f.add(diag.Info, "too-many-hosts")
	}
	for _, host := range r.Sources {
		if host.Word != "" && grammar.Masked([]byte(host.Word)) {
			f.add(diag.Info, "masked", "word", diag.Clean(host.Word, 40))
			break
		}
	}
	for _, b := range r.Beside {
		f.add(diag.Info, "second-log", "format", b.Format, "count", b.Rows)
	}
	if n := r.Lines.Total - r.Lines.Understood; n > 0 {
		f.add(diag.Notice, "lines-not-understood", "count", n)
	}
}

// findTimes says what is not known about the times.
func (r *Report) findTimes(f *findingList) {
	s := r.Span
	switch {
	case r.Rows == 0:
		return
	case !s.First.Known():
		f.add(diag.Info, "no-times")
		return
	case s.First.Parts&grammar.Day == 0:
		f.add(diag.Notice, "no-date")
	case s.YearFromMail:
		f.add(diag.Info, "year-from-mail")
	case s.First.Parts&grammar.Year == 0:
		f.add(diag.Notice, "no-year")
	}
	switch {
	case s.Conflict != "":
		f.add(diag.Info, "zone-conflict", "log", s.Zone, "mail", s.Conflict)
	case s.Zone == "":
		f.add(diag.Notice, "no-zone")
	case s.From == ZoneFromProvider:
		f.add(diag.Info, "zone-assumed", "zone", s.Zone)
	}
}

// findMail says what the mail around the log asks for.
func (r *Report) findMail(f *findingList) {
	for _, l := range r.Notice.Links {
		if l.Secret {
			f.add(diag.Warning, "secret-links")
			break
		}
	}
	if d := r.Notice.AnswerIn; d > 0 && r.Notice.Deadline == nil {
		f.add(diag.Notice, "answer-within", "count", int(d.Hours()))
	}
	if len(r.Copies) > 0 {
		f.add(diag.Info, "copy-not-counted", "count", len(r.Copies))
	}
}
