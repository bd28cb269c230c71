package ui

import (
	"errors"
	"net/netip"
	"testing"
	"time"

	"latchkey/app"
	"latchkey/diag"
	"latchkey/diag/trace"
	"latchkey/diag/verdict"
)

// scene is a state of the window that a person can get into. The picture test
// shows each in both looks and languages and inspects what is there.
type scene struct {
	name string
	play func(t testing.TB, w *window, s *stage)
	// look scrolls to what the picture is of, after everything was inspected; may
	// be nil.
	look func(*window)
	// sizes is set for the scenes that are also looked at small, large, and
	// with the largest text.
	sizes bool
}

func none(testing.TB, *window, *stage) {}

// finished plays a check to its end.
func finished(a answers, hops ...string) func(testing.TB, *window, *stage) {
	return func(t testing.TB, w *window, s *stage) { w.play(s, checked(t, s, a, hops...)) }
}

// silence is a server that answers nothing while its line works.
var silence = answers{ping: 0, ports: "sss", control: "yes"}

func locked() []string { return silent(8, homeHop, lineHop, coreHop, peerHop, borderHop) }

func scenes() []scene {
	return append(append(homeScenes(), runningScenes()...), append(append(append(verdictScenes(), reportScenes()...), append(causeScenes(), caseScenes()...)...), append(append(unlockScenes(), statementScenes()...), otherScenes()...)...)...)
}

func homeScenes() []scene {
	return []scene{
		{name: "home-empty", play: none, sizes: true},
		{name: "home-crash", play: crashed, sizes: true},
		{name: "help-newer", play: newer, sizes: true},
		{name: "home-list", sizes: true, play: func(t testing.TB, w *window, s *stage) {
			other := checked(t, s, answers{ping: 5, ports: "ooo"}, homeHop, lineHop, borderHop, insideHop, serverHop)
			other.Input, other.Name, other.Addr = "db1.example.org", "db1.example.org", netip.MustParseAddr("192.0.2.11")
			w.play(s, other)
			w.openExample()
			w.play(s, checked(t, s, silence, locked()...))
			w.begin("mail.example.net")
			w.open(screenHome)
		}},
		{name: "home-unknown-name", play: func(_ testing.TB, w *window, s *stage) {
			w.begin("wbe1.example.org")
			s.play(app.Check{Input: "wbe1.example.org", Name: "wbe1.example.org", Final: true, Err: app.ErrUnknownHost})
		}},
		{name: "home-bad-target", play: func(_ testing.TB, w *window, s *stage) {
			w.begin("not a name")
			s.play(app.Check{Input: "not a name", Final: true, Err: app.ErrBadTarget})
		}},
		{name: "home-not-read", play: func(_ testing.TB, w *window, _ *stage) {
			w.readText("Dear customer, we have received a complaint about your server.")
		}},
	}
}

func runningScenes() []scene {
	running := func(elapsed time.Duration, change func(*app.Check), hops ...string) func(testing.TB, *window, *stage) {
		return func(t testing.TB, w *window, s *stage) {
			c := checked(t, s, answers{ping: -1}, hops...)
			c.Final, c.Verdict, c.FirstVerdict, c.Elapsed = false, nil, 0, elapsed
			c.Stages = app.Stages{Name: app.StageDone, Line: app.StageRunning, Path: app.StageRunning, Ping: app.StageRunning, Ports: app.StageWaiting}
			change(&c)
			w.play(s, c)
		}
	}
	return []scene{
		{name: "running-start", play: func(_ testing.TB, w *window, _ *stage) { w.begin("web1.example.org") }},
		{name: "running", sizes: true, play: running(800*time.Millisecond, func(c *app.Check) {
			c.Ping = &trace.Ping{Sent: 3, Min: trace.Unknown, Avg: trace.Unknown, Max: trace.Unknown}
		}, homeHop, lineHop, coreHop, peerHop, borderHop)},
		{name: "running-first-verdict", play: running(2*time.Second, func(c *app.Check) {
			c.Verdict = &verdict.Verdict{Code: verdict.Locked, Confidence: verdict.Likely, LastHop: "nix-gw.hetzner.de"}
			c.Ping = &trace.Ping{Sent: 5, Min: trace.Unknown, Avg: trace.Unknown, Max: trace.Unknown}
			c.Stages.Ping = app.StageDone
			c.Stages.Ports, c.Ports = app.StageDone, []trace.Port{{Number: 22, State: trace.SilentPort}, {Number: 80, State: trace.SilentPort}, {Number: 443, State: trace.SilentPort}}
		}, locked()...)},
		{name: "stopped", play: func(t testing.TB, w *window, s *stage) {
			c := checked(t, s, answers{ping: -1}, homeHop, lineHop)
			c.Cancelled, c.Verdict, c.Err = true, nil, errors.New("context canceled")
			w.play(s, c)
		}},
		{name: "failed", play: func(_ testing.TB, w *window, s *stage) {
			w.play(s, app.Check{Input: "web1.example.org", Name: "web1.example.org", Addr: server, Started: afternoon, Final: true, Err: app.ErrMethod})
		}},
	}
}

func verdictScenes() []scene {
	return []scene{
		{name: "locked-likely", play: finished(silence, locked()...), sizes: true},
		{name: "locked-possible", play: finished(answers{ping: 0, ports: "sss", control: "no"}, locked()...)},
		{name: "locked-certain", play: finished(silence, silent(6, homeHop, lineHop, coreHop, borderHop, lockHop)...)},
		{name: "locked-prohibited", play: finished(answers{ping: 0, ports: "uuu", control: "yes"}, homeHop, lineHop, "195.85.217.16 nix-gw.hetzner.de 13 prohibited")},
		{name: "locked-invoice", play: func(t testing.TB, w *window, s *stage) {
			finished(silence, locked()...)(t, w, s)
			w.current.invoice = invoiceYes
			w.build()
		}},
		{name: "locked-all-hops", sizes: true, play: func(t testing.TB, w *window, s *stage) {
			finished(silence, locked()...)(t, w, s)
			w.hops = true
			w.build()
		}},
		{name: "host-down", play: finished(silence, silent(5, homeHop, lineHop, coreHop, borderHop, insideHop, accessHop)...)},
		{name: "filtered", sizes: true, play: finished(answers{ping: 0, ports: "soo"}, silent(1, homeHop, lineHop, coreHop, borderHop, insideHop)...)},
		{name: "before-provider", play: finished(answers{ping: 0, ports: "sss", control: "no"}, silent(6, homeHop, lineHop, coreHop)...)},
		{name: "local", play: finished(answers{ping: -1, noRoute: diag.Yes}), sizes: true},
		{name: "local-no-resolver", play: func(_ testing.TB, w *window, s *stage) {
			v := verdict.Judge(verdict.Observation{NoName: diag.Yes}, s.Providers())
			w.play(s, app.Check{Input: "web1.example.org", Name: "web1.example.org", Started: afternoon, Elapsed: 4 * time.Second,
				Final: true, Verdict: &v, Err: app.ErrNoResolver})
		}},
		{name: "local-line", play: finished(answers{ping: 0, ports: "sss", control: "no"}, silent(6, homeHop)...)},
		{name: "loop", play: finished(silence, homeHop, lineHop, coreHop, peerHop, coreHop, peerHop, coreHop, peerHop, coreHop, peerHop)},
		{name: "inconclusive", play: finished(answers{ping: 0, ports: "sss"}, silent(6, homeHop, lineHop, coreHop, borderHop, insideHop)...)},
		{name: "reachable", play: finished(answers{ping: 5, ports: "ooo"}, homeHop, lineHop, coreHop, borderHop, insideHop, serverHop)},
		{name: "long-path", sizes: true, play: finished(silence, silent(12, homeHop, silenceHop, lineHop, coreHop, silenceHop,
			"203.0.113.30 ae-17-3210.ear4.frankfurt-am-main.example-backbone-with-a-long-name.net 21", peerHop, "203.0.113.41 - 22",
			"203.0.113.42 - 22", "203.0.113.43 - 22", borderHop, insideHop)...)},
		{name: "ipv6", play: func(t testing.TB, w *window, s *stage) {
			c := checked(t, s, silence, silent(5, "2001:db8:1111:2222:3333:4444:5555:6666 router.lan 1",
				"2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff - 12", "2001:db8:ffff::17 core2.isp.example.net 13", "2001:db8:0:3::1 nix-gw.hetzner.de 13")...)
			c.Input, c.Name, c.Addr = "2001:db8:1234:5678:9abc:def0:1234:5678", "", netip.MustParseAddr("2001:db8:1234:5678:9abc:def0:1234:5678")
			w.play(s, c)
		}},
		{name: "unknown-provider", play: func(t testing.TB, w *window, s *stage) {
			c := checked(t, s, answers{ping: 0, ports: "sss"}, silent(6, homeHop, lineHop, "198.51.100.77 - 30")...)
			c.Provider = nil
			judge(s, &c, answers{})
			w.play(s, c)
		}},
	}
}

func otherScenes() []scene {
	open := func(of screen) func(testing.TB, *window, *stage) {
		return func(t testing.TB, w *window, s *stage) {
			finished(silence, locked()...)(t, w, s)
			w.open(of)
		}
	}
	return []scene{
		{name: "example", play: func(_ testing.TB, w *window, _ *stage) { w.openExample() }},
		{name: "read-trace", play: func(_ testing.TB, w *window, _ *stage) { w.readText(tracert) }},
		{name: "read-ping", play: func(_ testing.TB, w *window, _ *stage) { w.readText(pinged) }},
		{name: "paste", play: func(_ testing.TB, w *window, _ *stage) { w.openPaste() }, sizes: true},
		{name: "paste-not-read", play: func(_ testing.TB, w *window, _ *stage) { w.openPaste(); w.pasted = "hello"; w.readText("hello") }},
		{name: "report-empty", play: open(screenReport), sizes: true},
		{name: "unlock", play: open(screenUnlock)},
		{name: "settings", play: func(_ testing.TB, w *window, _ *stage) { w.open(screenSettings) }, sizes: true},
		{name: "help", play: func(_ testing.TB, w *window, _ *stage) { w.open(screenHelp) }, sizes: true},
	}
}

const tracert = `
Tracing route to web1.example.org [192.0.2.10]
over a maximum of 7 hops:

  1    <1 ms    <1 ms    <1 ms  192.168.0.1
  2    11 ms    12 ms    11 ms  acc1.isp.example.net [203.0.113.1]
  3    13 ms    13 ms    14 ms  nix-gw.hetzner.de [195.85.217.16]
  4     *        *        *     Request timed out.
  5     *        *        *     Request timed out.
  6     *        *        *     Request timed out.
  7     *        *        *     Request timed out.

Trace complete.
`

const pinged = `PING web1.example.org (192.0.2.10) 56(84) bytes of data.

--- web1.example.org ping statistics ---
5 packets transmitted, 0 received, 100% packet loss, time 4096ms
`
