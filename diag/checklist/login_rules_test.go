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

// at is a moment of the test's day.
func at(clock string) time.Time {
	t, err := time.Parse(time.DateTime, "2026-11-21 "+clock)
	if err != nil {
		panic(err)
	}
	return t
}

// tries are failures of one user, each from an address and a connection of its own.
func tries(n int, user, net string, from time.Time) (all []Login) {
	for i := range n {
		all = append(all, Login{Where: Where{"auth-log", i + 1}, PID: 1000 + i, Port: 40000 + i, User: user,
			From: fmt.Sprintf("%s.%d", net, i+1), Method: "password", Time: from.Add(time.Duration(i) * time.Second)})
	}
	return all
}

func entry(command, user, from, method, clock string, port int) Login {
	return Login{Where: Where{command, 99}, PID: port, Port: port, User: user, From: from, Method: method, Time: at(clock), Success: true}
}

// wholeLog is an auth.log that speaks from eight to noon.
func wholeLog(gaps ...Gap) Log {
	return Log{Where: Where{"auth-log", 1}, From: at("08:00:00"), To: at("12:00:00"), Whole: true, Gaps: gaps}
}

func posts(n, status int, path string) (all []Request) {
	for i := range n {
		all = append(all, Request{Where: Where{"web-log", i + 1}, Client: "192.0.2.5", Method: "POST", Path: path, Status: status})
	}
	return all
}

func queue(n int, user string, queued bool) (all []Mail) {
	for i := range n {
		all = append(all, Mail{Where: Where{"mailq", i + 1}, ID: fmt.Sprint(i), Sender: "info@example.org", User: user, Queued: queued})
	}
	return all
}

func TestLoginRules(t *testing.T) {
	noise := tries(40, "root", "198.51.100", at("08:10:00"))
	slip := tries(1, "deploy", "203.0.113", at("09:00:00"))
	slip = append(slip, slip[0], slip[0])
	for i := range slip {
		slip[i].From, slip[i].Time = "203.0.113.9", at(fmt.Sprintf("09:00:0%d", i))
	}
	again := slices.Clone(noise)
	for i := range again {
		again[i].Command, again[i].Time = "journal", again[i].Time.Add(time.Second)
	}
	for _, c := range []struct {
		name string
		host Host
		want string // rule, severity and what must stand in the parameters
	}{
		{"S01 noise", Host{Logins: noise}, "S01 info count:40"},
		{"S01 with a success", Host{Logins: append(slices.Clone(noise), entry("auth-log", "root", "203.0.113.9", "password", "09:00:00", 50000))}, "S01 warning; S02 critical address:203.0.113.9"},
		{"S01 few", Host{Logins: noise[:19]}, ""},
		{"S01 two logs, one attempt", Host{Logins: append(slices.Clone(noise), again...)}, "S01 info count:40"},
		{"S02 from nobody's key", Host{Logins: append(tries(2, "deploy", "198.51.100", at("08:00:00")), entry("journal", "deploy", "203.0.113.9", "password", "09:00:00", 50000))}, "S02 critical user:deploy"},
		{"S02 own slip", Host{Logins: append(slices.Clone(slip), entry("auth-log", "deploy", "203.0.113.9", "password", "09:00:10", 50000))}, "S02 warning count:3"},
		{"S02 the address of the key", Host{Logins: append(slices.Clone(slip), entry("auth-log", "deploy", "203.0.113.9", "publickey", "08:30:00", 50001),
			entry("auth-log", "deploy", "203.0.113.9", "password", "09:00:10", 50000))}, ""},
		{"S02 failures came later", Host{Logins: append(tries(5, "deploy", "198.51.100", at("10:00:00")), entry("auth-log", "deploy", "203.0.113.9", "password", "09:00:00", 50000))}, ""},
		{"S02 lastb alone", Host{Logins: []Login{{Where: Where{"lastb", 1}, User: "a", From: "198.51.100.1", Time: at("08:00:00")},
			{Where: Where{"lastb", 2}, User: "a", From: "198.51.100.2", Time: at("08:00:01")}, entry("journal", "a", "203.0.113.9", "password", "09:00:00", 50000)}}, "S02 critical"},
		{"S02 by key", Host{Logins: append(tries(9, "deploy", "198.51.100", at("08:00:00")), entry("auth-log", "deploy", "203.0.113.9", "publickey", "09:00:00", 50000))}, ""},
		{"S03", Host{Logins: []Login{entry("auth-log", "deploy", "203.0.113.9", "publickey", "08:00:00", 1), entry("auth-log", "deploy", "203.0.113.77", "publickey", "08:10:00", 2),
			entry("auth-log", "deploy", "198.51.100.7", "publickey", "09:00:00", 3)}}, "S03 notice address:198.51.100.7"},
		{"S04", Host{Settings: []Setting{{Name: "permitrootlogin", Value: "yes"}, {Name: "passwordauthentication", Value: "yes"}}}, "S04 notice user:root"},
		{"S04 keys only", Host{Settings: []Setting{{Name: "permitrootlogin", Value: "yes"}, {Name: "passwordauthentication", Value: "no"}}}, ""},
		{"S05", Host{Units: []Unit{{Where: Where{"fail2ban-status", 1}, Name: "fail2ban.service", State: "not running"}}}, "S05 notice"},
		{"S05 runs", Host{Units: []Unit{{Where: Where{"fail2ban-status", 1}, Name: "fail2ban.service", State: "running"}}}, ""},
		{"L02 link", Host{Files: []File{{Path: "/root/.bash_history", Mode: "lrwxrwxrwx", Link: "/dev/null", Size: 9}}}, "L02 warning path:/root/.bash_history"},
		{"L02 empty", Host{Files: []File{{Path: "/root/.bash_history", Mode: "-rw-------"}}, Logins: []Login{entry("last", "root", "203.0.113.9", "", "08:00:00", -1)}}, "S06 info; L02 warning"},
		{"L02 empty, nobody was there", Host{Files: []File{{Path: "/root/.bash_history", Mode: "-rw-------"}}}, ""},
		{"L03 wtmp", Host{Logs: []Log{wholeLog()}, Logins: []Login{entry("last", "a", "203.0.113.9", "", "09:00:05", -1)}}, "S06 info; L03 critical user:a"},
		{"L03 journal", Host{Logs: []Log{wholeLog()}, Logins: []Login{entry("auth-log", "a", "203.0.113.9", "password", "09:00:05", 7),
			entry("journal", "a", "203.0.113.9", "password", "09:30:05", 8)}}, "S06 info count:1; L03 critical name:journal"},
		{"L03 logged", Host{Logs: []Log{wholeLog()}, Logins: []Login{entry("auth-log", "a", "203.0.113.9", "password", "09:00:05", 7),
			entry("journal", "a", "203.0.113.9", "password", "09:00:05", 7), entry("last", "a", "203.0.113.9", "", "09:00:06", -1)}}, "S06 info"},
		{"L03 another zone", Host{Logs: []Log{wholeLog()}, Logins: []Login{entry("auth-log", "a", "203.0.113.9", "password", "09:00:05", 7), entry("last", "a", "203.0.113.9", "", "10:00:06", -1)}}, "S06 info"},
		{"L03 rotated away", Host{Logs: []Log{wholeLog()}, Logins: []Login{entry("last", "a", "203.0.113.9", "", "07:00:06", -1)}}, "S06 info names:a (203.0.113.9)"},
		{"L03 the minute of the end", Host{Logs: []Log{wholeLog()}, Logins: []Login{entry("last", "a", "203.0.113.9", "", "12:00:00", -1)}}, "S06 info names:a (203.0.113.9)"},
		{"L03 a search for a word", Host{Logs: []Log{{Where: Where{"auth-log", 1}, From: at("08:00:00"), To: at("12:00:00")}},
			Logins: []Login{entry("last", "a", "203.0.113.9", "", "09:00:05", -1)}}, "S06 info names:a (203.0.113.9)"},
		{"L03 a name, no address", Host{Logs: []Log{wholeLog()}, Logins: []Login{entry("last", "a", "host.example.org", "", "09:00:05", -1)}}, "S06 info names:a (host.example.org)"},
		{"S03 by last alone", Host{Logins: []Login{entry("last", "a", "203.0.113.9", "", "09:00:05", -1), entry("last", "a", "192.0.2.7", "", "08:00:05", -1)}},
			"S03 notice address:203.0.113.9; S06 info count:2"},
		{"L04 in a gap", Host{Logs: []Log{wholeLog(Gap{at("09:00:00"), at("11:00:00")})}, Logins: []Login{entry("journal", "a", "203.0.113.9", "publickey", "10:00:05", 1)}}, "L04 warning count:1"},
		{"L04 after the end", Host{Logs: []Log{wholeLog()}, Logins: []Login{entry("journal", "a", "203.0.113.9", "publickey", "13:30:05", 1)}}, "L04 warning"},
		{"L04 quiet night", Host{Logs: []Log{wholeLog(Gap{at("09:00:00"), at("11:00:00")})}}, ""},
		{"L05", Host{Logins: []Login{{Where: Where{"lastb", 1}, User: "root from 192.0.2.1 port 22", From: "203.0.113.9", Tampers: true}}}, "L05 notice address:203.0.113.9"},
		{"L06", Host{Logs: []Log{{Where: Where{"journal", 1}, Controls: 2}}}, "L06 notice count:2"},
		{"A01", Host{Accounts: []Account{{Name: "root"}, {Name: "sysupd", Shell: "/bin/bash"}, {Name: "toor"}}}, "A01 critical user:sysupd"},
		{"A01 clean", Host{Accounts: []Account{{Name: "root"}, {Name: "toor"}}}, ""},
		{"A02 useradd", Host{Accounts: []Account{{Name: "n", UID: 1002, Shell: "/bin/bash", Made: at("08:00:00")}}}, "A02 notice user:n"},
		{"A02 into sudo", Host{Groups: []Group{{Where: Where{"auth-log", 1}, Name: "sudo", Members: []string{"n"}}}}, "A02 notice user:n"},
		{"A02 service with a shell", Host{Accounts: []Account{{Name: "www-data", UID: 33, Shell: "/bin/bash"}}}, "A02 notice user:www-data"},
		{"A02 package with a shell", Host{Accounts: []Account{{Name: "postgres", UID: 110, Shell: "/bin/bash"}, {Name: "nobody", UID: 65534, Shell: "/bin/sh"},
			{Name: "news", UID: 9, Shell: "/usr/sbin/nologin"}}}, ""},
		{"A02 person", Host{Accounts: []Account{{Name: "deploy", UID: 1000, Shell: "/bin/bash"}}}, "A02 info user:deploy"},
		{"A03 intruder's", Host{Keys: []Key{{User: "root", Comment: "mdrfckr", Fingerprint: "SHA256:a"}}}, "A03 warning name:mdrfckr"},
		{"A03 nameless", Host{Keys: []Key{{User: "root", Fingerprint: "SHA256:a"}}}, "A03 notice name:SHA256:a"},
		{"A03 named", Host{Keys: []Key{{User: "root", Comment: "me@laptop", Fingerprint: "SHA256:a"}}}, "A03 info name:me@laptop"},
		{"X01", Host{Mails: queue(20, "", true)}, "X01 warning count:20"},
		{"X01 few", Host{Mails: queue(19, "", true)}, ""},
		{"X01 the sum alone", Host{Mails: []Mail{{Queued: true, More: 2300}}}, "X01 warning count:2301 name:?"},
		{"X02", Host{Mails: queue(20, "33", false), Accounts: []Account{{Name: "www-data", UID: 33}}}, "X02 warning user:www-data"},
		{"X02 few", Host{Mails: queue(19, "33", false)}, ""},
		{"X02 many users", Host{Mails: append(queue(19, "33", false), queue(19, "info@example.org", false)...)}, ""},
		{"W01", Host{Requests: posts(3, 200, "/uploads/a.php")}, "W01 warning count:3"},
		{"W01 refused", Host{Requests: posts(3, 404, "/uploads/a.php")}, ""},
		{"W01 a form", Host{Requests: posts(3, 200, "/contact.php")}, ""},
		{"W01 a picture", Host{Requests: posts(3, 200, "/uploads/a.png")}, ""},
		{"W02", Host{Requests: []Request{{Method: "GET", Path: "/i.php?a=1&cmd=id", Status: 200}}}, "W02 notice path:/i.php?a=1&cmd=id"},
		{"W02 refused", Host{Requests: []Request{{Method: "GET", Path: "/i.php?cmd=id", Status: 403}}}, ""},
		{"W02 PayPal", Host{Requests: []Request{{Method: "POST", Path: "/i.php?cmd=_notify-validate", Status: 200}}}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, r := range loginRules() {
				r.judge(&c.host, func(s diag.Severity, _ Where, pairs ...any) {
					line := r.id + " " + string(s)
					for i := 0; i+1 < len(pairs); i += 2 {
						line += fmt.Sprintf(" %s:%v", pairs[i], pairs[i+1])
					}
					got = append(got, line)
				})
			}
			var want []string
			if c.want != "" {
				want = strings.Split(c.want, "; ")
			}
			if len(got) != len(want) {
				t.Fatalf("found %q, want %q", got, want)
			}
			for i, w := range want {
				for word := range strings.FieldsSeq(w) {
					if !strings.Contains(got[i]+" ", word) {
						t.Errorf("found %q, want %q", got[i], w)
					}
				}
			}
		})
	}
}

// lab is where outputs of machines with known facts lie, if they are there.
const lab = "../../../shared/cases/evidence"

// labHost reads and merges the outputs of a machine of the lab.
func labHost(t *testing.T, machine string) *Host {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(lab, machine, "*.*"))
	if err != nil || len(files) == 0 {
		t.Skip("the lab's outputs are not here")
	}
	var hosts []*Host
	for _, f := range files {
		if filepath.Base(f) == "auth-before-tamper.log" {
			continue // the log as it was before the lab erased a line
		}
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := Read(data, ""); ok {
			hosts = append(hosts, got.Host)
		}
	}
	return Merge(hosts...)
}

// TestLabLogins: what was planted is named, nothing critical is said of the
// clean, and the hostile fools nobody.
func TestLabLogins(t *testing.T) {
	for machine, want := range map[string][]string{
		"incident": {"S01 warning 42", "S02 critical 127.45.6.77", "S03 notice 127.45.6.77", "S04 notice root", "S05 notice fail2ban", "L02 warning /root/.bash_history",
			"L03 critical 127.45.6.77", "A01 critical sysupd", "A02 notice netadm2", "A03 warning mdrfckr", "X01 warning 40", "X02 warning www-data",
			"W01 warning /uploads/cache.php", "W02 notice cmd=id"},
		"clean": nil, "vm/before": nil, "vm/incident": nil,
		"hostile": {"L05 notice 127.45.9.9", "L06 notice"},
	} {
		t.Run(machine, func(t *testing.T) {
			var lines []string
			for _, f := range Judge(labHost(t, machine)) {
				if !slices.ContainsFunc(loginRules(), func(r rule) bool { return r.id == f.Rule }) {
					continue
				}
				lines = append(lines, fmt.Sprint(f.Rule, " ", f.Severity, " ", f.Params))
				if f.Severity == diag.Critical && machine != "incident" {
					t.Errorf("critical: %s", lines[len(lines)-1])
				}
				if a := fmt.Sprint(f.Params["address"]); strings.HasPrefix(a, "127.99.") || strings.HasPrefix(a, "127.98.") {
					t.Errorf("taken in by a forged address: %s", lines[len(lines)-1])
				}
			}
			for _, w := range want {
				head, what := w[:strings.LastIndexByte(w, ' ')], w[strings.LastIndexByte(w, ' ')+1:]
				if !slices.ContainsFunc(lines, func(l string) bool {
					return strings.HasPrefix(l, head) && strings.Contains(l, what) || strings.HasPrefix(l, w)
				}) {
					t.Errorf("not named: %s\n%s", w, strings.Join(lines, "\n"))
				}
			}
		})
	}
}
