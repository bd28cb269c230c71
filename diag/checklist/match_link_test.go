package checklist

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"testing"
)

// linked writes targets and links: «198.51.100.0/24:22 3, 2 seen: 7 proven 2».
func linked(m Matching) string {
	var lines []string
	for n, t := range m.Targets {
		line := fmt.Sprintf("%v:%d %d, %d seen:", t.Net, t.Port, t.Count, t.Seen)
		for _, l := range m.Links {
			if l.Target == n {
				line += fmt.Sprintf(" %d %s %d", m.Processes[l.Process].PID, l.Grade, l.Seen)
			}
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

// TestMatchLinks: which process talks to which part of a report.
func TestMatchLinks(t *testing.T) {
	two := scan(3, "198.51.100", 22)
	two.List = append(two.List, scan(4, "203.0.113", 22).List...)
	one := Events{List: []Event{{Protocol: "tcp", Target: netip.MustParseAddr("198.51.100.1"), TargetPort: 80}}}
	tests := []struct {
		name    string
		report  Events
		sockets []Socket
		want    string
	}{
		{"two networks, one seen", two, []Socket{socket(7, "tcp", "192.0.2.10:40001", "198.51.100.1:22"), socket(7, "tcp", "192.0.2.10:40002", "198.51.100.2:22"),
			socket(7, "tcp", "192.0.2.10:40003", "198.51.100.2:22")},
			"198.51.100.0/24:22 3, 2 seen: 7 proven 2\n203.0.113.0/24:22 4, 0 seen: 7 indirect 0"},
		{"two processes, one address", two, []Socket{socket(7, "tcp", "192.0.2.10:40001", "198.51.100.1:22"), socket(8, "tcp", "192.0.2.10:40002", "198.51.100.1:22")},
			"198.51.100.0/24:22 3, 1 seen: 7 proven 1 8 proven 1\n203.0.113.0/24:22 4, 0 seen: 7 indirect 0"},
		{"beside the reported addresses", two, []Socket{socket(7, "tcp", "192.0.2.10:40001", "198.51.100.99:22")},
			"198.51.100.0/24:22 3, 0 seen: 7 strong 0\n203.0.113.0/24:22 4, 0 seen: 7 indirect 0"},
		{"the port alone", two, []Socket{socket(7, "tcp", "192.0.2.10:40001", "192.0.2.99:22")},
			"203.0.113.0/24:22 4, 0 seen: 7 indirect 0\n198.51.100.0/24:22 3, 0 seen: 7 indirect 0"},
		{"the address on another port", one, []Socket{socket(7, "tcp", "192.0.2.10:40001", "198.51.100.1:443")}, "198.51.100.1/32:80 1, 1 seen: 7 strong 1"},
		{"the source port", Events{List: []Event{{Protocol: "udp", SourcePort: 53, Target: netip.MustParseAddr("198.51.100.1")}}},
			[]Socket{socket(7, "udp", "192.0.2.10:53", "0.0.0.0:*")}, "198.51.100.1/32:0 1, 0 seen: 7 proven 0"},
		{"no port told", Events{List: []Event{{Protocol: "tcp", Target: netip.MustParseAddr("2001:db8::1")}}},
			[]Socket{socket(7, "tcp", "[2001:db8::9]:4000", "[2001:db8::1]:22")}, "2001:db8::1/128:0 1, 1 seen: 7 strong 1"},
		{"others connect to it", one, []Socket{socket(7, "tcp", "192.0.2.10:22", "0.0.0.0:*"), socket(7, "tcp", "192.0.2.10:22", "198.51.100.1:40000")},
			"198.51.100.1/32:80 1, 0 seen:"},
		{"masked", Events{List: []Event{{Protocol: "tcp", Word: "198.51.100.xxx", TargetPort: 22}}},
			[]Socket{socket(7, "tcp", "192.0.2.10:4000", "198.51.100.9:22")}, "198.51.100.0/24:22 1, 0 seen: 7 strong 0"},
		{"nothing in common", two, nil, "203.0.113.0/24:22 4, 0 seen:\n198.51.100.0/24:22 3, 0 seen:"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := linked(Match(test.report, &Host{Sockets: test.sockets})); got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

// crowd is a report of many networks and a machine on which a hundred processes
// talk to them.
func crowd() (Events, *Host) {
	r, h := Events{ZoneKnown: true}, &Host{}
	for n := range 120 {
		r.List = append(r.List, scan(100, "10.0."+strconv.Itoa(n), 22).List...)
		for i := range 100 {
			h.Sockets = append(h.Sockets, socket(1000+i, "tcp", "192.0.2.10:"+strconv.Itoa(20000+n*100+i), "10.0."+strconv.Itoa(n)+"."+strconv.Itoa(i+1)+":22"))
		}
	}
	return r, h
}

// TestMatchLinksBounded: however much a report and a machine have in common, the
// result stays small, and is the same each time.
func TestMatchLinksBounded(t *testing.T) {
	r, h := crowd()
	m := Match(r, h)
	if len(m.Processes) != mostMatches || len(m.Targets) != mostTargets || m.MoreTargets != 100 || len(m.Links) != mostMatches*mostTargets {
		t.Errorf("%d processes, %d targets and %d more, %d links", len(m.Processes), len(m.Targets), m.MoreTargets, len(m.Links))
	}
	if a, b := linked(m), linked(Match(r, h)); a != b {
		t.Errorf("first\n%s\nthen\n%s", a, b)
	}
}

// BenchmarkMatch compares 12,000 rows with 12,000 sockets of 100 processes.
func BenchmarkMatch(b *testing.B) {
	r, h := crowd()
	for b.Loop() {
		Match(r, h)
	}
}
