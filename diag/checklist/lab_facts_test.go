package checklist

import (
	"encoding/json"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"latchkey/diag"
)

// The processes that list the same facts in every output of processes.
var (
	plantedPS = []string{"P01 pid:141539", "P03 path:/tmp/.ICE-unix/.b/sshx pid:141623", "P06 pid:141634", "P13 pid:141630", "P11 pid:141676", "P09 pid:141655", "P12 pid:141649", "P10 pid:141652"}
	plantedSS = []string{"N01 count:200 name:kworker/0:1 pid:141539 port:22", "N01 count:120 name:sshx pid:141623 port:22", "N01 count:40 name:apache2 pid:141630 port:29615",
		"N02 port:48103", "N03 pid:141539 port:48101", "N05 pid:141899 port:11211 protocol:udp & N06 pid:141899 port:11211 protocol:tcp", "N05 name:dnsmasq port:53"}
	plantedUnits = []string{"C04 systemd-netwrk & K03 systemd-netwrk.service state:activating", "all:S05 fail2ban", "K03 auditd.service state:failed"}
	plantedRoots = []string{"R02 /usr/lib/...", "R03 /var/tmp/.cache-x/netwrk", "R03 /tmp/xm & R03 /tmp/.ICE-unix/.b/sshx", "R02 1 process hidden", "R02 tcpdump[141655]", "R02 /root/.bash_history & ! .htaccess"}
)

// labFacts says by which findings each fact of the lab's index is named, in its
// order: rule and parameters. «&» joins several; «all:» holds for the outputs of
// the machine together, because one output alone cannot tell it; «!» is what no
// finding may name. A fact of which nothing is left in the output is «-».
var labFacts = map[string][]string{
	"clean/chkrootkit-q.txt":                  {"R04 name:chkrootkit & ! R02 & ! R03"},
	"clean/chkrootkit.txt":                    {"R04 name:chkrootkit & ! R02 & ! R03"},
	"clean/lynis.txt":                         {"R05 KRNL-5830 & R05 MAIL-8818 & R05 FIRE-4512 & ! notice"},
	"clean/netstat-tulpen.txt":                {"N05 address:0.0.0.0 name:dnsmasq port:53"},
	"clean/rkhunter-check.txt":                {"R04 name:rkhunter & ! R01"},
	"clean/rkhunter.log.txt":                  {"R04 name:rkhunter & ! R01"},
	"clean/ss-tuanpOHe.txt":                   {"N05 address:0.0.0.0 name:dnsmasq port:53 & ! critical"},
	"clean/ss-tulpn.txt":                      {"N05 address:0.0.0.0 name:dnsmasq port:53"},
	"clean/ss-tunap.txt":                      {"N05 address:0.0.0.0 name:dnsmasq port:53 & ! critical"},
	"clean/sshd-T.txt":                        {"S04 PasswordAuthentication yes"},
	"incident/apache-access.txt":              {"W01 count:6 path:/uploads/cache.php", "W02 cmd=id"},
	"incident/auth-before-tamper.log":         {"S02 address:127.45.6.77 user:support"},
	"incident/auth.log.txt":                   {"all:L03 address:127.45.6.77 user:support", "S01 count:42 sources:42"},
	"incident/authorized_keys.txt":            {"A03 name:mdrfckr user:root"},
	"incident/bash-history.txt":               {"L02 name:/dev/null path:/root/.bash_history"},
	"incident/brctl-showmacs.txt":             {"M01 interface:port 3 mac:de:ad:be:ef:66:66"},
	"incident/bridge-fdb.txt":                 {"M01 interface:tap102i0 mac:de:ad:be:ef:66:66"},
	"incident/chkrootkit-q.txt":               {strings.Join(plantedRoots, " & ")},
	"incident/chkrootkit.txt":                 plantedRoots,
	"incident/cron-all.txt":                   {"C01 curl schedule:*/5 & C01 path:/etc/cron.d/sysstat2", "C02 /dev/shm/.x/upd schedule:@reboot", "C01 base64 user:root", "C02 /var/tmp/.cache-x/netwrk user:www-data"},
	"incident/crontab-l-root.txt":             {"C01 base64 -d | sh"},
	"incident/crontab-l-www-data.txt":         {"C02 /var/tmp/.cache-x/netwrk schedule:* * * * *"},
	"incident/debsums-c.txt":                  {"I01b /usr/bin/lsof /usr/bin/pstree"},
	"incident/dpkg-verify.txt":                {"I01 /usr/bin/lsof & I01 /usr/bin/pstree"},
	"incident/etc-systemd-system.txt":         {"C03 systemd-netwrk.service program:/var/tmp/.cache-x/netwrk & C04 systemd-netwrk"},
	"incident/fail2ban-status.txt":            {"S05 fail2ban"},
	"incident/find-hidden-dirs.txt":           {"I08 /usr/lib/... & I08 /var/tmp/.cache-x"},
	"incident/find-recent.txt":                {"I06 /etc/cron.d/sysstat2 & I06 /etc/ld.so.preload & I06 /usr/bin/lsof & I06 /usr/bin/pstree & I06 systemd-netwrk.service & I06 22:22:25"},
	"incident/find-suid.txt":                  {"I04 mode:4755 path:/var/tmp/.cache-x/bash"},
	"incident/find-tmp.txt":                   {"I07 /dev/shm/.x/upd & I07 /tmp/.ICE-unix/.b/sshx & I07 /tmp/xm & I07 /var/tmp/.cache-x/netwrk & I07 /var/tmp/.cache-x/udpx & I04 /var/tmp/.cache-x/bash"},
	"incident/group.txt":                      {"A02 name:sudo user:netadm2"},
	"incident/journal-ssh.txt":                {"S02 address:127.45.6.77 user:support"},
	"incident/last-Faixw.txt":                 {"S03 address:127.45.6.77 user:support & all:L03 user:support"},
	"incident/last.txt":                       {"S03 address:127.45.6.77 user:support"},
	"incident/lastb-Faiw.txt":                 {"S01 count:62 sources:42"},
	"incident/lastb.txt":                      {"S01 count:62 sources:42"},
	"incident/lsattr.txt":                     {"I05 /etc/cron.d/sysstat2 & I05 /root/.ssh/authorized_keys"},
	"incident/lsof-L1.txt":                    {"L01 descriptor:11 name:rsyslogd path:/var/log/auth.log pid:74", "P02 path:/dev/shm/.x/kw pid:141539", "! ZendSem"},
	"incident/lsof-i-c0.txt":                  {"N01 count:200 pid:141539 port:22", "all:N07 pid:141638 port:48102"},
	"incident/lsof-i.txt":                     {"N01 count:200 pid:141539 port:22", "all:N07 pid:141638 port:48102"},
	"incident/lynis.txt":                      {"C04 systemd-netwrk & R06 lynis"},
	"incident/mail.log.txt":                   {"X02 count:40 user:uid 33 & all:X02 user:www-data"},
	"incident/mailq.txt":                      {"X01 count:40 sources:1"},
	"incident/netstat-anp.txt":                {"N02 port:48103", "N01 count:200 pid:141539 port:22"},
	"incident/netstat-tulpen.txt":             {"N02 port:48103", "N05 port:11211 & N05 port:53"},
	"incident/passwd.txt":                     {"A01 user:sysupd", "A02 user:netadm2"},
	"incident/proc-exe.txt":                   {"P02 path:/dev/shm/.x/kw pid:141539", "P03 path:/tmp/.ICE-unix/.b/sshx pid:141623", "P03 path:/var/tmp/.cache-x/udpx pid:141630 & all:P04 claimed:/usr/sbin/apache2 pid:141630", "P03 path:/tmp/xm pid:141634"},
	"incident/proc-mounts.txt":                {"P05 device:/dev/loop0 pid:141641"},
	"incident/ps-auxf.txt":                    plantedPS,
	"incident/ps-auxwwf.txt":                  plantedPS,
	"incident/ps-ef.txt":                      {"P01 pid:141539 ppid:1", "P06 pid:141634", "P03 path:/tmp/.ICE-unix/.b/sshx"},
	"incident/ps-lstart.txt":                  plantedPS,
	"incident/pstree-pal.txt":                 {"all:P08 missing:pstree pid:141539 seen:ps"},
	"incident/recovered-deleted-authlog.txt":  {"L01b descriptor:11 path:/var/log/auth.log & S06 support (127.45.6.77)"},
	"incident/rkhunter-check.txt":             {"R01 preloaded", "R01 /usr/bin/lsof & R01 /usr/bin/pstree", "all:R01 /usr/bin/pstree replaced by a script", "all:R01 /usr/bin/.pstree-orig & all:R01 /dev/shm/.x", "R01 UID 0"},
	"incident/rkhunter-enable-all-rwo.txt":    {"R07 rkhunter"},
	"incident/rkhunter.log.txt":               {"R01 /usr/local/lib/libnetx.so", "R01 sysupd", "R01 pstree replaced by a script", "R01 path:/usr/lib/... & ! BOBKit"},
	"incident/ss-raw.txt":                     {"N08 name:tcpdump pid:141655 protocol:packet"},
	"incident/ss-tuanpOHe.txt":                plantedSS,
	"incident/ss-tulpn.txt":                   {"N02 port:48103", "N03 port:48101", "N05 memcached & N05 dnsmasq"},
	"incident/ss-tunap.txt":                   plantedSS,
	"incident/sshd-T.txt":                     {"S04 PermitRootLogin yes", "S04 PasswordAuthentication yes"},
	"incident/stat-binaries.txt":              {"I09 path:/usr/bin/lsof time:2026-11-21 22:22:26"},
	"incident/systemctl-failed.txt":           {"K03 auditd.service"},
	"incident/systemctl-list-unit-files.txt":  {"C04 systemd-netwrk.service", "K03 fail2ban.service state:disabled"},
	"incident/systemctl-list-units-plain.txt": plantedUnits,
	"incident/systemctl-list-units.txt":       plantedUnits,
	"incident/top-b-n1.txt":                   {"P10 cpu:58 name:sh pid:141652"},
	"incident/unhide-proc.txt":                {"P08 pid:141641 & all:P08 pid:141641"},
	"incident/w.txt":                          {"S06 support (127.45.6.77)"},
	"incident/who-a.txt":                      {"S06 support (127.45.6.77)"},
	"hostile/auth-log-injection.txt":          {"L05 address:127.45.9.9 name:root from 127.99.99.99 & ! address:127.99.99.99"},
	"hostile/cron-longline.txt":               {"C06 count:1500"},
	"hostile/find-tmp-nul.bin":                {"I10 [2Jclear & I10b $(id) & I10b -rf"},
	"hostile/find-tmp.txt":                    {"I10 [2Jclear & I10b $(id) & I10b -rf"},
	"hostile/journal-tail.json":               {"L06 count:1"},
	"hostile/journal-tail.txt":                {"-"}, // journalctl left the characters out itself
	"hostile/lastb-injection.txt":             {"L05 address:127.45.9.9 & ! address:127.98.98.98"},
	"hostile/ls-la.txt":                       {"I10 [2Jclear"},
	"hostile/proc-cmdline-raw.bin":            {"P12 pid:141649 & P12 pid:295209 & P01 pid:141539"},
	"hostile/ps-auxww.txt":                    {"P12 [kworker/u4:2] pid:295209 & P12 pid:141649"},
	"hostile/rkhunter-optin-tests.txt":        {"R01 running processes for deleted files"},
	"hostile/rkhunter-optin.log":              {"R01 /dev/shm/.x/kw PID: 141539 & R01 /usr/bin/tcpdump (PID 141655)"},
	"hostile/synthetic-hostile-names.txt":     {"I10 bidi & I10 zero & I10b =HYPERLINK & I10b ![x] & I10b <script>"},
	"vm/incident/lsof-L1.txt":                 {"P02 path:/dev/shm/kw pid:592"},
	"vm/incident/lsof-i.txt":                  {"N01 pid:592 & N03 pid:592"},
	"vm/incident/mdadm-detail-degraded.txt":   {"K04 name:md0 degraded; faulty /dev/loop1"},
	"vm/incident/mdadm-detail-resync.txt":     {"K05 name:md0 resyncing"},
	"vm/incident/mdstat-degraded.txt":         {"K04 count:1 name:md0"},
	"vm/incident/mdstat-resync.txt":           {"K05 percent:1 resync"},
	"vm/incident/netstat-tulpen.txt":          {"N03 pid:592 port:48101"},
	"vm/incident/proc-exe.txt":                {"P02 path:/dev/shm/kw pid:592"},
	"vm/incident/ps-auxf.txt":                 {"P01 name:kworker/0:1 pid:592 & ! pid:17 "},
	"vm/incident/ps-lstart.txt":               {"P01 pid:592"},
	"vm/incident/ss-tulpn.txt":                {"N03 pid:592 port:48101"},
	"vm/incident/ss-tunap.txt":                {"N01 count:60 name:kworker/0:1 pid:592 port:22"},
}

// labFile is an entry of the lab's index.
type labFile struct {
	File       string
	Suspicious []string
	Clean      bool
}

func labIndex(t *testing.T) []labFile {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(lab, "index.json"))
	if err != nil {
		t.Skip("the lab's outputs are not here")
	}
	var all []labFile
	if err := json.Unmarshal(data, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

// TestLabFacts: each fact of the lab's index is named by what is special to it,
// nothing critical is said of clean machines, and no finding carries a character
// that steers a screen. Collections, reports and packets are tried by app/.
func TestLabFacts(t *testing.T) {
	machines := map[string][]string{}
	files, facts, missed := 0, 0, 0
	for _, e := range labIndex(t) {
		if e.Clean && !strings.HasSuffix(e.File, ".fcb") {
			for _, f := range labFindings(t, e.File) {
				if strings.Contains(f, " "+string(diag.Critical)+" ") {
					t.Errorf("%s: critical: %s", e.File, f)
				}
			}
		}
		want, known := labFacts[e.File]
		if len(e.Suspicious) == 0 || !known && slices.ContainsFunc([]string{"reports/", ".fcb", "tcpdump-"}, func(s string) bool { return strings.Contains(e.File, s) }) {
			continue
		}
		if len(want) != len(e.Suspicious) {
			t.Errorf("%s: %d facts, %d expected", e.File, len(e.Suspicious), len(want))
			continue
		}
		machine := path.Dir(e.File)
		if machines[machine] == nil {
			machines[machine] = sentences(Judge(labHost(t, machine)))
		}
		files++
		alone := labFindings(t, e.File)
		for i, fact := range want {
			if facts++; fact == "-" {
				missed++
			} else if lacks := lacking(fact, alone, machines[machine]); lacks != "" {
				missed++
				t.Errorf("%s, fact %d: %s is not named\n%s", e.File, i+1, lacks, strings.Join(alone, "\n"))
			}
		}
	}
	t.Logf("%d files, %d of %d facts named", files, facts-missed, facts)
}

// labFindings are the findings of a file alone.
func labFindings(t *testing.T, file string) []string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(lab, filepath.FromSlash(file)))
	if err != nil {
		t.Fatal(err)
	}
	got, ok := ReadAll(data, "")
	if !ok {
		return nil
	}
	all := sentences(Judge(got.Host))
	for _, s := range all {
		if masked(s) {
			t.Errorf("%s: %q", file, s)
		}
	}
	return all
}

// sentences are findings as rule, severity and parameters.
func sentences(all []diag.Finding) (lines []string) {
	for _, f := range all {
		lines = append(lines, fmt.Sprint(f.Rule, " ", f.Severity, " ", f.Params, " "))
	}
	return lines
}

// lacking gives the part of a fact that no finding names.
func lacking(fact string, alone, together []string) string {
	for part := range strings.SplitSeq(fact, " & ") {
		if not, ok := strings.CutPrefix(part, "! "); ok {
			if slices.ContainsFunc(alone, func(s string) bool { return strings.Contains(s, not) }) {
				return part
			}
			continue
		}
		among := alone
		rest, all := strings.CutPrefix(part, "all:")
		if all {
			among = together
		}
		rule, about, _ := strings.Cut(rest, " ")
		if !slices.ContainsFunc(among, func(s string) bool { return strings.HasPrefix(s, rule+" ") && inOrder(s, about) }) {
			return part
		}
	}
	return ""
}

// inOrder reports whether the words of about stand in s, one after the other.
func inOrder(s, about string) bool {
	for word := range strings.FieldsSeq(about) {
		i := strings.Index(s, word)
		if i < 0 {
			return false
		}
		s = s[i+len(word):]
	}
	return true
}
