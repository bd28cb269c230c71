package checklist

import (
	"bytes"
	"strings"

	"latchkey/diag"
)

var (
	// sshdRow: sshd -T prints every option in lower case, sshd_config in mixed.
	sshdRow = diag.NewPattern(`^([A-Za-z][A-Za-z0-9]{3,40})(?:[ \t]+|[ \t]*=[ \t]*)(\S.*)$`)
	// sshdMarks are options nobody else's configuration has.
	sshdMarks = []string{"permitrootlogin", "passwordauthentication", "pubkeyauthentication", "authorizedkeysfile", "kbdinteractiveauthentication",
		"challengeresponseauthentication", "maxauthtries", "logingracetime", "allowtcpforwarding", "x11forwarding", "permitemptypasswords",
		"usepam", "hostkeyalgorithms", "subsystem", "strictmodes", "clientaliveinterval"}
)

func sshdMark(line []byte) bool {
	word, _, _ := bytes.Cut(bytes.TrimLeft(line, "# "), []byte(" "))
	for _, mark := range sshdMarks {
		if strings.EqualFold(string(word[:min(len(word), 60)]), mark) {
			return true
		}
	}
	return false
}

func weighSSHD(t *text) int {
	marks := 0
	for _, line := range t.head(400) {
		if sshdMark(line) {
			marks++
		}
	}
	first := t.head(1)
	switch {
	case marks >= 3:
		return 90
	case marks > 0 && marks == len(t.head(10)) && sshdRow.Match(first[0]): // «sshd -T | grep permitroot»
		return 80
	}
	return 0
}

// mostSettings bounds the options kept: sshd knows a hundred.
const mostSettings = 1000

// readSSHD reads sshd -T, which says what is in force. Where only the files are
// there, the first value counts (sshd_config(5)) and what stands under Match is
// for some callers only.
func readSSHD(t *text, h *Host) tallied {
	l := &ledger{command: "sshd-t"}
	h.Settings = []Setting{}
	inForce := false
	for _, line := range t.lines {
		inForce = inForce || bytes.HasPrefix(line, []byte("permitrootlogin ")) || bytes.HasPrefix(line, []byte("passwordauthentication "))
	}
	match, seen := false, map[string]bool{}
	for i, line := range t.lines {
		line = bytes.TrimSpace(line[:min(len(line), 4<<10)])
		if blank(line) {
			continue
		}
		if line[0] == '#' {
			l.understood++
			continue
		}
		m := sshdRow.FindSubmatch(line)
		if m == nil {
			l.unread(i, line)
			continue
		}
		l.row()
		name := strings.ToLower(string(m[1]))
		match = (match || name == "match") && !(inForce && name == "port" && line[0] == 'p')
		switch {
		case inForce && string(m[1]) != name, match, seen[name] && !repeats(name), len(h.Settings) >= mostSettings:
			continue
		}
		seen[name] = true
		h.Settings = append(h.Settings, Setting{Where: l.where(i), Name: told(name), Value: told(strings.Trim(string(m[2]), `"`))})
	}
	return l.tallied
}

// repeats: options that may stand several times.
func repeats(name string) bool {
	switch name {
	case "port", "listenaddress", "hostkey", "acceptenv", "subsystem":
		return true
	}
	return false
}
