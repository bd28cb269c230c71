package checklist

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
)

// The headings of arp -n (English, German) and of /proc/net/arp.
var arpHeadings = []string{"Address HWtype HWaddress Flags Mask Iface", "Adresse Hardware-Typ Hardware-Adresse Optionen Maske Schnittstelle",
	"Adresse HWTyp HWAdresse Flags Maske Iface", "IP address HW type Flags HW address Mask Device"}

func weighARP(t *text) int {
	rows, lines := 0, 0
	for _, line := range t.head(30) {
		lines++
		if slices.Contains(arpHeadings, string(squeeze(line))) {
			return 95
		}
		if _, ok := arpRow(line); ok {
			rows++
		}
	}
	if rows > 0 && rows*10 >= lines*6 {
		return 80
	}
	return 0
}

func readARP(t *text, h *Host) tallied {
	var got tallied
	for i, line := range t.lines {
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		head := squeeze(line)
		if slices.Contains(arpHeadings, string(head)) || bytes.HasPrefix(head, []byte("Entries:")) || bytes.HasPrefix(head, []byte("Einträge:")) {
			got.understood++
			continue
		}
		n, ok := arpRow(line)
		if !ok {
			got.unread(i, line)
			continue
		}
		n.Where = Where{Command: "arp", Line: i + 1}
		h.Neighbours = append(h.Neighbours, n)
		got.rows++
		got.understood++
	}
	return got
}

// arpRow reads the three shapes of rows.
func arpRow(line []byte) (n Neighbour, ok bool) {
	if len(line) > 600 {
		return n, false
	}
	f := strings.Fields(string(line))
	if len(f) >= 6 && f[2] == "at" && strings.HasPrefix(f[1], "(") {
		return arpProse(f)
	}
	if len(f) < 3 || !addressOf(f[0]).IsValid() && !hostname(f[0]) {
		return n, false
	}
	n.Address, n.Interface = shown(f[0]), shown(f[len(f)-1])
	if a := addressOf(f[0]); a.IsValid() {
		n.Address = a.String()
	}
	switch {
	case len(f) == 3:
		return n, f[1] == "(incomplete)" || f[1] == "(unvollständig)"
	case f[1] == "ether":
		n.MAC, n.Permanent = strings.ToLower(f[2]), strings.Contains(f[3], "M")
		return n, len(f) <= 6 && len(f) >= 5 && isMAC(f[2])
	}
	return arpTable(n, f)
}

// arpTable reads a row of /proc/net/arp: «192.0.2.1 0x1 0x2 52:54:… * eth0».
func arpTable(n Neighbour, f []string) (Neighbour, bool) {
	if len(f) != 6 || !strings.HasPrefix(f[1], "0x") || !isMAC(f[3]) {
		return n, false
	}
	flags, err := strconv.ParseUint(strings.TrimPrefix(f[2], "0x"), 16, 32)
	// ATF_PERM is 4 (include/uapi/linux/if_arp.h)
	n.MAC, n.Permanent = strings.ToLower(f[3]), flags&4 != 0
	return n, err == nil
}

// arpProse reads «gw.example.org (192.0.2.1) at 52:54:… [ether] PERM on eth0».
func arpProse(f []string) (n Neighbour, ok bool) {
	a := addressOf(strings.Trim(f[1], "()"))
	on := slices.Index(f, "on")
	if !a.IsValid() || on < 0 || on+1 >= len(f) {
		return n, false
	}
	n.Address, n.Interface, n.Permanent = a.String(), shown(f[on+1]), slices.Contains(f, "PERM")
	if isMAC(f[3]) {
		n.MAC = strings.ToLower(f[3])
	}
	return n, true
}
