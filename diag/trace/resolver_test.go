package trace

import (
	"context"
	"errors"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// zone is a Resolver with what it knows.
type zone struct {
	addrs map[string][]netip.Addr
	names map[netip.Addr]string
	err   error
	after time.Duration
}

func (z zone) wait(ctx context.Context) error {
	select {
	case <-time.After(z.after):
		return z.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (z zone) Addrs(ctx context.Context, host string) ([]netip.Addr, error) {
	if err := z.wait(ctx); err != nil {
		return nil, err
	}
	if a, ok := z.addrs[host]; ok {
		return a, nil
	}
	return nil, ErrUnknownHost
}

func (z zone) Name(ctx context.Context, addr netip.Addr) (string, error) {
	return z.names[addr], z.wait(ctx)
}

func TestLookup(t *testing.T) {
	v4, v6 := netip.MustParseAddr("192.0.2.10"), netip.MustParseAddr("2001:db8::10")
	known := map[string][]netip.Addr{
		"both.example.org":   {v6, v4},
		"mapped.example.org": {netip.AddrFrom16(v4.As16())},
	}
	for _, test := range []struct {
		what   string
		zone   zone
		target Target
		family Family
		want   []netip.Addr
		err    error
	}{
		{"any family", zone{addrs: known}, Target{Name: "both.example.org"}, "", []netip.Addr{v6, v4}, nil},
		{"IPv4", zone{addrs: known}, Target{Name: "both.example.org"}, IPv4, []netip.Addr{v4}, nil},
		{"IPv4 in IPv6", zone{addrs: known}, Target{Name: "mapped.example.org"}, IPv4, []netip.Addr{v4}, nil},
		{"not that family", zone{addrs: known}, Target{Name: "mapped.example.org"}, IPv6, nil, ErrNoFamily},
		{"unknown", zone{addrs: known}, Target{Name: "nobody.example.org"}, "", nil, ErrUnknownHost},
		{"no name server", zone{err: ErrNoResolver}, Target{Name: "both.example.org"}, "", nil, ErrNoResolver},
		{"silent name server", zone{after: time.Hour}, Target{Name: "both.example.org"}, "", nil, ErrNoResolver},
		{"an address", zone{err: ErrNoResolver}, Target{Addr: v4}, "", []netip.Addr{v4}, nil},
		{"an address of the other family", zone{}, Target{Addr: v4}, IPv6, nil, ErrNoFamily},
	} {
		synctest.Test(t, func(t *testing.T) {
			start := time.Now()
			got, err := Tracer{Resolver: test.zone}.Lookup(context.Background(), test.target, test.family)
			if !slices.Equal(got, test.want) || !errors.Is(err, test.err) {
				t.Errorf("%s: %v, %v", test.what, got, err)
			}
			if time.Since(start) > addrsLimit {
				t.Errorf("%s: took %v", test.what, time.Since(start))
			}
		})
	}
}

func TestLookupIsCancelled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_, err := Tracer{Resolver: zone{after: time.Hour}}.Lookup(ctx, Target{Name: "x.example.org"}, "")
		if !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, ErrNoResolver) {
			t.Error(err)
		}
	})
}

func TestNamesComeTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b, c := router(1), router(2), router(3)
		z := zone{after: 300 * time.Millisecond, names: map[netip.Addr]string{a: "A.example.org.", b: "\x1b[2Jevil"}}
		start := time.Now()
		got := Tracer{Resolver: z}.Names(context.Background(), []netip.Addr{a, b, c, a})
		if want := map[netip.Addr]string{a: "a.example.org"}; !maps.Equal(got, want) || time.Since(start) != z.after {
			t.Errorf("%v after %v", got, time.Since(start))
		}
		z.after, start = time.Hour, time.Now()
		got = Tracer{Resolver: z}.Names(context.Background(), []netip.Addr{a, b, c})
		if len(got) != 0 || time.Since(start) != namesLimit {
			t.Errorf("%v after %v", got, time.Since(start))
		}
	})
}

func TestHostName(t *testing.T) {
	for in, want := range map[string]string{
		"NIX-gw.Hetzner.de.":                   "nix-gw.hetzner.de",
		"a_b.example.org":                      "a_b.example.org",
		"":                                     "",
		".":                                    "",
		"a..b":                                 "",
		"a b":                                  "",
		"<b>x</b>":                             "",
		"x\x1b[31m":                            "",
		"bücher.example.org":                   "",
		strings.Repeat("a", 64):                "",
		strings.Repeat("a.", 127) + "b":        "", // 255
		strings.Repeat("a.", 126) + "b":        strings.Repeat("a.", 126) + "b",
		"2001:db8::1":                          "",
		"198.51.100.1":                         "198.51.100.1",
		"ae0--10.cr1.example.org":              "ae0--10.cr1.example.org",
		"-leading.example.org":                 "-leading.example.org",
		"static.130.2.0.192.clients.example.":  "static.130.2.0.192.clients.example",
		"host.example.org\nSet-Cookie: x=1":    "",
		"xn--bcher-kva.example.org":            "xn--bcher-kva.example.org",
		"host.example.org.\u202e":              "",
		"HOST.EXAMPLE.ORG":                     "host.example.org",
		"host.example.org/../../../etc/passwd": "",
	} {
		if got := hostName(in); got != want {
			t.Errorf("%q becomes %q", in, got)
		}
	}
}

func FuzzHostName(f *testing.F) {
	f.Add("NIX-gw.Hetzner.de.")
	f.Add("x\x1b[31m")
	f.Fuzz(func(t *testing.T, in string) {
		got := hostName(in)
		if got == "" {
			return
		}
		if got != hostName(got) || len(got) > maxName || strings.ContainsFunc(got, unprintable) {
			t.Errorf("%q becomes %q", in, got)
		}
	})
}
