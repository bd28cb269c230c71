package ui

import (
	"context"
	"io/fs"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"latchkey/app"
	"latchkey/app/casefile"
	"latchkey/assets"
	"latchkey/diag"
	"latchkey/diag/trace"
	"latchkey/diag/verdict"
	"latchkey/i18n"
)

// stage is a real session whose checks are played by the test: Start hands the
// snapshots over to it instead of a network. Everything else is the program's.
type stage struct {
	*app.Session
	home    string
	started []string
	options []app.CheckOptions
	play    func(app.Check) // hands out a snapshot, as a goroutine of the session does
	stopped int
	watches *playedWatches
}

// launch notes what would be checked.
func (s *stage) launch(input string, o app.CheckOptions, onChange func(app.Check)) stopper {
	s.started, s.options, s.play = append(s.started, input), append(s.options, o), onChange
	return stopFunc(func() { s.stopped++ })
}

// playedWatches are watches whose snapshots the test plays.
type playedWatches struct {
	states  map[string]app.Watch
	options app.WatchOptions
	begun   int
}

func (p *playedWatches) Start(id string, server casefile.Server, o app.WatchOptions) {
	p.states[id] = app.Watch{Server: server, Case: id, State: app.WatchChecking, Every: time.Minute, Started: afternoon}
	p.options, p.begun = o, p.begun+1
}

func (p *playedWatches) Stop(id string) {
	if s, ok := p.states[id]; ok {
		s.State, s.Why = app.WatchOver, "stopped"
		p.states[id] = s
	}
}

func (p *playedWatches) State(id string) (app.Watch, bool) { s, ok := p.states[id]; return s, ok }

func (p *playedWatches) All() map[string]app.Watch {
	all := map[string]app.Watch{}
	for id, s := range p.states {
		if s.State != app.WatchOver {
			all[id] = s
		}
	}
	return all
}

func (p *playedWatches) Close() {}

type stopFunc func()

func (f stopFunc) Stop() { f() }

// afternoon is when all the checks of the tests took place.
var afternoon = time.Date(2026, 3, 14, 13, 28, 0, 0, time.UTC)

// texts are the catalogues, read once: five languages for each of a thousand
// windows would fill the machine.
var texts = sync.OnceValues(i18n.Load)

// newStage opens the window on a session with files of its own.
func newStage(t testing.TB, settings app.Settings) (*window, *stage) {
	t.Helper()
	return newStageAt(t, t.TempDir(), settings)
}

// newStageAt opens it on a folder that may hold cases.
func newStageAt(t testing.TB, home string, settings app.Settings) (*window, *stage) {
	t.Helper()
	return newStageOf(t, home, app.Accounts{}, settings)
}

// newStageOf opens it with providers and a keyring of the test's.
func newStageOf(t testing.TB, home string, accounts app.Accounts, settings app.Settings) (*window, *stage) {
	t.Helper()
	session, err := app.Open(app.Config{Home: home, Assets: assets.FS, Version: "0.0.0", Accounts: accounts})
	if err != nil {
		t.Fatal(err)
	}
	if err := session.SetSettings(settings); err != nil {
		t.Fatal(err)
	}
	catalogue, err := texts()
	if err != nil {
		t.Fatal(err)
	}
	icons, err := fs.Sub(assets.FS, "icons")
	if err != nil {
		t.Fatal(err)
	}
	s := &stage{Session: session, home: home}
	w, err := newWindow(Params{App: test.NewTempApp(t), Session: s, Texts: catalogue, Icons: icons,
		Language: "en_US.UTF-8", Now: func() time.Time { return afternoon }})
	if err != nil {
		t.Fatal(err)
	}
	w.launch = s.launch
	w.behind = func(work func(context.Context), then func()) stopper {
		work(t.Context())
		then()
		return stopFunc(func() {})
	}
	s.watches = &playedWatches{states: map[string]app.Watch{}}
	w.watches, w.onThread = s.watches, func(f func()) { f() }
	w.after = nil // nothing comes later in a test
	w.told = func() {}
	w.listCases()
	w.win.Show()
	t.Cleanup(func() {
		w.build()
		w.release()
		w.win.Close()
		// The test driver remembers every object for ever, and with it the window:
		// emptied, it holds no case, page or font any more.
		*w = window{}
	})
	return w, s
}

// server is the one all checks of the tests are about.
var server = netip.MustParseAddr("192.0.2.10")

// The places on the way, written as people do: address, name, milliseconds.
const (
	homeHop    = "192.168.0.1 router.lan 1.2"
	lineHop    = "203.0.113.1 acc1.isp.example.net 12"
	coreHop    = "203.0.113.17 core2.isp.example.net 13"
	peerHop    = "203.0.113.29 peer.isp.example.net 13"
	borderHop  = "195.85.217.16 nix-gw.hetzner.de 13"
	insideHop  = "198.51.100.9 core12.nbg1.hetzner.com 17"
	accessHop  = "198.51.100.22 ex9k1.dc4.nbg1.hetzner.com 18"
	lockHop    = "198.51.100.174 blocked.hetzner.com 14"
	serverHop  = "192.0.2.10 - 18"
	silenceHop = "*"
)

// pathOf builds a path from its hops; reached says whether the last is the
// server.
func pathOf(t testing.TB, hops ...string) trace.Path {
	t.Helper()
	p := trace.Path{Method: trace.UDP, Target: server, Name: "web1.example.org", Reached: diag.No, Complete: true}
	for i, text := range hops {
		hop := trace.Hop{TTL: i + 1, Sent: 3, Lost: 3}
		if text != silenceHop {
			f := strings.Fields(text)
			rtt, err := time.ParseDuration(f[2] + "ms")
			if err != nil {
				t.Fatal(err)
			}
			r := trace.Reply{Addr: netip.MustParseAddr(f[0]), RTT: rtt, Kind: trace.TimeExceeded}
			if f[1] != "-" {
				r.Name = f[1]
			}
			if len(f) > 3 {
				r.Kind = trace.Kind(f[3])
			}
			if r.Addr == server {
				r.Kind, p.Reached = trace.EchoReply, diag.Yes
			}
			hop.Replies, hop.Lost = []trace.Reply{r}, 0
		}
		p.Hops = append(p.Hops, hop)
	}
	return p
}

// silent adds n silent hops.
func silent(n int, hops ...string) []string {
	all := append([]string{}, hops...)
	for range n {
		all = append(all, silenceHop)
	}
	return all
}

// answers are what was asked beside the path.
type answers struct {
	ping  int    // answers of five; -1: not asked
	ports string // states of 22, 80, 443: «o», «c», «s» or «u»; "" not asked
	// control is whether the other host was reached: «yes», «no» or "" (not asked).
	control string
	noRoute diag.Answer
}

// checked is the snapshot of a check that is over, judged by the real rules.
func checked(t testing.TB, s *stage, a answers, hops ...string) app.Check {
	t.Helper()
	c := app.Check{Input: "web1.example.org", Name: "web1.example.org", Addr: server, Provider: s.Providers().ByID("hetzner"),
		Started: afternoon, Elapsed: 5300 * time.Millisecond, FirstVerdict: 1200 * time.Millisecond, Final: true,
		Stages: app.Stages{Name: app.StageDone, Line: app.StageDone, Path: app.StageDone, Ping: app.StageDone, Ports: app.StageDone}}
	c.Path = pathOf(t, hops...)
	if a.ping >= 0 {
		c.Ping = &trace.Ping{Sent: 5, Received: a.ping, Min: trace.Unknown, Avg: trace.Unknown, Max: trace.Unknown}
		if a.ping > 0 {
			c.Ping.Min, c.Ping.Avg, c.Ping.Max = 17*time.Millisecond, 18*time.Millisecond, 21*time.Millisecond
		}
	}
	states := map[rune]trace.PortState{'o': trace.Open, 'c': trace.Closed, 's': trace.SilentPort, 'u': trace.UnreachablePort}
	for i, state := range a.ports {
		c.Ports = append(c.Ports, trace.Port{Number: []int{22, 80, 443}[i], State: states[state]})
	}
	if a.control != "" {
		path := pathOf(t, slices.Concat(hops[:min(5, len(hops))], []string{"198.51.100.254 www.hetzner.com 15"})...)
		path.Name, path.Target = "www.hetzner.com", netip.MustParseAddr("198.51.100.254")
		path.Reached = diag.AnswerOf(a.control == "yes")
		c.Control = &app.Control{Host: "www.hetzner.com", Path: path}
	}
	judge(s, &c, a)
	return c
}

func judge(s *stage, c *app.Check, a answers) {
	o := verdict.Observation{Path: c.Path, Ping: c.Ping, Ports: c.Ports, Profile: c.Provider, NoRoute: a.noRoute}
	if c.Control != nil {
		o.Control = &c.Control.Path
	}
	c.Places = verdict.Locate(c.Path, s.Providers())
	v := verdict.Judge(o, s.Providers())
	c.Verdict = &v
}

// show puts a finished check on the screen, the way a person gets there.
func (w *window) play(s *stage, c app.Check) {
	w.begin(c.Input)
	s.play(c)
	w.receive() // what waits for its turn to be drawn
}

// resize gives the window a size.
func resize(w *window, width, height float32) { w.win.Resize(fyne.NewSize(width, height)) }
