package checklist

import (
	"bytes"
	"strings"

	"latchkey/diag"
)

// cmdlineRow is a process's command line as /proc/PID/cmdline has it, its words
// ended by NUL: with the PID and a tab before it, as a loop prints it, or with
// the file's name, as grep -a does. ps shows the same, but masks what a terminal
// would obey.
var cmdlineRow = diag.NewPattern(`^(?:(\d{1,7})\t|/proc/(\d{1,7})/cmdline: ?)((?s:.*))$`)

func isCmdline(line []byte) bool { return cmdlineRow.Match(line[:min(len(line), 64)]) }

// cmdlines says whether a text is such a list: there NUL ends no line.
func cmdlines(data []byte) bool {
	for range 3 {
		line, rest, more := bytes.Cut(data, []byte{'\n'})
		if !more {
			break
		}
		if !isCmdline(line) {
			return false
		}
		data = rest
	}
	return isCmdline(data) || len(data) == 0
}

func weighCmdline(t *text) int {
	words := false // a number and a tab stand in many texts
	known := share(t.head(60), func(line []byte) bool {
		words = words || bytes.IndexByte(line, 0) >= 0 || bytes.HasPrefix(line, []byte("/proc/"))
		return isCmdline(line)
	})
	if known >= 80 && words {
		return 93
	}
	return 0
}

// readCmdline reads command lines of /proc. Threads of the kernel have none and
// are left out.
func readCmdline(t *text, h *Host) tallied {
	l := &ledger{command: "proc-cmdline"}
	h.Processes = []Process{}
	seen := map[int]bool{}
	for i, line := range t.lines {
		if blank(line) {
			continue
		}
		m := cmdlineRow.FindSubmatch(line)
		if m == nil {
			l.unread(i, line) // or the rest of a script with line breaks
			continue
		}
		pid, ok := pidOf(string(m[1]) + string(m[2]))
		if !ok {
			l.unread(i, line)
			continue
		}
		l.understood++
		args := strings.TrimSpace(strings.ReplaceAll(strings.TrimRight(string(m[3][:min(len(m[3]), 4*mostArgs)]), "\x00"), "\x00", " "))
		if args == "" || seen[pid] {
			continue // a second line of one PID is part of a script, or forged
		}
		if len(h.Processes) >= mostProcesses {
			l.warn(WarnCut)
			break
		}
		seen[pid] = true
		p := newProcess()
		p.PID, p.Where = pid, l.where(i)
		p.setArgs(args)
		h.Processes = append(h.Processes, p)
		l.rows++
	}
	return l.tallied
}
