package account

import (
	"net/netip"
	"slices"
	"strings"
	"time"

	"latchkey/diag"
)

// ovhLock is /ip/{block}/antihack/{ip}, …/arp/{ip} or …/spam/{ip}.
type ovhLock struct {
	State  string `json:"state"` // blocked, unblocking; blockedForSpam, unblocked
	Since  string `json:"blockedSince"`
	Date   string `json:"date"` // of spam, for «since»
	Time   int64  `json:"time"` // s until unlocking may be asked for; of spam the length of the block
	Logs   string `json:"logs"`
	Detail string `json:"detail"`
}

// locks asks for the three kinds of locks in a block; of addresses only those
// named, if any are. A kind that a block does not have is answered with 404.
func (a *ovhAsking) locks(block string, addresses []netip.Addr) ([]State, error) {
	var found []State
	for _, reason := range []Reason{AntiHack, ARP, Spam} {
		var list []string
		path := "/ip/" + segment(block) + "/" + string(reason)
		err := a.get(string(reason), block, path, &list)
		if IsCode(err, NotFound) {
			continue
		}
		if err != nil {
			return found, err
		}
		for _, text := range list[:min(len(list), mostAddresses)] {
			address, err := netip.ParseAddr(text)
			if err != nil || addresses != nil && !slices.Contains(addresses, address.Unmap()) {
				continue
			}
			var lock ovhLock
			err = a.get(string(reason), text, path+"/"+segment(text), &lock)
			if IsCode(err, NotFound) { // it was lifted just now
				continue
			}
			if err != nil {
				return found, err
			}
			s := lock.state(reason, address, a.o.Now())
			i := slices.IndexFunc(found, func(have State) bool { return have.Address == s.Address })
			switch {
			case i < 0:
				found = append(found, s)
			case found[i].Locked != diag.Yes:
				found[i] = s
			default:
				found[i].Log += s.Log
				if reason == Spam {
					found[i].Findings = append(found[i].Findings, s.Findings...)
				}
			}
		}
	}
	return found, nil
}

// state is what a lock says.
func (l ovhLock) state(reason Reason, address netip.Addr, now time.Time) State {
	s := State{Service: OVH, Address: whole(address), Reason: reason, Log: l.Logs, Locked: diag.Yes}
	params := diag.Params{"address": address.String()}
	switch l.State {
	case "unblocked":
		s.Locked, s.Reason = diag.No, ""
		return s
	case "unblocking":
		s.Findings = append(s.Findings, finding("unblocking", diag.Info, params))
	case "blocked":
	case "blockedForSpam": // outgoing mail alone is held: the address itself is reachable
		s.Locked = diag.No
		s.Findings = append(s.Findings, finding("mail-locked", diag.Warning, params))
	default: // a state we do not know: what is not understood is not asked
		s.Locked, s.Reason = diag.NotAsked, ""
	}
	since := l.Since
	if reason == Spam {
		since = l.Date
	}
	s.Since, _ = time.Parse(time.RFC3339, since) // the zero value is «it does not say»
	switch {
	case l.Time <= 0:
	case reason == Spam && !s.Since.IsZero():
		s.Until = s.Since.Add(seconds(l.Time))
	case reason != Spam:
		s.Until = now.Add(seconds(l.Time)).Truncate(time.Second)
	}
	return s
}

// ovhServer is what is known of the machine behind a block.
type ovhServer struct {
	name     string
	reason   Reason // Hacked, HackedBlocked or ""
	findings []diag.Finding
}

// tell adds what is known of its server to an address.
func (m *ovhServer) tell(s State) State {
	if m == nil {
		return s
	}
	s.Server = m.name
	if m.reason != "" && s.Locked != diag.Yes {
		s.Locked, s.Reason = diag.Yes, m.reason
	}
	s.Findings = append(s.Findings, m.findings...)
	return s
}

// server asks about a machine once: a dedicated one, else a VPS.
func (a *ovhAsking) server(name, kind string) (*ovhServer, error) {
	if m, known := a.servers[name]; known {
		return m, nil
	}
	m := &ovhServer{name: word(name)}
	a.servers[name] = m
	var err error
	if kind != "vps" && !strings.HasPrefix(name, "vps") {
		err = a.dedicated(m, name)
		if err == nil || !IsCode(err, NotFound) {
			return m, err
		}
	}
	if err = a.vps(m, name); IsCode(err, NotFound) { // a load balancer, a cloud project: no state to ask for
		err = nil
	}
	return m, err
}

// dedicated asks for the state of a server, its rescue system and its virtual
// MAC addresses. The rescue's mail address is left where it is.
func (a *ovhAsking) dedicated(m *ovhServer, name string) error {
	path := "/dedicated/server/" + segment(name)
	var machine struct {
		State string `json:"state"` // ok, error, hacked, hackedBlocked
		Power string `json:"powerState"`
		Boot  int64  `json:"bootId"`
	}
	if err := a.get("server", name, path, &machine); err != nil {
		return err
	}
	params := diag.Params{"server": m.name}
	switch machine.State {
	case "hacked":
		m.reason = Hacked
	case "hackedBlocked":
		m.reason = HackedBlocked
	case "error":
		m.findings = append(m.findings, finding("server-error", diag.Warning, params))
	}
	if machine.Power == "poweroff" {
		m.findings = append(m.findings, finding("powered-off", diag.Warning, params))
	}
	if a.o.Brief {
		return nil
	}
	var rescue []int64
	if err := a.detail("rescue", name, path+"/boot?bootType=rescue", &rescue); err != nil {
		return err
	}
	if slices.Contains(rescue, machine.Boot) {
		m.findings = append(m.findings, finding("rescue-active", diag.Info, params))
	}
	var macs []string
	if err := a.detail("virtual-mac", name, path+"/virtualMac", &macs); err != nil {
		return err
	}
	if len(macs) > 0 {
		m.findings = append(m.findings, finding("virtual-mac", diag.Info, diag.Params{"server": m.name, "count": len(macs)}))
	}
	return nil
}

// detail asks for what a server may not have, or a key may not see: then it is
// left out.
func (a *ovhAsking) detail(act, about, path string, into any) error {
	err := a.get(act, about, path, into)
	if IsCode(err, NotFound) || IsCode(err, NotAllowed) {
		return nil
	}
	return err
}

func (a *ovhAsking) vps(m *ovhServer, name string) error {
	var machine struct {
		State string `json:"state"` // running, stopped, rescued, maintenance, …
	}
	if err := a.get("server", name, "/vps/"+segment(name), &machine); err != nil {
		return err
	}
	params := diag.Params{"server": m.name}
	switch machine.State {
	case "rescued":
		m.findings = append(m.findings, finding("rescue-active", diag.Info, params))
	case "stopped", "stopping":
		m.findings = append(m.findings, finding("powered-off", diag.Warning, params))
	case "maintenance", "installing", "rebooting", "upgrading":
		m.findings = append(m.findings, finding("server-in-process", diag.Notice, params))
	}
	return nil
}
