package checklist

import (
	"bytes"
	"strconv"
	"strings"

	"latchkey/diag"
)

// pstreeArt is the drawing before a program, in ASCII or UTF-8.
// pstreeNode is name,PID[,user] and arguments («pstree -pa»), or name(PID)
// several to a line («pstree -p»); {braces} are threads. Names may hold
// brackets and commas. In (round ones) stands a program without command line.
var (
	pstreeArt  = diag.NewPattern("^[ |`+\\-│├└─┬]*[|`+│├└][\\-─]+")
	pstreeNode = diag.NewPattern(`^\(?(.{1,64}?),(\d{1,7})((?:,[\w.+-]{1,32})?)(?:\)$| (.*)|$)`)
	pstreeCell = diag.NewPattern(`([^()]{1,64}|[^(]*\([^)]*\)[^()]{0,64}?)\((\d{1,7})((?:,[\w.+-]{1,32})?)\)`)
)

// weighPstree: a first program at the left edge and branches under it, each
// with a PID. A tree without PIDs tells nothing that rules could use.
func weighPstree(t *text) int {
	lines := t.head(40)
	if len(lines) < 2 || len(pstreeNodes(string(lines[0]), 0)) == 0 {
		return 0
	}
	n := 0
	for _, line := range lines[1:] {
		if pstreeArt.Match(line) && len(pstreeNodes(string(line), 0)) > 0 {
			n++
		}
	}
	if n == 0 || n*10 < (len(lines)-1)*8 {
		return 0
	}
	return 85
}

// pstreeBranch is a program at a column of the drawing.
type pstreeBranch struct {
	Process
	column int
	thread bool
}

// pstreeNodes reads the programs of a line.
func pstreeNodes(line string, n int) []pstreeBranch {
	art := pstreeArt.FindString(line)
	rest := strings.TrimLeft(line[len(art):], " ")
	at := len([]rune(line)) - len([]rune(rest))
	if m := pstreeNode.FindStringSubmatch(rest); m != nil {
		b, ok := branch(m[1], m[2], m[3], m[4], n)
		b.column = at
		if !ok {
			return nil
		}
		return []pstreeBranch{b}
	}
	var all []pstreeBranch
	for _, m := range pstreeCell.FindAllStringSubmatchIndex(rest, 200) {
		name := rest[m[2]:m[3]]
		bare := strings.TrimLeft(name, "-+─┬ ")
		b, ok := branch(bare, rest[m[4]:m[5]], rest[m[6]:m[7]], "", n)
		if !ok {
			return nil
		}
		b.column = at + len([]rune(rest[:m[2]])) + len([]rune(name)) - len([]rune(bare))
		all = append(all, b)
	}
	return all
}

func branch(name, pid, user, args string, n int) (pstreeBranch, bool) {
	b := pstreeBranch{Process: newProcess()}
	b.Where = Where{Command: "pstree", Line: n + 1}
	ok := false
	b.PID, ok = pidOf(pid)
	b.thread = strings.HasPrefix(name, "{")
	b.Name = plain(name)
	b.Args = strings.TrimSpace(b.Name + " " + plain(args))
	b.User = strings.TrimPrefix(user, ",")
	// pstree prints control characters as \033.
	b.Masked = masked(name+args) || octal(name) || octal(args)
	return b, ok
}

// octal tells whether a text holds a control character written as \NNN.
func octal(s string) bool {
	for i := strings.IndexByte(s, '\\'); i >= 0 && i+4 <= len(s); {
		if c, err := strconv.ParseUint(s[i+1:i+4], 8, 8); err == nil && (c < ' ' && c != '\t' && c != '\n' || c == 0x7f) {
			return true
		}
		j := strings.IndexByte(s[i+1:], '\\')
		if j < 0 {
			break
		}
		i += 1 + j
	}
	return false
}

func readPstree(t *text, h *Host) (got tallied) {
	h.Processes = []Process{}
	var open []pstreeBranch // from the root to the last program read
	for i, line := range t.lines {
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		nodes := pstreeNodes(string(line), i)
		if len(nodes) == 0 {
			got.unread(i, line)
			continue
		}
		got.understood++
		for _, b := range nodes {
			for len(open) > 0 && open[len(open)-1].column >= b.column {
				open = open[:len(open)-1]
			}
			if len(open) > 0 {
				b.PPID = open[len(open)-1].PID
			}
			// No tree in use is deeper; without a bound it grows with the input.
			if len(open) < 256 {
				open = append(open, b)
			}
			if b.thread {
				continue
			}
			got.rows++
			if len(h.Processes) >= mostProcesses {
				got.warnings = append(got.warnings, Warning{Code: WarnCut, Line: i + 1})
				return got
			}
			h.Processes = append(h.Processes, b.Process)
		}
	}
	return got
}
