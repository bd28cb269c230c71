package ui

import (
	"strconv"
	"time"

	"latchkey/app"
	"latchkey/diag"
	"latchkey/diag/provider"
	"latchkey/diag/trace"
	"latchkey/diag/verdict"
)

// How a path becomes what a person sees: zones and nodes, and the rows of the
// table.

// The zones of a path, by whose network it is.
const (
	zoneHome = iota
	zoneWay
	zoneProvider
)

// placing says for every hop in which zone it lies. A path does not go back: the
// first hop of the provider begins its zone for good.
func placing(c app.Check) []int {
	zones := make([]int, len(c.Path.Hops))
	at := zoneHome
	for i, hop := range c.Path.Hops {
		place := provider.Place{}
		if i < len(c.Places) {
			place = c.Places[i]
		}
		switch {
		case hop.Silent():
		case place.Profile != nil && (c.Provider == nil || place.Profile == c.Provider):
			at = zoneProvider
		case at == zoneHome && place.Role != provider.Private && hop.TTL > 1:
			at = zoneWay
		}
		zones[i] = at
	}
	return zones
}

func (v *view) providerName(c app.Check) string {
	if name := knownProvider(c); name != "" {
		return name
	}
	return v.t("ui.zone.provider")
}

// knownProvider is the name of the server's provider, or of the one in whose
// network the path ends; "" if neither is known.
func knownProvider(c app.Check) string {
	if c.Provider != nil && c.Provider.ID != "generic" {
		return c.Provider.Name
	}
	for _, p := range c.Places {
		if c.Verdict != nil && p.Profile != nil && p.Profile.ID == c.Verdict.Provider {
			return p.Profile.Name
		}
	}
	return ""
}

// chainOf draws the path of a check, running or over.
func (v *view) chainOf(c app.Check) chain {
	code := ""
	if c.Final && c.Verdict != nil {
		code = string(c.Verdict.Code)
	}
	m := markOf(code)
	ch := chain{mark: m, moving: !c.Final && !v.still, zones: []zone{
		{title: v.t("ui.zone.home")}, {title: v.t("ui.zone.way")}, {title: v.providerName(c)},
	}}
	ch.zones[zoneHome].nodes = []node{{state: nodeYou, name: v.t("ui.node.you"), detail: v.t("ui.node.computer"), say: v.t("ui.node.you")}}
	last := v.addHops(&ch, c)
	v.addEnd(&ch, c, last)
	v.tint(&ch, c, last)
	return ch.withoutEmpty()
}

func (c chain) withoutEmpty() chain {
	var zones []zone
	for _, z := range c.zones {
		if len(z.nodes) > 0 {
			zones = append(zones, z)
		}
	}
	c.zones = zones
	return c
}

// addHops adds the hops up to the last that answered and gives its zone.
func (v *view) addHops(ch *chain, c app.Check) (last int) {
	zones := placing(c)
	end, _ := c.Path.Last()
	for i := 0; i < len(c.Path.Hops) && c.Path.Hops[i].TTL <= end.TTL; i++ {
		hop, z := c.Path.Hops[i], &ch.zones[zones[i]]
		last = zones[i]
		if hop.Silent() {
			j := i
			for j+1 < len(c.Path.Hops) && c.Path.Hops[j+1].Silent() && c.Path.Hops[j+1].TTL < end.TTL {
				j++
			}
			z.nodes = append(z.nodes, v.silentNode(hop.TTL, c.Path.Hops[j].TTL))
			i = j
			continue
		}
		z.nodes = append(z.nodes, v.hopNode(c, hop, hop.TTL == end.TTL))
	}
	return last
}

func (v *view) hopNode(c app.Check, hop trace.Hop, last bool) node {
	n := node{state: nodeAnswered, label: strconv.Itoa(hop.TTL), name: hopName(hop), detail: v.rtt(hop), from: hop.TTL, to: hop.TTL}
	if last && c.Final && c.Path.Reached == diag.Yes {
		n.state = nodeReached
		if c.Name != "" {
			n.name = c.Name
		}
	} else if last && c.Final && c.Verdict != nil && c.Verdict.Code != verdict.Reachable {
		n.state = nodeLast
		n.detail = v.t("ui.node.last", "time", v.rtt(hop))
	}
	n.say = v.t("ui.node.say", "ttl", hop.TTL, "name", n.name, "detail", n.detail)
	return n
}

func (v *view) silentNode(from, to int) node {
	n := node{state: nodeSilent, name: v.t("ui.node.hops", "count", to-from+1, "span", span(from, to)), detail: v.t("ui.node.silent"), from: from, to: to}
	n.say = n.name + ", " + n.detail
	return n
}

// addEnd adds what comes after the last answer: silence, and the server.
func (v *view) addEnd(ch *chain, c app.Check, last int) {
	end, ok := c.Path.Last()
	if c.Path.Reached == diag.Yes && ok {
		return
	}
	z := &ch.zones[last]
	name := c.Name
	if name == "" && c.Addr.IsValid() {
		name = c.Addr.String()
	}
	if name == "" {
		name = v.t("ui.node.server")
	}
	server := node{state: nodeServer, name: name, detail: v.t("ui.node.noanswer")}
	switch {
	case !c.Final:
		asking := node{state: nodeAsking, label: strconv.Itoa(end.TTL + 1), name: v.t("ui.node.hops", "count", 1, "span", strconv.Itoa(end.TTL+1)), detail: v.t("ui.node.asking")}
		asking.say = asking.name + ", " + asking.detail
		z.nodes = append(z.nodes, asking)
		server.detail = ""
		if c.Addr.IsValid() && c.Name != "" {
			server.detail = c.Addr.String()
		}
	case !ok:
		ch.zones[zoneHome].nodes = append(ch.zones[zoneHome].nodes, node{state: nodeHome, name: v.t("ui.node.router"), detail: v.t("ui.node.noanswer"), say: v.t("ui.node.router") + ", " + v.t("ui.node.noanswer")})
		ch.zones[zoneWay].title = v.t("ui.zone.internet")
		ch.zones[zoneWay].nodes = []node{{state: nodeSilent, name: v.t("ui.node.internet"), detail: v.t("ui.node.unreached"), say: v.t("ui.node.internet")}}
		server.detail = v.t("ui.node.unknown")
	case c.Path.SilentAfter() > 0:
		z.nodes = append(z.nodes, v.silentNode(end.TTL+1, end.TTL+c.Path.SilentAfter()))
	}
	if v := c.Verdict; c.Final && v != nil && (v.Code == verdict.Filtered || v.Code == verdict.Reachable) {
		server.state, server.detail = nodeReached, ""
	}
	server.say = server.name + ", " + server.detail
	ch.zones[zoneProvider].nodes = append(ch.zones[zoneProvider].nodes, server)
}

// tint colours the zone in which the path stops and says so in its title.
func (v *view) tint(ch *chain, c app.Check, last int) {
	if !c.Final || c.Verdict == nil {
		return
	}
	key, t := "", toneNone
	switch c.Verdict.Code {
	case verdict.Locked:
		key, t = "ui.zone.locked", toneLock
	case verdict.HostDown:
		key, t, last = "ui.zone.open", toneOK, zoneProvider
	case verdict.Local:
		key, t, last = "ui.zone.fault", toneWarn, zoneHome
	case verdict.BeforeProvider, verdict.Loop:
		key, t = "ui.zone.ends", toneWarn
	}
	if c.Verdict.Code == verdict.Local {
		for i, n := range ch.zones[zoneHome].nodes {
			if n.state == nodeYou && len(c.Path.Hops) == 0 {
				ch.zones[zoneHome].nodes[i].state = nodeLast
			}
		}
		ch.mark = mark{iconLaptop, toneWarn}
	}
	if key != "" {
		ch.zones[last].title = v.t(key, "zone", ch.zones[last].title)
		ch.zones[last].tone = t
	}
}

// foldNodes is how several routers become one node.
func (v *view) foldNodes(from, to int, nodes []node) node {
	n := node{state: nodeAnswered, label: span(from, to), from: from, to: to, name: v.t("ui.node.hopcount", "count", to-from+1)}
	for _, hop := range nodes {
		if hop.state == nodeAnswered {
			n.detail = hop.detail
		}
	}
	n.say = v.t("ui.node.say", "ttl", n.label, "name", n.name, "detail", n.detail)
	return n
}

func hopName(h trace.Hop) string {
	for _, r := range h.Replies {
		if r.Name != "" {
			return diag.Clean(r.Name, 100)
		}
	}
	for _, r := range h.Replies {
		if r.Addr.IsValid() {
			return r.Addr.String()
		}
	}
	return "–"
}

// fastest is the shortest answer time of a hop, trace.Unknown if none is told.
func fastest(h trace.Hop) time.Duration {
	best := trace.Unknown
	for _, r := range h.Replies {
		if r.RTT >= 0 && (best < 0 || r.RTT < best) {
			best = r.RTT
		}
	}
	return best
}

func (v *view) rtt(h trace.Hop) string { return v.ms(fastest(h)) }

// ms writes a duration in milliseconds, with a decimal below ten.
func (v *view) ms(d time.Duration) string {
	if d < 0 {
		return "–"
	}
	ms, digits := float64(d.Microseconds())/1000, 0
	if ms < 10 {
		digits = 1
	}
	return v.t("ui.ms", "ms", v.text.Decimal(ms, digits))
}

// rows are the lines of the hop table; the silent end is one line.
func (v *view) rows(c app.Check) []hopRow {
	end, _ := c.Path.Last()
	slowest := time.Duration(1)
	for _, h := range c.Path.Hops {
		slowest = max(slowest, fastest(h))
	}
	var rows []hopRow
	for _, h := range c.Path.Hops {
		if h.TTL > end.TTL {
			break
		}
		rows = append(rows, v.rowsOf(c, h, slowest, h.TTL == end.TTL)...)
	}
	silent := c.Path.SilentAfter()
	switch {
	case !c.Final:
		rows = append(rows, hopRow{hop: strconv.Itoa(end.TTL + 1), router: v.t("ui.hop.waiting"), icon: iconRefresh, tone: toneInfo, active: true})
	case silent > 0:
		lost, sent := 0, 0
		for _, h := range c.Path.Hops[len(c.Path.Hops)-silent:] {
			lost, sent = lost+h.Lost, sent+h.Sent
		}
		rows = append(rows, hopRow{hop: span(end.TTL+1, end.TTL+silent), router: v.t("ui.node.noanswer"), time: "–", lost: v.lost(lost, sent)})
	}
	return rows
}

// rowsOf gives a hop a line for each address that answered there.
func (v *view) rowsOf(c app.Check, h trace.Hop, slowest time.Duration, last bool) []hopRow {
	if h.Silent() {
		return []hopRow{{hop: strconv.Itoa(h.TTL), router: v.t("ui.node.noanswer"), time: "–", lost: v.lost(h.Lost, h.Sent)}}
	}
	var rows []hopRow
	seen := map[string]bool{}
	for _, r := range h.Replies {
		name, address := diag.Clean(r.Name, 100), ""
		if r.Addr.IsValid() {
			address = r.Addr.String()
		}
		if name == "" {
			name = address
		}
		if seen[name+address] {
			continue
		}
		seen[name+address] = true
		best := fastest(trace.Hop{Replies: repliesOf(h, r)})
		row := hopRow{router: name, address: address, time: v.ms(best), share: float32(best) / float32(slowest)}
		if len(rows) == 0 {
			row.hop, row.lost = strconv.Itoa(h.TTL), v.lost(h.Lost, h.Sent)
		}
		if last && c.Final && c.Verdict != nil {
			m := markOf(string(c.Verdict.Code))
			row.tone, row.icon = m.tone, m.icon
		}
		rows = append(rows, row)
	}
	return rows
}

func repliesOf(h trace.Hop, like trace.Reply) (same []trace.Reply) {
	for _, r := range h.Replies {
		if r.Addr == like.Addr && r.Name == like.Name {
			same = append(same, r)
		}
	}
	return same
}

func (v *view) lost(lost, sent int) string {
	if sent == 0 {
		return "–"
	}
	return v.t("ui.hop.lost", "lost", lost, "sent", sent)
}
