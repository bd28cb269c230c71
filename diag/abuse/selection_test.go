package abuse

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// mixedTable is a table with hosts of all kinds, in no order of any column.
func mixedTable() string {
	hosts := []string{"198.51.100.7", "198.51.100.70", "203.0.113.9", "2001:db8::2", "2001:db8::1", "2001:db8:0:1::1", "198.51.x.x", "198.51.x.y"}
	var flows []flow
	for i := range 200 {
		f := flow{to: hosts[i*7%len(hosts)], source: 40000 + i*37%101, target: []int{22, 80, 443}[i%3], size: 60 + i*13%40, protocol: []string{"TCP", "UDP"}[i%2]}
		if i%5 == 0 {
			f.from = "192.0.2.11"
		}
		flows = append(flows, f)
	}
	return scanTable(flows)
}

func rowsOf(tb testing.TB, r *Report) []Entry {
	tb.Helper()
	var all []Entry
	for i := range r.Rows {
		e, l, err := r.Row(i)
		if err != nil || l == nil {
			tb.Fatal(i, err)
		}
		all = append(all, e)
	}
	return all
}

// TestSelectSorts: every column in both directions; equal rows keep their order.
func TestSelectSorts(t *testing.T) {
	r := readText(t, mixedTable())
	rows := rowsOf(t, r)
	class := func(host string) string { // IPv4, IPv6, words; then in order of the bytes
		switch {
		case strings.ContainsRune(host, 'x'):
			return "3" + host
		case strings.ContainsRune(host, ':'):
			return "2" + map[string]string{"2001:db8::1": "a", "2001:db8::2": "b", "2001:db8:0:1::1": "c"}[host]
		}
		var a, b, c, d int
		if n, err := fmt.Sscanf(host, "%d.%d.%d.%d", &a, &b, &c, &d); n != 4 {
			t.Fatal(host, err)
		}
		return fmt.Sprintf("1%03d%03d%03d%03d", a, b, c, d)
	}
	columns := map[Column]func(a, b Entry) int{
		ByTime:       func(a, b Entry) int { return cmp.Compare(a.Time.Micros, b.Time.Micros) },
		BySource:     func(a, b Entry) int { return cmp.Compare(class(a.Source.Host()), class(b.Source.Host())) },
		BySourcePort: func(a, b Entry) int { return cmp.Compare(a.Source.Port, b.Source.Port) },
		ByTarget:     func(a, b Entry) int { return cmp.Compare(class(a.Target.Host()), class(b.Target.Host())) },
		ByTargetPort: func(a, b Entry) int { return cmp.Compare(a.Target.Port, b.Target.Port) },
		ByProtocol:   func(a, b Entry) int { return cmp.Compare(a.Protocol, b.Protocol) },
		BySize:       func(a, b Entry) int { return cmp.Compare(a.Size, b.Size) },
	}
	for column, compare := range columns {
		for _, down := range []bool{false, true} {
			want := make([]int32, len(rows))
			for i := range want {
				want[i] = int32(i)
			}
			slices.SortStableFunc(want, func(a, b int32) int {
				if down {
					return compare(rows[b], rows[a])
				}
				return compare(rows[a], rows[b])
			})
			got, err := r.Select(context.Background(), Query{Sort: column, Down: down})
			if err != nil || !slices.Equal(got, want) {
				t.Errorf("column %d, down %v: %v (%v), want %v", column, down, got[:12], err, want[:12])
			}
		}
	}
}

// TestSelectFilters: each filter takes the rows that looking at each would take.
func TestSelectFilters(t *testing.T) {
	r := readText(t, mixedTable())
	rows := rowsOf(t, r)
	from := rows[50].Time.Micros
	for _, c := range []struct {
		name  string
		query Query
		takes func(e Entry) bool
	}{
		{"all", Query{}, func(Entry) bool { return true }},
		{"host", Query{Host: "2001:db8::1"}, func(e Entry) bool { return e.Target.Host() == "2001:db8::1" }},
		{"source", Query{Host: "192.0.2.11"}, func(e Entry) bool { return e.Source.Host() == "192.0.2.11" }},
		{"masked host", Query{Host: "198.51.x.y"}, func(e Entry) bool { return e.Target.Host() == "198.51.x.y" }},
		{"network", Query{Network: "198.51.100."}, func(e Entry) bool { return strings.HasPrefix(e.Target.Host(), "198.51.100.") }},
		{"port", Query{Port: 443}, func(e Entry) bool { return e.Target.Port == 443 }},
		{"source port", Query{Port: 40037}, func(e Entry) bool { return e.Source.Port == 40037 }},
		{"time", Query{From: from, To: from + 20e6}, func(e Entry) bool { return e.Time.Micros >= from && e.Time.Micros < from+20e6 }},
		{"text of a host", Query{Text: "51.100.70"}, func(e Entry) bool { return e.Target.Host() == "198.51.100.70" }},
		{"text of a protocol", Query{Text: "uDp"}, func(e Entry) bool { return e.Protocol.String() == "UDP" }},
		{"text of a port", Query{Text: ":80 "}, func(e Entry) bool { return e.Target.Port == 80 }},
		{"several", Query{Port: 22, Text: "tcp", Host: "203.0.113.9"}, func(e Entry) bool {
			return e.Target.Port == 22 && e.Protocol.String() == "TCP" && e.Target.Host() == "203.0.113.9"
		}},
	} {
		var want []int32
		for i, e := range rows {
			if c.takes(e) {
				want = append(want, int32(i))
			}
		}
		got, err := r.Select(context.Background(), c.query)
		if err != nil || len(want) == 0 || !slices.Equal(got, want) {
			t.Errorf("%s: %v (%v), want %v", c.name, got, err, want)
		}
	}
	if got, err := r.Select(context.Background(), Query{Host: "198.51.100.99"}); err != nil || got == nil || len(got) != 0 {
		t.Errorf("no row: %v %v", got, err)
	}
	if !(Query{}).All() || (Query{Port: 1}).All() {
		t.Error("All does not tell a filter from none")
	}
}

func TestSelectCancelled(t *testing.T) {
	r := readText(t, mixedTable())
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := r.Select(ctx, Query{Sort: ByTime}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

// TestSelectOverLogs: rows are numbered through all logs of a report.
func TestSelectOverLogs(t *testing.T) {
	g := grammarOf(t, "hetzner-iso")
	first, second := scanTable(scan(publicSweep, 40, 1, fresh, fixed(22), 0, "")), scanTable(scan(anywhere, 30, 1, fresh, fixed(23), 0, ""))
	r := &Report{Logs: []*Log{logOf(t, g, []byte(first), tiny), logOf(t, g, []byte(second), tiny)}, Rows: 70}
	got, err := r.Select(context.Background(), Query{Port: 23})
	if err != nil || len(got) != 30 || got[0] != 40 || got[29] != 69 {
		t.Errorf("%v %v", got, err)
	}
	if e, l, err := r.Row(40); err != nil || l != r.Logs[1] || e.Target.Port != 23 {
		t.Errorf("%+v %v", e, err)
	}
	if _, l, err := r.Row(70); l != nil || err != nil {
		t.Errorf("there is no row 70: %v", err)
	}
}
