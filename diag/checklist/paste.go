package checklist

import (
	"bytes"
	"slices"

	"latchkey/diag"
)

// prompt is a shell's, with the command behind it: «root@web1:~# ss -tunap» of
// Debian, «[root@web1 ~]# ss -tunap» of Red Hat.
var prompt = diag.NewPattern(`^(?:\([\w.-]+\) )?(?:[\w.-]+@[\w.-]+:[^\s#$]*|\[[\w.-]+@[\w.-]+ [^\]\s]+\])[#$](?: (.*))?$`)

// The bounds of a paste: outputs in it, and what an output must weigh where no
// prompt says that it begins.
const (
	mostOutputs = 100
	surely      = 60
)

// ReadAll reads what was copied off a terminal: one output, or several one after
// the other. They are told apart by the prompts between them, and where none
// stands by the line from which on a reader understands nothing more. Lines are
// those of the whole text; the Reading names the command of the first output
// that was recognised. It is false if none was. What is known to be the output of
// one command, as in a collection, is for Read.
func ReadAll(data []byte, command string) (Reading, bool) {
	t := newText(data)
	if command != "" {
		t.command = command
	}
	queue, unknown, all := t.parts(), 0, []Reading(nil)
	for n := 0; len(queue) > 0 && n < mostOutputs; n++ {
		p := queue[0]
		queue = queue[1:]
		view := t.view(p)
		out, rest, ok := view.read(p.least)
		switch {
		case ok && p.least == surely:
			all[len(all)-1].endBefore(p.from, out.Lines)
		case !ok && p.least != surely:
			unknown += len(view.head(mostLines))
		}
		if ok {
			all = append(all, out)
			if rest > p.from && t.split == '\n' {
				queue = slices.Insert(queue, 0, part{from: rest, to: p.to, least: surely})
			}
		}
	}
	if len(all) == 0 {
		return Reading{}, false
	}
	return together(all, unknown), true
}

// together is the readings of one paste as one; unknown lines were read by none.
func together(all []Reading, unknown int) Reading {
	sum := all[0]
	sum.Lines += unknown
	if len(all) == 1 {
		return sum
	}
	hosts := []*Host{sum.Host}
	for _, r := range all[1:] {
		sum.Rows, sum.Lines, sum.Understood = sum.Rows+r.Rows, sum.Lines+r.Lines, sum.Understood+r.Understood
		sum.Warnings = append(sum.Warnings, r.Warnings...)
		hosts = append(hosts, r.Host)
	}
	sum.Host = Merge(hosts...)
	return sum
}

// part is the output of one command in a text, from a line to before another.
type part struct {
	from, to int
	command  string
	least    int // what its reader must weigh
}

// parts cuts a text at its prompts, which are taken off.
func (t *text) parts() []part {
	list := []part{{to: len(t.lines), command: t.command, least: 1}}
	if t.split != '\n' {
		return list
	}
	for i, line := range t.lines {
		if at := bytes.IndexByte(line, '@'); at <= 0 || at > 64 || len(line) > 1000 {
			continue
		}
		if m := prompt.FindSubmatch(line); m != nil && len(list) < mostOutputs {
			t.lines[i] = nil
			list[len(list)-1].to = i
			list = append(list, part{from: i + 1, to: len(t.lines), command: string(m[1]), least: 1})
		}
	}
	return list
}

// view is a part of a text whose lines keep their numbers.
func (t *text) view(p part) *text {
	v := &text{lines: t.lines[:p.to], first: p.from, command: p.command, split: t.split, beyond: t.beyond, cut: t.cut && p.to == len(t.lines)}
	if p.from > 0 {
		v.lines = make([][]byte, p.to)
		copy(v.lines[p.from:], t.lines[p.from:p.to])
	}
	return v
}

// endBefore takes back what a reading says of the lines from one on, which are
// another output.
func (r *Reading) endBefore(line, lines int) {
	r.Lines -= lines
	r.Warnings = slices.DeleteFunc(r.Warnings, func(w Warning) bool { return w.Code == WarnUnread && w.Line > line })
}
