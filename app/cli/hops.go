package cli

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"latchkey/diag/provider"
	"latchkey/diag/trace"
	"latchkey/i18n"
)

// hopRow is a row of the path table: one answering address at one TTL, or a
// run of silent hops.
type hopRow struct {
	ttl, router, address, time, note string
}

// Columns of the path table. Router takes what the others leave.
const (
	ttlColumn     = 5  // «12–30»
	timeColumn    = 10 // «1234,5 ms»
	addressColumn = 15 // an IPv4 address; a longer one gets a row of its own
	noteColumn    = 24
	routerColumn  = pageWidth - ttlColumn - timeColumn - addressColumn - noteColumn - 8 // two blanks between columns
)

// hopTable writes the path as an aligned table.
func (p *page) hopTable(path trace.Path, places []provider.Place) {
	t := p.text
	rows := hopRows(t, path, places)
	if len(rows) == 0 {
		return
	}
	p.line(plain, hopRow{
		ttl: t.T("cli.hop.ttl"), router: t.T("cli.hop.router"), address: t.T("cli.hop.address"),
		time: t.T("cli.hop.time"), note: t.T("cli.hop.place"),
	}.String())
	for _, r := range rows {
		p.line(plain, r.String())
	}
}

// String lays the row out. What is too wide for its column continues below it.
func (r hopRow) String() string {
	router, address := r.router, r.address
	below := ""
	if router == "" {
		router, address = address, ""
	}
	if width(address) > addressColumn {
		address, below = "", address
	}
	room := routerColumn
	if address == "" {
		room += addressColumn + 2
	}
	line := padLeft(r.ttl, ttlColumn) + "  " + pad(cut(router, room), room) + "  "
	if address != "" {
		line += pad(address, addressColumn) + "  "
	}
	line += padLeft(r.time, timeColumn) + "  " + cut(r.note, noteColumn)
	if below != "" {
		line += "\n" + strings.Repeat(" ", ttlColumn+2) + below
	}
	return line
}

func hopRows(t *i18n.Text, path trace.Path, places []provider.Place) []hopRow {
	var rows []hopRow
	for i := 0; i < len(path.Hops); i++ {
		h := path.Hops[i]
		if !h.Silent() {
			var place provider.Place
			if i < len(places) {
				place = places[i]
			}
			rows = append(rows, answerRows(t, h, place)...)
			continue
		}
		first := h.TTL
		for i+1 < len(path.Hops) && path.Hops[i+1].Silent() {
			i++
		}
		rows = append(rows, silentRow(t, first, path.Hops[i].TTL))
	}
	return rows
}

func silentRow(t *i18n.Text, first, last int) hopRow {
	ttl := strconv.Itoa(first)
	if last > first {
		ttl += "–" + strconv.Itoa(last)
	}
	return hopRow{ttl: ttl, router: t.T("cli.hop.silent")}
}

// answerRows gives one row per address that answered at this TTL, with its
// shortest round-trip time: the others are queueing.
func answerRows(t *i18n.Text, h trace.Hop, place provider.Place) []hopRow {
	type station struct {
		addr netip.Addr
		name string
	}
	var rows []hopRow
	seen := map[station]bool{}
	for _, r := range h.Replies {
		s := station{r.Addr, r.Name}
		if seen[s] {
			continue
		}
		seen[s] = true
		row := hopRow{router: r.Name, time: shortest(t, h.Replies, r), note: replyNote(t, h, r)}
		if r.Addr.IsValid() {
			row.address = r.Addr.String()
		}
		if len(rows) == 0 {
			row.ttl = strconv.Itoa(h.TTL)
			row.note = join(placeNote(t, place), row.note, lossNote(t, h))
		}
		rows = append(rows, row)
	}
	return rows
}

// shortest is the best time of the address that sent r, "" if none is known.
func shortest(t *i18n.Text, replies []trace.Reply, r trace.Reply) string {
	best := trace.Unknown
	for _, other := range replies {
		if other.Addr == r.Addr && other.Name == r.Name && other.RTT >= 0 && (best < 0 || other.RTT < best) {
			best = other.RTT
		}
	}
	return milliseconds(t, best)
}

// milliseconds writes d, "" if it is not known.
func milliseconds(t *i18n.Text, d time.Duration) string {
	if d < 0 {
		return ""
	}
	return t.T("cli.ms", "ms", float64(d)/float64(time.Millisecond))
}

// placeNote says whose router it is and what it does there.
func placeNote(t *i18n.Text, place provider.Place) string {
	role := ""
	if place.Role != "" {
		role = t.T("cli.role." + string(place.Role))
	}
	if place.Profile != nil {
		return join(place.Profile.Name, role)
	}
	return role
}

// replyNote says what a router answered where that is more than «too far».
func replyNote(t *i18n.Text, h trace.Hop, r trace.Reply) string {
	kind := r.Kind
	for _, other := range h.Replies { // one address may say both
		if other.Addr == r.Addr && other.Kind.Refusal() {
			kind = other.Kind
		}
	}
	switch kind {
	case trace.TimeExceeded, trace.Answered, "":
		return ""
	}
	return t.T("cli.kind." + string(kind))
}

// lossNote says how much got lost on a hop that did answer.
func lossNote(t *i18n.Text, h trace.Hop) string {
	if h.Sent == 0 || h.Lost == 0 {
		return ""
	}
	return t.T("cli.hop.lost", "lost", fmt.Sprintf("%d/%d", h.Lost, h.Sent))
}

// join puts the words that are there one after the other.
func join(words ...string) string {
	var there []string
	for _, w := range words {
		if w != "" {
			there = append(there, w)
		}
	}
	return strings.Join(there, ", ")
}
