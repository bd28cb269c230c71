// Package account answers «what does the provider's own interface say about
// these addresses?»: Hetzner Robot, Hetzner Cloud and OVH, each with its own
// client. Reading changes nothing at the provider; what does (OVH's unblock and
// ticket) are methods of their own. Secrets come in as arguments and stay in
// memory. That a login which was refused is not tried again, where results are
// kept, and every word for people are left to app.
package account

import (
	"context"
	"net/http"
	"net/netip"
	"time"

	"latchkey/diag"
	"latchkey/diag/provider"
)

// Service is one provider's interface.
type Service string

// The services.
const (
	Robot Service = "robot" // https://robot.hetzner.com/doc/webservice/en.html
	Cloud Service = "cloud" // https://docs.hetzner.cloud
	OVH   Service = "ovh"   // https://api.ovh.com/console
)

// Services are those that may know a provider's addresses; nil if it has none
// that we can ask. A nil profile gives all.
func Services(p *provider.Profile) []Service {
	switch {
	case p == nil:
		return []Service{Robot, Cloud, OVH}
	case p.ID == "hetzner":
		return []Service{Robot, Cloud}
	case p.ID == "ovh":
		return []Service{OVH}
	}
	return nil
}

// Reason says what a lock is, as far as the service tells.
type Reason string

// The reasons.
const (
	Flag          Reason = "flag"           // Robot: «locked», without a reason
	AbuseTeam     Reason = "abuse"          // Cloud: blocked by the abuse department
	AntiHack      Reason = "antihack"       // OVH: attacks from the address
	ARP           Reason = "arp"            // OVH: ARP or MAC addresses that are not its own
	Spam          Reason = "spam"           // OVH: port 25 is closed; the address itself is not locked
	Hacked        Reason = "hacked"         // OVH: restart or reinstall is asked for
	HackedBlocked Reason = "hacked-blocked" // OVH: read-only FTP rescue at most
)

// State is what a service says about one address. The zero value of a field is
// «it does not say».
type State struct {
	Service Service      `json:"service"`
	Address netip.Prefix `json:"address"`          // one address, or the subnet that is locked as one
	Server  string       `json:"server,omitempty"` // the service's own number or name
	Name    string       `json:"name,omitempty"`   // what the customer calls it
	// Locked is Yes if the service says so. No is «not known to be locked»: it
	// proves nothing, locks of other departments do not show here. Only Spam is a
	// Reason without a lock.
	Locked diag.Answer `json:"locked"`
	Reason Reason      `json:"reason,omitempty"`
	Since  time.Time   `json:"since,omitzero"`
	// Until is from when on the service accepts that unlocking is asked for, or
	// when the block ends by itself (Spam).
	Until     time.Time      `json:"until,omitzero"`
	PaidUntil string         `json:"paid_until,omitempty"` // YYYY-MM-DD
	Findings  []diag.Finding `json:"findings,omitempty"`
	// Log is the evidence the service gives for the lock, as it came; it belongs
	// among a case's inputs, not into its model.
	Log string `json:"-"`
}

// Covers says whether the state is about an address.
func (s State) Covers(a netip.Addr) bool { return s.Address.Contains(a.Unmap().WithZone("")) }

// Options are what a client works with; zero fields are the usual.
type Options struct {
	// Base is the address of the interface, without a slash at its end; "" is the
	// provider's own.
	Base string
	// Transport carries the requests; nil is http.DefaultTransport.
	Transport http.RoundTripper
	// Timeout bounds one request with its answer; Poll is the time between two
	// questions while a person confirms something.
	Timeout, Poll time.Duration
	// Brief asks for locks alone, without what else there is to know of servers:
	// for whoever asks again and again.
	Brief bool
	Now   func() time.Time
	Agent string // User-Agent
}

// The usual times. Robot takes up to 20 s for some calls; a person is asked every
// 3 s whether the page in the browser was confirmed.
const (
	usualTimeout = 30 * time.Second
	usualPoll    = 3 * time.Second
)

func (o Options) filled(base string) Options {
	if o.Base == "" {
		o.Base = base
	}
	if o.Transport == nil {
		o.Transport = http.DefaultTransport
	}
	if o.Timeout <= 0 {
		o.Timeout = usualTimeout
	}
	if o.Poll <= 0 {
		o.Poll = usualPoll
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Agent == "" {
		o.Agent = "latchkey"
	}
	return o
}

// Client asks one service with one login.
type Client interface {
	// Test asks the cheapest question that needs the login.
	Test(ctx context.Context) error
	// Ask gives what the service says about addresses, or about all it has if
	// none are named; one it does not have is a State with the finding
	// «account.unknown-address». onStep is told before each request; it may be
	// nil. States come with an error too: what was heard before it.
	Ask(ctx context.Context, addresses []netip.Addr, onStep func(Step)) ([]State, error)
}

// Step is a request about to be made.
type Step struct {
	Service Service
	Act     string // what is asked: code of its text, «account.act.<act>»
	About   string // address, server or block; "" if it is about all
}

// mostAddresses bounds an answer: whoever has more asks for single ones.
const mostAddresses = 5000

func whole(a netip.Addr) netip.Prefix {
	a = a.Unmap().WithZone("")
	return netip.PrefixFrom(a, a.BitLen())
}

// finding is a fact the service tells.
func finding(code string, severity diag.Severity, params diag.Params) diag.Finding {
	return diag.Finding{Code: "account." + code, Severity: severity, Params: params}
}

// judged adds the finding that says how the address stands.
func (s State) judged() State {
	f := finding("not-locked", diag.Info, diag.Params{"address": s.Shown()})
	switch {
	case s.Locked == diag.Yes:
		f = finding("locked", diag.Critical, diag.Params{"address": s.Shown()})
		if s.Reason != "" {
			f.Code += "." + string(s.Reason)
		}
	case s.Locked == diag.NotAsked:
		return s
	}
	s.Findings = append([]diag.Finding{f}, s.Findings...)
	return s
}

// Shown is the address as people write it: without the length of a single one.
func (s State) Shown() string {
	if s.Address.IsSingleIP() {
		return s.Address.Addr().String()
	}
	return s.Address.String()
}

// unknown is an address the account does not have.
func unknown(of Service, a netip.Addr) State {
	s := State{Service: of, Address: whole(a)}
	s.Findings = []diag.Finding{finding("unknown-address", diag.Notice, diag.Params{"address": s.Shown()})}
	return s
}

// word cleans a text of the service that goes into a finding or a state.
func word(s string) string { return diag.Clean(s, longestWord) }

// longestWord is the longest name of a server or a product worth showing.
const longestWord = 120
