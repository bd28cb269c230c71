package account

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"strconv"

	"github.com/hetznercloud/hcloud-go/v2/hcloud"

	"latchkey/diag"
)

// CloudLogin is an API token of a project; one that may only read suffices.
type CloudLogin struct{ Token diag.Secret }

// CloudClient asks the Hetzner Cloud API about one project.
type CloudClient struct {
	login CloudLogin
	o     Options
}

// NewCloud makes a client; nothing is asked yet.
func NewCloud(l CloudLogin, o Options) *CloudClient {
	return &CloudClient{login: l, o: o.filled(hcloud.Endpoint)}
}

// session is the official client for one run. It repeats nothing by itself:
// waiting and asking again is for the person to decide.
func (c *CloudClient) session(ctx context.Context) (*hcloud.Client, *door) {
	web, d := client(ctx, c.o)
	return hcloud.NewClient(hcloud.WithToken(c.login.Token.Reveal()), hcloud.WithEndpoint(c.o.Base), hcloud.WithHTTPClient(web),
		hcloud.WithApplication(c.o.Agent, ""), hcloud.WithRetryOpts(hcloud.RetryOpts{MaxRetries: 0})), d
}

// Test asks for one server.
func (c *CloudClient) Test(ctx context.Context) error {
	api, d := c.session(ctx)
	_, _, err := api.Server.List(ctx, hcloud.ServerListOpts{ListOpts: hcloud.ListOpts{PerPage: 1}})
	return c.failure(ctx, "servers", d, err)
}

// failure names an error of the official client.
func (c *CloudClient) failure(ctx context.Context, act string, d *door, err error) error {
	var said hcloud.Error
	if !errors.As(err, &said) {
		if errors.Is(err, hcloud.ErrStatusCode) { // it carries its number in its text only
			return &Error{Service: Cloud, Act: act, Code: ofStatus(d.status), Status: d.status}
		}
		return failure(ctx, Cloud, act, err)
	}
	e := &Error{Service: Cloud, Act: act, Status: d.status, Said: word(said.Message), Code: ofStatus(d.status)}
	switch said.Code {
	case hcloud.ErrorCodeUnauthorized:
		e.Code = LoginRefused
	case hcloud.ErrorCodeForbidden:
		e.Code = NotAllowed
	case hcloud.ErrorCodeRateLimitExceeded:
		e.Code, e.Wait = RateLimit, d.wait(c.o.Now())
	case hcloud.ErrorCodeResourceLocked:
		e.Code = SupportLocked
	case hcloud.ErrorCodeMaintenance:
		e.Code = Maintenance
	case hcloud.ErrorCodeNotFound:
		e.Code = NotFound
	case hcloud.ErrorCodeInvalidInput:
		e.Code = BadRequest
		if details, ok := said.Details.(hcloud.ErrorDetailsInvalidInput); ok {
			for _, f := range details.Fields[:min(len(details.Fields), 20)] {
				e.Fields = append(e.Fields, word(f.Name))
			}
		}
	}
	return e
}

// cloudAsking is one run of Ask: what was heard, by network.
type cloudAsking struct {
	states []State
	byNet  map[netip.Prefix]int
	byID   map[int64]*hcloud.Server
}

// Ask is that of Client. The flags of servers, primary and floating addresses
// may differ for a moment: one that says «blocked» counts.
func (c *CloudClient) Ask(ctx context.Context, addresses []netip.Addr, onStep func(Step)) ([]State, error) {
	api, d := c.session(ctx)
	a := cloudAsking{byNet: map[netip.Prefix]int{}, byID: map[int64]*hcloud.Server{}}
	for _, part := range []struct {
		act string
		ask func() error
	}{
		{"servers", func() error { return a.servers(ctx, api) }},
		{"primary-addresses", func() error { return a.primary(ctx, api) }},
		{"floating-addresses", func() error { return a.floating(ctx, api) }},
	} {
		if onStep != nil {
			onStep(Step{Cloud, part.act, ""})
		}
		if err := part.ask(); err != nil {
			return a.about(addresses, false), c.failure(ctx, part.act, d, err)
		}
	}
	return a.about(addresses, true), nil
}

// servers asks for all servers and the flags of their public addresses.
func (a *cloudAsking) servers(ctx context.Context, api *hcloud.Client) error {
	list, err := api.Server.All(ctx)
	for _, s := range list {
		a.byID[s.ID] = s
		if !s.PublicNet.IPv4.IsUnspecified() {
			a.hear(s.PublicNet.IPv4.IP, nil, s.PublicNet.IPv4.Blocked, s.ID)
		}
		if !s.PublicNet.IPv6.IsUnspecified() {
			a.hear(s.PublicNet.IPv6.IP, s.PublicNet.IPv6.Network, s.PublicNet.IPv6.Blocked, s.ID)
		}
	}
	return err
}

func (a *cloudAsking) primary(ctx context.Context, api *hcloud.Client) error {
	list, err := api.PrimaryIP.All(ctx)
	for _, p := range list {
		a.hear(p.IP, p.Network, p.Blocked, p.AssigneeID)
	}
	return err
}

func (a *cloudAsking) floating(ctx context.Context, api *hcloud.Client) error {
	list, err := api.FloatingIP.All(ctx)
	for _, f := range list {
		var server int64
		if f.Server != nil {
			server = f.Server.ID
		}
		a.hear(f.IP, f.Network, f.Blocked, server)
	}
	return err
}

// hear takes up one flag.
func (a *cloudAsking) hear(ip net.IP, network *net.IPNet, blocked bool, server int64) {
	address, ok := netip.AddrFromSlice(ip)
	if !ok || len(a.states) >= mostAddresses {
		return
	}
	at := whole(address)
	if network != nil {
		if ones, bits := network.Mask.Size(); bits == at.Bits() && ones >= shortestSubnet {
			at = netip.PrefixFrom(at.Addr(), ones).Masked()
		}
	}
	i, have := a.byNet[at]
	if !have {
		i = len(a.states)
		a.byNet[at] = i
		a.states = append(a.states, State{Service: Cloud, Address: at, Locked: diag.No})
	}
	s := &a.states[i]
	if blocked {
		s.Locked, s.Reason = diag.Yes, AbuseTeam
	}
	if server != 0 && s.Server == "" {
		s.Server = strconv.FormatInt(server, 10)
		a.tell(s, a.byID[server])
	}
}

// tell adds what is known of the address's server. Its «locked» only means that
// an action is running.
func (a *cloudAsking) tell(s *State, server *hcloud.Server) {
	if server == nil {
		return
	}
	s.Name = word(server.Name)
	params := diag.Params{"server": s.Server}
	if server.Locked {
		s.Findings = append(s.Findings, finding("action-running", diag.Info, params))
	}
	if server.RescueEnabled {
		s.Findings = append(s.Findings, finding("rescue-active", diag.Info, params))
	}
	if server.Status == hcloud.ServerStatusOff || server.Status == hcloud.ServerStatusStopping {
		s.Findings = append(s.Findings, finding("powered-off", diag.Warning, params))
	}
}

// about picks the states of the addresses asked for; that one is not there is
// said only when everything was heard.
func (a *cloudAsking) about(addresses []netip.Addr, complete bool) []State {
	var picked []State
	if len(addresses) == 0 {
		picked = a.states
	}
	for _, address := range addresses {
		found := false
		for _, s := range a.states {
			if s.Covers(address) {
				picked, found = append(picked, s), true
			}
		}
		if !found && complete {
			picked = append(picked, unknown(Cloud, address))
		}
	}
	for i := range picked {
		picked[i] = picked[i].judged()
	}
	return picked
}
