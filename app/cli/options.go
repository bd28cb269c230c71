package cli

import (
	"net/netip"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"latchkey/app"
	"latchkey/app/casefile"
	"latchkey/diag/evidence"
	"latchkey/diag/trace"
)

// call is what the arguments ask for.
type call struct {
	verb     verb
	operands []string
	help     bool
	json     bool
	lang     string
	every    time.Duration
	span     time.Duration // of watch --for
	inCase   string        // --case
	ask      bool
	stay     bool
	csv      string
	note     noteOptions
	once     bool   // account add --once
	out      string // folder or file of --out
	latest   bool   // version --latest
	check    app.CheckOptions
	collect  collectCall
	export   exportCall
}

// noteOptions are what «case note» knows besides the text; «case mark» knows at.
type noteOptions struct {
	kind, edit, remove string
	at                 time.Time
}

// fit reports whether a verb of «case» knows these options.
func (n noteOptions) fit(verb string) bool {
	if verb == "mark" {
		n.at = time.Time{}
	}
	return verb == "note" || n == noteOptions{}
}

func setNoteKind(c *call, v string) error {
	if !app.Own(casefile.Event{Code: v}) {
		return wrongCall("note-kind", "value", v)
	}
	c.note.kind = v
	return nil
}

func setAt(c *call, v string) error {
	at, err := time.Parse(time.RFC3339, v)
	if err != nil {
		return wrongCall("at", "value", v)
	}
	c.note.at = at
	return nil
}

// option is one flag. The standard flag package is not used: it stops at the
// first operand, speaks English only, and takes «-timeout» for «--timeout»,
// while this table also writes the help. The sentence of an option is
// «cli.option.<name without dashes>».
type option struct {
	name  string
	value string // its value as the help shows it; "" for a switch
	set   func(c *call, value string) error
}

func options() []option {
	return []option{
		{"--method", "auto|udp|icmp|tcp|classic", setMethod},
		{"--port", "N,…", setPorts},
		{"-4", "", func(c *call, _ string) error { return setFamily(c, trace.IPv4) }},
		{"-6", "", func(c *call, _ string) error { return setFamily(c, trace.IPv6) }},
		{"--timeout", "D", setTimeout},
		{"--provider", "P", func(c *call, v string) error { c.check.Provider = strings.ToLower(v); return nil }},
		{"--control", "HOST", func(c *call, v string) error { c.check.Control = v; return nil }},
		{"--no-names", "", func(c *call, _ string) error { c.check.NoNames = true; return nil }},
		{"--server", "IP", setServer},
		{"--once", "", func(c *call, _ string) error { c.once = true; return nil }},
		{"--every", "D", func(c *call, v string) error { return setSpan(&c.every, app.WatchFloor, "--every", v) }},
		{"--for", "D", func(c *call, v string) error { return setSpan(&c.span, app.WatchFloor, "--for", v) }},
		{"--ask", "", func(c *call, _ string) error { c.ask = true; return nil }},
		{"--stay", "", func(c *call, _ string) error { c.stay = true; return nil }},
		{"--kind", "note|call|mail", setNoteKind},
		{"--at", "TIME", func(c *call, v string) error { return setAt(c, v) }},
		{"--edit", "N", func(c *call, v string) error { c.note.edit = v; return nil }},
		{"--remove", "N", func(c *call, v string) error { c.note.remove = v; return nil }},
		{"--csv", "OUT", func(c *call, v string) error { c.csv = v; return nil }},
		{"--packages", "", func(c *call, _ string) error { c.collect.packages = true; return nil }},
		{"--rescue", "", func(c *call, _ string) error { c.collect.rescue = true; return nil }},
		{"--case", "ID", func(c *call, v string) error { c.inCase = v; return nil }},
		{"--identity", "FILE", func(c *call, v string) error { c.collect.identities = append(c.collect.identities, v); return nil }},
		{"--jump", "USER@HOST", setJump},
		{"--yes-fingerprint", "SHA256:…", setConfirmed},
		{"--fetch", "PATH", func(c *call, v string) error { c.collect.fetch = append(c.collect.fetch, v); return nil }},
		{"--out", "OUT", func(c *call, v string) error { c.out = v; return nil }},
		{"--latest", "", func(c *call, _ string) error { c.latest = true; return nil }},
		{"--pdf", "OUT.pdf", func(c *call, v string) error { return setExport(c, app.ExportPDF, v) }},
		{"--text", "OUT.txt", func(c *call, v string) error { return setExport(c, app.ExportText, v) }},
		{"--mail", "OUT.eml", func(c *call, v string) error { return setExport(c, app.ExportMail, v) }},
		{"--bundle", "OUT.zip", func(c *call, v string) error { return setExport(c, app.ExportBundle, v) }},
		{"--redact", "", func(c *call, _ string) error { c.export.redact = true; return nil }},
		{"--json", "", func(c *call, _ string) error { c.json = true; return nil }},
		{"--lang", "de|en|…", func(c *call, v string) error { c.lang = strings.ToLower(v); return nil }},
		{"--help", "", func(c *call, _ string) error { c.help = true; return nil }},
	}
}

func findOption(name string) (option, bool) {
	if name == "-h" {
		name = "--help"
	}
	for _, o := range options() {
		if o.name == name {
			return o, true
		}
	}
	return option{}, false
}

// parse reads the arguments: a verb, then options and operands in any order;
// «--» ends the options. The call is usable even with an error: it says whether
// JSON and which language were asked for before or after the mistake.
func parse(args []string) (call, error) {
	c := call{}
	preview(&c, args)
	if len(args) == 0 {
		return c, wrongCall("no-verb")
	}
	args = verbFirst(args)
	name := args[0]
	if lead, _, _ := strings.Cut(name, "="); lead == "--json" || lead == "--lang" {
		return c, wrongCall("no-verb")
	}
	if other, ok := aliases()[name]; ok {
		name = other
	}
	v, ok := findVerb(name)
	if !ok {
		return c, noVerb(name)
	}
	c.verb = v
	if err := c.parseRest(args[1:]); err != nil || c.help {
		return c, err
	}
	switch n := len(c.operands); {
	case n < v.fewest:
		return c, wrongCall("operand-missing", "verb", v.name, "usage", v.usage)
	case n > v.most:
		return c, wrongCall("operand-extra", "verb", v.name, "value", c.operands[v.most])
	}
	return c, nil
}

// noVerb is for a first word that is no verb: a file and a folder are told apart
// from a slip of the finger.
func noVerb(name string) failure {
	switch info, err := os.Stat(name); {
	case err == nil && info.Mode().IsRegular():
		return wrongCall("verb-file", "name", name)
	case err == nil && info.IsDir():
		return wrongCall("verb-folder", "name", name)
	}
	return wrongCall("verb", "value", name, "list", verbNames())
}

// verbFirst puts the options that every verb knows behind the verb: people write
// «latchkey --lang de check …» as well.
func verbFirst(args []string) []string {
	for i := 0; i < len(args); i++ {
		name, _, joined := strings.Cut(args[i], "=")
		switch {
		case name == "--lang" && !joined:
			i++
		case name == "--lang", args[i] == "--json":
		case i == 0 || strings.HasPrefix(name, "-"):
			return args
		default:
			return slices.Concat(args[i:i+1], args[:i], args[i+1:])
		}
	}
	return args
}

// preview looks for the two options that shape the error message itself.
func preview(c *call, args []string) {
	for i, a := range args {
		switch {
		case a == "--":
			return
		case a == "--json":
			c.json = true
		case strings.HasPrefix(a, "--lang="):
			c.lang = strings.ToLower(a[len("--lang="):])
		case a == "--lang" && i+1 < len(args):
			c.lang = strings.ToLower(args[i+1])
		}
	}
}

func (c *call) parseRest(args []string) error {
	for len(args) > 0 {
		a := args[0]
		args = args[1:]
		if a == "--" {
			c.operands = append(c.operands, args...)
			return nil
		}
		if a == "-" || !strings.HasPrefix(a, "-") {
			c.operands = append(c.operands, a)
			continue
		}
		name, value, joined := strings.Cut(a, "=")
		o, err := c.verb.option(name)
		if err != nil {
			return err
		}
		switch {
		case o.value == "" && joined:
			return wrongCall("value-extra", "option", o.name)
		case o.value != "" && !joined:
			if len(args) == 0 {
				return wrongCall("value-missing", "option", o.name, "usage", o.value)
			}
			value, args = args[0], args[1:]
		}
		if o.value != "" && value == "" {
			return wrongCall("value-missing", "option", o.name, "usage", o.value)
		}
		if err := o.set(c, value); err != nil {
			return err
		}
	}
	return nil
}

// option finds an option of this verb.
func (v verb) option(name string) (option, error) {
	o, ok := findOption(name)
	if !ok {
		return o, wrongCall("option", "value", name, "verb", v.name)
	}
	if !slices.Contains(v.options, o.name) && !slices.Contains(everywhere(), o.name) {
		return o, wrongCall("option", "value", name, "verb", v.name)
	}
	return o, nil
}

func setMethod(c *call, v string) error {
	methods := []trace.Method{trace.Auto, trace.UDP, trace.ICMP, trace.TCP, trace.Classic}
	if m := trace.Method(strings.ToLower(v)); slices.Contains(methods, m) {
		c.check.Method = m
		return nil
	}
	return wrongCall("method", "value", v)
}

func setPorts(c *call, v string) error {
	for _, word := range strings.Split(v, ",") {
		n, err := strconv.ParseUint(strings.TrimSpace(word), 10, 16)
		if err != nil || n == 0 {
			return wrongCall("port", "value", word)
		}
		if !slices.Contains(c.check.Ports, int(n)) {
			c.check.Ports = append(c.check.Ports, int(n))
		}
	}
	return nil
}

func setFamily(c *call, f trace.Family) error {
	if c.check.Family != "" && c.check.Family != f {
		return wrongCall("families")
	}
	c.check.Family = f
	return nil
}

// The shortest and the longest time a check may take: below a second no router
// far away can answer, above ten minutes somebody mistyped.
const (
	shortestCheck = time.Second
	longestCheck  = 10 * time.Minute
)

// setTimeout takes «8s», «1m30s», or a bare number of seconds.
func setTimeout(c *call, v string) error {
	d, err := time.ParseDuration(v)
	if seconds, bare := strconv.ParseFloat(v, 64); bare == nil && seconds < longestCheck.Seconds()+1 {
		d, err = time.Duration(seconds*float64(time.Second)), nil
	}
	if err != nil || d < shortestCheck || d > longestCheck {
		return wrongCall("timeout", "value", v)
	}
	c.check.Timeout = d
	return nil
}

func setServer(c *call, v string) error {
	a, err := netip.ParseAddr(v)
	if err != nil || a.Zone() != "" {
		return wrongCall("server", "value", v)
	}
	c.check.Server = a.Unmap()
	return nil
}

func setJump(c *call, v string) error {
	h, err := evidence.ParseHost(v)
	if err != nil {
		return wrongCall("ssh-host", "name", v)
	}
	c.collect.jump = &h
	return nil
}

// fingerprint is 32 bytes in base64 without its «=».
var fingerprint = regexp.MustCompile(`^SHA256:[A-Za-z0-9+/]{43}$`)

func setConfirmed(c *call, v string) error {
	if !fingerprint.MatchString(v) {
		return wrongCall("fingerprint", "value", v)
	}
	c.collect.confirmed = append(c.collect.confirmed, v)
	return nil
}
