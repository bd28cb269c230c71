package trace

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"time"

	"latchkey/diag"
)

// Sentinels of a forward lookup.
var (
	// ErrUnknownHost says that the name servers know no address of that name.
	ErrUnknownHost = errors.New("name has no address")
	// ErrNoResolver says that no name server answered.
	ErrNoResolver = errors.New("no name server answers")
	// ErrNoFamily says that the name has addresses, but none of the family
	// asked for.
	ErrNoFamily = errors.New("name has no address of that family")
)

// Limits of lookups. A stub resolver gives up after 5 s; names of routers are
// not worth more than a second.
const (
	addrsLimit = 5 * time.Second
	namesLimit = time.Second
	maxName    = 253 // RFC 1035 without the final dot
)

// Resolver asks name servers.
type Resolver interface {
	// Addrs gives the addresses of host in the order to be tried. Its errors
	// are ErrUnknownHost, ErrNoResolver or ctx's.
	Addrs(ctx context.Context, host string) ([]netip.Addr, error)
	// Name gives the name of an address, "" if it has none.
	Name(ctx context.Context, addr netip.Addr) (string, error)
}

// Lookup gives the target's addresses of family f ("" means any), best first;
// an address is its own. Errors: ErrUnknownHost, ErrNoResolver, ErrNoFamily,
// or ctx's.
func (t Tracer) Lookup(ctx context.Context, target Target, f Family) ([]netip.Addr, error) {
	all := []netip.Addr{target.Addr}
	if !target.Addr.IsValid() {
		limited, cancel := context.WithTimeout(ctx, addrsLimit)
		defer cancel()
		var err error
		all, err = t.resolver().Addrs(limited, target.Name)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err != nil {
			if limited.Err() != nil {
				err = ErrNoResolver
			}
			return nil, fmt.Errorf("look up %s: %w", target.Name, err)
		}
	}
	var out []netip.Addr
	for _, a := range all {
		if a = a.Unmap(); f == "" || FamilyOf(a) == f {
			out = append(out, a)
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("look up %s: %w", target, ErrNoFamily)
	}
	return out, nil
}

// SystemResolver asks as this system does.
func SystemResolver() Resolver { return system{} }

type system struct{}

func (system) Addrs(ctx context.Context, host string) ([]netip.Addr, error) {
	addrs, err := net.DefaultResolver.LookupNetIP(ctx, "ip", strings.TrimSuffix(host, ".")+".")
	var dns *net.DNSError
	switch {
	case err == nil && len(addrs) > 0:
		return addrs, nil
	case err == nil, errors.As(err, &dns) && dns.IsNotFound:
		// The final dot keeps search domains out, but also the hosts file.
		if addrs, err := net.DefaultResolver.LookupNetIP(ctx, "ip", host); err == nil && len(addrs) > 0 {
			return addrs, nil
		}
		return nil, ErrUnknownHost
	}
	return nil, ErrNoResolver
}

func (system) Name(ctx context.Context, addr netip.Addr) (string, error) {
	names, err := net.DefaultResolver.LookupAddr(ctx, addr.String())
	if len(names) > 0 {
		return names[0], nil
	}
	return "", err
}

// hostName makes a name from DNS fit to be shown and matched: lower case,
// without the final dot, "" unless it is letters, digits, «-», «_» and dots.
// Whoever runs a router's reverse zone writes what he likes there.
func hostName(s string) string {
	s = strings.TrimSuffix(s, ".")
	if s == "" || len(s) > maxName {
		return ""
	}
	for label := range strings.SplitSeq(s, ".") {
		if label == "" || len(label) > 63 {
			return ""
		}
		for _, c := range []byte(label) {
			if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_') {
				return ""
			}
		}
	}
	return diag.Clean(strings.ToLower(s), maxName)
}

// names looks up the names of a path's routers, each as soon as it is seen and
// all at once, while the trace goes on. Its methods are called from one
// goroutine.
type names struct {
	resolver Resolver
	ctx      context.Context
	stop     context.CancelFunc
	found    chan named
	known    map[netip.Addr]string
	open     int
}

type named struct {
	addr netip.Addr
	name string
}

func newNames(ctx context.Context, r Resolver, off bool) *names {
	n := &names{resolver: r, found: make(chan named), known: map[netip.Addr]string{}}
	if off {
		n.resolver = nil
	}
	n.ctx, n.stop = context.WithCancel(ctx)
	return n
}

// ask starts a lookup, once for each address.
func (n *names) ask(addr netip.Addr) {
	if _, ok := n.known[addr]; ok || n.resolver == nil || !addr.IsValid() {
		return
	}
	n.known[addr] = ""
	n.open++
	ctx, cancel := context.WithTimeout(n.ctx, namesLimit)
	answer := make(chan string, 1)
	go func() {
		name, err := n.resolver.Name(ctx, addr)
		if err != nil {
			name = "" // no name is no news
		}
		answer <- hostName(name)
	}()
	go func() { // some systems' lookups (Windows) cannot be ended
		defer cancel()
		name := ""
		select {
		case name = <-answer:
		case <-ctx.Done():
		}
		select {
		case n.found <- named{addr, name}:
		case <-n.ctx.Done():
		}
	}()
}

func (n *names) pending() bool { return n.open > 0 }

// name is p with the names found so far; p itself is left as it was.
func (n *names) name(p Path) Path {
	hops := make([]Hop, len(p.Hops))
	copy(hops, p.Hops)
	for i, h := range hops {
		hops[i].Replies = append([]Reply(nil), h.Replies...)
		for j, r := range h.Replies {
			hops[i].Replies[j].Name = n.known[r.Addr]
		}
	}
	p.Hops = hops
	return p
}

// collect takes in what has arrived and reports whether a name was among it.
func (n *names) collect() (news bool) {
	for {
		select {
		case f := <-n.found:
			news = n.take(f) || news
		default:
			return news
		}
	}
}

// wait blocks until a name arrives and reports whether one did; false when no
// lookup is open any more or ctx ends.
func (n *names) wait(ctx context.Context) bool {
	for n.pending() {
		select {
		case f := <-n.found:
			if n.take(f) {
				n.collect()
				return true
			}
		case <-ctx.Done():
			return false
		}
	}
	return false
}

func (n *names) take(f named) bool {
	n.open--
	n.known[f.addr] = f.name
	return f.name != ""
}

// Names looks up the names of addresses all at once and gives up together
// after a second; addresses without a name are not in the result.
func (t Tracer) Names(ctx context.Context, addrs []netip.Addr) map[netip.Addr]string {
	n := newNames(ctx, t.resolver(), false)
	defer n.stop()
	for _, a := range addrs {
		n.ask(a)
	}
	for n.wait(ctx) {
	}
	out := map[netip.Addr]string{}
	for a, name := range n.known {
		if name != "" {
			out[a] = name
		}
	}
	return out
}

// sourceFor is the address this system would send from; invalid if it has no
// route. No packet is sent.
func sourceFor(addr netip.Addr) netip.Addr {
	c, err := net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(netip.AddrPortFrom(addr, 9)))
	if err != nil {
		return netip.Addr{}
	}
	defer c.Close()
	return c.LocalAddr().(*net.UDPAddr).AddrPort().Addr().Unmap()
}
