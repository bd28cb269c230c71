package statement

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"time"

	"latchkey/diag"
	"latchkey/diag/checklist"
)

// causeSentences say what the evidence shows, in as few sentences as fit on a
// page. Their words are no surer than the certainty.
func (c *composer) causeSentences(sure Certainty) []sentence {
	if sure == CauseNotFound {
		return append([]sentence{{text: c.noCause()}}, c.checked()...)
	}
	var list []sentence
	suspect, found := c.suspect()
	if found {
		list = append(list, c.contact(suspect))
		list = append(list, c.marks(suspect)...)
		list = append(list, c.origin(suspect)...)
	}
	entry := c.entry()
	list = append(list, entry...)
	if len(list) == 0 {
		return append([]sentence{{text: c.noCause()}}, c.checked()...)
	}
	if found && len(entry) == 0 {
		list = append(list, sentence{text: c.t("cause.entry-open")})
		list = append(list, c.checked()...)
	}
	return list
}

func (c *composer) noCause() string {
	if len(c.f.Exhibits) == 0 {
		return c.t("cause.unasked")
	}
	return c.t("cause.none")
}

// suspect is the likeliest process that was running in time.
func (c *composer) suspect() (checklist.Suspect, bool) {
	if c.f.Matching.Grade == checklist.None {
		return checklist.Suspect{}, false
	}
	for _, s := range c.f.Matching.Processes {
		if !s.Excluded {
			return s, true
		}
	}
	return checklist.Suspect{}, false
}

// contact ties the process to the report.
func (c *composer) contact(s checklist.Suspect) sentence {
	process := c.process(s)
	best := ""
	counts, ports := map[string]int{}, map[string]string{}
	var ids []string
	for _, f := range s.Because {
		key := contactKey(f.Code)
		if key == "" {
			continue
		}
		if best == "" || slices.Index(contactKeys(), key) < slices.Index(contactKeys(), best) {
			best = key
		}
		n := number(f.Params["count"])
		counts[key] += max(n, 1)
		if ports[key] == "" {
			ports[key] = param(f, "port")
		}
		ids = append(ids, c.exhibit(f))
	}
	if best == "" {
		for _, f := range s.Because {
			ids = append(ids, c.exhibit(f))
		}
		return sentence{c.t("cause.signs", "process", process), ids}
	}
	return sentence{c.count(best, counts[best], "when", c.when(ids), "process", process, "port", ports[best]), ids}
}

// contactKeys are the ways a process and a report meet, the surest first.
func contactKeys() []string {
	return []string{"cause.target-port", "cause.source-port", "cause.network", "cause.target"}
}

func contactKey(code string) string {
	switch strings.TrimPrefix(code, "evidence.match.") {
	case "target-port", "same-port":
		return "cause.target-port"
	case "source-port":
		return "cause.source-port"
	case "network-port":
		return "cause.network"
	case "target":
		return "cause.target"
	}
	return ""
}

// when is the time of the outputs, if it is known.
func (c *composer) when(ids []string) string {
	for _, e := range c.f.Exhibits {
		if e.Exact && slices.Contains(ids, e.ID) {
			return c.t("at", "time", c.time(e.Time))
		}
	}
	return c.t("then")
}

func (c *composer) process(s checklist.Suspect) string {
	if s.PID < 0 {
		return c.t("process.none")
	}
	more := ""
	if s.User != "" {
		more += c.t("process.owner", "user", clean(s.User, 60))
	}
	if s.Exe != "" {
		more += c.t("process.file", "file", clean(s.Exe, 200))
	}
	return c.t("process", "name", clean(s.Name, 60), "pid", fmt.Sprint(s.PID), "more", more)
}

// marks are what is odd about the process itself.
func (c *composer) marks(s checklist.Suspect) []sentence {
	var list []sentence
	seen := map[string]bool{}
	for _, f := range s.Because {
		word := strings.TrimPrefix(f.Code, "evidence.match.")
		key := "cause." + word
		if !slices.Contains([]string{"before", "stray", "deleted", "kernel-name"}, word) || seen[key] {
			continue
		}
		seen[key] = true
		one := sentence{ids: []string{c.exhibit(f)}}
		switch word {
		case "before":
			at, ok := c.serverTime(param(f, "time"))
			if !ok {
				continue
			}
			one.text = c.t(key, "time", c.time(at))
		default:
			one.text = c.t(key, "path", param(f, "path"))
		}
		list = append(list, one)
	}
	return list
}

// origin is the nearest thing that started the process: a unit or a job says
// more than a parent.
func (c *composer) origin(s checklist.Suspect) []sentence {
	for _, word := range []string{"unit", "job", "parent"} {
		for _, f := range s.Chain {
			if f.Code != "evidence.chain."+word || word == "parent" && number(f.Params["pid"]) == 1 {
				continue
			}
			text := c.t("cause."+word, "unit", param(f, "unit"), "user", param(f, "user"), "name", param(f, "name"))
			return []sentence{{text, []string{c.exhibit(f)}}}
		}
	}
	return nil
}

// entry is how somebody came in, or what else set it off, as far as the outputs
// show it. A finding that the person knows and wants is none.
func (c *composer) entry() []sentence {
	var list []sentence
	seen := map[string]bool{}
	all := c.f.Findings
	if c.f.Cause != nil {
		all = append([]diag.Finding{*c.f.Cause}, all...)
	}
	for _, f := range all {
		if seen[f.Code] || c.known(f) {
			continue
		}
		if text := c.entryText(f); text != "" {
			seen[f.Code] = true
			list = append(list, sentence{text, []string{c.exhibit(f)}})
		}
	}
	return list[:min(len(list), 2)]
}

func (c *composer) entryText(f diag.Finding) string {
	p := func(name string) string { return param(f, name) }
	n := number(f.Params["count"])
	at, timed := c.serverTime(p("time"))
	switch f.Code {
	case "evidence.s02":
		if !timed {
			return ""
		}
		return c.count("cause.guessed", n, "user", p("user"), "time", c.time(at))
	case "evidence.w01":
		return c.count("cause.webshell", n, "path", p("path"))
	case "evidence.k01":
		if !timed {
			return ""
		}
		return c.t("cause.kernel", "time", c.time(at), "kernel", p("kernel"), "before", p("before"))
	case "evidence.m01":
		return c.t("cause.mac", "bridge", p("bridge"), "interface", p("interface"), "mac", p("mac"))
	case "evidence.x02":
		return c.count("cause.mail-user", n, "user", p("user"))
	}
	return ""
}

func (c *composer) known(f diag.Finding) bool {
	return slices.ContainsFunc(c.f.Known, func(k KnownFinding) bool { return k.Finding.Rule == f.Rule })
}

// checked names the commands that were run, the same in every language.
func (c *composer) checked() []sentence {
	var names []string
	for _, e := range c.f.Exhibits {
		name, _, _ := strings.Cut(e.Command, " ")
		if name = clean(name, 30); name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return nil
	}
	const most = 12
	more := ""
	if len(names) > most {
		names, more = names[:most], ", …"
	}
	return []sentence{{text: c.t("cause.checked", "list", strings.Join(names, ", ")+more)}}
}

// serverTime reads a time of the server's clock as an instant: the correlation
// knows how far that is from the report's.
func (c *composer) serverTime(s string) (time.Time, bool) {
	t, err := time.Parse(time.DateTime, s)
	if err != nil || t.Year() < 1990 {
		return time.Time{}, false
	}
	return t.Add(-c.f.Matching.ClockOffset), true
}

// exhibit is ExhibitOf for the facts at hand.
func (c *composer) exhibit(f diag.Finding) string { return ExhibitOf(c.f.Exhibits, f) }

// ExhibitOf finds the output a finding is from, "" if it is not there. Of several
// outputs of one command it is the one that holds what the finding is about on
// that line.
func ExhibitOf(list []Exhibit, f diag.Finding) string {
	if f.Source == nil {
		return ""
	}
	var fit []Exhibit
	for _, e := range list {
		if (f.Source.File == "" || e.From == f.Source.File) && slices.Contains(e.Parts, f.Source.Part) {
			fit = append(fit, e)
		}
	}
	if len(fit) == 0 {
		return ""
	}
	for _, e := range fit[:len(fit)*min(len(fit)-1, 1)] { // one needs no proof
		if line := lineOf(e.Data, f.Source.Line); line != nil && mentions(line, f) {
			return e.ID
		}
	}
	return fit[0].ID
}

// lineOf gives a line of an output; nil if it has none.
func lineOf(data []byte, number int) []byte {
	for n := 1; len(data) > 0; n++ {
		line, rest, _ := bytes.Cut(data, []byte("\n"))
		if n == number {
			return line
		}
		data = rest
	}
	return nil
}

func mentions(line []byte, f diag.Finding) bool {
	for _, name := range []string{"pid", "path", "address", "user", "name"} {
		if s := param(f, name); s != "" && bytes.Contains(line, []byte(s)) {
			return true
		}
	}
	return false
}

// param is a parameter of a finding as text, cleaned.
func param(f diag.Finding, name string) string {
	v, ok := f.Params[name]
	if !ok || v == nil {
		return ""
	}
	if n, isFloat := v.(float64); isFloat && n == float64(int64(n)) {
		v = int64(n) // a count read back from JSON
	}
	return clean(fmt.Sprint(v), 200)
}

func number(v any) int {
	switch n := v.(type) {
	case int:
		return n
	case int64:
		return int(n)
	case float64:
		return int(n)
	}
	return 0
}
