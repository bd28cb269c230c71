package checklist

import (
	"slices"
	"strings"
)

// ufwStatus are the first lines of «ufw status», English and German, and
// whether the filter works.
var ufwStatus = map[string]bool{"Status: active": true, "Status: inactive": false, "Status: Aktiv": true, "Status: Inaktiv": false,
	"Status: aktiv": true, "Status: inaktiv": false}

func weighUFW(t *text) int {
	head := t.head(4)
	if len(head) == 0 {
		return 0
	}
	if _, ok := ufwStatus[string(squeeze(head[0]))]; !ok {
		return 0
	}
	for _, line := range head[1:] { // other programs say «Status: active» too
		if f := strings.Fields(string(line[:min(len(line), 200)])); !ufwHeading(f) && !ufwProse(f) {
			return 0
		}
	}
	return 80
}

func ufwHeading(f []string) bool {
	return slices.Equal(f, []string{"To", "Action", "From"}) || slices.Equal(f, []string{"Zu", "Aktion", "Von"}) ||
		slices.Equal(f, []string{"[", "#", "]", "To", "Action", "From"}) || len(f) > 1 && strings.Trim(strings.Join(f, ""), "-") == ""
}

func ufwProse(f []string) bool {
	return len(f) > 1 && (slices.Contains([]string{"Logging:", "Default:", "Protokollierung:", "Voreinstellung:", "Standard:"}, f[0]) ||
		f[0] == "New" && f[1] == "profiles:" || f[0] == "Neue" && f[1] == "Profile:")
}

// readUFW reads «ufw status [verbose|numbered]». ufw drops what comes in
// unless its default says otherwise.
func readUFW(t *text, h *Host) tallied {
	var got tallied
	set := Ruleset{Where: Where{Command: "ufw", Line: 1}, Tool: "ufw"}
	for i, line := range t.lines {
		f := strings.Fields(string(line[:min(len(line), 600)]))
		if len(f) == 0 {
			continue
		}
		action := slices.IndexFunc(f, func(w string) bool { return slices.Contains([]string{"ALLOW", "DENY", "REJECT", "LIMIT"}, w) })
		active, status := ufwStatus[strings.Join(f, " ")]
		switch {
		case status:
			set.Line, set.Drops = i+1, active
		case ufwHeading(f):
		case ufwProse(f):
			if f[0] == "Default:" && len(f) > 1 {
				set.Drops = strings.Contains(string(line), "deny (incoming)") || strings.Contains(string(line), "reject (incoming)")
			}
		case action > 0 && action+1 < len(f):
			set.Rules++
			set.Drops = set.Drops || f[action] == "DENY" || f[action] == "REJECT"
			got.rows++
		default:
			got.unread(i, line)
			continue
		}
		got.understood++
	}
	h.Rulesets = append(h.Rulesets, set)
	return got
}
