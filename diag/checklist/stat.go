package checklist

import (
	"strconv"
	"strings"
	"time"

	"latchkey/diag"
)

var (
	statFile = diag.NewPattern(`^ *(?:File|Datei): (.*)$`)
	statSize = diag.NewPattern(`^ *(?:Size|Größe): (\d+)\s`)
	statMode = diag.NewPattern(`^ *(?:Access|Zugriff): \(0*[0-7]+/([-bcdlps][-rwxsStT]{9})\) +Uid: \( *\d+/ *([^)]*)\)`)
	statTime = diag.NewPattern(`^ *(Modify|Modifiziert|Change|Geändert): (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)`)
	statMore = diag.NewPattern(`^ *(?:Device|Gerät|Access|Zugriff|Birth|Geburt|Context|Kontext|stat): ?`)
)

func weighStat(t *text) int {
	head := t.head(3)
	if len(head) > 1 && statFile.Match(head[0][:min(len(head[0]), 4<<10)]) && statSize.Match(head[1][:min(len(head[1]), 400)]) {
		return 95
	}
	return 0
}

func readStat(t *text, h *Host) tallied {
	l := &ledger{command: "stat"}
	if h.Files == nil {
		h.Files = []File{}
	}
	var f *File
	for i, raw := range t.lines {
		line := string(raw[:min(len(raw), 4<<10)])
		if blank(raw) {
			continue
		}
		if m := statFile.FindStringSubmatch(line); m != nil {
			if len(h.Files) >= mostAccounts {
				l.warn(WarnCut)
				break
			}
			l.row()
			path, link, _ := strings.Cut(strings.Trim(m[1], "'‘’“”»«"), " -> ")
			h.Files = append(h.Files, File{Where: l.where(i), Path: told(strings.Trim(path, "'’")), Link: told(strings.Trim(link, "'‘’")), Size: -1})
			f = &h.Files[len(h.Files)-1]
			continue
		}
		if f == nil || !f.stat(line) && !statMore.MatchString(line) {
			l.unread(i, raw)
			continue
		}
		l.understood++
	}
	return l.tallied
}

// stat takes one line of stat(1).
func (f *File) stat(line string) bool {
	if m := statSize.FindStringSubmatch(line); m != nil {
		f.Size, _ = strconv.ParseInt(m[1], 10, 64)
	} else if m := statMode.FindStringSubmatch(line); m != nil {
		f.Mode, f.Owner = m[1], told(m[2])
		f.SUID = strings.ContainsAny(m[1][3:4], "sS") && m[1][0] == '-'
		f.Executable = m[1][0] == '-' && strings.ContainsAny(m[1], "xst")
	} else if m := statTime.FindStringSubmatch(line); m != nil {
		at, _ := time.Parse(time.DateTime, m[2])
		if m[1][0] == 'M' {
			f.Written = at
		} else {
			f.Time = at
		}
	} else {
		return false
	}
	return true
}
