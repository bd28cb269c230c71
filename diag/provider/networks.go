package provider

import (
	"bufio"
	"bytes"
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"
)

// table finds the longest prefix that holds an address. Prefixes are nested or
// disjoint, so sorted by address and length the last one that begins at or
// before an address either holds it, or one of its parents does.
type table struct {
	rows []row
}

type row struct {
	prefix  netip.Prefix
	profile *Profile
	parent  int // index of the next wider prefix around this one, -1 if none
}

// newTable builds the table. Where two profiles claim the same prefix, the
// first one wins.
func newTable(profiles []*Profile) table {
	var rows []row
	for _, p := range profiles {
		for _, n := range p.Networks {
			rows = append(rows, row{n, p, -1})
		}
	}
	slices.SortStableFunc(rows, func(a, b row) int {
		return cmp.Or(a.prefix.Addr().Compare(b.prefix.Addr()), cmp.Compare(a.prefix.Bits(), b.prefix.Bits()))
	})
	rows = slices.CompactFunc(rows, func(a, b row) bool { return a.prefix == b.prefix })
	for i, around := 0, -1; i < len(rows); i++ {
		for around >= 0 && !rows[around].prefix.Contains(rows[i].prefix.Addr()) {
			around = rows[around].parent
		}
		rows[i].parent, around = around, i
	}
	return table{rows}
}

// find returns the profile whose network holds a, or nil. a is unmapped and
// has no zone.
func (t table) find(a netip.Addr) *Profile {
	if !a.IsValid() {
		return nil
	}
	i, _ := slices.BinarySearchFunc(t.rows, a, func(r row, a netip.Addr) int {
		if r.prefix.Addr().Compare(a) <= 0 {
			return -1
		}
		return 1
	})
	for i--; i >= 0; i = t.rows[i].parent {
		if t.rows[i].prefix.Contains(a) {
			return t.rows[i].profile
		}
	}
	return nil
}

// parsePrefix reads «192.0.2.0/24» and refuses prefixes with host bits or so
// wide that they would claim other people's networks.
func parsePrefix(s string) (netip.Prefix, error) {
	p, err := netip.ParsePrefix(s)
	if err != nil {
		return p, fmt.Errorf("not a prefix: %q", s)
	}
	// No provider holds more than a /10 (IPv4) or a /16 (IPv6) in one piece.
	widest := 10
	if p.Addr().Is6() {
		widest = 16
	}
	switch {
	case p.Masked() != p:
		return p, fmt.Errorf("host bits set: %q", s)
	case p.Addr().Is4In6():
		return p, fmt.Errorf("IPv4 written as IPv6: %q", s)
	case p.Bits() < widest:
		return p, fmt.Errorf("wider than /%d: %q", widest, s)
	}
	return p, nil
}

// readNetworks reads a prefix file: one prefix a line, comments after «#». The
// comment «# date: YYYY-MM-DD» tells the table's age. The line of an error is
// 1-based.
func readNetworks(data []byte) (nets []netip.Prefix, date string, line int, err error) {
	lines := bufio.NewScanner(bytes.NewReader(data))
	for lines.Scan() {
		line++
		text, comment, _ := strings.Cut(lines.Text(), "#")
		if d, ok := strings.CutPrefix(strings.TrimSpace(comment), "date:"); ok {
			date = strings.TrimSpace(d)
			if _, err := time.Parse(time.DateOnly, date); err != nil {
				return nil, "", line, fmt.Errorf("not a date: %q", date)
			}
		}
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		p, err := parsePrefix(text)
		if err != nil {
			return nil, "", line, err
		}
		nets = append(nets, p)
	}
	if err := lines.Err(); err != nil {
		return nil, "", line + 1, err
	}
	return nets, date, 0, nil
}
