package checklist

import (
	"bytes"
	"strconv"
	"strings"

	"latchkey/diag"
)

var (
	mdRow   = diag.NewPattern(`^(md[\w/-]+) : (\w+)(?: \([\w-]+\))*(?: (raid\d+|linear|multipath|faulty|container|external))?((?: \S+\[\d+\](?:\([A-Z]\))*)*)\s*$`)
	mdParts = diag.NewPattern(`\[(\d+)/(\d+)\] \[([U_]+)\]`)
	mdWork  = diag.NewPattern(`(resync|recovery|check|reshape|repair) *= *([\d.]+)% .*finish=([\d.]+\w+)`)
	mdWait  = diag.NewPattern(`(?:resync|recovery|check|reshape)=(DELAYED|PENDING|REMOTE)`)
	mdMore  = diag.NewPattern(`^(?:\s+\d+ blocks|\s+bitmap:|\s+\[[=>.]+\]|unused devices:|Personalities :|read_ahead |\s+(?:resync|check|recovery)=|(?:cat|mdadm): )`)
)

func weighMdstat(t *text) int {
	for _, line := range t.head(3) {
		if bytes.HasPrefix(line, []byte("Personalities :")) || mdRow.Match(line[:min(len(line), 2<<10)]) || bytes.HasPrefix(line, []byte("cat: /proc/mdstat:")) {
			return 95
		}
	}
	return 0
}

func readMdstat(t *text, h *Host) tallied {
	l := &ledger{command: "mdstat"}
	if h.Arrays == nil {
		h.Arrays = []Array{}
	}
	var a *Array
	for i, raw := range t.lines {
		line := string(raw[:min(len(raw), 2<<10)])
		if blank(raw) {
			continue
		}
		if m := mdRow.FindStringSubmatch(line); m != nil && len(h.Arrays) < mostJobs {
			l.row()
			h.Arrays = append(h.Arrays, Array{Where: l.where(i), Name: told(m[1]), State: strings.TrimSpace(m[2] + " " + m[3]), Progress: -1,
				Missing: strings.Count(m[4], "(F)")})
			a = &h.Arrays[len(h.Arrays)-1]
			for _, member := range strings.Fields(m[4]) {
				if name, _, _ := strings.Cut(member, "["); strings.Contains(member, "(F)") {
					a.Faulty = append(a.Faulty, told(name))
				}
			}
			continue
		}
		if a != nil {
			a.detail(line)
		}
		if mdMore.MatchString(line) {
			l.understood++
		} else {
			l.unread(i, raw)
		}
	}
	return l.tallied
}

// detail takes members and progress from the lines below an array's name. A
// faulty member is one of those missing.
func (a *Array) detail(line string) {
	if m := mdParts.FindStringSubmatch(line); m != nil {
		a.Missing = max(a.Missing, strings.Count(m[3], "_"))
	}
	if m := mdWork.FindStringSubmatch(line); m != nil {
		a.State += " " + m[1]
		a.Progress, _ = strconv.ParseFloat(m[2], 64)
		a.Finish = told(m[3])
	} else if m := mdWait.FindStringSubmatch(line); m != nil {
		a.Progress, a.Finish = 0, m[1]
	}
}

var (
	mdadmName = diag.NewPattern(`^(/dev/md\S+):$`)
	mdadmSet  = diag.NewPattern(`^ *([A-Z][A-Za-z -]+?) : (.*)$`)
	mdadmDisk = diag.NewPattern(`^ +(?:\d+|-) +\d+ +\d+ +(?:\d+|-) +(\S.*)$`)
)

func weighMdadm(t *text) int {
	head := t.head(4)
	for i, line := range head {
		if mdadmName.Match(line) && i+1 < len(head) && mdadmSet.Match(head[i+1]) {
			return 95
		}
		if bytes.HasPrefix(line, []byte("mdadm: ")) {
			return 90
		}
	}
	return 0
}

// readMdadm reads mdadm --detail of one or several arrays.
func readMdadm(t *text, h *Host) tallied {
	l := &ledger{command: "mdadm"}
	if h.Arrays == nil {
		h.Arrays = []Array{}
	}
	var a *Array
	for i, raw := range t.lines {
		line := string(raw[:min(len(raw), 2<<10)])
		if m := mdadmName.FindStringSubmatch(line); m != nil && len(h.Arrays) < mostJobs {
			l.row()
			h.Arrays = append(h.Arrays, Array{Where: l.where(i), Name: strings.TrimPrefix(told(m[1]), "/dev/"), Progress: -1})
			a = &h.Arrays[len(h.Arrays)-1]
		} else if m := mdadmSet.FindStringSubmatch(line); m != nil && a != nil {
			l.understood++
			a.set(m[1], strings.TrimSpace(m[2]))
		} else if m := mdadmDisk.FindStringSubmatch(line); m != nil && a != nil {
			l.row()
			if words := strings.Fields(m[1]); words[0] == "faulty" && len(a.Faulty) < mostOfRule {
				a.Faulty = append(a.Faulty, told(words[len(words)-1]))
			}
		} else if strings.Contains(line, "Number   Major") || strings.HasPrefix(line, "mdadm: ") {
			l.understood++
		} else if !blank(raw) {
			l.unread(i, raw)
		}
	}
	return l.tallied
}

func (a *Array) set(name, value string) {
	n := number(value)
	switch name {
	case "State":
		a.State = told(value)
	case "Failed Devices":
		a.Missing = max(a.Missing, n)
	case "Raid Devices":
		a.Missing = max(a.Missing, 0)
	case "Resync Status", "Rebuild Status", "Reshape Status", "Check Status":
		percent, _, _ := strings.Cut(value, "%")
		a.Progress, _ = strconv.ParseFloat(percent, 64)
	}
	if strings.Contains(a.State, "degraded") {
		a.Missing = max(a.Missing, 1)
	}
}
