package provider

import (
	"cmp"
	"fmt"
	"net/netip"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"latchkey/diag"
)

// definition is a profile file as written. Keys that are not here are refused.
type definition struct {
	ID           string   `toml:"id"`
	Name         string   `toml:"name"`
	Checked      string   `toml:"checked"`
	Sources      []string `toml:"sources"`
	ASNs         []uint32 `toml:"asns"`
	Domains      []string `toml:"domains"`
	Networks     []string `toml:"networks"`
	NetworksFile string   `toml:"networks_file"`
	MinSilent    int      `toml:"min_silent"`
	Senders      []string `toml:"senders"`

	Routers   []routerItem   `toml:"router"`
	Signs     []signItem     `toml:"sign"`
	Reasons   []reasonItem   `toml:"reason"`
	Ways      []wayItem      `toml:"way"`
	Controls  []controlItem  `toml:"control"`
	Links     []linkItem     `toml:"link"`
	Deadlines []deadlineItem `toml:"deadline"`
	Samples   []sample       `toml:"sample"`
}

type (
	routerItem struct {
		Role      Role      `toml:"role"`
		Host      string    `toml:"host"` // pattern of the whole part before the domain; "" means any
		Under     []string  `toml:"under"`
		Source    string    `toml:"source"`
		Certainty Certainty `toml:"certainty"`
	}
	signItem struct {
		Code      SignCode  `toml:"code"`
		Source    string    `toml:"source"`
		Certainty Certainty `toml:"certainty"`
	}
	reasonItem struct {
		Code      string    `toml:"code"`
		Ways      []string  `toml:"ways"`
		Source    string    `toml:"source"`
		Certainty Certainty `toml:"certainty"`
	}
	wayItem struct {
		Code      string            `toml:"code"`
		Menu      map[string]string `toml:"menu"`
		URL       string            `toml:"url"`
		Source    string            `toml:"source"`
		Certainty Certainty         `toml:"certainty"`
	}
	controlItem struct {
		Host      string    `toml:"host"`
		Location  string    `toml:"location"`
		Source    string    `toml:"source"`
		Certainty Certainty `toml:"certainty"`
	}
	linkItem struct {
		Code string `toml:"code"`
		URL  string `toml:"url"`
	}
	deadlineItem struct {
		Code   string `toml:"code"`
		Hours  int    `toml:"hours"`
		Source string `toml:"source"`
	}
)

var (
	codeForm   = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)
	domainForm = regexp.MustCompile(`^([a-z0-9_]([a-z0-9_-]*[a-z0-9_])?\.)*[a-z0-9]([a-z0-9-]*[a-z0-9])?$`)
)

// The bounds of a definition: far above what a real profile needs, low enough
// that a hostile file costs no time.
const (
	maxItems   = 500 // entries of one list
	maxText    = 200 // runes of one text
	maxPattern = 300 // bytes of one pattern: a compiled RE2 grows with its text
)

// fault is a fault in a definition: where («router[2].host») and what.
type fault struct {
	key, code, detail string
}

func (f *fault) Error() string { return f.key + ": " + f.code + ": " + f.detail }

func faultf(key, code, format string, args ...any) *fault {
	return &fault{key, code, fmt.Sprintf(format, args...)}
}

// profile checks a definition and makes it a Profile, without the networks of
// its networks_file. It stops at the first fault.
func (d *definition) profile() (*Profile, *fault) {
	p := &Profile{ID: d.ID, Name: d.Name, Checked: d.Checked, Sources: d.Sources, ASNs: d.ASNs,
		Domains: d.Domains, MinSilent: d.MinSilent, Senders: d.Senders}
	for _, check := range []func(*Profile) *fault{d.size, d.head, d.addresses, d.routers, d.locks, d.waysBack, d.hosts} {
		if f := check(p); f != nil {
			return nil, f
		}
	}
	return p, nil
}

func (d *definition) size(*Profile) *fault {
	for key, n := range map[string]int{
		"sources": len(d.Sources), "asns": len(d.ASNs), "domains": len(d.Domains), "networks": len(d.Networks),
		"senders": len(d.Senders), "router": len(d.Routers), "sign": len(d.Signs), "reason": len(d.Reasons),
		"way": len(d.Ways), "control": len(d.Controls), "link": len(d.Links), "deadline": len(d.Deadlines),
		"sample": len(d.Samples),
	} {
		if n > maxItems {
			return faultf(key, TooLarge, "%d entries", n)
		}
	}
	return nil
}

func (d *definition) head(p *Profile) *fault {
	switch {
	case d.ID == "" || len(d.ID) > 40 || !codeForm.MatchString(d.ID):
		return faultf("id", BadValue, "%q", d.ID)
	case d.Name == "" || !clean(d.Name):
		return faultf("name", BadValue, "%q", d.Name)
	}
	if _, err := time.Parse(time.DateOnly, d.Checked); err != nil {
		return faultf("checked", BadValue, "%q", d.Checked)
	}
	for i, s := range d.Sources {
		if !pageForm(s) {
			return faultf(at("sources", i, ""), BadValue, "%q", s)
		}
	}
	if p.MinSilent == 0 {
		p.MinSilent = 3 // the guide's rule with the least silence that is no accident
	}
	if p.MinSilent < 3 || p.MinSilent > 30 {
		return faultf("min_silent", BadValue, "%d", d.MinSilent)
	}
	return nil
}

func (d *definition) addresses(p *Profile) *fault {
	for i, s := range d.Networks {
		n, err := parsePrefix(s)
		if err != nil {
			return faultf(at("networks", i, ""), BadNetwork, "%v", err)
		}
		p.Networks = append(p.Networks, n)
	}
	// The file lies beside the definition or below it: fs.FS sees no further.
	if f := d.NetworksFile; f != "" && (!clean(f) || path.Ext(f) != ".txt" || path.Clean(f) != f) {
		return faultf("networks_file", BadValue, "%q", f)
	}
	for key, list := range map[string][]string{"domains": d.Domains, "senders": d.Senders} {
		for i, s := range list {
			if !ownDomain(s) {
				return faultf(at(key, i, ""), BadValue, "%q", s)
			}
		}
	}
	return nil
}

func (d *definition) routers(p *Profile) *fault {
	for i, r := range d.Routers {
		if f := certain(at("router", i, ""), r.Source, r.Certainty); f != nil {
			return f
		}
		switch {
		case !slices.Contains([]Role{Lock, Border, Core, Access, Filter, Customer}, r.Role):
			return faultf(at("router", i, "role"), BadValue, "%q", r.Role)
		case r.Source == "":
			return faultf(at("router", i, "source"), Missing, "")
		case r.Host == "" && r.Role == Lock:
			return faultf(at("router", i, "host"), Missing, "a lock host is one name, not a domain")
		}
		pattern, f := r.compile(i)
		if f != nil {
			return f
		}
		p.Routers = append(p.Routers, Rule{Role: r.Role, Pattern: pattern, Host: r.Host, Domains: r.Under, Source: r.Source, Certainty: r.Certainty})
	}
	return nil
}

// compile makes one pattern of host and under. It always holds for the whole
// name: a pattern that forgets its end cannot take «nix-gw.example.org» in.
func (r routerItem) compile(i int) (*regexp.Regexp, *fault) {
	if len(r.Under) == 0 || len(r.Under) > maxItems {
		return nil, faultf(at("router", i, "under"), Missing, "%d domains", len(r.Under))
	}
	quoted := make([]string, len(r.Under))
	for n, u := range r.Under {
		// «eu» is allowed for names like ns1.ip-192-0-2.eu, where the pattern
		// says enough; a bare top-level domain would claim the whole of it.
		if !ownDomain(u) && (r.Host == "" || !codeForm.MatchString(u)) {
			return nil, faultf(at("router", i, "under"), BadValue, "%q", u)
		}
		quoted[n] = regexp.QuoteMeta(u)
	}
	host := cmp.Or(r.Host, `.+`)
	if len(host) > maxPattern {
		return nil, faultf(at("router", i, "host"), BadPattern, "longer than %d bytes", maxPattern)
	}
	// By itself first: «a)|(b» would only be whole together with the rest.
	if _, err := regexp.Compile(host); err != nil {
		return nil, faultf(at("router", i, "host"), BadPattern, "%v", err)
	}
	pattern, err := regexp.Compile(`\A(?:` + host + `)\.(?:` + strings.Join(quoted, "|") + `)\z`)
	if err != nil {
		return nil, faultf(at("router", i, "host"), BadPattern, "%v", err)
	}
	return pattern, nil
}

func (d *definition) locks(p *Profile) *fault {
	for i, s := range d.Signs {
		if s.Code != EndsAtLockHost && s.Code != SilentBorder {
			return faultf(at("sign", i, "code"), BadValue, "%q", s.Code)
		}
		if f := certain(at("sign", i, ""), s.Source, s.Certainty); f != nil {
			return f
		}
		needs := map[SignCode]Role{EndsAtLockHost: Lock, SilentBorder: Border}[s.Code]
		if !slices.ContainsFunc(p.Routers, func(r Rule) bool { return r.Role == needs }) {
			return faultf(at("sign", i, "code"), Missing, "no router with role %q", needs)
		}
		p.Signs = append(p.Signs, Sign(s))
	}
	for i, t := range d.Deadlines {
		if !codeForm.MatchString(t.Code) || t.Hours < 1 || t.Hours > 24*365 {
			return faultf(at("deadline", i, "hours"), BadValue, "%q, %d h", t.Code, t.Hours)
		}
		p.Promises = append(p.Promises, Deadline(t))
	}
	return nil
}

func (d *definition) waysBack(p *Profile) *fault {
	for i, w := range d.Ways {
		if _, twice := p.Way(w.Code); twice || !codeForm.MatchString(w.Code) {
			return faultf(at("way", i, "code"), BadValue, "%q", w.Code)
		}
		for language, text := range w.Menu {
			if len(language) != 2 || !clean(text) {
				return faultf(at("way", i, "menu"), BadValue, "%q", text)
			}
		}
		if w.URL != "" && !pageForm(w.URL) {
			return faultf(at("way", i, "url"), BadValue, "%q", w.URL)
		}
		if f := certain(at("way", i, ""), w.Source, w.Certainty); f != nil {
			return f
		}
		p.Ways = append(p.Ways, Way(w))
	}
	for i, r := range d.Reasons {
		if !codeForm.MatchString(r.Code) {
			return faultf(at("reason", i, "code"), BadValue, "%q", r.Code)
		}
		for _, w := range r.Ways {
			if _, ok := p.Way(w); !ok {
				return faultf(at("reason", i, "ways"), BadValue, "%q is no [[way]]", w)
			}
		}
		if f := certain(at("reason", i, ""), r.Source, r.Certainty); f != nil {
			return f
		}
		p.Reasons = append(p.Reasons, Reason(r))
	}
	return nil
}

func (d *definition) hosts(p *Profile) *fault {
	for i, c := range d.Controls {
		if !ownDomain(c.Host) {
			return faultf(at("control", i, "host"), BadValue, "%q", c.Host)
		}
		if c.Location == "" || !clean(c.Location) {
			return faultf(at("control", i, "location"), BadValue, "%q", c.Location)
		}
		if f := certain(at("control", i, ""), c.Source, c.Certainty); f != nil {
			return f
		}
		p.Controls = append(p.Controls, Control(c))
	}
	for i, l := range d.Links {
		if !codeForm.MatchString(l.Code) || !pageForm(l.URL) {
			return faultf(at("link", i, "url"), BadValue, "%q: %q", l.Code, l.URL)
		}
		p.Links = append(p.Links, Link(l))
	}
	return nil
}

// certain checks what every item carries: where it is from, and how sure.
func certain(key, source string, c Certainty) *fault {
	if !clean(source) {
		return faultf(key+".source", BadValue, "%q", source)
	}
	if c != "" && c != Inferred && c != NotFound {
		return faultf(key+".certainty", BadValue, "%q", c)
	}
	return nil
}

// at names the place of a list's item; the first has the number 1.
func at(list string, index int, key string) string {
	if key != "" {
		key = "." + key
	}
	return fmt.Sprintf("%s[%d]%s", list, index+1, key)
}

// clean reports text that a screen can show as it is.
func clean(s string) bool { return diag.Clean(s, maxText) == s }

// ownDomain reports a domain of at least two labels in lower case: a whole
// top-level domain belongs to no provider. The router's own «fr.eu» has two.
func ownDomain(s string) bool {
	return len(s) <= 253 && strings.Contains(s, ".") && domainForm.MatchString(s) && !isAddress(s)
}

func isAddress(s string) bool {
	_, err := netip.ParseAddr(s)
	return err == nil
}

// pageForm reports an https address without user name: nothing else is opened
// or shown as a source.
func pageForm(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.Scheme == "https" && u.Host != "" && u.User == nil && clean(s)
}
