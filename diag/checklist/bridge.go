package checklist

import "strings"

func weighBrctl(t *text) int {
	for _, line := range t.head(4) {
		switch head := string(squeeze(line)); head {
		case "bridge name bridge id STP enabled interfaces", "port no mac addr is local? ageing timer":
			return 95
		}
		if brctlSaid(string(line[:min(len(line), 200)])) {
			return 90
		}
	}
	return 0
}

// readBrctl reads «brctl show» and «brctl showmacs BRIDGE». The second names
// ports by number; the first lists interfaces in another order, so the number
// stays («port 3»).
func readBrctl(t *text, h *Host) tallied {
	var got tallied
	bridge, bridges := "", 0
	for i, line := range t.lines {
		f := strings.Fields(string(line[:min(len(line), 600)]))
		if len(f) == 0 {
			continue
		}
		switch {
		case brctlSaid(string(line)):
			got.understood++
			continue
		case f[0] == "bridge" || f[0] == "port":
			got.rows--
		case isPort(f):
			n := Neighbour{Where: Where{Command: "brctl-showmacs", Line: i + 1}, MAC: strings.ToLower(f[1]),
				Interface: "port " + f[0], Permanent: f[2] == "yes"}
			if bridges == 1 {
				n.Bridge = bridge
			}
			h.Neighbours = append(h.Neighbours, n)
		case len(f) > 2 && strings.Contains(f[1], ".") && yesNo(f[2]):
			bridge, bridges = shown(f[0]), bridges+1
		case len(f) == 1 && bridges > 0: // a further interface
		default:
			got.unread(i, line)
			continue
		}
		got.rows++
		got.understood++
	}
	return got
}

// isPort: number, MAC, is it the bridge's own, age.
func isPort(f []string) bool {
	return len(f) == 4 && digits(f[0]) && isMAC(f[1]) && yesNo(f[2])
}

// brctlSaid: the bridge is not there.
func brctlSaid(line string) bool {
	return strings.HasPrefix(line, "read of forward table failed: ") ||
		strings.HasPrefix(line, "bridge ") && strings.HasSuffix(strings.TrimSpace(line), " does not exist!")
}

func yesNo(s string) bool { return s == "yes" || s == "no" }
