package checklist

import (
	"strconv"
	"strings"
)

// logLine is a line of a syslog file or of journalctl.
type logLine struct {
	stamp
	program string // without the path of a daemon's part: «sshd», «postfix/pickup»
	pid     int    // -1 not told
	text    string
	foreign bool // written by another program than the one it names
}

// logLineOf parts «TIME HOST PROGRAM[PID]: TEXT», with or without the file
// name grep puts before it.
func logLineOf(line []byte) (l logLine, ok bool) {
	s := string(line[:min(len(line), 8<<10)])
	st, rest, ok := stampOf(s)
	if !ok {
		file, after, found := strings.Cut(s, ":")
		if !found || strings.ContainsAny(file, " \t[") || !strings.ContainsAny(file, "/.") {
			return l, false
		}
		if st, rest, ok = stampOf(after); !ok {
			return l, false
		}
	}
	_, rest, _ = strings.Cut(strings.TrimLeft(rest, " "), " ") // the host
	l = logLine{stamp: st, pid: -1}
	tag, text, found := strings.Cut(rest, ": ")
	if !found {
		tag, found = strings.CutSuffix(rest, ":")
	}
	if !found || strings.ContainsRune(tag, ' ') {
		l.text = rest
		return l, strings.HasPrefix(rest, "last message repeated ")
	}
	if open := strings.LastIndexByte(tag, '['); open > 0 && strings.HasSuffix(tag, "]") {
		if pid, err := strconv.Atoi(tag[open+1 : len(tag)-1]); err == nil {
			l.pid, tag = pid, tag[:open]
		}
	}
	l.program, l.text = told(tag), strings.TrimLeft(text, " ")
	return l, true
}

// sources of a log, by the programs that write there.
var (
	authPrograms = map[string]bool{"sshd": true, "sshd-session": true, "sshd-auth": true, "su": true, "sudo": true, "login": true,
		"CRON": true, "crond": true, "systemd-logind": true, "useradd": true, "usermod": true, "userdel": true, "groupadd": true,
		"groupmod": true, "groupdel": true, "gpasswd": true, "passwd": true, "chpasswd": true, "chage": true, "chfn": true,
		"chsh": true, "newusers": true, "polkitd": true, "pkexec": true, "rkhunter": true}
	mailPrograms = map[string]bool{"postfix": true, "dovecot": true, "exim": true, "exim4": true, "sendmail": true, "sm-mta": true,
		"sm-msp-queue": true, "opendkim": true, "opendmarc": true, "spamd": true, "amavis": true, "rspamd": true, "postsrsd": true}
)

func sshdProgram(name string) bool {
	return name == "sshd" || name == "sshd-session" || name == "sshd-auth"
}

func mailProgram(name string) bool {
	daemon, _, _ := strings.Cut(name, "/")
	return mailPrograms[daemon] || strings.HasPrefix(daemon, "postfix-")
}
