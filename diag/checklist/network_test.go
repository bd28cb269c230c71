package checklist

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"latchkey/diag"
)

// judged reads texts of one machine and applies the rules.
func judged(t *testing.T, texts ...string) []diag.Finding {
	t.Helper()
	return Judge(hostOf(t, texts...))
}

func hostOf(t *testing.T, texts ...string) *Host {
	t.Helper()
	var hosts []*Host
	for _, text := range texts {
		r, ok := Read([]byte(text), "")
		if !ok {
			t.Fatalf("not recognised: %.200q", text)
		}
		hosts = append(hosts, r.Host)
	}
	return Merge(hosts...)
}

const ssHead = "Netid State Recv-Q Send-Q Local Address:Port Peer Address:PortProcess\n"

// connections are n rows of one process to n hosts of a network.
func connections(n int, state, name, network string, port int) string {
	var b strings.Builder
	b.WriteString(ssHead)
	for i := range n {
		fmt.Fprintf(&b, "tcp %s 0 0 192.0.2.10:%d %s.%d:%d users:((%q,pid=77,fd=%d))\n", state, 40000+i, network, i+1, port, name, i+3)
	}
	return b.String()
}

// TestNetworkRules: what each rule finds, what its guard lets pass.
func TestNetworkRules(t *testing.T) {
	fdb := func(line string) string { return "33:33:00:00:00:01 dev vmbr0 self permanent\n" + line + "\n" }
	tests := []struct {
		name, text string
		want       string // «rule severity», comma between; only those beginning with rule's first letter
	}{
		{"20 hosts", connections(20, "ESTAB", "x", "198.51.100", 22), "N01 critical"},
		{"19 hosts of one network, a login port", connections(19, "ESTAB", "x", "198.51.100", 22), "N09 warning"},
		{"10 hosts without answer", connections(10, "SYN-SENT", "x", "198.51.100", 80), "N01 critical"},
		{"9 hosts without answer", connections(9, "SYN-SENT", "x", "198.51.100", 80), ""},
		{"a mail server", connections(40, "ESTAB", "smtp", "198.51.100", 25), "N01 notice"},
		{"a mail server's name on another port", connections(40, "ESTAB", "smtp", "198.51.100", 8081), "N01 critical"},
		{"a mail server's name, its file in /tmp", connections(40, "ESTAB", "smtp", "198.51.100", 25) + "PROC", "N01 critical"},
		{"clients of a server", strings.ReplaceAll(connections(40, "ESTAB", "nginx", "198.51.100", 2000), "192.0.2.10:40", "192.0.2.10:80 ") + "", ""},
		{"high far port", connections(40, "ESTAB", "x", "198.51.100", 50000), ""},
		{"four hosts on a login port", connections(4, "ESTAB", "x", "198.51.100", 23), ""},
		{"five hosts on a login port", connections(5, "ESTAB", "x", "198.51.100", 23), "N09 warning"},
		{"five hosts of a private network", connections(5, "ESTAB", "ansible", "10.0.0", 22), ""},
		{"listens, no owner", ssHead + "tcp LISTEN 0 5 127.0.0.1:48103 0.0.0.0:*\ntcp LISTEN 0 5 0.0.0.0:22 0.0.0.0:* users:((\"sshd\",pid=7,fd=3))\n", "N02 warning"},
		{"not root", ssHead + "tcp LISTEN 0 5 0.0.0.0:22 0.0.0.0:*\ntcp LISTEN 0 5 127.0.0.1:8080 0.0.0.0:* users:((\"node\",pid=7,fd=3))\n", ""},
		{"owners not asked", ssHead + "tcp LISTEN 0 5 0.0.0.0:48103 0.0.0.0:*\n", ""},
		{"NFS and its lock manager", ssHead + "tcp LISTEN 0 5 0.0.0.0:2049 0.0.0.0:*\ntcp LISTEN 0 5 0.0.0.0:40123 0.0.0.0:*\n" +
			"tcp LISTEN 0 5 0.0.0.0:22 0.0.0.0:* users:((\"sshd\",pid=7,fd=3))\ntcp LISTEN 0 5 0.0.0.0:111 0.0.0.0:* users:((\"rpcbind\",pid=8,fd=3))\n", "N02 info"},
		{"kernel thread's name", ssHead + "tcp ESTAB 0 0 192.0.2.10:40000 198.51.100.7:443 users:((\"kworker/0:1\",pid=9,fd=3))\n", "N03 critical"},
		{"a name that only begins alike", ssHead + "tcp ESTAB 0 0 192.0.2.10:40000 198.51.100.7:443 users:((\"kworld\",pid=9,fd=3))\n", ""},
		{"pool port", ssHead + "tcp ESTAB 0 0 192.0.2.10:40000 198.51.100.7:3333 users:((\"app\",pid=9,fd=3))\n", "N04 notice"},
		{"pool port inside", ssHead + "tcp ESTAB 0 0 10.0.0.1:40000 10.0.0.7:5555 users:((\"app\",pid=9,fd=3))\n", ""},
		{"open resolver", ssHead + "udp UNCONN 0 0 0.0.0.0:53 0.0.0.0:* users:((\"named\",pid=9,fd=3))\nudp UNCONN 0 0 0.0.0.0:53 0.0.0.0:* users:((\"named\",pid=9,fd=4))\n", "N05 warning"},
		{"resolver on one public address", ssHead + "udp UNCONN 0 0 203.0.113.5:53 0.0.0.0:* users:((\"named\",pid=9,fd=3))\n", "N05 warning"},
		{"local resolver", ssHead + "udp UNCONN 0 0 127.0.0.53%lo:53 0.0.0.0:* users:((\"systemd-resolve\",pid=9,fd=3))\nudp UNCONN 0 0 10.0.0.1:53 0.0.0.0:* users:((\"named\",pid=9,fd=3))\n", ""},
		{"Redis", ssHead + "tcp LISTEN 0 5 *:6379 *:* users:((\"redis-server\",pid=9,fd=3))\n", "N06 notice"},
		{"Redis at home", ssHead + "tcp LISTEN 0 5 127.0.0.1:6379 0.0.0.0:* users:((\"redis-server\",pid=9,fd=3))\n", ""},
		{"sniffer", ssHead + "p_raw UNCONN 0 0 *:eth0 * users:((\"tcpdump\",pid=9,fd=3))\n", "N08 warning"},
		{"address from DHCP", ssHead + "p_dgr UNCONN 0 0 [2048]:eth0 * users:((\"dhclient\",pid=9,fd=3))\n", ""},
		{"a guest's MAC nobody assigned", fdb("de:ad:be:ef:66:66 dev tap102i0 master vmbr0"), "M01 warning"},
		{"a guest's MAC", fdb("52:54:00:aa:00:01 dev tap102i0 master vmbr0"), ""},
		{"learned from the wire", fdb("5a:ad:be:ef:66:66 dev enp1s0 master vmbr0"), ""},
		{"a container behind NAT", fdb("5a:ad:be:ef:66:66 dev veth12 master docker0"), ""},
		{"no IPv6", "cat: /proc/net/if_inet6: No such file or directory\n", "K02 notice"},
		{"IPv6", "00000000000000000000000000000001 01 80 10 80       lo\n", ""},
		{"no rules", "-P INPUT ACCEPT\n-P FORWARD ACCEPT\n", "K02b notice"},
		{"policy drops", "-P INPUT DROP\n-P FORWARD ACCEPT\n", ""},
		{"a rule", "-P INPUT ACCEPT\n-A INPUT -j f2b-sshd\n", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			text, proc := strings.CutSuffix(test.text, "PROC")
			h := hostOf(t, text)
			if proc {
				h.Processes = []Process{{PID: 77, PPID: 1, Exe: "/tmp/.x/smtp"}}
			}
			var got []string
			for _, f := range Judge(h) {
				if strings.Contains("NMK", f.Rule[:1]) && f.Rule != "N07" {
					got = append(got, f.Rule+" "+string(f.Severity))
				}
			}
			if s := strings.Join(got, ", "); s != test.want {
				t.Errorf("found %q, want %q", s, test.want)
			}
		})
	}
}

// TestMergedOutputs: one output names what another leaves out, and nothing is
// said twice.
func TestMergedOutputs(t *testing.T) {
	read := func(name string) string {
		b, err := os.ReadFile("testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	count := map[string]int{}
	for _, f := range judged(t, read("ss--incident-tunap.txt"), read("ss--incident-cgroup.txt"), read("netstat--incident-anp.txt"),
		read("netstat--incident-tulpen.txt"), read("proc-net--incident-tcp.txt")) {
		if f.Rule != "N07" && f.Rule[0] == 'N' {
			count[f.Rule]++
		}
	}
	want := map[string]int{"N01": 3, "N02": 1, "N03": 1, "N05": 2, "N06": 1}
	if fmt.Sprint(count) != fmt.Sprint(want) {
		t.Errorf("found %v, want %v", count, want)
	}
	rules := judged(t, "-P INPUT ACCEPT\n", "table inet filter {\n\tchain input {\n\t\ttcp dport 22 accept\n\t}\n}\n")
	if len(rules) != 0 {
		t.Errorf("an empty iptables beside nft: %v", rules)
	}
}

// TestEmptyRuleset: a ruleset without rules prints nothing at all.
func TestEmptyRuleset(t *testing.T) {
	for command, want := range map[string]string{"nft list ruleset": "nft", "iptables-save": "iptables", "sudo ip6tables-save": "iptables"} {
		r, ok := Read(nil, command)
		if !ok || r.Command != want || len(r.Host.Rulesets) != 1 {
			t.Errorf("%s: %v %+v", command, ok, r)
		}
	}
	if _, ok := Read(nil, "ls"); ok {
		t.Error("nothing is read as something")
	}
}

// TestOwner: names with quotes, brackets and what looks like another owner.
func TestOwner(t *testing.T) {
	tests := []struct {
		text string
		pid  int
		name string
		also int
		rest string
	}{
		{`users:(("sshd",pid=7,fd=3)) uid:1`, 7, "sshd", 0, " uid:1"},
		{`users:(("x",pid=1,fd=3",pid=500,fd=3))`, 500, `x",pid=1,fd=3`, 0, ""},
		{`users:(("nc (x",pid=8,fd=3),("a))",pid=9,fd=3))`, 8, "nc (x", 1, ""},
		{`users:(("",pid=8,fd=3))`, 8, "", 0, ""},
		{`users:(("sshd",1158,4))`, 1158, "sshd", 0, ""},
		{`users:(("sshd",pid=1158,tid=1158,fd=4))`, 1158, "sshd", 0, ""},
		{`users:(("sshd",pid=1158,proc_ctx=unconfined,fd=4))`, 1158, "sshd", 0, ""},
		{`users:(("kworker/u16:2-events_unbound",pid=8,fd=3))`, 8, "kworker/u16:2-events_unbound", 0, ""},
	}
	for _, test := range tests {
		k := Socket{PID: -1}
		rest, ok := owners(&k, []byte(test.text))
		if !ok || k.PID != test.pid || k.Name != test.name || len(k.Also) != test.also || string(rest) != test.rest {
			t.Errorf("%s: %v %+v %q", test.text, ok, k, rest)
		}
	}
	for _, bad := range []string{`users:(("`, `users:(("a",pid=,fd=3))`, `users:(("a",pid=1,fd=3)`, `users:((`, `users:(("a",pid=1,fd=3),`} {
		k := Socket{PID: -1}
		if _, ok := owners(&k, []byte(bad)); ok {
			t.Errorf("%s is read as %+v", bad, k)
		}
	}
}
