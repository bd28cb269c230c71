package checklist

import (
	"bytes"
	"strings"

	"latchkey/diag"
)

var (
	unhideBanner = diag.NewPattern(`^Unhide(?:-tcp)? \d{8}`)
	unhidePID    = diag.NewPattern(`^Found HIDDEN PID: (\d+)`)
	unhidePort   = diag.NewPattern(`^Found [Hh]idden (?:port|PORT) that not appears in (?:ss|netstat): (\d+)`)
	unhideDetail = diag.NewPattern(`^\t(Cmdline|Executable|Command|\$USER|\$PWD)(?:: |=)(.*)$`)
	// unhideTalk is what it says about itself and its progress.
	unhideTalk = diag.NewPattern(`^(?:Unhide|Copyright|License|NOTE|Used options|https?://|\[\*\]|\[!\]|\s|Found HIDDEN|Starting (?:TCP|UDP)|Some activity)`)
)

func weighUnhide(t *text) int {
	for _, line := range t.head(12) {
		if unhideBanner.Match(line) {
			return 95
		}
	}
	for _, line := range t.head(3) {
		if unhidePID.Match(line) {
			return 80
		}
	}
	return 0
}

// readUnhide keeps the processes and ports that unhide found and other tools
// do not show. A process without command line and file may have ended while
// unhide was looking.
func readUnhide(t *text, h *Host) (got tallied) {
	h.Processes = []Process{}
	at := map[int]int{}
	open := -1
	for i, line := range t.lines {
		text := string(line)
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		where := Where{Command: "unhide", Line: i + 1}
		if m := unhidePID.FindStringSubmatch(text); m != nil {
			pid, ok := pidOf(m[1])
			if !ok || len(h.Processes) >= mostProcesses {
				got.unread(i, line)
				continue
			}
			got.understood++
			if open, ok = at[pid]; ok { // several techniques find the same one
				continue
			}
			p := newProcess()
			p.Where, p.PID = where, pid
			open, at[pid] = len(h.Processes), len(h.Processes)
			h.Processes = append(h.Processes, p)
			got.rows++
			continue
		}
		if m := unhidePort.FindStringSubmatch(text); m != nil && printedPort(m[1]) > 0 && len(h.Sockets) < mostProcesses {
			h.Sockets = append(h.Sockets, Socket{Where: where, Protocol: "tcp", State: "LISTEN", PID: -1, Ownerless: true,
				Local: End{Host: "*", Port: printedPort(m[1])}, Peer: End{Host: "*", Port: -1}})
			got.rows++
			got.understood++
			continue
		}
		if m := unhideDetail.FindStringSubmatch(text); m != nil && open >= 0 {
			h.Processes[open].tell(m[1], strings.Trim(m[2], `"`))
		}
		if unhideTalk.Match(line) {
			got.understood++
		} else {
			got.unread(i, line)
		}
	}
	return got
}

// tell adds what unhide says about a process; «<none>» and the like is nothing.
func (p *Process) tell(what, value string) {
	if strings.HasPrefix(value, "<") || value == "" {
		return
	}
	p.Masked = p.Masked || masked(value)
	switch value = plain(value); what {
	case "Cmdline":
		p.Args = value
		p.Name = program(value)
	case "Command":
		if p.Name == "" {
			p.Name = value
		}
	case "Executable":
		p.Exe = value
	case "$USER":
		p.User = value
	case "$PWD":
		p.Cwd = value
	}
}
