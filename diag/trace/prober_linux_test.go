package trace

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"latchkey/diag"
)

// The real sockets, on loopback: no permission and no network is needed.

func TestLoopbackAnswers(t *testing.T) {
	for _, m := range []Method{UDP, ICMP} {
		for _, addr := range []string{"127.0.0.1", "::1"} {
			a := netip.MustParseAddr(addr)
			if !sourceFor(a).IsValid() {
				t.Logf("no loopback %s here", addr)
				continue
			}
			r, err := Tracer{}.Trace(context.Background(), a, Options{Method: m, NoNames: true}, nil)
			if errors.Is(err, ErrMethod) {
				t.Logf("%s is closed to us", m)
				continue
			}
			if err != nil || r.Path.Reached != diag.Yes || len(r.Path.Hops) != 1 || r.Path.Method != m {
				t.Errorf("%s %s: %+v, %v", m, addr, r, err)
				continue
			}
			h := r.Path.Hops[0]
			if len(h.Replies) == 0 || h.Replies[0].Addr != a || !h.Replies[0].HasICMP || h.Replies[0].RTT > time.Second {
				t.Errorf("%s %s: %+v", m, addr, h)
			}
		}
	}
}

func TestLoopbackByTCP(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	open := l.Addr().(*net.TCPAddr).Port
	closed := closedPort(t)
	a := netip.MustParseAddr("127.0.0.1")
	for port, want := range map[int]Kind{open: TCPOpen, closed: TCPRefused} {
		r, err := Tracer{}.Trace(context.Background(), a, Options{Method: TCP, Port: port, NoNames: true}, nil)
		if err != nil || r.Path.Reached != diag.Yes || len(r.Path.Hops) != 1 || r.Path.Hops[0].Replies[0].Kind != want {
			t.Errorf("%s: %+v, %v", want, r, err)
		}
	}
	var told []int
	ports := Tracer{}.Ports(context.Background(), a, []int{closed, open, closed, 0, 70000}, time.Second, func(p Port) { told = append(told, p.Number) })
	if len(ports) != 2 || len(told) != 2 || ports[0] != (Port{Number: closed, State: Closed}) || ports[1] != (Port{Number: open, State: Open}) {
		t.Errorf("%+v, told of %v", ports, told)
	}
}

func closedPort(t *testing.T) int {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// A UDP service that answers our probes has answered.
func TestUDPServiceIsAnAnswer(t *testing.T) {
	c, err := net.ListenPacket("udp", "127.0.0.1:33434")
	if err != nil {
		t.Skip("somebody has the port: ", err)
	}
	defer c.Close()
	go func() {
		var b [100]byte
		for {
			_, from, err := c.ReadFrom(b[:])
			if err != nil {
				return
			}
			_, _ = c.WriteTo([]byte("hello"), from)
		}
	}()
	r, err := Tracer{}.Trace(context.Background(), netip.MustParseAddr("127.0.0.1"), Options{Method: UDP, NoNames: true}, nil)
	if err != nil || r.Path.Reached != diag.Yes || len(r.Path.Hops) != 1 {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestProberWaitEndsWithItsContext(t *testing.T) {
	for _, m := range []Method{UDP, TCP} {
		p, _, err := openSystem(netip.MustParseAddr("127.0.0.1"), m, 443)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(context.Background())
		go cancel()
		if _, err := p.Wait(ctx, time.Minute); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", m, err)
		}
		if _, err := p.Wait(ctx, time.Minute); !errors.Is(err, context.Canceled) {
			t.Errorf("%s again: %v", m, err)
		}
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestShortQuotesGiveTheOneFlowUp(t *testing.T) {
	d := &datagrams{dst: target, mark: mark{1, 2, 3, 4, 5, 6, 7, 8}, first: 1000, oneFlow: true}
	payload, port := d.packet(3)
	if port != basePort {
		t.Fatalf("port %d", port)
	}
	other := append([]byte(nil), payload...)
	other[0]++
	for _, test := range []struct {
		what   string
		data   []byte
		port   int
		failed bool
		seq    int
		ok     bool
	}{
		{"whole quote", payload, basePort, true, 3, true},
		{"padded quote", append(payload[:len(payload):len(payload)], 0, 0), basePort, true, 3, true},
		{"somebody else's", other, basePort, true, 0, false},
		{"below our ports", nil, 53, true, 0, false},
		{"RFC 792's eight bytes", nil, basePort, true, Unmatched, true},
		{"another one under way", nil, basePort, true, 0, false},
	} {
		if seq, ok := d.seqOf(test.data, test.port, test.failed); ok != test.ok || ok && seq != test.seq {
			t.Errorf("%s: %d, %v", test.what, seq, ok)
		}
	}
	payload, port = d.packet(4)
	for what, data := range map[string][]byte{"whole": payload, "short": nil} {
		if seq, ok := d.seqOf(data, port, true); !ok || seq != 4 {
			t.Errorf("%s quote of a port of its own: %d, %v", what, seq, ok)
		}
	}
}

func TestZeroRouteIsNoRoute(t *testing.T) {
	// 240.0.0.0/4 is reserved: the kernel refuses to send there or has no route.
	r, err := Tracer{}.Trace(context.Background(), netip.MustParseAddr("255.255.255.255"), Options{Method: UDP, NoNames: true}, nil)
	if err != nil || r.NoRoute != diag.Yes || r.Message == "" {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestClassicSaysWhatItNeeds(t *testing.T) {
	_, err := Tracer{}.Trace(context.Background(), netip.MustParseAddr("::1"), Options{Method: Classic}, nil)
	if !errors.Is(err, ErrClassic) {
		t.Error(err)
	}
}

func TestClassicOnLoopback(t *testing.T) {
	if unix.Geteuid() != 0 {
		t.Skip("needs root")
	}
	r, err := Tracer{}.Trace(context.Background(), netip.MustParseAddr("127.0.0.1"), Options{Method: Classic, MaxTTL: 1, NoNames: true}, nil)
	if err != nil || r.Path.Method != Classic || !r.Path.Complete || len(r.Path.Hops) != 1 {
		t.Errorf("%+v, %v", r, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	r, err = Tracer{}.Trace(ctx, netip.MustParseAddr("127.0.0.1"), Options{Method: Classic}, nil)
	if err != nil || r.Path.Complete {
		t.Errorf("cancelled: %+v, %v", r, err)
	}
}

func TestPingLoopback(t *testing.T) {
	events := 0
	p, err := Tracer{}.Ping(context.Background(), netip.MustParseAddr("127.0.0.1"), func(Ping) { events++ })
	if errors.Is(err, ErrNotPossible) {
		t.Skip(err)
	}
	if err != nil || p.Sent != pingCount || p.Received != pingCount || p.Min < 0 || p.Avg < p.Min || p.Max < p.Avg || events < pingCount {
		t.Errorf("%+v, %v, %d events", p, err, events)
	}
}

func TestPingIsCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	p, err := Tracer{}.Ping(ctx, netip.MustParseAddr("127.0.0.1"), nil)
	if err != nil && !errors.Is(err, ErrNotPossible) || p.Sent >= pingCount {
		t.Errorf("%d sent, %v", p.Sent, err)
	}
}

func BenchmarkLoopbackTrace(b *testing.B) {
	a := netip.MustParseAddr("127.0.0.1")
	for b.Loop() {
		if _, err := (Tracer{}).Trace(context.Background(), a, Options{Method: UDP, NoNames: true}, nil); err != nil {
			b.Fatal(err)
		}
	}
}
