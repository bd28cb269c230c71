package printed

import (
	"encoding/json"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"latchkey/diag/trace"
)

// truthCase is one case of the shared collection, where that is at hand.
type truthCase struct {
	File  string   `json:"file"`
	Kind  []string `json:"kind"`
	Trace *struct {
		Hops []int `json:"hops"`
		Last *struct {
			TTL       []int    `json:"ttl"`
			Names     []string `json:"names"`
			Addresses []string `json:"addresses"`
		} `json:"last"`
		Reached []*bool `json:"reached"`
	} `json:"trace"`
	Ping *struct {
		Sent     int      `json:"sent"`
		Received int      `json:"received"`
		Min      *float64 `json:"min_ms"`
		Avg      *float64 `json:"avg_ms"`
		Max      *float64 `json:"max_ms"`
	} `json:"ping"`
}

// TestSharedCases reads the project's collection of real outputs.
func TestSharedCases(t *testing.T) {
	dir := filepath.Join("..", "..", "..", "..", "shared", "cases", "traces")
	raw, err := os.ReadFile(filepath.Join(dir, "truth.json"))
	if err != nil {
		t.Skip("the shared cases are not at hand: ", err)
	}
	var truth struct {
		Cases []truthCase `json:"cases"`
	}
	if err := json.Unmarshal(raw, &truth); err != nil {
		t.Fatal(err)
	}
	for _, c := range truth.Cases {
		t.Run(c.File, func(t *testing.T) {
			data, err := os.ReadFile(filepath.Join(dir, c.File))
			if err != nil {
				t.Fatal(err)
			}
			r, ok := Read(data)
			if !ok || !slices.Contains(c.Kind, string(r.Kind)) {
				t.Fatalf("read %v as %q, want %v", ok, r.Kind, c.Kind)
			}
			if c.Ping != nil {
				checkPing(t, c, r.Ping)
				return
			}
			checkPath(t, c, r.Path)
		})
	}
}

func checkPing(t *testing.T, c truthCase, p *trace.Ping) {
	if p.Sent != c.Ping.Sent || p.Received != c.Ping.Received {
		t.Errorf("sent %d received %d, want %d and %d", p.Sent, p.Received, c.Ping.Sent, c.Ping.Received)
	}
	for name, pair := range map[string]struct {
		want *float64
		got  time.Duration
	}{"min": {c.Ping.Min, p.Min}, "avg": {c.Ping.Avg, p.Avg}, "max": {c.Ping.Max, p.Max}} {
		want := trace.Unknown
		if pair.want != nil {
			want = millis(*pair.want)
		}
		if pair.got != want {
			t.Errorf("%s is %v, want %v", name, pair.got, want)
		}
	}
}

func checkPath(t *testing.T, c truthCase, p trace.Path) {
	if c.Trace.Hops != nil && !slices.Contains(c.Trace.Hops, len(p.Hops)) {
		t.Errorf("%d hops, want %v", len(p.Hops), c.Trace.Hops)
	}
	if c.Trace.Reached != nil {
		ok := slices.ContainsFunc(c.Trace.Reached, func(b *bool) bool {
			return b == nil && p.Reached == 0 || b != nil && p.Reached != 0 && *b == (p.Reached == 1)
		})
		if !ok {
			t.Errorf("reached is %d, which is none of the accepted answers", p.Reached)
		}
	}
	last, any := p.Last()
	if c.Trace.Last == nil {
		if any {
			t.Errorf("last hop is %d, want none", last.TTL)
		}
		return
	}
	if !slices.Contains(c.Trace.Last.TTL, last.TTL) {
		t.Errorf("last hop is %d, want %v", last.TTL, c.Trace.Last.TTL)
	}
	if len(c.Trace.Last.Names)+len(c.Trace.Last.Addresses) > 0 && !hostAmong(last, c) {
		t.Errorf("last host is %v, want %v", last.Replies, *c.Trace.Last)
	}
}

func hostAmong(h trace.Hop, c truthCase) bool {
	for _, r := range h.Replies {
		for _, a := range c.Trace.Last.Addresses {
			if r.Addr == netip.MustParseAddr(a) {
				return true
			}
		}
		for _, n := range c.Trace.Last.Names {
			if r.Name != "" && strings.HasPrefix(strings.ToLower(n), strings.ToLower(r.Name)) {
				return true
			}
		}
	}
	return false
}
