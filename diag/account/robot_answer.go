package account

import (
	"encoding/json"
	"maps"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"latchkey/diag"
)

// The answers of the Robot webservice, as its documentation has them; fields we
// do not need are left out, above all the password of the rescue system.

// robotAddressBox is an entry of /ip or /subnet.
type robotAddressBox struct {
	IP     *robotAddress `json:"ip"`
	Subnet *robotAddress `json:"subnet"`
}

type robotAddress struct {
	IP     string          `json:"ip"`
	Mask   json.RawMessage `json:"mask"` // of a subnet its length, of an address its whole mask
	Number json.Number     `json:"server_number"`
	Locked *bool           `json:"locked"`
}

// state is what the entry says; an error if it is not what is documented.
func (b robotAddressBox) state(act string) (State, error) {
	wrong := &Error{Service: Robot, Act: act, Code: HalfAnswer, err: errAnswer}
	entry := b.IP
	if entry == nil {
		entry = b.Subnet
	}
	if entry == nil {
		return State{}, wrong
	}
	address, err := netip.ParseAddr(entry.IP)
	if err != nil {
		return State{}, wrong
	}
	s := State{Service: Robot, Address: whole(address), Server: numberOf(entry.Number)}
	if b.IP == nil {
		s.Address, err = address.Unmap().WithZone("").Prefix(wholeNumber(entry.Mask))
		if err != nil || wholeNumber(entry.Mask) < shortestSubnet {
			return State{}, wrong
		}
	}
	if entry.Locked != nil {
		s.Locked = diag.AnswerOf(*entry.Locked)
	}
	if s.Locked == diag.Yes {
		s.Reason = Flag
	}
	return s, nil
}

// shortestSubnet keeps a broken mask from covering everybody: the largest
// subnets of a server are /56 and /24, a whole rack's /16.
const shortestSubnet = 16

// numberOf is a server's number as it stands in paths; "" if there is none.
func numberOf(n json.Number) string {
	i, err := strconv.ParseUint(n.String(), 10, 63)
	if err != nil || i == 0 {
		return ""
	}
	return strconv.FormatUint(i, 10)
}

type robotServerBox struct {
	Server robotServer `json:"server"`
}

type robotServer struct {
	Number    json.Number `json:"server_number"`
	Name      string      `json:"server_name"`
	Product   string      `json:"product"`
	Status    string      `json:"status"` // ready, in process
	Cancelled bool        `json:"cancelled"`
	PaidUntil string      `json:"paid_until"` // YYYY-MM-DD
}

func (s robotServer) number() string { return numberOf(s.Number) }

func (b *robotServerBox) facts(now time.Time) func(*State) { return b.Server.facts(now) }

// facts: a server that is not paid for is locked without anybody's abuse, so
// that comes first.
func (s robotServer) facts(now time.Time) func(*State) {
	return func(state *State) {
		state.Name = word(s.Name)
		paid, err := time.Parse(time.DateOnly, s.PaidUntil)
		if err == nil {
			state.PaidUntil = s.PaidUntil
			if now.After(paid.AddDate(0, 0, 1)) { // the whole day counts
				state.Findings = append(state.Findings, finding("paid-until-passed", diag.Warning, diag.Params{"date": s.PaidUntil, "server": state.Server}))
			}
		}
		if s.Cancelled {
			state.Findings = append(state.Findings, finding("cancelled", diag.Notice, diag.Params{"server": state.Server}))
		}
		if s.Status == "in process" {
			state.Findings = append(state.Findings, finding("server-in-process", diag.Notice, diag.Params{"server": state.Server}))
		}
	}
}

type robotRescueBox struct {
	Rescue struct {
		OS     json.RawMessage `json:"os"` // list of what could be started; a text when one is
		Active bool            `json:"active"`
	} `json:"rescue"`
}

func (b *robotRescueBox) facts(time.Time) func(*State) {
	return func(state *State) {
		if !b.Rescue.Active {
			return
		}
		var system string
		code := "rescue-active"
		if json.Unmarshal(b.Rescue.OS, &system) == nil && system == "vkvm" {
			code = "kvm-active"
		}
		state.Findings = append(state.Findings, finding(code, diag.Info, diag.Params{"server": state.Server}))
	}
}

type robotResetBox struct {
	Reset struct {
		Type   []string `json:"type"` // sw, hw, man, power, power_long
		Status string   `json:"operating_status"`
	} `json:"reset"`
}

func (b *robotResetBox) facts(time.Time) func(*State) {
	return func(state *State) {
		if b.Reset.Status == "shut off" {
			state.Findings = append(state.Findings, finding("powered-off", diag.Warning, diag.Params{"server": state.Server}))
		}
	}
}

type robotFirewallBox struct {
	Firewall struct {
		Status    string `json:"status"` // active, disabled, in process
		FilterV6  bool   `json:"filter_ipv6"`
		Whitelist bool   `json:"whitelist_hos"`
		Rules     struct {
			Input []struct {
				Action string `json:"action"` // accept, discard
			} `json:"input"`
		} `json:"rules"`
	} `json:"firewall"`
}

// facts: a firewall that lets nothing in looks like a lock from outside.
func (b *robotFirewallBox) facts(time.Time) func(*State) {
	return func(state *State) {
		f := b.Firewall
		if f.Status == "in process" {
			state.Findings = append(state.Findings, finding("firewall-in-process", diag.Notice, diag.Params{"server": state.Server}))
		}
		if f.Status != "active" || state.Address.Addr().Is6() && !f.FilterV6 {
			return
		}
		accepts := 0
		for _, rule := range f.Rules.Input {
			if strings.EqualFold(rule.Action, "accept") {
				accepts++
			}
		}
		if accepts == 0 {
			state.Findings = append(state.Findings, finding("firewall-accepts-nothing", diag.Warning, diag.Params{"server": state.Server}))
			return
		}
		state.Findings = append(state.Findings, finding("firewall-active", diag.Notice, diag.Params{"server": state.Server, "count": accepts}))
	}
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
