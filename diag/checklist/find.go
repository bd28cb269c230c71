package checklist

import (
	"bytes"
	"strconv"
	"strings"
	"time"

	"latchkey/diag"
)

var (
	// findPrinted: change, content, kind, mode, owner, size, path as the
	// checklist's own commands print them (find -printf); content, kind and size
	// may be missing.
	findPrinted = diag.NewPattern(`^(\d{4}-\d\d-\d\d\+\d\d:\d\d:\d\d)(?:\.\d+)? (?:(\d{4}-\d\d-\d\d\+\d\d:\d\d:\d\d)(?:\.\d+)? )?(?:([fdlpsbcD]) )?([0-7]{3,4}) ([^\s:]+):([^\s:]+) (?:(\d+) )?((?s:[/.].*))$`)
	// findListed: ls -l, or find -ls with inode and blocks before it.
	findListed = diag.NewPattern(`^(?: *\d+ +\d+ +)?([-bcdlpsD][-rwxsStT]{9})[.+@]? +\d+ +(\S+) +(\S+) +(\d+(?:, *\d+)?) +((?:[A-Z][a-zä]{2}\.? +\d{1,2}|\d{1,2}\.? +[A-Z][a-zä]{2}\.?) +(?:\d\d:\d\d|\d{4})|\d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d(?:\.\d+)?)?(?: [-+]\d{4})?) ((?s:.+))$`)
	findFolder = diag.NewPattern(`^(/.*|\.{1,2}(?:/.*)?):$`)
	findTotal  = diag.NewPattern(`^(?:total|insgesamt|summe) \d+`)
	findSaid   = diag.NewPattern(`^(?:find|ls|sort): `)
	findPath   = diag.NewPattern(`^/[^\x00]*$`)
)

func isFound(line []byte) bool {
	line = line[:min(len(line), 4<<10)]
	return findPrinted.Match(line) || findListed.Match(line)
}

func weighFind(t *text) int {
	head := t.head(60)
	if len(head) == 0 {
		return 0
	}
	rows := share(head, isFound)
	known := share(head, func(line []byte) bool {
		line = line[:min(len(line), 4<<10)]
		_, heading := between(line)
		return isFound(line) || findFolder.Match(line) || findTotal.Match(line) || findSaid.Match(line) || heading
	})
	switch {
	// A name with a line break leaves half a row, and nothing else prints such.
	case rows > 0 && known >= 80 && findPrinted.Match(head[0][:min(len(head[0]), 4<<10)]):
		return 85
	case rows >= 30 && known >= 90:
		return 50 // others read listings of their own files
	case share(head, func(line []byte) bool {
		line = line[:min(len(line), 4<<10)]
		return (findPath.Match(line) || findSaid.Match(line)) && !bytes.Contains(line, []byte(": ")) && !bytes.Contains(line, []byte("  "))
	}) == 100:
		return 20
	}
	return 0
}

// mostFiles bounds listed files; the checklist's own commands print 20000.
const mostFiles = 200_000

// readFind reads lists of files: find -ls, find -printf, ls -l and mere paths.
func readFind(t *text, h *Host) tallied {
	l := &ledger{command: "find"}
	if h.Files == nil {
		h.Files = []File{}
	}
	folder := ""
	rooted := asksSUID(t.command)
	for i, line := range t.lines {
		line = line[:min(len(line), 8<<10)]
		if blank(line) {
			continue
		}
		if len(h.Files) >= mostFiles {
			l.warn(WarnCut)
			break
		}
		_, heading := between(line)
		f := File{Where: l.where(i), Size: -1}
		switch {
		case f.printed(line) || f.listed(line, folder):
		case findFolder.Match(line):
			folder = told(bytes.TrimSuffix(line, []byte(":")))
			l.understood++
			continue
		case findTotal.Match(line) || heading:
			l.understood++
			continue
		case findSaid.Match(line):
			l.understood++
			if denied(line) {
				l.warn(WarnNotRoot)
			}
			continue
		case findPath.Match(line):
			f.name(line, false)
			f.SUID = rooted
		default:
			l.unread(i, line)
			continue
		}
		l.row()
		h.Files = append(h.Files, f)
	}
	return l.tallied
}

// asksSUID: the search was for files that run as their owner, so all are.
func asksSUID(command string) bool {
	return strings.Contains(command, "-4000") || strings.Contains(command, "u=s") || strings.Contains(command, "u+s")
}

// denied: only root may look there.
func denied(line []byte) bool {
	return bytes.Contains(line, []byte("ermission denied")) || bytes.Contains(line, []byte("verweigert"))
}

// printed reads a row of find -printf.
func (f *File) printed(line []byte) bool {
	m := findPrinted.FindSubmatch(line)
	if m == nil {
		return false
	}
	const stamp = "2006-01-02+15:04:05"
	f.Time, _ = time.Parse(stamp, string(m[1]))
	f.Written, _ = time.Parse(stamp, string(m[2]))
	f.Mode, f.Owner = string(m[3])+string(m[4]), told(m[5])
	bits, _ := strconv.ParseUint(string(m[4]), 8, 32)
	folder := string(m[3]) == "d" || string(m[3]) == "l"
	f.SUID, f.Executable = bits&0o4000 != 0 && !folder, bits&0o111 != 0 && !folder && len(m[7]) > 0
	if len(m[7]) > 0 {
		f.Size, _ = strconv.ParseInt(string(m[7]), 10, 64)
	}
	f.name(m[8], true)
	return true
}

// listed reads a row of ls -l or find -ls. Its time is that of the content;
// without a year it is left out.
func (f *File) listed(line []byte, folder string) bool {
	m := findListed.FindSubmatch(line)
	if m == nil {
		return false
	}
	f.Mode, f.Owner = string(m[1]), told(m[2])
	f.SUID, f.Executable = (m[1][3] == 's' || m[1][3] == 'S') && m[1][0] == '-', m[1][0] == '-' && bytes.ContainsAny(m[1][1:], "xst")
	if size, err := strconv.ParseInt(string(m[4]), 10, 64); err == nil {
		f.Size = size
	}
	if at := string(m[5]); len(at) >= 16 {
		f.Time, _ = time.Parse("2006-01-02 15:04", at[:16])
		if len(at) >= 19 && at[16] == ':' {
			f.Time, _ = time.Parse(time.DateTime, at[:19])
		}
	}
	f.name(m[6], m[1][0] == 'l')
	if folder != "" && !strings.HasPrefix(f.Path, "/") {
		f.Path = strings.TrimSuffix(folder, "/") + "/" + f.Path
	}
	return true
}

// name takes path and, behind an arrow, what it points to.
func (f *File) name(s []byte, arrow bool) {
	if i := bytes.LastIndex(s, []byte(" -> ")); arrow && i > 0 {
		f.Link, s = told(s[i+4:]), s[:i]
	}
	// GNU find escapes what a terminal would obey; a blank at the end is kept.
	f.Path, f.Masked = told(s), masked(string(s))
}
