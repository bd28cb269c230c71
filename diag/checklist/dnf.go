package checklist

import (
	"bytes"
	"strings"
	"time"

	"latchkey/diag"
)

var (
	// dnfListed: a run in «dnf history» (4) and «yum history», columns parted by
	// bars: id, command line or user, time, actions, count.
	dnfListed = diag.NewPattern(`^ *(\d+) \| (.*?) *\| (\d{4}-\d\d-\d\d \d\d:\d\d) *\| ([^|]*)\| *\d+ *[<>*EPs# ]*$`)
	// dnf5Listed: the same of dnf5, columns parted by blanks.
	dnf5Listed = diag.NewPattern(`^ *(\d+) (?:(\S.*?) +| +)(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) +(?:[A-Za-z, ]+ )?\d+$`)
	dnfHeading = diag.NewPattern(`^ ?(?:ID|Id) +(?:\| )?(?:Command [Ll]ine|Login user|User|Befehlszeile|Anmeldebenutzer|Benutzer)`)
	dnfRule    = diag.NewPattern(`^-{40,}$`)
	// dnfSet: a line of «dnf history info»; dnf5 writes «Description».
	dnfSet = diag.NewPattern(`^(Transaction ID|Begin time|Begin rpmdb|End time|End rpmdb|User|Return-Code|Releasever|Command Line|Comment|Status|Description|Description of transaction|Transaction performed with|Persistence)\s*: ?(.*)$`)
	// dnfAltered: a package in it: «Install htop-3.2.1-1.el8.x86_64 @epel».
	dnfAltered = diag.NewPattern(`^ +(Install|Dep-Install|Upgrade|Upgraded|Update|Updated|Obsoleting|Obsoleted|Erase|Removed|Remove|Reinstall|Downgrade|Downgraded|Reason Change|Replaced)\s+(\S+)(?:\s+.*)?$`)
	// rpmLogged: /var/log/dnf.rpm.log and /var/log/yum.log.
	rpmLogged = diag.NewPattern(`^(?:(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:Z|[+-]\d{4}) (?:SUBDEBUG|DEBUG|INFO) |[A-Z][a-z]{2} \d\d \d\d:\d\d:\d\d )(Installed|Upgrade|Upgraded|Updated|Erase|Erased|Obsoleted|Reinstall|Reinstalled|Downgrade)(?:: |d: )(?:\d+:)?(\S+)$`)
	dnfSaid   = diag.NewPattern(`^(?:Loaded plugins: |Geladene Plugins: |history (?:list|info)$|Packages [Aa]ltered:|Scriptlet output:|Transaction performed with:|Last metadata expiration check: |Updating Subscription Management|Not root, |\S+ +Action +Package|  +Action +Package |Group altered:|\S+ INFO --- logging initialized ---)|.* (?:SUBDEBUG|DDEBUG|DEBUG|INFO) `)
)

func dnfRow(line []byte) bool {
	line = line[:min(len(line), 2<<10)]
	return dnfListed.Match(line) || dnf5Listed.Match(line) || rpmLogged.Match(line)
}

func weighDNF(t *text) int {
	head := t.head(40)
	rows := share(head, dnfRow)
	for i, line := range head[:min(len(head), 6)] {
		short := line[:min(len(line), 400)]
		switch {
		case dnfHeading.Match(short) && i+1 < len(head) && (dnfRule.Match(head[i+1]) || dnfRow(head[i+1])):
			return 95
		case bytes.HasPrefix(short, []byte("Transaction ID")) && dnfSet.Match(short):
			return 95
		}
	}
	if rows >= 60 {
		return 90 // above any log
	}
	return 0
}

// readDNF reads «dnf history», «dnf history info» and the logs of dnf, yum and
// rpm: what was installed when.
func readDNF(t *text, h *Host) tallied {
	l := &ledger{command: "dnf-history"}
	if h.Updates == nil {
		h.Updates = []Update{}
	}
	for i, line := range t.lines {
		line = line[:min(len(line), 4<<10)]
		if blank(line) {
			continue
		}
		if len(h.Updates) >= mostAccounts {
			l.warn(WarnCut)
			break
		}
		switch s := string(line); {
		case h.dnfRun(l.where(i), s), h.dnfPart(l.where(i), s), h.rpmRun(l.where(i), s):
			l.row()
		case dnfHeading.MatchString(s) || dnfRule.MatchString(s) || dnfSaid.MatchString(s) || strings.HasPrefix(s, "  "):
			l.understood++
		default:
			l.unread(i, line)
		}
	}
	return l.tallied
}

// dnfRun takes a row of the list. Its time has no seconds and is that of the
// machine.
func (h *Host) dnfRun(at Where, line string) bool {
	m := dnfListed.FindStringSubmatch(line)
	if m == nil {
		m = dnf5Listed.FindStringSubmatch(line)
	}
	if m == nil {
		return false
	}
	u := Update{Where: at, Command: told(m[2])}
	const stamp = "2006-01-02 15:04:05"
	u.Time, _ = time.Parse(stamp[:min(len(m[3]), len(stamp))], m[3])
	// yum names who ran it instead of what was run: «root <root>».
	if user, _, named := strings.Cut(m[2], " <"); named && strings.HasSuffix(m[2], ">") {
		u.User, u.Command = told(user), ""
	}
	h.Updates = append(h.Updates, u)
	return true
}

// dnfPart takes a line of «history info».
func (h *Host) dnfPart(at Where, line string) bool {
	m := dnfSet.FindStringSubmatch(line)
	if m != nil && m[1] == "Transaction ID" {
		h.Updates = append(h.Updates, Update{Where: at})
		return true
	}
	if len(h.Updates) == 0 {
		return false
	}
	u := &h.Updates[len(h.Updates)-1]
	if m == nil {
		p := dnfAltered.FindStringSubmatch(line)
		if p == nil {
			return false
		}
		if !strings.HasSuffix(p[1], "ed") && p[1] != "Erase" && p[1] != "Remove" && len(u.Packages) < mostPackages {
			u.Packages = append(u.Packages, told(p[2]))
		}
		return true
	}
	switch value := strings.TrimSpace(m[2]); m[1] {
	case "Begin time":
		u.Time = dnfTime(value)
	case "End time":
		value, _, _ = strings.Cut(value, " (")
		u.End = dnfTime(value)
	case "User":
		user, _, _ := strings.Cut(value, " <")
		u.User = told(user)
	case "Command Line", "Description":
		u.Command = told(value)
	}
	return true
}

// dnfTime reads a time as C and English locales and dnf5 print it, on the
// machine's clock.
func dnfTime(s string) time.Time {
	for _, form := range []string{"Mon 02 Jan 2006 03:04:05 PM", "Mon Jan _2 15:04:05 2006", time.DateTime, "Mon 02 Jan 2006 15:04:05"} {
		for _, cut := range []string{s, s[:max(0, strings.LastIndexByte(s, ' '))]} { // the zone may follow
			if at, err := time.Parse(form, cut); err == nil {
				return at
			}
		}
	}
	return time.Time{}
}

// rpmRun takes a line of dnf's or yum's log into the run it belongs to: the one
// of a minute before at most. yum.log tells no year, so it tells no time.
func (h *Host) rpmRun(at Where, line string) bool {
	m := rpmLogged.FindStringSubmatch(line)
	if m == nil {
		return false
	}
	when, _ := time.Parse("2006-01-02T15:04:05", m[1])
	last := len(h.Updates) - 1
	if last < 0 || h.Updates[last].Command != "" || apart(when, h.Updates[last].End) > time.Minute {
		h.Updates = append(h.Updates, Update{Where: at, Time: when})
		last++
	}
	u := &h.Updates[last]
	u.End = when
	// dnf calls «Upgraded» what an upgrade replaced.
	if !strings.HasPrefix(m[2], "Erase") && m[2] != "Obsoleted" && m[2] != "Upgraded" && len(u.Packages) < mostPackages {
		u.Packages = append(u.Packages, told(m[3]))
	}
	return true
}
