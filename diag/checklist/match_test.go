package checklist

import (
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"latchkey/diag"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// scan is a report of n targets of a network on a port, one a second from noon.
func scan(n int, network string, port int) Events {
	r := Events{Sources: []netip.Addr{netip.MustParseAddr("192.0.2.10")}, ZoneKnown: true}
	for i := range n {
		r.List = append(r.List, Event{Time: noon.Add(time.Duration(i) * time.Second), Protocol: "tcp",
			Target: netip.MustParseAddr(network + "." + strconv.Itoa(i+1)), TargetPort: port})
	}
	return r
}

func socket(pid int, protocol, local string, peer string) Socket {
	ends := [2]End{}
	for i, s := range []string{local, peer} {
		ends[i], _, _ = endOf(s)
	}
	state := "ESTAB"
	if peer == "0.0.0.0:*" {
		state = map[string]string{"tcp": "LISTEN", "udp": "UNCONN"}[protocol]
	}
	return Socket{Where: Where{"ss", 2}, Protocol: protocol, State: state, Local: ends[0], Peer: ends[1], PID: pid, Name: "p" + strconv.Itoa(pid)}
}

func codes(all []diag.Finding) string {
	var s []string
	for _, f := range all {
		s = append(s, strings.TrimPrefix(strings.TrimPrefix(f.Code, "evidence."), "match."))
	}
	return strings.Join(s, " ")
}

// TestMatchScores: each reason, its points, and the grade.
func TestMatchScores(t *testing.T) {
	bot := Process{PID: 7, PPID: 1, User: "www-data", Name: "p7", Exe: "/tmp/.x/bot", Started: noon.Add(-time.Hour)}
	plain := Process{PID: 7, PPID: 1, Name: "p7", Exe: "/usr/bin/p7", Started: noon.Add(-time.Hour)}
	flood := Events{List: []Event{{Protocol: "udp", SourcePort: 40001, Target: netip.MustParseAddr("198.51.100.1"), TargetPort: 9}}}
	tests := []struct {
		name    string
		report  Events
		process Process
		sockets []Socket
		score   int
		grade   Grade
		because string
	}{
		{"target and port", scan(3, "198.51.100", 22), plain, []Socket{socket(7, "tcp", "192.0.2.10:40000", "198.51.100.2:22")}, 90, Proven, "target-port before"},
		{"IPv4 in IPv6", scan(3, "198.51.100", 22), plain, []Socket{socket(7, "tcp", "[::ffff:192.0.2.10]:40000", "[::ffff:198.51.100.2]:22")}, 90, Proven, "target-port before"},
		{"same source port", flood, plain, []Socket{socket(7, "udp", "192.0.2.10:40001", "198.51.100.1:9")}, 100, Proven, "same-port"},
		{"source port without a peer", flood, plain, []Socket{socket(7, "udp", "0.0.0.0:40001", "0.0.0.0:*")}, 80, Proven, "source-port"},
		{"other protocol", flood, plain, []Socket{socket(7, "tcp", "192.0.2.10:40001", "198.51.100.1:9")}, 50, Indirect, "target"},
		{"network and port, suspicious", scan(3, "198.51.100", 22), bot, []Socket{socket(7, "tcp", "192.0.2.10:40000", "198.51.100.99:22")}, 90, Strong, "network-port stray before"},
		{"network and port alone", scan(3, "198.51.100", 22), plain, []Socket{socket(7, "tcp", "192.0.2.10:40000", "198.51.100.99:22")}, 70, Indirect, "network-port before"},
		{"port alone", scan(3, "198.51.100", 22), plain, []Socket{socket(7, "tcp", "192.0.2.10:40000", "203.0.113.9:22")}, 25, Indirect, "port before"},
		{"port, suspicious", scan(3, "198.51.100", 22), bot, []Socket{socket(7, "tcp", "192.0.2.10:40000", "203.0.113.9:22")}, 45, Strong, "port stray before"},
		{"another port of a target", scan(3, "198.51.100", 22), plain, []Socket{socket(7, "tcp", "192.0.2.10:40000", "198.51.100.2:80")}, 60, Indirect, "target before"},
		{"started later", scan(3, "198.51.100", 22), Process{PID: 7, Exe: "/usr/bin/p7", Started: noon.Add(time.Hour)},
			[]Socket{socket(7, "tcp", "192.0.2.10:40000", "198.51.100.2:22")}, 20, None, "target-port after"},
		{"incoming", scan(3, "198.51.100", 22), plain, []Socket{socket(8, "tcp", "0.0.0.0:25", "0.0.0.0:*"), socket(7, "tcp", "192.0.2.10:25", "198.51.100.2:22")}, 60, Proven, "target-port incoming before"},
		{"several sockets count once", scan(3, "198.51.100", 22), plain, []Socket{socket(7, "tcp", "192.0.2.10:40000", "198.51.100.2:22"),
			socket(7, "tcp", "192.0.2.10:40001", "198.51.100.1:22"), socket(7, "tcp", "192.0.2.10:40002", "198.51.100.77:22")}, 150, Proven, "target-port network-port before"},
		{"packets of its own", scan(3, "198.51.100", 22), plain, []Socket{{Protocol: "packet", PID: 7, Name: "p7", State: "UNCONN"}}, 50, Indirect, "raw before"},
		{"TCP of its own", scan(3, "198.51.100", 22), plain, []Socket{{Protocol: "raw", Local: End{"0.0.0.0", 6}, PID: 7, Name: "p7", State: "UNCONN"}}, 60, Indirect, "raw before"},
		{"UDP of its own", scan(3, "198.51.100", 22), plain, []Socket{{Protocol: "raw", Local: End{"0.0.0.0", 17}, PID: 7, Name: "p7", State: "UNCONN"}}, 50, Indirect, "raw before"},
		{"ping", scan(3, "198.51.100", 22), plain, []Socket{{Protocol: "raw", Local: End{"0.0.0.0", 1}, PID: 7, Name: "ping", State: "UNCONN"}}, 0, None, ""},
		{"a sniffer", scan(3, "198.51.100", 22), plain, []Socket{{Protocol: "packet", PID: 7, Name: "tcpdump", State: "UNCONN"}}, 0, None, ""},
		{"a scanner named like a sniffer", scan(3, "198.51.100", 22), bot, []Socket{{Protocol: "packet", PID: 7, Name: "tcpdump", State: "UNCONN"}}, 70, Indirect, "raw stray before"},
		{"no socket left", scan(3, "198.51.100", 22), bot, []Socket{}, 30, Indirect, "stray before"},
		{"nobody named", scan(3, "198.51.100", 22), plain, []Socket{socket(-1, "tcp", "192.0.2.10:40000", "198.51.100.2:22")}, 80, Indirect, "target-port"},
		{"nothing", scan(3, "198.51.100", 22), plain, []Socket{socket(7, "tcp", "192.0.2.10:40000", "203.0.113.9:80")}, 0, None, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m := Match(test.report, &Host{Sockets: test.sockets, Processes: []Process{test.process}})
			score, because := 0, ""
			if len(m.Processes) > 0 {
				score, because = m.Processes[0].Score, codes(m.Processes[0].Because)
			}
			if score != test.score || m.Grade != test.grade || because != test.because {
				t.Errorf("score %d, %s, «%s»; want %d, %s, «%s»", score, m.Grade, because, test.score, test.grade, test.because)
			}
		})
	}
}

// TestMatchMasked: a target whose end the provider blotted out.
func TestMatchMasked(t *testing.T) {
	h := &Host{Sockets: []Socket{socket(7, "tcp", "192.0.2.10:40000", "198.51.100.2:22")}}
	for word, want := range map[string]int{"198.51.100.xxx": pointsNetworkPort, "198.51.100.*": pointsNetworkPort, "198.51.100.9": pointsPort, "example.org": pointsPort} {
		m := Match(Events{List: []Event{{Word: word, TargetPort: 22}}}, h)
		if len(m.Processes) != 1 || m.Processes[0].Score != want {
			t.Errorf("%s: %+v, want %d", word, m.Processes, want)
		}
	}
}

// TestMatchWhose: the accused address is this machine's, a neighbour's or
// nobody's.
func TestMatchWhose(t *testing.T) {
	h := &Host{Sockets: []Socket{socket(7, "tcp", "192.0.2.10:40000", "198.51.100.2:22")},
		Addresses:  []Address{{Interface: "lo", Prefix: "127.0.0.1/8"}, {Interface: "eth0", Prefix: "192.0.2.10/26"}},
		Neighbours: []Neighbour{{Address: "192.0.2.20", MAC: "52:54:00:00:00:20", Interface: "vmbr0"}, {Address: "192.0.2.21"}}}
	for source, want := range map[string]string{"192.0.2.10": "proven 1 ", "192.0.2.20": "none 0 against.guest", "192.0.2.21": "proven 1 against.address"} {
		r := scan(3, "198.51.100", 22)
		r.Sources = []netip.Addr{netip.MustParseAddr(source)}
		m := Match(r, h)
		if got := fmt.Sprint(m.Grade, " ", len(m.Processes), " ", codes(m.Against)); got != want {
			t.Errorf("%s: %s, want %s", source, got, want)
		}
	}
}

// TestMatchGuest: the accused address or MAC is a guest's, which has a name.
func TestMatchGuest(t *testing.T) {
	h := &Host{Sockets: []Socket{socket(7, "tcp", "192.0.2.10:40000", "198.51.100.2:22")},
		Addresses:  []Address{{Interface: "eth0", Prefix: "192.0.2.10/26"}},
		Neighbours: []Neighbour{{Address: "192.0.2.20", MAC: "bc:24:11:00:00:01", Interface: "vmbr0"}},
		Guests: []Guest{{Kind: "qemu", ID: "100", Name: "web1", State: "running", PID: 1234}, {Kind: "qemu", ID: "100", MAC: "bc:24:11:00:00:01", PID: -1},
			{Kind: "docker", ID: "3f2c0a9d1b77", Name: "shop", Address: "2001:db8::5", PID: 2101}},
	}
	for _, c := range []struct{ source, mac, want string }{
		{"192.0.2.20", "", "against.guest-named qemu 100 (web1)"},
		{"2001:db8::5", "", "against.guest-named docker 3f2c0a9d1b77 (shop)"},
		{"192.0.2.10", "BC-24-11-00-00-01", "against.guest-mac qemu 100 (web1)"},
		{"192.0.2.10", "bc:24:11:00:xx:xx", "against.guest-mac qemu 100 (web1)"},
		{"192.0.2.10", "bc:24:11:xx:xx:xx", ""},
		{"192.0.2.10", "52:54:00:00:00:01", ""},
	} {
		r := scan(3, "198.51.100", 22)
		r.Sources, r.MACs = []netip.Addr{netip.MustParseAddr(c.source)}, []string{c.mac}
		m := Match(r, h)
		got := ""
		if len(m.Against) > 0 && m.Grade == None {
			got = codes(m.Against[:1]) + " " + fmt.Sprint(m.Against[0].Params["guest"])
		}
		if got != c.want {
			t.Errorf("%s %s: %q, want %q", c.source, c.mac, got, c.want)
		}
	}
	if g, ok := h.GuestOf("", "bc:24:11:00:00:01"); !ok || g.PID != 1234 || g.State != "running" {
		t.Errorf("%+v", g)
	}
}

// TestMatchOffset: a report in Central European Time without saying so.
func TestMatchOffset(t *testing.T) {
	sockets := []Socket{socket(7, "tcp", "192.0.2.10:40000", "198.51.100.2:22")}
	for _, test := range []struct {
		started time.Duration // after noon by the machine's clock
		known   bool
		clock   time.Duration
		offset  time.Duration
		assumed bool
		exclude bool
	}{
		{-time.Minute, false, 0, 0, true, false},
		{-time.Hour - time.Minute, false, 0, -time.Hour, true, false}, // 12:00 CET is 11:00 UTC
		{2*time.Hour - time.Minute, false, 0, 2 * time.Hour, true, false},
		{-20 * time.Hour, false, 0, 0, true, false},
		{time.Hour, true, 0, 0, false, true},
		{time.Hour, true, 2 * time.Hour, 2 * time.Hour, false, false},
		{30 * time.Second, true, 0, 0, false, false}, // clocks differ a little
	} {
		r := scan(3, "198.51.100", 22)
		r.ZoneKnown, r.Clock = test.known, test.clock
		m := Match(r, &Host{Sockets: sockets, Processes: []Process{{PID: 7, Started: noon.Add(test.started)}}})
		if m.ClockOffset != test.offset || m.Assumed != test.assumed || len(m.Processes) != 1 || m.Processes[0].Excluded != test.exclude {
			t.Errorf("%+v: offset %v, assumed %v, %+v", test, m.ClockOffset, m.Assumed, m.Processes)
		}
	}
}

// TestMatchChain: from the process to its parents, unit, job and session; what
// happened at that time; what speaks against.
func TestMatchChain(t *testing.T) {
	s := socket(7, "tcp", "192.0.2.10:40000", "198.51.100.2:22")
	s.Cgroup = "/system.slice/apache2.service"
	h := &Host{Sockets: []Socket{s},
		Processes: []Process{{PID: 7, PPID: 6, User: "www-data", Exe: "/var/tmp/.c/bot", Started: noon.Add(-time.Minute)},
			{PID: 6, PPID: 5, Name: "sh", User: "www-data"}, {PID: 5, PPID: 6, Name: "apache2", User: "root"}}, // a circle
		Units:    []Unit{{Name: "ok.service", Exec: "/usr/sbin/ok"}, {Name: "bad.service", Exec: "/var/tmp/.c/bot -d"}},
		Jobs:     []Job{{User: "www-data", Command: "/var/tmp/.c/run >/dev/null"}, {User: "root", Command: "/usr/bin/true"}},
		Logins:   []Login{{User: "www-data", From: "203.0.113.5", Success: true, Time: noon.Add(-time.Hour)}, {User: "www-data", Success: true, Time: noon.Add(time.Hour)}},
		Requests: []Request{{Method: "POST", Status: 200, Path: "/up.php", Time: noon.Add(-2 * time.Minute)}, {Method: "POST", Status: 404, Time: noon}},
		Files:    []File{{Path: "/var/tmp/.c/bot", Executable: true, Time: noon.Add(-time.Hour)}, {Path: "/etc/motd", Time: noon}},
		Changes:  []Change{{Path: "/etc/issue", Config: true}},
		Boots:    []Boot{{Time: noon.Add(time.Hour)}},
	}
	m := Match(scan(3, "198.51.100", 22), h)
	if m.Grade != Proven || len(m.Processes) == 0 {
		t.Fatalf("%+v", m)
	}
	if got, want := codes(m.Processes[0].Chain), "chain.parent chain.parent"+
		" chain.cgroup chain.unit chain.job chain.login"; got != want {
		t.Errorf("chain %s", got)
	}
	if got := codes(m.Traces); got != "trace.login trace.request trace.file" {
		t.Errorf("traces %s", got)
	}
	if got := codes(m.Against); got != "against.rebooted against.packages" {
		t.Errorf("against %s", got)
	}
}

// TestMatchTraces: each login, request and file once, files that lie where none is
// installed first, then by how near they are to the report.
func TestMatchTraces(t *testing.T) {
	login := Login{User: "anna", From: "203.0.113.5", Success: true, Time: noon.Add(-time.Hour)}
	file := func(path string, before time.Duration) File {
		return File{Path: path, Executable: true, Time: noon.Add(-before)}
	}
	link := file("/etc/rc5.d/K01x", time.Minute)
	link.Link = "../init.d/x"
	h := &Host{Sockets: []Socket{}, Logins: []Login{login, login, {User: "www-data", Success: true, Time: noon.Add(-time.Minute)}},
		Requests: []Request{{Method: "POST", Status: 200, Client: "203.0.113.7", Path: "/up.php", Time: noon}, {Method: "POST", Status: 200, Client: "203.0.113.7", Path: "/up.php", Time: noon}},
		Files: []File{file("/opt/x/near", time.Minute), file("/usr/bin/ps", time.Hour), link, file("/var/spool/postfix/deferred/0/0F", time.Minute),
			file("/tmp/.b/old", 5*time.Hour), file("/tmp/.b/new", time.Hour), file("/tmp/.b/new", time.Hour), file("/tmp/.b/days", 50*time.Hour)}}
	var got []string
	for _, f := range Match(scan(3, "198.51.100", 22), h).Traces {
		got = append(got, fmt.Sprint(f.Params["path"], f.Params["address"]))
	}
	if want := []string{"<nil>203.0.113.5", "/up.php203.0.113.7", "/tmp/.b/new<nil>", "/tmp/.b/old<nil>", "/usr/bin/ps<nil>", "/opt/x/near<nil>"}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

// TestMatchScanWithoutSockets: a scanner with a network stack of its own, under
// the name of a DHCP client, beside a sniffer. The outputs are real ones.
func TestMatchScanWithoutSockets(t *testing.T) {
	const started = "    PID    PPID   UID USER     TT       STAT                  STARTED ELAPSED %CPU %MEM   RSS COMMAND         COMMAND\n" +
		"      5       1     0 root     ?        S    Sat Nov 21 11:50:00 2026       1  0.0  0.0  1120 tcpdump         tcpdump -i lo -n -w /dev/null\n" +
		"      7       1     0 root     ?        S    Sat Nov 21 11:59:50 2026       1  0.0  0.0  1120 dhcpcd          /tmp/.ICE-unix/.b/dhcpcd - - 2222\n"
	const sniffer = "Netid Recv-Q Send-Q Local Address:Port Peer Address:PortProcess\np_raw 0      0                  *:lo              *     users:((\"tcpdump\",pid=5,fd=4))\n"
	read := func(name string) []byte {
		data, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	ss, lsof := read("ss--raw-tcp.txt"), read("lsof--raw-sockets.txt")
	for name, outputs := range map[string][][]byte{
		"all": {ss, lsof, []byte(started), []byte(sniffer)}, "ss and ps": {ss, []byte(started), []byte(sniffer)}, "ss": {ss, []byte(sniffer)},
		"lsof and ps": {lsof, []byte(started), []byte(sniffer)},
	} {
		var hosts []*Host
		for _, text := range outputs {
			r, ok := Read(text, "")
			if !ok {
				t.Fatalf("%s: an output is not recognised", name)
			}
			hosts = append(hosts, r.Host)
		}
		m := Match(scan(40, "198.51.100", 2222), Merge(hosts...))
		if len(m.Processes) == 0 || m.Processes[0].PID != 7 || m.Grade != Indirect || len(m.Processes) > 1 && m.Processes[1].Score >= m.Processes[0].Score {
			t.Errorf("%s: %s %+v", name, m.Grade, m.Processes)
		}
	}
}

// TestMatchLaboratory: the laboratory's reports against its outputs put the
// planted process first.
func TestMatchLaboratory(t *testing.T) {
	folder := filepath.Join("..", "..", "..", "shared", "cases", "evidence")
	if _, err := os.Stat(folder); err != nil {
		t.Skip("the laboratory's cases are not here")
	}
	h := laboratory(t, filepath.Join(folder, "incident"))
	for _, test := range []struct {
		file  string
		pid   int
		score int
		grade Grade
	}{
		{"hetzner-netscan-incident.txt", 141539, 210, Proven},
		{"hetzner-trafficdump-udp.txt", 141630, 120, Proven},
		{"hetzner-packetlimit-udp.txt", 141630, 70, Strong},
	} {
		m := Match(report(t, filepath.Join(folder, "reports", test.file)), h)
		if len(m.Processes) == 0 || m.Processes[0].PID != test.pid || m.Processes[0].Score != test.score || m.Grade != test.grade {
			t.Errorf("%s: %s %+v", test.file, m.Grade, m.Processes[:min(2, len(m.Processes))])
			continue
		}
		next := 0
		if len(m.Processes) > 1 {
			next = m.Processes[1].Score
		}
		t.Logf("%s: %s, pid %d %q score %d (next %d), %s; chain %s; traces %d; against %s; offset %v", test.file, m.Grade, m.Processes[0].PID,
			m.Processes[0].Name, m.Processes[0].Score, next, codes(m.Processes[0].Because), codes(m.Processes[0].Chain), len(m.Traces), codes(m.Against), m.ClockOffset)
	}
	m := Match(report(t, filepath.Join(folder, "reports", "hetzner-netscan-incident.txt")), laboratory(t, filepath.Join(folder, "clean")))
	if m.Grade != None && m.Grade != Indirect {
		t.Errorf("a clean host matches: %+v", m)
	}
}

// laboratory merges all outputs of a folder that are recognised.
func laboratory(t *testing.T, folder string) *Host {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.txt"))
	if err != nil || len(files) == 0 {
		t.Fatal("no outputs", err)
	}
	var hosts []*Host
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if r, ok := Read(data, ""); ok {
			hosts = append(hosts, r.Host)
		}
	}
	return Merge(hosts...)
}

// report reads the three shapes of the laboratory's reports as far as this
// test needs it; the program's own readers are in another package.
func report(t *testing.T, file string) Events {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var r Events
	for line := range strings.Lines(string(data)) {
		f := strings.Fields(strings.NewReplacer(" :", ":", "=>", " ", ",", " ", ": ", " ").Replace(line))
		var e Event
		switch {
		case len(f) == 8 && slices.Contains([]string{"Sat"}, f[0]): // netscan: day month day time year source target port
			e.Time, err = time.Parse("Jan 2 15:04:05 2006", strings.Join([]string{f[1], f[2], f[3], f[4]}, " "))
			e.Target, e.TargetPort = addressOf(f[6]), number(f[7])
		case len(f) > 4 && f[1] == "IP": // tcpdump
			from, to := strings.LastIndexByte(f[2], '.'), strings.LastIndexByte(f[4], '.')
			e.Protocol = "udp"
			e.SourcePort, e.TargetPort, e.Target = number(f[2][from+1:]), number(f[4][to+1:]), addressOf(f[4][:to])
		case len(f) > 3 && f[0] == "External":
			e.Target = addressOf(f[1])
		default:
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		r.List = append(r.List, e)
	}
	if len(r.List) == 0 {
		t.Fatalf("%s: nothing read", file)
	}
	r.Sources, r.ZoneKnown = []netip.Addr{netip.MustParseAddr("127.0.0.1")}, true
	return r
}
