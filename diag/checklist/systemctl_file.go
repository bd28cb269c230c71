package checklist

import (
	"bytes"
	"strings"

	"latchkey/diag"
)

var (
	// unitPath: a unit's file named before its content («# /etc/systemd/…» of
	// systemctl cat, ls -l).
	unitPath = diag.NewPattern(`^(?:# |-[rwxsStT-]{9}[.+]? +\d+ .* )(/\S+\.(?:` + unitKinds + `|conf))$`)
	// unitTitle: the first line of systemctl status, loadedFrom its second.
	unitTitle  = diag.NewPattern(`^[*●○×] (\S+\.(?:` + unitKinds + `))(?: - .*)?$`)
	loadedFrom = diag.NewPattern(`^ +(?:Loaded|Active|Geladen|Aktiv): (\S+)(?: \(([^;)]*))?`)
	unitSet    = diag.NewPattern(`^\s*([A-Z][A-Za-z0-9]+)\s*=\s*(.*)$`)
	unitPart   = diag.NewPattern(`^\[[A-Z][A-Za-z-]+\]\s*$`)
)

// unitText is an output about units while it is read.
type unitText struct {
	ledger
	table  bool // rows under headings
	file   string
	status bool
	last   bool // the line before goes on here
	unit   *Unit
}

func weighUnitFiles(head [][]byte) int {
	parts, sets, other := 0, 0, 0
	for _, line := range head {
		line = line[:min(len(line), 2<<10)]
		_, heading := between(line)
		switch {
		case unitTitle.Match(line):
			return 90
		case unitPart.Match(line):
			parts++
		case unitSet.Match(line):
			sets++
		case heading || unitPath.Match(line) || line[0] == '#' || line[0] == ';':
		default:
			other++
		}
	}
	if parts > 0 && (sets > 0 || bytes.Contains(head[0], []byte("/systemd/"))) && other*3 <= parts+sets && isUnitPart(head) {
		return 85
	}
	return 0
}

// isUnitPart: other programs write [parts] too, systemd's have these names.
func isUnitPart(head [][]byte) bool {
	for _, line := range head {
		switch string(bytes.TrimSpace(line)) {
		case "[Unit]", "[Service]", "[Timer]", "[Socket]", "[Install]", "[Mount]", "[Path]":
			return true
		}
	}
	return false
}

// opens says whether a line begins the file or the status of a unit.
func (u *unitText) opens(line []byte) bool {
	_, heading := between(line)
	if heading || unitPath.Match(line) || unitTitle.Match(line) || unitPart.Match(line) {
		u.table = false
		return true
	}
	return false
}

// fileLine reads a line of a unit's file or status.
func (u *unitText) fileLine(i int, line []byte, h *Host) {
	name, heading := between(line)
	goesOn := u.last
	u.last = false
	switch {
	case heading:
		u.begin(i, name, h)
	case unitPath.Match(line):
		u.begin(i, told(unitPath.FindSubmatch(line)[1]), h)
	case unitTitle.Match(line):
		u.row()
		h.Units = append(h.Units, Unit{Where: u.where(i), Name: told(unitTitle.FindSubmatch(line)[1])})
		u.unit, u.status = &h.Units[len(h.Units)-1], true
	case u.status && u.unit != nil:
		u.understood++
		u.statusLine(line)
	case goesOn:
		u.understood++
		u.last = bytes.HasSuffix(line, []byte(`\`))
		if u.unit != nil && u.unit.Exec != "" {
			u.unit.Exec = plain(strings.TrimSuffix(u.unit.Exec, `\`) + " " + string(bytes.TrimSpace(line)))
		}
	case unitPart.Match(line) || line[0] == '#' || line[0] == ';':
		u.understood++
	case unitSet.Match(line):
		u.row()
		u.last = bytes.HasSuffix(line, []byte(`\`))
		u.set(i, unitSet.FindSubmatch(line), h)
	default:
		u.unread(i, line)
	}
}

// begin notes the file that follows. A file in NAME.d adds to the unit NAME.
func (u *unitText) begin(i int, file string, h *Host) {
	u.understood++
	u.status = false
	if file == u.file && u.unit != nil {
		return // ls -l after the heading
	}
	u.file = file
	name := base(file)
	if folder := strings.TrimSuffix(file, "/"+name); strings.HasSuffix(folder, ".d") {
		name = strings.TrimSuffix(base(folder), ".d")
	}
	h.Units = append(h.Units, Unit{Where: u.where(i), Name: name, File: file})
	u.unit = &h.Units[len(h.Units)-1]
}

func (u *unitText) set(i int, m [][]byte, h *Host) {
	name, value := string(m[1]), string(m[2])
	if u.unit == nil { // a file that nobody named
		h.Units = append(h.Units, Unit{Where: u.where(i)})
		u.unit = &h.Units[len(h.Units)-1]
	}
	if strings.HasPrefix(name, "Exec") {
		if u.unit.Exec == "" {
			u.unit.Where = u.where(i)
		} else {
			value = u.unit.Exec + " ; " + value
		}
		u.unit.Exec = plain(value[:min(len(value), 4*mostArgs)])
	}
}

// statusLine takes the file and the state out of systemctl status.
func (u *unitText) statusLine(line []byte) {
	m := loadedFrom.FindSubmatch(line)
	if m == nil {
		return
	}
	if bytes.HasPrefix(m[2], []byte("/")) {
		u.unit.File = told(m[2])
	} else if !bytes.Contains(line, []byte("oaded:")) {
		u.unit.State = strings.TrimSpace(told(m[1]) + " " + told(m[2]))
	}
	if strings.HasPrefix(u.unit.State, "failed") {
		u.unit.State = "failed"
	}
}
