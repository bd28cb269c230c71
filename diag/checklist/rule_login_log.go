package checklist

import (
	"path"
	"strings"

	"latchkey/diag"
)

// historyGoneRule is L02: a shell's history that leads to nowhere, or is empty
// although root worked at a shell.
func historyGoneRule(h *Host, found finder) {
	for _, f := range h.Files {
		name := path.Base(f.Path)
		switch {
		case !strings.HasPrefix(name, ".") || !strings.HasSuffix(name, "history"):
		case f.Link == "/dev/null":
			found(diag.Warning, f.Where, "path", f.Path, "name", f.Link)
		case f.Size == 0 && f.Link == "" && strings.HasPrefix(f.Mode, "-") && strings.Contains(f.Path, "/root/") && rootWorked(h):
			found(diag.Warning, f.Where, "path", f.Path, "name", "")
		}
	}
}

// rootWorked: lastlog may speak of years ago.
func rootWorked(h *Host) bool {
	for _, l := range h.Logins {
		if l.Success && l.User == "root" && l.From != "" && l.Command != "lastlog" {
			return true
		}
	}
	return false
}

// forgedLines is L05: a name made to look like the rest of a log line.
func forgedLines(h *Host, found finder) {
	named := map[string]bool{}
	for _, l := range h.Logins {
		if l.Tampers && !named[l.User] && len(named) < mostOfRule {
			named[l.User] = true
			found(diag.Notice, l.Where, "name", l.User, "address", l.From)
		}
	}
}

// controlLines is L06: control characters in a log, which a terminal obeys.
func controlLines(h *Host, found finder) {
	for _, log := range h.Logs {
		if log.Controls > 0 {
			found(diag.Notice, log.Where, "count", log.Controls)
		}
	}
}
