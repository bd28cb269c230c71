package checklist

import (
	"strings"
	"time"

	"latchkey/diag"
)

var (
	aptSet = diag.NewPattern(`^(Start-Date|Commandline|Requested-By|Install|Upgrade|Remove|Purge|Downgrade|Reinstall|Error|End-Date): (.*)$`)
	// dpkgLog: what dpkg did to which package (/var/log/dpkg.log).
	dpkgLog = diag.NewPattern(`^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) (startup|install|upgrade|remove|purge|configure|trigproc|status|conffile) (.*)$`)
	aptPack = diag.NewPattern(`([a-z0-9][a-z0-9.+-]*)(?::[a-z0-9]+)? \(([^(),]*)(?:, ([^(),]*))?\)`)
	aptSaid = diag.NewPattern(`^(?:cat|tail|zcat|gzip): `)
)

func weighApt(t *text) int {
	head := t.head(40)
	known := share(head, func(line []byte) bool {
		line = line[:min(len(line), 2<<10)]
		return aptSet.Match(line) || dpkgLog.Match(line) || aptSaid.Match(line)
	})
	rows := share(head, func(line []byte) bool {
		line = line[:min(len(line), 2<<10)]
		return aptSet.Match(line) || dpkgLog.Match(line)
	})
	if known >= 80 && rows >= 30 {
		return 90
	}
	return 0
}

// mostPackages bounds the packages kept of one run.
const mostPackages = 50

// readApt reads the logs of apt and dpkg.
func readApt(t *text, h *Host) tallied {
	l := &ledger{command: "apt-history"}
	if h.Updates == nil {
		h.Updates = []Update{}
	}
	for i, raw := range t.lines {
		line := string(raw)
		if blank(raw) {
			continue
		}
		if len(h.Updates) >= mostAccounts {
			l.warn(WarnCut)
			break
		}
		if m := aptSet.FindStringSubmatch(line); m != nil {
			l.row()
			if m[1] == "Start-Date" || len(h.Updates) == 0 {
				h.Updates = append(h.Updates, Update{Where: l.where(i)})
			}
			h.Updates[len(h.Updates)-1].apt(m[1], m[2])
		} else if m := dpkgLog.FindStringSubmatch(line[:min(len(line), 2<<10)]); m != nil {
			l.row()
			h.dpkg(l.where(i), m[1], m[2], m[3])
		} else if aptSaid.MatchString(line) {
			l.understood++
		} else {
			l.unread(i, raw)
		}
	}
	return l.tallied
}

func (u *Update) apt(name, value string) {
	const stamp = "2006-01-02  15:04:05"
	switch name {
	case "Start-Date":
		u.Time, _ = time.Parse(stamp, value)
	case "End-Date":
		u.End, _ = time.Parse(stamp, value)
	case "Commandline":
		u.Command = told(value)
	case "Requested-By":
		u.User = told(value)
	case "Install", "Upgrade", "Downgrade", "Reinstall":
		for _, m := range aptPack.FindAllStringSubmatch(value, mostPackages) {
			if len(u.Packages) < mostPackages {
				u.Packages = append(u.Packages, told(m[1]))
			}
		}
	}
}

// dpkg adds a line of dpkg's log to the run it belongs to: the one it logged a
// minute before at most.
func (h *Host) dpkg(at Where, stamp, act, rest string) {
	when, err := time.Parse(time.DateTime, stamp)
	if err != nil {
		return
	}
	last := len(h.Updates) - 1
	if last < 0 || h.Updates[last].Command != "" || apart(when, h.Updates[last].End) > time.Minute {
		h.Updates = append(h.Updates, Update{Where: at, Time: when})
		last++
	}
	u := &h.Updates[last]
	u.End = when
	if name, _, _ := strings.Cut(rest, ":"); (act == "install" || act == "upgrade") && len(u.Packages) < mostPackages {
		u.Packages = append(u.Packages, told(name))
	}
}
