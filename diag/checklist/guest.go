package checklist

import (
	"bytes"
	"cmp"
	"net/netip"
	"strconv"
	"strings"

	"latchkey/diag"
)

// guestTables are the headings of the lists, and what each calls its guests.
var guestTables = []struct {
	head    *diag.Pattern
	kind    string
	columns []string // in their order
}{
	{diag.NewPattern(`^VMID NAME STATUS MEM\(MB\) BOOTDISK\(GB\) PID$`), "qemu", []string{"id", "name", "state", "", "", "pid"}},
	{diag.NewPattern(`^VMID Status Lock Name$`), "lxc", []string{"id", "state", "name"}},
	{diag.NewPattern(`^Id Name State$`), "libvirt", []string{"id", "name", "state"}},
	{diag.NewPattern(`^NAME STATE AUTOSTART GROUPS IPV4 IPV6(?: UNPRIVILEGED)?$`), "lxc", []string{"name", "state", "", "", "address", "address"}},
}

// guestTable says which list begins so, -1 if none.
func guestTable(line []byte) int {
	words := squeeze(line[:min(len(line), 300)])
	for i, table := range guestTables {
		if table.head.Match(words) {
			return i
		}
	}
	return -1
}

func weighGuestList(t *text) int {
	for _, line := range t.head(5) {
		if guestTable(line) >= 0 {
			return 95
		}
	}
	return 0
}

func readGuestList(t *text, h *Host) (got tallied) {
	h.Guests = []Guest{}
	table := -1
	for i, line := range t.lines {
		words := strings.Fields(string(line[:min(len(line), 600)]))
		if n := guestTable(line); n >= 0 {
			table = n
			got.understood++
			continue
		}
		switch {
		case len(words) == 0:
			continue
		case len(words) == 1 && strings.Trim(words[0], "-") == "":
			got.understood++
			continue
		case table < 0 || len(words) < 3 || len(h.Guests) >= mostGuests:
			got.unread(i, line)
			continue
		}
		g := Guest{Where: Where{"guest-list", i + 1}, Kind: guestTables[table].kind, PID: -1}
		g.fill(guestTables[table].columns, words)
		h.Guests = append(h.Guests, g)
		got.row()
	}
	return got
}

// mostGuests bounds the guests of a host, and the interfaces told of them.
const mostGuests = 10_000

// fill takes a row's words; «pct list» leaves the lock out of most rows.
func (g *Guest) fill(columns, words []string) {
	for i, name := range columns {
		if i >= len(words) {
			break
		}
		word := plain(words[i])
		switch name {
		case "id":
			g.ID = word
		case "name":
			g.Name = word
		case "state":
			g.State = strings.ToLower(word)
		case "pid":
			g.PID = runningPID(word)
		case "address":
			g.Address = cmp.Or(g.Address, parsedAddress(strings.TrimSuffix(word, ",")))
		}
	}
	if g.Kind == "lxc" && len(columns) == 3 { // the name is last, whatever the lock is
		g.Name = plain(words[len(words)-1])
	}
	if g.Kind == "libvirt" { // its number is one of the run; its state may be two words
		g.ID, g.State = g.Name, plain(strings.ToLower(strings.Join(words[2:], " ")))
	}
	if g.ID == "" {
		g.ID = g.Name
	}
}

// guestSettings are the files of guests' settings: of Proxmox, LXC and libvirt.
var guestSettings = diag.NewPattern(`^(?:/[^:]*)?/(?:etc/pve/(?:nodes/[^/:]+/)?(qemu-server|lxc)/(\d+)\.conf|var/lib/(lxc)/([^/:]+)/config|etc/(libvirt)/qemu/([^/:]+)\.xml):(.*)$`)

func weighGuestNets(t *text) int {
	rows, lines := 0, t.head(10)
	for _, line := range lines {
		if guestSettings.Match(line[:min(len(line), 1000)]) {
			rows++
		}
	}
	if rows > 0 && rows*2 >= len(lines) {
		return 90
	}
	return 0
}

var (
	macAddress  = diag.NewPattern(`(?i)\b[0-9a-f]{2}(?::[0-9a-f]{2}){5}\b`)
	guestBridge = diag.NewPattern(`\b(?:bridge=|link = ?|bridge=')([A-Za-z0-9_.-]+)`)
	guestIP     = diag.NewPattern(`(?:\bip6?=|address = ?)([0-9A-Fa-f.:]+)(?:/\d+)?`)
	guestNamed  = diag.NewPattern(`^(?:name: |hostname: |lxc\.uts\.name = |\s*<name>)([^<\s]+)`)
	guestNet    = diag.NewPattern(`^(?:net\d+: |lxc\.net\.\d+\.hwaddr|\s*<mac )`)
)

// readGuestNets reads the lines of settings that tell names and interfaces, each
// after its file («grep -H»).
func readGuestNets(t *text, h *Host) (got tallied) {
	h.Guests = []Guest{}
	named := map[string]string{}
	for i, line := range t.lines {
		if blank(line) {
			continue
		}
		m := guestSettings.FindSubmatch(line[:min(len(line), 2000)])
		if m == nil {
			got.unread(i, line)
			continue
		}
		g := Guest{Where: Where{"guest-nets", i + 1}, PID: -1}
		for k, kind := range map[int]string{1: "", 3: "lxc", 5: "libvirt"} {
			if len(m[k]) == 0 {
				continue
			}
			if g.Kind, g.ID = kind, plain(string(m[k+1])); kind == "" {
				g.Kind = strings.TrimSuffix(string(m[k]), "-server")
			}
		}
		got.understood++
		if name := guestNamed.FindSubmatch(m[7]); name != nil {
			named[g.Kind+" "+g.ID] = plain(string(name[1]))
			continue
		}
		if mac := macAddress.Find(m[7]); mac == nil || !guestNet.Match(m[7]) || len(h.Guests) >= mostGuests {
			continue
		} else {
			g.MAC = strings.ToLower(string(mac))
		}
		g.Bridge, g.Address = firstOf(guestBridge, m[7]), parsedAddress(firstOf(guestIP, m[7]))
		h.Guests = append(h.Guests, g)
		got.rows++
	}
	for i := range h.Guests {
		g := &h.Guests[i]
		g.Name = named[g.Kind+" "+g.ID]
	}
	return got
}

// runningPID reads a PID; -1 for 0, which lists print of what does not run.
func runningPID(s string) int {
	if n, err := strconv.Atoi(s); err == nil && n > 0 {
		return n
	}
	return -1
}

func firstOf(r *diag.Pattern, line []byte) string {
	if m := r.FindSubmatch(line); m != nil {
		return plain(string(m[1]))
	}
	return ""
}

func parsedAddress(s string) string {
	a, err := netip.ParseAddr(s)
	if err != nil {
		return ""
	}
	return a.String()
}

// containerNet is a line of the collector's «docker inspect»: engine, id, name,
// PID, and for each network its name, addresses and MAC.
var containerNet = diag.NewPattern(`^(docker|podman)\|([0-9a-f]{12,64})\|/?([A-Za-z0-9][A-Za-z0-9_.-]*)\|(\d+)\|((?:[^;|]*;)*)$`)

func weighContainerNets(t *text) int {
	for _, line := range t.head(3) {
		if containerNet.Match(line[:min(len(line), 2000)]) {
			return 95
		}
	}
	return 0
}

func readContainerNets(t *text, h *Host) (got tallied) {
	h.Guests = []Guest{}
	for i, line := range t.lines {
		if blank(line) {
			continue
		}
		m := containerNet.FindSubmatch(bytes.TrimSpace(line[:min(len(line), 2000)]))
		if m == nil || len(h.Guests) >= mostGuests {
			got.unread(i, line)
			continue
		}
		pid := runningPID(string(m[4]))
		all := strings.Split(strings.TrimSuffix(string(m[5]), ";"), ";")
		for _, one := range all {
			cells := append(strings.Split(one, ","), "", "", "", "")
			g := Guest{Where: Where{"container-nets", i + 1}, Kind: string(m[1]), ID: string(m[2][:12]), Name: string(m[3]), PID: pid, Bridge: plain(cells[0])}
			if g.Address = parsedAddress(cells[1]); g.Address == "" {
				g.Address = parsedAddress(cells[2])
			}
			if isMAC(cells[3]) {
				g.MAC = strings.ToLower(cells[3])
			}
			h.Guests = append(h.Guests, g)
		}
		got.row()
	}
	return got
}

// GuestOf is the guest that has an address or a MAC, put together from all that
// is told of it; false if none is known to. Either may be "".
func (h *Host) GuestOf(address, mac string) (Guest, bool) {
	found, ok := Guest{}, false
	for _, g := range h.Guests {
		if mac != "" && g.MAC == strings.ToLower(mac) || address != "" && g.Address == address {
			found, ok = g, true
			break
		}
	}
	for _, g := range h.Guests {
		if !ok || g.Kind != found.Kind || g.ID != found.ID {
			continue
		}
		if found.Name == "" {
			found.Name = g.Name
		}
		if found.State == "" {
			found.State = g.State
		}
		if found.PID < 0 {
			found.PID = g.PID
		}
	}
	return found, ok
}

// guestWithMAC is the guest whose MAC fits a reported one, of which octets may
// be masked («bc:24:11:xx:xx:01»).
func (h *Host) guestWithMAC(reported string) (Guest, bool) {
	reported = strings.ReplaceAll(strings.ToLower(reported), "-", ":")
	for _, g := range h.Guests {
		if len(g.MAC) != len(reported) {
			continue
		}
		fits, told := true, 0
		for i := range reported {
			switch {
			case strings.IndexByte("xy?*", reported[i]) >= 0:
			case reported[i] != g.MAC[i]:
				fits = false
			default:
				told++
			}
		}
		// Of three octets any guest of one maker has the same; colons count too.
		if fits && told >= len("00:00:00:00::") {
			return h.GuestOf("", g.MAC)
		}
	}
	return Guest{}, false
}

// guests says that what is accused is a guest's, by MAC or by address; true if
// so.
func (m *Matching) guests(r Events, h *Host) bool {
	blame := func(g Guest, ok bool, code, address, mac string) {
		if ok && len(m.Against) < mostMatches {
			m.Against = append(m.Against, g.blamed(code, address, mac))
		}
	}
	for _, mac := range r.MACs {
		g, ok := h.guestWithMAC(mac)
		blame(g, ok, "guest-mac", "", g.MAC)
	}
	for _, source := range r.Sources {
		mac := ""
		for _, n := range h.Neighbours {
			if n.MAC != "" && addressOf(n.Address) == source {
				mac = n.MAC
			}
		}
		g, ok := h.GuestOf(source.String(), mac)
		blame(g, ok, "guest-named", source.String(), cmp.Or(mac, g.MAC))
	}
	return len(m.Against) > 0
}

// blamed says that a reported address is this guest's: its processes are not
// among the host's, its own collection is wanted.
func (g Guest) blamed(code, address, mac string) diag.Finding {
	name := g.Kind + " " + g.ID
	if g.Name != "" && g.Name != g.ID {
		name += " (" + g.Name + ")"
	}
	return about("against."+code, diag.Warning, g.Where, "address", address, "mac", mac, "guest", shown(name))
}
