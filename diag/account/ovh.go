package account

import (
	"context"
	"errors"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/ovh/go-ovh/ovh"

	"latchkey/diag"
)

// OVHLogin is an application's key and secret, and the consumer key a customer
// confirmed for it.
type OVHLogin struct {
	Endpoint    string // one of Endpoints
	AppKey      diag.Secret
	AppSecret   diag.Secret
	ConsumerKey diag.Secret // none yet: see Connect
}

// Endpoints are OVH's interfaces, the most used first.
func Endpoints() []string {
	return []string{"ovh-eu", "ovh-ca", "ovh-us", "kimsufi-eu", "kimsufi-ca", "soyoustart-eu", "soyoustart-ca"}
}

// CreateAppURL is the page on which a customer makes an application key; "" for
// an unknown endpoint.
func CreateAppURL(endpoint string) string {
	return map[string]string{
		"ovh-eu":        "https://eu.api.ovh.com/createApp/",
		"ovh-ca":        "https://ca.api.ovh.com/createApp/",
		"ovh-us":        "https://api.us.ovhcloud.com/createApp/",
		"kimsufi-eu":    "https://eu.api.kimsufi.com/createApp/",
		"kimsufi-ca":    "https://ca.api.kimsufi.com/createApp/",
		"soyoustart-eu": "https://eu.api.soyoustart.com/createApp/",
		"soyoustart-ca": "https://ca.api.soyoustart.com/createApp/",
	}[endpoint]
}

// OVHClient asks OVH with one login.
type OVHClient struct {
	login OVHLogin
	o     Options
}

// NewOVH makes a client; nothing is asked yet.
func NewOVH(l OVHLogin, o Options) *OVHClient {
	return &OVHClient{login: l, o: o.filled(ovh.Endpoints[l.Endpoint])}
}

// ovhSession is the official client for one run. It is filled in by hand: its
// own constructor would look for logins in files and in the environment.
type ovhSession struct {
	ctx    context.Context
	o      Options
	api    *ovh.Client
	door   *door
	onStep func(Step)
}

func (c *OVHClient) session(ctx context.Context, onStep func(Step)) (*ovhSession, error) {
	web, d := client(ctx, c.o)
	api := &ovh.Client{AppKey: c.login.AppKey.Reveal(), AppSecret: c.login.AppSecret.Reveal(), ConsumerKey: c.login.ConsumerKey.Reveal(),
		Client: web, Timeout: c.o.Timeout, UserAgent: c.o.Agent}
	if c.o.Base == "" || api.SetEndpoint(strings.TrimRight(c.o.Base, "/")) != nil {
		return nil, &Error{Service: OVH, Act: "login", Code: BadLogin}
	}
	for _, part := range []string{api.AppKey, api.AppSecret, api.ConsumerKey} {
		if strings.ContainsFunc(part, func(r rune) bool { return r <= ' ' || r > '~' }) { // they go into headers
			return nil, &Error{Service: OVH, Act: "login", Code: BadLogin}
		}
	}
	return &ovhSession{ctx, c.o, api, d, onStep}, nil
}

// get asks one question.
func (s *ovhSession) get(act, about, path string, into any) error {
	s.step(act, about)
	err := s.failure(act, s.api.GetWithContext(s.ctx, path, into))
	if err == nil && s.door.read == 0 { // the client takes nothing for an answer
		return &Error{Service: OVH, Act: act, Code: HalfAnswer, Status: s.door.status, err: errAnswer}
	}
	return err
}

// post changes something at the provider.
func (s *ovhSession) post(act, about, path string, body, into any) error {
	s.step(act, about)
	return s.failure(act, s.api.PostWithContext(s.ctx, path, body, into))
}

func (s *ovhSession) step(act, about string) {
	if s.onStep != nil {
		s.onStep(Step{OVH, act, about})
	}
}

// failure names an error of the official client. OVH answers 403 both for a key
// it does not know and for a question the key may not ask; the class tells.
func (s *ovhSession) failure(act string, err error) error {
	var said *ovh.APIError
	if !errors.As(err, &said) {
		return failure(s.ctx, OVH, act, err)
	}
	e := &Error{Service: OVH, Act: act, Code: ofStatus(said.Code), Status: said.Code, Said: word(said.Message)}
	invalid := []string{"INVALID_CREDENTIAL", "NOT_CREDENTIAL", "INVALID_KEY", "INVALID_SIGNATURE"}
	about := said.Class + " " + said.Message
	switch {
	case said.Code == 403 && slices.ContainsFunc([]string{"credential", "application key", "signature"}, func(w string) bool {
		return strings.Contains(strings.ToLower(about), w)
	}), slices.ContainsFunc(invalid, func(w string) bool { return strings.Contains(about, w) }):
		e.Code = LoginRefused
	case e.Code == RateLimit:
		e.Wait = s.door.wait(s.o.Now())
	}
	return e
}

// Test asks which rights the consumer key has.
func (c *OVHClient) Test(ctx context.Context) error {
	s, err := c.session(ctx, nil)
	if err != nil {
		return err
	}
	var now ovhCredential
	if err := s.get("credential", "", "/auth/currentCredential", &now); err != nil {
		return err
	}
	return now.confirmed()
}

// segment is a value as one part of a path: «192.0.2.0/24» becomes 192.0.2.0%2F24.
func segment(s string) string { return url.PathEscape(s) }

// mostBlocks is how many blocks of addresses are asked about at once; each takes
// four questions.
const mostBlocks = 60

// Ask is that of Client. Per block it looks for the three kinds of locks, per
// server for its state.
func (c *OVHClient) Ask(ctx context.Context, addresses []netip.Addr, onStep func(Step)) ([]State, error) {
	s, err := c.session(ctx, onStep)
	if err != nil {
		return nil, err
	}
	a := ovhAsking{ovhSession: s, servers: map[string]*ovhServer{}}
	err = a.all(addresses)
	for i := range a.states {
		a.states[i] = a.states[i].judged()
	}
	return a.states, err
}

// ovhAsking is one run of Ask.
type ovhAsking struct {
	*ovhSession
	states  []State
	servers map[string]*ovhServer
}

func (a *ovhAsking) all(addresses []netip.Addr) error {
	var blocks []string
	if err := a.get("blocks", "", "/ip", &blocks); err != nil {
		return err
	}
	asked := map[string][]netip.Addr{}
	for _, address := range addresses {
		block := blockOf(address, blocks)
		if block == "" {
			a.states = append(a.states, unknown(OVH, address))
			continue
		}
		asked[block] = append(asked[block], address.Unmap().WithZone(""))
	}
	if len(addresses) == 0 {
		for _, b := range blocks {
			if len(asked) == mostBlocks {
				break
			}
			asked[b] = nil
		}
	}
	for _, block := range sortedKeys(asked) {
		if err := a.block(block, asked[block]); err != nil {
			return err
		}
	}
	if len(addresses) == 0 && len(blocks) > mostBlocks {
		return &Error{Service: OVH, Act: "blocks", Code: LongAnswer}
	}
	return nil
}

// blockOf is the block an address lies in, the smallest of several; "" if none.
func blockOf(address netip.Addr, blocks []string) string {
	address = address.Unmap().WithZone("")
	best, length := "", -1
	for _, b := range blocks {
		if p, err := netip.ParsePrefix(b); err == nil && p.Contains(address) && p.Bits() > length {
			best, length = b, p.Bits()
		}
	}
	return best
}

// block asks about the locks in a block and about its server. Without addresses
// it gives the block as one state, and one for each locked address in it.
func (a *ovhAsking) block(block string, addresses []netip.Addr) error {
	network, err := netip.ParsePrefix(block)
	if err != nil {
		return &Error{Service: OVH, Act: "block", Code: HalfAnswer, err: errAnswer}
	}
	var about struct {
		Type     string `json:"type"`
		RoutedTo *struct {
			Name string `json:"serviceName"`
		} `json:"routedTo"`
	}
	if err := a.get("block", block, "/ip/"+segment(block), &about); err != nil {
		return err
	}
	var server *ovhServer
	if about.RoutedTo != nil && about.RoutedTo.Name != "" {
		if server, err = a.server(about.RoutedTo.Name, about.Type); err != nil {
			return err
		}
	}
	locks, err := a.locks(block, addresses)
	if err != nil {
		return err
	}
	rest := []netip.Prefix{network}
	if addresses != nil {
		rest = nil
		for _, address := range addresses {
			rest = append(rest, whole(address))
		}
	}
	for _, at := range rest {
		if !slices.ContainsFunc(locks, func(s State) bool { return s.Address == at }) {
			locks = append(locks, State{Service: OVH, Address: at, Locked: diag.No})
		}
	}
	for _, s := range locks {
		if len(a.states) == mostAddresses {
			return &Error{Service: OVH, Act: "block", Code: LongAnswer}
		}
		a.states = append(a.states, server.tell(s))
	}
	return nil
}
