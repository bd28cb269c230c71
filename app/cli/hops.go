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
	ttl, router, address, time, lost, note string
}

// hopColumns are the widths of the path table: each column as wide as it has to
// be, within bounds, and the router's name gets the rest of the line.
type hopColumns struct{ ttl, router, address, time, lost, note int }

const (
	columnGap   = 2
	longAddress = 15 // an IPv4 address; a longer one goes below its router's name
	longNote    = 24
)

func columnsOf(rows []hopRow) hopColumns {
	var c hopColumns
	for _, r := range rows {
		c.ttl, c.time, c.lost = max(c.ttl, width(r.ttl)), max(c.time, width(r.time)), max(c.lost, width(r.lost))
		c.note = max(c.note, min(width(r.note), longNote))
		if width(r.address) <= longAddress {
			c.address = max(c.address, width(r.address))
		}
	}
	used := 0
	for _, w := range []int{c.ttl, c.address, c.time, c.lost, c.note} {
		if w > 0 {
			used += w + columnGap
		}
	}
	c.router = pageWidth - used
	return c
}

// hopTable writes the path as an aligned table.
func (p *page) hopTable(path trace.Path, places []provider.Place) {
	t := p.text
	rows := hopRows(t, path, places)
	lost := ""
	for _, r := range rows {
		if r.lost != "" {
			lost = t.T("cli.hop.lost")
		}
	}
	rows = append([]hopRow{{
		ttl: t.T("cli.hop.ttl"), router: t.T("cli.hop.router"), address: t.T("cli.hop.address"),
		time: t.T("cli.hop.time"), lost: lost, note: t.T("cli.hop.place"),
	}}, rows...)
	columns := columnsOf(rows)
	for _, r := range rows {
		for _, line := range r.lines(columns) {
			p.line(plain, line)
		}
	}
}

// lines lays the row out; an address too wide for its column continues below.
func (r hopRow) lines(c hopColumns) []string {
	router, address, below := r.router, r.address, ""
	switch {
	case router == "":
		router, address = address, ""
	case width(address) > longAddress:
		address, below = "", address
	}
	gap := strings.Repeat(" ", columnGap)
	room := c.router
	if address == "" && c.address > 0 {
		room += c.address + columnGap // the name may run on where no address stands
	}
	line := padLeft(r.ttl, c.ttl) + gap + pad(cut(router, room), room)
	if address != "" {
		line += gap + pad(address, c.address)
	}
	line += gap + padLeft(r.time, c.time)
	if c.lost > 0 {
		line += gap + padLeft(r.lost, c.lost)
	}
	lines := []string{line + gap + cut(r.note, longNote)}
	if below != "" {
		lines = append(lines, strings.Repeat(" ", c.ttl)+gap+below)
	}
	return lines
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
			row.note = join(placeNote(t, place), row.note)
			row.lost = loss(h)
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

// milliseconds writes d with one decimal place, so that columns align, two for
// hosts next door; "" if it is not known.
func milliseconds(t *i18n.Text, d time.Duration) string {
	if d < 0 {
		return ""
	}
	places := 1
	if d < time.Millisecond {
		places = 2
	}
	ms := strconv.FormatFloat(float64(d)/float64(time.Millisecond), 'f', places, 64)
	return t.T("cli.ms", "ms", strings.Replace(ms, ".", t.T("format.decimal"), 1))
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

// loss says how much got lost on a hop that did answer, «1/3».
func loss(h trace.Hop) string {
	if h.Sent == 0 || h.Lost == 0 {
		return ""
	}
	return fmt.Sprintf("%d/%d", h.Lost, h.Sent)
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
