package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"time"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"latchkey/app"
	"latchkey/diag"
	"latchkey/diag/provider"
	"latchkey/diag/trace"
	"latchkey/diag/verdict"
)

// The objects of the contract: its field names in its order, further fields
// after them. A pointer is null where the input does not say.

type errorJSON struct {
	Kind    string `json:"kind"`
	Code    string `json:"code"`
	Message string `json:"message"` // English, as nothing in JSON is translated
}

type checkJSON struct {
	Kind           string       `json:"kind"`
	Target         targetJSON   `json:"target"`
	Path           *pathJSON    `json:"path"`
	Ping           *pingJSON    `json:"ping"`
	Ports          []portJSON   `json:"ports"`
	Verdict        *verdictJSON `json:"verdict"`
	FirstVerdictMS *int64       `json:"first_verdict_ms"`
	ElapsedMS      int64        `json:"elapsed_ms"`
	Control        *controlJSON `json:"control"`
	Baseline       *pathJSON    `json:"baseline"`
	Started        time.Time    `json:"started"` // RFC 3339, with the offset of this computer
	Cancelled      bool         `json:"cancelled"`
}

type targetJSON struct {
	Input    *string  `json:"input"`
	Address  *string  `json:"address"`
	Family   *string  `json:"family"`
	Provider *string  `json:"provider"`
	Name     *string  `json:"name"`
	Others   []string `json:"others"` // further addresses of the name, not checked
}

type pathJSON struct {
	Method   *string     `json:"method"`
	Reached  diag.Answer `json:"reached"`
	Complete bool        `json:"complete"`
	Hops     []hopJSON   `json:"hops"`
	Target   *string     `json:"target"`
	Name     *string     `json:"name"`
	Tool     *string     `json:"tool"`
	Source   *string     `json:"source"`
}

type hopJSON struct {
	TTL      int         `json:"ttl"`
	Replies  []replyJSON `json:"replies"`
	Sent     *int        `json:"sent"`
	Lost     *int        `json:"lost"`
	Provider *string     `json:"provider"`
	Role     *string     `json:"role"`
}

type replyJSON struct {
	Address *string  `json:"address"`
	Name    *string  `json:"name"`
	RTT     *float64 `json:"rtt_ms"`
	Kind    string   `json:"kind"`
	Type    *int     `json:"icmp_type"`
	Code    *int     `json:"icmp_code"`
}

type pingJSON struct {
	Sent     int         `json:"sent"`
	Received int         `json:"received"`
	Min      *float64    `json:"min_ms"`
	Avg      *float64    `json:"avg_ms"`
	Max      *float64    `json:"max_ms"`
	Refusals []replyJSON `json:"refusals"`
}

type portJSON struct {
	Port    int        `json:"port"`
	State   string     `json:"state"`
	Refuser *replyJSON `json:"refuser"`
}

type verdictJSON struct {
	Code       string         `json:"code"`
	Confidence string         `json:"confidence"`
	Because    []string       `json:"because"`
	LastHop    *string        `json:"last_hop"`
	LastTTL    *int           `json:"last_ttl"`
	Provider   *string        `json:"provider"` // of the network the path ended in
	Late       bool           `json:"late"`
	Findings   []diag.Finding `json:"findings"` // Because with severity and params
	Changes    []diag.Finding `json:"changes"`
	Steps      []diag.Finding `json:"steps"`
}

type controlJSON struct {
	Host string    `json:"host"`
	Path *pathJSON `json:"path"`
}

type readingJSON struct {
	Kind     string        `json:"kind"`
	Format   *string       `json:"format"`
	Report   *reportJSON   `json:"report,omitempty"`
	Target   *targetJSON   `json:"target,omitempty"`
	Path     *pathJSON     `json:"path,omitempty"`
	Verdict  *verdictJSON  `json:"verdict,omitempty"`
	Ping     *pingJSON     `json:"ping,omitempty"`
	Evidence *evidenceJSON `json:"evidence,omitempty"`
	Bundle   *bundleJSON   `json:"bundle,omitempty"`
	Findings any           `json:"findings"` // a list; of evidence, with its rules
	Lines    linesJSON     `json:"lines"`
	Warnings []warningJSON `json:"warnings"`
}

type linesJSON struct {
	Total      int `json:"total"`
	Understood int `json:"understood"`
}

type warningJSON struct {
	Code string `json:"code"`
	Part string `json:"part,omitempty"` // of a mail
	Line int    `json:"line"`
	Text string `json:"text"`
}

// writeJSON writes one object. Letters outside ASCII and «<>&» stay as they
// are: the readers are scripts, not browsers. What is not printable is escaped,
// because some look at JSON in a terminal, where U+202E turns a line around.
func writeJSON(w io.Writer, object any) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(object); err != nil {
		return err
	}
	_, err := w.Write(escapeUnseen(b.Bytes()))
	return err
}

// escapeUnseen writes the characters of JSON that show nothing of themselves
// (controls, bidi, zero width) as «\uXXXX», which is the same value. They occur
// within strings only: the encoder's own layout is ASCII.
func escapeUnseen(text []byte) []byte {
	out := make([]byte, 0, len(text))
	for _, r := range string(text) {
		switch {
		case r < utf8.RuneSelf && r != 0x7f || unicode.IsPrint(r) || unicode.Is(unicode.Zs, r):
			out = utf8.AppendRune(out, r)
		case r > 0xFFFF: // as a pair (RFC 8259, section 7)
			high, low := utf16.EncodeRune(r)
			out = fmt.Appendf(out, `\u%04x\u%04x`, high, low)
		default:
			out = fmt.Appendf(out, `\u%04x`, r)
		}
	}
	return out
}

func checkObject(c app.Check) checkJSON {
	o := checkJSON{
		Kind: "check", Target: targetObject(c), Path: pathObject(c.Path, c.Places),
		Ping: pingObject(c.Ping), Ports: portObjects(c.Ports), Verdict: verdictObject(c.Verdict),
		ElapsedMS: c.Elapsed.Milliseconds(), Started: c.Started, Cancelled: c.Cancelled,
	}
	if c.FirstVerdict > 0 {
		ms := c.FirstVerdict.Milliseconds()
		o.FirstVerdictMS = &ms
	}
	if c.Control != nil {
		o.Control = &controlJSON{c.Control.Host, pathObject(c.Control.Path, nil)}
	}
	if c.Baseline != nil {
		o.Baseline = pathObject(*c.Baseline, nil)
	}
	return o
}

func targetObject(c app.Check) targetJSON {
	t := targetJSON{Input: orNull(c.Input), Name: orNull(c.Name), Others: []string{}}
	if c.Addr.IsValid() {
		t.Address = orNull(c.Addr.String())
		t.Family = orNull(string(trace.FamilyOf(c.Addr)))
	}
	if c.Provider != nil {
		t.Provider = orNull(c.Provider.ID)
	}
	for _, a := range c.Others {
		t.Others = append(t.Others, a.String())
	}
	return t
}

// pathObject gives the path; places belong to its hops and may be missing.
func pathObject(p trace.Path, places []provider.Place) *pathJSON {
	o := &pathJSON{
		Method: orNull(string(p.Method)), Reached: p.Reached, Complete: p.Complete,
		Hops: []hopJSON{}, Name: orNull(p.Name), Tool: orNull(p.Tool),
	}
	if p.Target.IsValid() {
		o.Target = orNull(p.Target.String())
	}
	if p.Source.IsValid() {
		o.Source = orNull(p.Source.String())
	}
	for i, h := range p.Hops {
		hop := hopJSON{TTL: h.TTL, Replies: replyObjects(h.Replies)}
		if h.Sent > 0 {
			hop.Sent, hop.Lost = &h.Sent, &h.Lost
		}
		if i < len(places) {
			hop.Role = orNull(string(places[i].Role))
			if places[i].Profile != nil {
				hop.Provider = orNull(places[i].Profile.ID)
			}
		}
		o.Hops = append(o.Hops, hop)
	}
	return o
}

func replyObjects(replies []trace.Reply) []replyJSON {
	list := []replyJSON{}
	for _, r := range replies {
		list = append(list, replyObject(r))
	}
	return list
}

func replyObject(r trace.Reply) replyJSON {
	o := replyJSON{Name: orNull(r.Name), RTT: millis(r.RTT), Kind: string(r.Kind)}
	if r.Addr.IsValid() {
		o.Address = orNull(r.Addr.String())
	}
	if r.HasICMP {
		t, c := int(r.Type), int(r.Code)
		o.Type, o.Code = &t, &c
	}
	return o
}

func pingObject(p *trace.Ping) *pingJSON {
	if p == nil {
		return nil
	}
	return &pingJSON{p.Sent, p.Received, millis(p.Min), millis(p.Avg), millis(p.Max), replyObjects(p.Refusals)}
}

func portObjects(ports []trace.Port) []portJSON {
	list := []portJSON{}
	for _, p := range ports {
		o := portJSON{Port: p.Number, State: string(p.State)}
		if p.Refuser != nil {
			r := replyObject(*p.Refuser)
			o.Refuser = &r
		}
		list = append(list, o)
	}
	return list
}

func verdictObject(v *verdict.Verdict) *verdictJSON {
	if v == nil {
		return nil
	}
	o := &verdictJSON{
		Code: string(v.Code), Confidence: string(v.Confidence), Because: []string{},
		LastHop: orNull(v.LastHop), Provider: orNull(v.Provider), Late: v.Late,
		Findings: findingObjects(v.Because), Changes: findingObjects(v.Changes), Steps: findingObjects(v.Steps),
	}
	for _, f := range v.Because {
		o.Because = append(o.Because, f.Code)
	}
	if v.LastTTL > 0 {
		o.LastTTL = &v.LastTTL
	}
	return o
}

// findingObjects makes params speak JSON: durations become milliseconds under a
// name that says so, and no list or map is null.
func findingObjects(list []diag.Finding) []diag.Finding {
	out := make([]diag.Finding, 0, len(list))
	for _, f := range list {
		params := diag.Params{}
		for name, value := range f.Params {
			if d, ok := value.(time.Duration); ok {
				params[name+"_ms"] = millis(d)
				continue
			}
			params[name] = value
		}
		f.Params = params
		out = append(out, f)
	}
	return out
}

// millis gives milliseconds with microsecond precision, nil for an unknown time.
func millis(d time.Duration) *float64 {
	if d < 0 {
		return nil
	}
	ms := math.Round(float64(d)/float64(time.Microsecond)) / 1000
	return &ms
}

// orNull gives nil for "".
func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
