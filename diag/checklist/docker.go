package checklist

import (
	"bytes"
	"strconv"
	"strings"

	"latchkey/diag"
)

// dockerHead are the headings of docker ps and podman ps; dockerRow is how a
// container's row begins; dockerPort is a published port.
var (
	dockerHead = diag.NewPattern(`^CONTAINER ID +IMAGE +COMMAND +CREATED +STATUS +PORTS(?: +NAMES)?(?: +SIZE)?\s*$`)
	dockerRow  = diag.NewPattern(`^[0-9a-f]{12}(?:[0-9a-f]{52})?  +\S`)
	dockerPort = diag.NewPattern(`(?:^|, )(\[?[0-9a-f.:]+?\]?|\*):(\d{1,5})(?:-(\d{1,5}))?->[\d-]+/(tcp|udp|sctp)`)
	// dockerGaps part a row that does not stand under its headings.
	dockerGaps = diag.NewPattern(` {2,}`)
)

func weighDocker(t *text) int {
	for _, line := range t.head(5) {
		if dockerHead.Match(line) {
			return 95
		}
	}
	return 0
}

// dockerColumns are headings and the rune where each begins.
type dockerColumns struct {
	names []string
	at    []int
}

func dockerColumnsOf(line string) (c dockerColumns) {
	for _, name := range []string{"CONTAINER ID", "IMAGE", "COMMAND", "CREATED", "STATUS", "PORTS", "NAMES", "SIZE"} {
		if i := strings.Index(line, name); i >= 0 {
			c.names, c.at = append(c.names, name), append(c.at, i)
		}
	}
	return c
}

// cut parts a row by the columns; if it does not stand under them, by gaps of
// two blanks or more: then the ports may be missing.
func (c dockerColumns) cut(line string) map[string]string {
	runes, cells := []rune(line), map[string]string{}
	for i, at := range c.at {
		end := len(runes)
		if i+1 < len(c.at) {
			end = min(end, c.at[i+1])
		}
		if at >= end {
			continue
		}
		if at > 0 && runes[at-1] != ' ' {
			return c.gaps(line)
		}
		cells[c.names[i]] = strings.TrimSpace(string(runes[at:end]))
	}
	return cells
}

func (c dockerColumns) gaps(line string) map[string]string {
	words := dockerGaps.Split(strings.TrimSpace(line), len(c.names))
	names := c.names
	if len(words) == len(names)-1 && len(names) > 5 {
		names = append(append([]string{}, names[:5]...), names[6:]...)
	}
	cells := map[string]string{}
	for i, word := range words {
		if len(words) == len(names) {
			cells[names[i]] = word
		}
	}
	return cells
}

// readDocker keeps containers, and their published ports as sockets that
// listen: to the network they are the host's.
func readDocker(t *text, h *Host) (got tallied) {
	h.Containers = []Container{}
	var columns dockerColumns
	for i, line := range t.lines {
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		if dockerHead.Match(line) {
			columns = dockerColumnsOf(string(line))
			got.understood++
			continue
		}
		cells := map[string]string{}
		if dockerRow.Match(line) {
			cells = columns.cut(string(line))
		}
		// An engine holds some thousand containers at most.
		if cells["IMAGE"] == "" || len(h.Containers) >= mostProcesses {
			got.unread(i, line)
			continue
		}
		c := Container{Where: Where{Command: "docker", Line: i + 1}, ID: plain(cells["CONTAINER ID"]), Name: plain(cells["NAMES"]),
			Image: plain(cells["IMAGE"]), Command: plain(strings.Trim(cells["COMMAND"], `"`)), Status: plain(cells["STATUS"]),
			Ports: plain(cells["PORTS"])}
		h.Containers = append(h.Containers, c)
		h.Sockets = append(h.Sockets, c.published()...)
		got.rows++
		got.understood++
	}
	return got
}

// published are the host's ports that lead to the container.
func (c Container) published() (all []Socket) {
	for _, m := range dockerPort.FindAllStringSubmatch(c.Ports, 100) {
		first, last := printedPort(m[2]), printedPort(m[2])
		if m[3] != "" {
			last = printedPort(m[3])
		}
		// A range is printed short; a hundred ports of one say enough.
		for port := first; first > 0 && port <= min(last, first+99); port++ {
			s := Socket{Where: c.Where, Protocol: m[4], State: "LISTEN", PID: -1, Name: c.Name,
				Local: End{Host: strings.Trim(m[1], "[]"), Port: port}, Peer: End{Host: "*", Port: -1}}
			if s.Local.Host == "" || s.Local.Host == ":::" {
				s.Local.Host = "::"
			}
			if s.Protocol == "udp" {
				s.State = "UNCONN"
			}
			all = append(all, s)
		}
	}
	return all
}

// printedPort is a port's number, -1 if it is none.
func printedPort(s string) int {
	n, err := strconv.ParseUint(s, 10, 16)
	if err != nil {
		return -1
	}
	return int(n)
}
