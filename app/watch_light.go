package app

import (
	"context"
	"maps"
	"net/netip"
	"sync"
	"time"

	"latchkey/app/casefile"
	"latchkey/diag"
	"latchkey/diag/trace"
	"latchkey/diag/verdict"
)

// A light check: five echoes, a look at three ports, and at most five packets
// that end around the place where the path ended. A server that was unlocked but
// is off answers nothing; that somebody answers behind the lock tells it.

// signature is what a light check sees: whether the server answers, and who
// says no in its place.
type signature struct {
	answers bool
	refuser netip.Addr
}

// glance is what one light check saw.
type glance struct {
	signature
	news  bool // somebody answered on the way who did not before
	asked bool // anything could be asked
}

// voice is somebody on the way and what it says. One router says «too many hops»
// of a packet and «no such host» of another.
type voice struct {
	addr netip.Addr
	kind trace.Kind
}

type voices map[voice]bool

// alike reports whether a light check shows what the last whole one showed. That
// nobody refuses is no news: routers send only so many refusals.
func (w *watch) alike(seen signature) bool {
	return seen.answers == w.light.answers && (!seen.refuser.IsValid() || seen.refuser == w.light.refuser)
}

// quiet reports a light check that brings nothing new.
func (w *watch) quiet(seen glance) bool {
	return seen.asked && !seen.news && w.alike(seen.signature) && w.pending == ""
}

// signatureOf is what ping and ports show.
func signatureOf(ping *trace.Ping, ports []trace.Port) signature {
	var s signature
	if ping != nil {
		s.answers = ping.Received > 0
		if len(ping.Refusals) > 0 {
			s.refuser = ping.Refusals[0].Addr
		}
	}
	for _, p := range ports {
		s.answers = s.answers || p.State == trace.Open || p.State == trace.Closed
	}
	return s
}

// edgeOf are the TTLs a light check asks: the first that nobody answers at, the
// last that somebody does, and one behind each; the last gets two, for a router
// may be mute. A lock host is seen hops behind the last router, so that both
// ends count. None: the path says nothing.
func edgeOf(p trace.Path) (ttls []int) {
	last, ok := p.Last()
	if !ok {
		return nil
	}
	for _, h := range p.Hops[:last.TTL] {
		if h.Silent() {
			ttls = append(ttls, h.TTL)
			break
		}
	}
	if len(ttls) > 0 && ttls[0]+1 < last.TTL {
		ttls = append(ttls, ttls[0]+1)
	}
	return append(ttls, last.TTL, last.TTL+1, last.TTL+2)
}

// voicesOf are all who answer on a path.
func voicesOf(p trace.Path) voices {
	found := voices{}
	for _, h := range p.Hops {
		for _, r := range h.Replies {
			found[voice{r.Addr, r.Kind}] = true
		}
	}
	return found
}

// takeEdge keeps what light checks compare with. Voices are kept as long as the
// state is: a router that answers now and then is news once, not each time.
func (w *watch) takeEdge(c *Check) {
	code := codeOf(c)
	if code == "" {
		return
	}
	w.edge = edgeOf(c.Path)
	heard := voicesOf(c.Path)
	if code == w.state.Code && w.pending == "" {
		maps.Copy(heard, w.voices)
	}
	w.voices = heard
}

// look is a light check: all its parts at once.
func (w *watch) look(ctx context.Context) (seen glance) {
	ctx, cancel := context.WithTimeout(ctx, checkLimit)
	defer cancel()
	var ping trace.Ping
	var ports []trace.Port
	var err error
	var parts sync.WaitGroup
	parts.Go(func() { ping, err = w.session.network.Ping(ctx, w.addr, nil) })
	parts.Go(func() {
		ports = w.session.network.Ports(ctx, w.addr, portsOf(w.o.Check), portLimit, nil)
	})
	if !up(w.state.Code) && len(w.edge) > 0 {
		parts.Go(func() { seen.news = w.beyond(ctx) })
	}
	parts.Wait()
	seen.signature = signatureOf(&ping, ports)
	seen.asked = err == nil || ping.Sent > 0 || seen.answers
	return seen
}

// beyond asks around the end of the path and reports whether there is a voice
// nobody knows. It listens as long as a whole check, for refusals come late, and
// no longer than until it hears one.
func (w *watch) beyond(ctx context.Context) bool {
	ctx, enough := context.WithCancel(ctx)
	defer enough()
	o := traceOptions(w.o.Check)
	o.NoNames, o.Only = true, w.edge
	if last := w.state.Last; last != nil {
		o.Method = last.Path.Method // what one method sees is no news for another
	}
	if o.Method == trace.Classic {
		o.Method = trace.Auto
	}
	news := false
	hear := func(p trace.Path) {
		for v := range voicesOf(p) {
			if !w.voices[v] {
				news, w.voices[v] = true, true
				enough()
			}
		}
	}
	result, err := w.session.network.Trace(ctx, w.addr, o, func(e trace.Event) { hear(e.Path) })
	if err == nil {
		hear(result.Path)
	}
	return news
}

// follow notices that packets to a locked server get further than before, though
// nothing tells whether it is off, or stopped deeper in: that is told as what it
// is, when it was seen twice.
func (w *watch) follow(at time.Time, c *Check) {
	hop := w.movedTo(c)
	if hop == "" || hop != w.moved {
		w.moved = hop
		if hop != "" {
			w.toWhole = 0
		}
		return
	}
	before := nameOfHop(w.lastHop)
	w.lastHop, _ = c.Path.Last()
	w.moved, w.state.Confidence = "", verdict.Possible
	w.note(casefile.Event{Time: at, Code: EventFurther, With: map[string]string{"hop": hop, "before": before}}, c)
	w.tell(NoticeFurther, at, diag.Params{"hop": hop})
}

// movedTo is the router a locked path ends at now: behind the one it ended at
// before, and with less to say about a lock. "" if it does not.
func (w *watch) movedTo(c *Check) string {
	last, ok := c.Path.Last()
	if w.state.Code != verdict.Locked || !ok || last.TTL <= w.lastHop.TTL || w.lastHop.TTL < 1 || c.Verdict == nil {
		return ""
	}
	v := c.Verdict
	if v.Code != verdict.Inconclusive && (v.Code != verdict.Locked || v.Confidence != verdict.Possible) {
		return ""
	}
	for _, was := range w.lastHop.Replies {
		for _, is := range c.Path.Hops[w.lastHop.TTL-1].Replies {
			if was.Addr == is.Addr {
				return nameOfHop(last)
			}
		}
	}
	return ""
}

// nameOfHop is a router's name, else its address, for the timeline.
func nameOfHop(h trace.Hop) string {
	for _, r := range h.Replies {
		if r.Name != "" {
			return diag.Clean(r.Name, longDetail)
		}
	}
	if len(h.Replies) > 0 && h.Replies[0].Addr.IsValid() {
		return h.Replies[0].Addr.String()
	}
	return ""
}
