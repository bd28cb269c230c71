package checklist

import (
	"net/netip"
	"slices"
	"strings"

	"latchkey/diag"
)

func networkRules() []rule {
	return []rule{
		{id: "N01", attack: []string{"T1046", "T1498"}, judge: judgeFan},
		{id: "N01b", attack: []string{"T1046", "T1498"}, judge: judgeNamelessFan},
		{id: "N02", attack: []string{"T1014"}, judge: judgeOwnerless},
		{id: "N03", attack: []string{"T1036.005"}, judge: judgeKernelName},
		{id: "N04", attack: []string{"T1571"}, judge: judgePoolPort},
		{id: "N05", attack: []string{"T1498.002"}, judge: judgeAmplifier},
		{id: "N06", attack: []string{"T1190"}, judge: judgeExposed},
		{id: "N08", attack: []string{"T1040", "T1205"}, judge: judgeRaw},
		{id: "N09", attack: []string{"T1110"}, judge: judgeWorm},
		{id: "M01", judge: judgeMAC},
		{id: "K02", attack: []string{"T1686"}, judge: judgeIPv6},
		{id: "K02b", attack: []string{"T1686"}, judge: judgeUnfiltered},
	}
}

// found is how a rule reports.
type found = func(severity diag.Severity, at Where, pairs ...any)

// listening says whether a socket waits for others rather than talking.
func (s Socket) listening() bool {
	return s.State == "LISTEN" || s.Protocol == "udp" && s.Peer.Port <= 0 && (s.Peer.Host == "" || s.Peer.Host == "*" ||
		addressOf(s.Peer.Host).IsUnspecified())
}

// open says whether anybody but the machine itself can reach a listening
// socket: it listens on all addresses or on a public one.
func (s Socket) open() bool {
	if s.Local.Host == "*" {
		return true
	}
	a := addressOf(s.Local.Host)
	return a.IsUnspecified() || a.IsGlobalUnicast() && !a.IsPrivate()
}

// port is one that a machine listens on.
type port struct {
	protocol string
	number   int
}

func listeningPorts(h *Host) map[port]bool {
	all := map[port]bool{}
	for _, s := range h.Sockets {
		if s.listening() && s.Local.Port > 0 {
			all[port{s.Protocol, s.Local.Port}] = true
		}
	}
	return all
}

// ephemeral is where the kernel takes the near ports of connections from
// (net.ipv4.ip_local_port_range); a far port from there on is mostly a client's.
const ephemeral = 32768

// fan is what one process talks to on one far port.
type fan struct {
	at         Where
	pid        int
	name, user string
	port       port
	hosts      map[netip.Addr]bool
	waiting    map[netip.Addr]bool // hosts that have not answered (SYN-SENT)
}

// weight counts hosts; one that does not answer counts double, because a scan
// mostly asks hosts that are not there.
func (f *fan) weight() int { return len(f.hosts) + len(f.waiting) }

// fans collects whom processes talk to, in the order of the outputs. Sockets
// nobody owns are collected as process -1, without those that are over.
func fans(h *Host) []*fan {
	type key struct {
		pid  int
		port port
	}
	listens := listeningPorts(h)
	byKey := map[key]*fan{}
	var all []*fan
	for _, s := range h.Sockets {
		peer := addressOf(s.Peer.Host)
		if s.Peer.Port <= 0 || s.Peer.Port >= ephemeral || !peer.IsValid() || peer.IsUnspecified() || s.State == "LISTEN" ||
			listens[port{s.Protocol, s.Local.Port}] || s.PID < 0 && s.State != "ESTAB" && s.State != "SYN-SENT" && s.State != "CLOSE-WAIT" {
			continue
		}
		k := key{s.PID, port{s.Protocol, s.Peer.Port}}
		f := byKey[k]
		if f == nil {
			f = &fan{at: s.Where, pid: s.PID, name: s.Name, user: s.User, port: k.port, hosts: map[netip.Addr]bool{}, waiting: map[netip.Addr]bool{}}
			byKey[k], all = f, append(all, f)
		}
		f.hosts[peer] = true
		if s.State == "SYN-SENT" {
			f.waiting[peer] = true
		}
	}
	return all
}

// manyHosts is how many hosts on one port make a scan or an attack; servers
// talk to a few databases and mirrors, a scan to hundreds.
const manyHosts = 20

// talkative are programs whose trade it is to talk to many hosts on these
// ports; nil: on any.
var talkative = []struct {
	names []string
	ports []int
}{
	{[]string{"master", "smtp", "exim", "exim4", "sendmail", "qmail-remote", "msmtp", "postfix"}, []int{25, 465, 587}},
	{[]string{"named", "unbound", "dnsmasq", "pdns_recursor", "pdns_server", "systemd-resolve", "knotd", "kresd", "coredns"}, []int{53, 853}},
	{[]string{"squid", "haproxy", "nginx", "envoy", "traefik", "varnishd", "caddy", "tor"}, []int{80, 443, 3128, 8080, 8443, 9001}},
	{[]string{"ntpd", "chronyd", "systemd-timesyn"}, []int{123}},
	{[]string{"transmission-da", "qbittorrent", "qbittorrent-nox", "deluged", "rtorrent", "aria2c", "bitcoind", "geth", "ipfs", "syncthing",
		"prometheus", "zabbix_server", "icinga2", "nagios"}, nil},
}

// expected says whether a process may talk to that many: by its name, unless
// the file behind it lies where no service is installed.
func (f *fan) expected(people map[int]Process) bool {
	if strayPlace(people[f.pid].Exe) {
		return false
	}
	name := strings.Trim(strings.Fields(f.name + " -")[0], "[]:")
	for _, t := range talkative {
		if slices.Contains(t.names, name) && (t.ports == nil || slices.Contains(t.ports, f.port.number)) {
			return true
		}
	}
	return false
}

// pairs are the parameters of a finding about a fan.
func (f *fan) pairs(people map[int]Process) []any {
	return []any{"pid", f.pid, "name", shown(f.name), "user", userOf(people, f.pid, f.user), "protocol", f.port.protocol, "port", f.port.number,
		"count", len(f.hosts), "waiting", len(f.waiting)}
}

// judgeFan: N01, one process and 20 hosts on one low port.
func judgeFan(h *Host, found found) {
	people := people(h)
	for _, f := range fans(h) {
		if f.pid < 0 || f.weight() < manyHosts {
			continue
		}
		severity := diag.Critical
		if f.expected(people) {
			severity = diag.Notice
		}
		found(severity, f.at, f.pairs(people)...)
	}
}

// judgeNamelessFan: N01b, the same in outputs that name no owners (/proc/net),
// unless another output names one for that port.
func judgeNamelessFan(h *Host, found found) {
	all := fans(h)
	for _, f := range all {
		named := func(g *fan) bool { return g.pid >= 0 && g.port == f.port && g.weight() >= manyHosts }
		if f.pid < 0 && f.weight() >= manyHosts && !slices.ContainsFunc(all, named) {
			found(diag.Warning, f.at, f.pairs(nil)...)
		}
	}
}

// kernelPorts are listened on by the kernel itself, without a process: NFS,
// iSCSI, and the ports that come with NFS.
var kernelPorts = []int{2049, 3260}

// judgeOwnerless: N02, a listening TCP socket that has no owner although the
// command was run by root and asked for them. UDP is left out: tunnels of the
// kernel (WireGuard, VXLAN) look the same.
func judgeOwnerless(h *Host, found found) {
	listens := func(s Socket) bool { return s.Protocol == "tcp" && s.State == "LISTEN" }
	seen, nfs := map[End]bool{}, false
	for _, s := range h.Sockets {
		if listens(s) {
			seen[s.Local] = seen[s.Local] || s.PID >= 0 // another output names the owner
			nfs = nfs || s.Ownerless && s.Local.Port == 2049
		}
	}
	for _, s := range h.Sockets {
		if !listens(s) || !s.Ownerless || seen[s.Local] || slices.Contains(kernelPorts, s.Local.Port) {
			continue
		}
		seen[s.Local] = true
		severity := diag.Warning
		if nfs && s.open() && s.Local.Port >= 1024 { // its lock manager takes any port
			severity = diag.Info
		}
		found(severity, s.Where, "address", shown(s.Local.Host), "port", s.Local.Port, "protocol", s.Protocol)
	}
}

// kernelNames are threads of the kernel, which never own sockets that are
// listed with an owner.
var kernelNames = []string{"kworker", "kthreadd", "ksoftirqd", "kswapd", "khugepaged", "khungtaskd", "kdevtmpfs", "kauditd", "ksmd",
	"kcompactd", "kblockd", "kintegrityd", "kdmflush", "migration/", "watchdog/", "cpuhp/", "rcu_", "jbd2/", "scsi_eh_", "oom_reaper", "irq/"}

// kernelThread says whether a name is one that only the kernel gives.
func kernelThread(name string) bool {
	name = strings.TrimLeft(name, "[ ")
	return slices.ContainsFunc(kernelNames, func(k string) bool { return strings.HasPrefix(name, k) })
}

// userOf is the user of a process: as a list of processes names it, else as the
// socket's line does, where root is 0.
func userOf(people map[int]Process, pid int, listed string) string {
	if user := people[pid].User; user != "" {
		return shown(user)
	}
	if listed == "0" {
		return "root"
	}
	return given(listed)
}

// judgeKernelName: N03, a socket whose owner is named like a kernel thread.
func judgeKernelName(h *Host, found found) {
	type owner struct{ count, first int }
	type ends struct {
		pid         int
		local, peer End
	}
	seen, twice := map[int]*owner{}, map[ends]bool{} // several outputs list one socket
	var order []int
	for i, s := range h.Sockets {
		e := ends{s.PID, s.Local, s.Peer}
		if s.PID < 0 || !kernelThread(s.Name) || twice[e] {
			continue
		}
		twice[e] = true
		if seen[s.PID] == nil {
			seen[s.PID] = &owner{first: i}
			order = append(order, s.PID)
		}
		seen[s.PID].count++
	}
	people := people(h)
	for _, pid := range order {
		s := h.Sockets[seen[pid].first]
		found(diag.Critical, s.Where, "pid", pid, "name", shown(s.Name), "user", userOf(people, pid, s.User), "count", seen[pid].count,
			"protocol", s.Protocol, "address", shown(s.Local.Host), "port", s.Local.Port)
	}
}

// poolPorts are what mining pools and command servers often use.
var poolPorts = []int{3333, 4444, 5555, 7777, 14444, 45700}

// judgePoolPort: N04.
func judgePoolPort(h *Host, found found) {
	listens := listeningPorts(h)
	seen, people := map[[2]int]bool{}, people(h)
	for _, s := range h.Sockets {
		peer := addressOf(s.Peer.Host)
		if !slices.Contains(poolPorts, s.Peer.Port) || seen[[2]int{s.PID, s.Peer.Port}] || listens[port{s.Protocol, s.Local.Port}] ||
			!peer.IsValid() || peer.IsLoopback() || peer.IsPrivate() || s.State == "TIME-WAIT" {
			continue
		}
		seen[[2]int{s.PID, s.Peer.Port}] = true
		found(diag.Notice, s.Where, "pid", s.PID, "name", shown(s.Name), "user", userOf(people, s.PID, s.User), "address", peer.String(), "port", s.Peer.Port)
	}
}

// exposed reports the listening sockets of a protocol that are open to all on
// one of these ports, each port once.
func exposed(h *Host, found found, severity diag.Severity, protocol string, services map[int]string) {
	seen, people := map[int]bool{}, people(h)
	for _, s := range h.Sockets {
		service, known := services[s.Local.Port]
		if !known || s.Protocol != protocol || !s.listening() || !s.open() || seen[s.Local.Port] {
			continue
		}
		seen[s.Local.Port] = true
		if s.PID < 0 { // another output may name the owner
			for _, other := range h.Sockets {
				if other.PID >= 0 && other.Protocol == protocol && other.Local == s.Local {
					s = other
					break
				}
			}
		}
		found(severity, s.Where, "address", shown(s.Local.Host), "port", s.Local.Port, "protocol", protocol, "service", service, "pid", s.PID,
			"name", shown(s.Name), "user", userOf(people, s.PID, s.User))
	}
}

// judgeAmplifier: N05, datagram services that answer with more than they get.
func judgeAmplifier(h *Host, found found) {
	exposed(h, found, diag.Warning, "udp", map[int]string{19: "chargen", 53: "DNS", 123: "NTP", 161: "SNMP", 389: "CLDAP", 1900: "SSDP",
		11211: "memcached"})
}

// judgeExposed: N06, services that are not meant for the Internet.
func judgeExposed(h *Host, found found) {
	exposed(h, found, diag.Notice, "tcp", map[int]string{2375: "Docker", 3306: "MySQL", 5900: "VNC", 6379: "Redis", 9200: "Elasticsearch",
		11211: "memcached", 27017: "MongoDB"})
}
