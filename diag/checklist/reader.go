package checklist

import (
	"bytes"

	"latchkey/diag"
)

// reader reads the output of one command.
type reader struct {
	id string // lasting: contract, fixtures and fuzz seeds carry it
	// weigh says how surely the text is this command's, 0 to 100, by its
	// headings and rows alone; no file name is known.
	weigh func(t *text) int
	read  func(t *text, h *Host) tallied
}

// tallied is how much of a text was understood.
type tallied struct {
	rows, understood int
	warnings         []Warning
	// unreadFrom is the first of the lines in a row that were not understood,
	// 1-based, and mark the lines understood before it.
	unreadFrom, mark int
}

// complaint: «cat: /etc/x: No such file or directory»; the group is what only
// root may.
var complaint = diag.NewPattern(`^(?:\S*/)?[a-z0-9]+: .*: (?:No such file or directory|Datei oder Verzeichnis nicht gefunden|(Permission denied|Keine Berechtigung))$`)

// mostUnread bounds the warnings about lines that were not understood.
const mostUnread = 20

// row counts an entry that was understood.
func (g *tallied) row() { g.rows++; g.understood++ }

// unread warns of a line that looks like a row and is none; what a program says
// of a file it could not open is understood.
func (g *tallied) unread(i int, line []byte) {
	if m := complaint.FindSubmatch(line[:min(len(line), 1000)]); m != nil {
		g.understood++
		if len(m[1]) > 0 {
			g.warn(WarnNotRoot)
		}
		return
	}
	if g.unreadFrom == 0 || g.mark != g.understood {
		g.unreadFrom, g.mark = i+1, g.understood
	}
	if g.count(WarnUnread) < mostUnread {
		g.warnings = append(g.warnings, Warning{WarnUnread, i + 1, diag.Clean(string(line[:min(len(line), 480)]), 120)})
	}
}

// rest is the index of the line from which on nothing was understood, -1 if the
// last lines were.
func (g *tallied) rest() int {
	if g.unreadFrom > 0 && g.mark == g.understood {
		return g.unreadFrom - 1
	}
	return -1
}

// warn tells a defect of the whole output once.
func (g *tallied) warn(code string) {
	if g.count(code) == 0 {
		g.warnings = append(g.warnings, Warning{Code: code})
	}
}

func (g *tallied) count(code string) (n int) {
	for _, w := range g.warnings {
		if w.Code == code {
			n++
		}
	}
	return n
}

// The bounds of an output: what is beyond is not read, and said so.
const (
	mostBytes = 64 << 20
	mostLines = 2_000_000
	mostLine  = 64 << 10
)

// text is an output as lines without their ends.
type text struct {
	lines [][]byte
	first int // what is before is another output's, and blank
	cut   bool
	split byte // what ends a line
	// beyond are the bytes that were cut off a line, by its index.
	beyond map[int]int
	// command is what was typed, if the text begins with a prompt line
	// («root@web1:~# ss -tulpn»); "" if not.
	command string
}

func newText(data []byte) *text {
	t := &text{}
	if len(data) > mostBytes {
		data, t.cut = data[:mostBytes], true
	}
	// Lists of files are separated by NUL, because names may hold line breaks.
	end := byte('\n')
	if n := bytes.Count(data, []byte{0}); n > 0 && n >= bytes.Count(data, []byte{'\n'}) && !cmdlines(data) {
		end = 0
	}
	for len(data) > 0 && len(t.lines) < mostLines {
		i := bytes.IndexByte(data, end)
		line := data
		if i >= 0 {
			line, data = data[:i], data[i+1:]
		} else {
			data = nil
		}
		line = bytes.TrimRight(line, "\r")
		if len(line) > mostLine {
			t.tooLong(len(t.lines), len(line))
			line, t.cut = line[:mostLine], true
		}
		t.lines = append(t.lines, line)
	}
	t.split, t.cut = end, t.cut || len(data) > 0
	t.takePrompt()
	return t
}

func (t *text) tooLong(i, length int) {
	if t.beyond == nil {
		t.beyond = map[int]int{}
	}
	t.beyond[i] = length - mostLine
}

// takePrompt takes a shell prompt with the command off the first line.
func (t *text) takePrompt() {
	for i, line := range t.lines {
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		at := bytes.Index(line, []byte("# "))
		if at < 0 {
			at = bytes.Index(line, []byte("$ "))
		}
		if at >= 0 && bytes.IndexByte(line[:at], '@') > 0 && bytes.IndexByte(line[:at], ' ') < 0 {
			t.command = string(line[at+2:])
			t.lines[i] = nil
		}
		return
	}
}

// head is the first n lines that are not blank.
func (t *text) head(n int) [][]byte {
	var all [][]byte
	for _, line := range t.lines[t.first:] {
		if len(all) == n {
			break
		}
		if len(bytes.TrimSpace(line)) > 0 {
			all = append(all, line)
		}
	}
	return all
}

// Read recognises the output of a command and reads it; false if it is none
// that is known. command is what was typed, "" if nobody knows.
func Read(data []byte, command string) (Reading, bool) {
	t := newText(data)
	if command != "" {
		t.command = command
	}
	out, _, ok := t.read(1)
	return out, ok
}

// read lets the reader that weighs most read a text, if it weighs at least so
// much. rest is the index of the line from which on nothing was understood, or -1.
func (t *text) read(least int) (out Reading, rest int, ok bool) {
	best, weight := reader{}, least-1
	for _, r := range readers() {
		if w := r.weigh(t); w > weight {
			best, weight = r, w
		}
	}
	if best.read == nil {
		return Reading{}, -1, false
	}
	out = Reading{Command: best.id, Host: &Host{}}
	for _, line := range t.lines[t.first:] {
		if len(bytes.TrimSpace(line)) > 0 {
			out.Lines++
		}
	}
	got := best.read(t, out.Host)
	out.Rows, out.Understood, out.Warnings = got.rows, min(got.understood, out.Lines), got.warnings
	if t.cut {
		out.Warnings = append(out.Warnings, Warning{Code: WarnCut})
	}
	return out, got.rest(), true
}
