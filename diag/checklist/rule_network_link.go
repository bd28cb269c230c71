package checklist

import (
	"cmp"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"latchkey/diag"
)

// rawUsers need raw or packet sockets for their work: they get addresses, find
// neighbours, keep addresses alive, ping.
var rawUsers = []string{"dhclient", "dhcpcd", "dhcpd", "systemd-network", "systemd-networkd", "NetworkManager", "wpa_supplicant", "hostapd",
	"keepalived", "lldpd", "lldpad", "arpwatch", "radvd", "dnsmasq", "bird", "bird6", "ospfd", "ospf6d", "zebra", "frr", "vrrpd", "ping",
	"fping", "smokeping", "mtr-packet", "nm-dhcp-helper", "charon", "avahi-autoipd", "rdnssd", "ndppd", "pimd", "udhcpc", "corosync"}

// rawProtocol is TCP's number (IANA protocol numbers); of a raw socket it stands
// where others have their port.
const rawProtocol = 6

// excused says whether a process may have a raw or packet socket: by its name,
// unless the file behind it lies where no service is installed, or it makes TCP
// of its own, as only those do who scan or trace. lsof cuts names after nine letters.
func (s Socket) excused(p Process) bool {
	name := strings.Trim(strings.Fields(s.Name + " -")[0], "[]:")
	if strayPlace(cmp.Or(p.Exe, strings.Fields(p.Args + " -")[0])) || s.Protocol == "raw" && s.Local.Port == rawProtocol && name != "mtr-packet" {
		return false
	}
	return slices.ContainsFunc(rawUsers, func(user string) bool {
		return name == user || s.Command == "lsof" && len(name) == 9 && strings.HasPrefix(user, name)
	})
}

// rawSockets are the raw and packet sockets of processes that have no business
// with them, one of a kind for each process.
func rawSockets(h *Host) (all []Socket) {
	type key struct {
		pid            int
		protocol, name string
	}
	seen, people := map[key]bool{}, people(h)
	for _, s := range h.Sockets {
		if s.Protocol != "raw" && s.Protocol != "packet" || s.PID < 0 && !s.Ownerless || s.excused(people[s.PID]) {
			continue
		}
		k := key{s.PID, s.Protocol, ""}
		if s.PID < 0 {
			k.name = s.Name
		}
		if !seen[k] {
			seen[k] = true
			all = append(all, s)
		}
	}
	return all
}

// judgeRaw: N08, raw and packet sockets of others: a sniffer or a scanner with
// a network stack of its own.
func judgeRaw(h *Host, found found) {
	people := people(h)
	for _, s := range rawSockets(h) {
		found(diag.Warning, s.Where, "pid", s.PID, "name", shown(s.Name), "user", userOf(people, s.PID, s.User), "protocol", s.Protocol, "interface", s.Interface)
	}
}

// wormPorts are the ones that worms guess passwords on; fewHosts of one network
// are enough, below the number that N01 asks for.
var wormPorts = []int{22, 23, 445, 2222}

const fewHosts = 5

// judgeWorm: N09, one process and several hosts of one foreign network on a
// port for logins. N01 says the same about more hosts.
func judgeWorm(h *Host, found found) {
	own, people := ownNetworks(h), people(h)
	for _, f := range fans(h) {
		if f.pid < 0 || f.weight() >= manyHosts || !slices.Contains(wormPorts, f.port.number) {
			continue
		}
		networks := map[netip.Prefix]int{}
		best, most := netip.Prefix{}, 0
		for a := range f.hosts {
			n := network(a)
			if slices.ContainsFunc(own, func(p netip.Prefix) bool { return p.Contains(a) }) || a.IsPrivate() {
				continue
			}
			if networks[n]++; networks[n] > most || networks[n] == most && n.Addr().Less(best.Addr()) {
				best, most = n, networks[n]
			}
		}
		if most >= fewHosts {
			found(diag.Warning, f.at, "pid", f.pid, "name", shown(f.name), "user", userOf(people, f.pid, f.user), "port", f.port.number, "count", most,
				"network", best.String())
		}
	}
}

// network is the /24 of an IPv4 address, the /64 of an IPv6 address.
func network(a netip.Addr) netip.Prefix {
	bits := 24
	if a.Is6() {
		bits = 64
	}
	p, _ := a.Prefix(bits)
	return p
}

// ownNetworks are the networks the machine is in, without the loopback's.
func ownNetworks(h *Host) []netip.Prefix {
	var own []netip.Prefix
	for _, a := range h.Addresses {
		if p, err := netip.ParsePrefix(a.Prefix); err == nil && p.Bits() > 0 && !p.Addr().IsLoopback() {
			own = append(own, p.Masked())
		}
	}
	return own
}

// hypervisorMACs begin the addresses that hypervisors and providers give to
// guests: QEMU, VMware (also the virtual MACs of Hetzner and OVH), Proxmox, Xen,
// VirtualBox, Hyper-V.
var hypervisorMACs = []string{"52:54:00", "00:50:56", "00:0c:29", "00:05:69", "02:00:00", "bc:24:11", "00:16:3e", "08:00:27", "00:15:5d"}

// natBridges keep their guests behind NAT, so that their MACs never leave.
var natBridges = []string{"docker", "br-", "cni", "lxcbr", "lxdbr", "virbr", "podman", "flannel", "cali"}

// judgeMAC: M01, a MAC learned from a guest that no hypervisor gave it. Which
// ones the provider assigned is not known here; the text says to compare.
func judgeMAC(h *Host, found found) {
	learned := map[string]int{}
	for _, n := range h.Neighbours {
		if n.bridged() {
			learned[n.Bridge+" "+n.Interface]++
		}
	}
	seen := map[string]bool{}
	for _, n := range h.Neighbours {
		if !n.bridged() || !foreignMAC(n.MAC) || seen[n.MAC] || !n.fromGuest(learned[n.Bridge+" "+n.Interface]) ||
			slices.ContainsFunc(natBridges, func(b string) bool { return strings.HasPrefix(n.Bridge, b) }) {
			continue
		}
		seen[n.MAC] = true
		found(diag.Warning, n.Where, "mac", n.MAC, "interface", shown(n.Interface), "bridge", shown(n.Bridge))
	}
}

// bridged says whether a bridge learned the MAC from traffic.
func (n Neighbour) bridged() bool {
	return !n.Permanent && n.MAC != "" && n.Address == "" && (n.Bridge != "" || strings.HasPrefix(n.Interface, "port "))
}

// fromGuest says whether the MAC came in where a guest is attached, not from
// the wire. brctl names ports by number: there one with three or more MACs is
// taken for the wire, and only addresses made up by software are judged.
func (n Neighbour) fromGuest(learned int) bool {
	if strings.HasPrefix(n.Interface, "port ") {
		return learned < 3 && octet(n.MAC)&2 != 0
	}
	return slices.ContainsFunc([]string{"tap", "veth", "vnet", "fwpr", "macvtap"}, func(p string) bool { return strings.HasPrefix(n.Interface, p) })
}

// foreignMAC is a unicast address that no hypervisor gives.
func foreignMAC(mac string) bool {
	return isMAC(mac) && octet(mac)&1 == 0 && !slices.Contains(hypervisorMACs, mac[:8])
}

// octet is the first of a MAC: bit 0 is multicast, bit 1 made up by software
// (IEEE 802).
func octet(mac string) uint64 {
	n, _ := strconv.ParseUint(mac[:2], 16, 8)
	return n
}

// judgeIPv6: K02, a kernel without IPv6; whatever wants both families, as some
// firewalls do, does not start then.
func judgeIPv6(h *Host, found found) {
	if h.Kernel.IPv6Off {
		found(diag.Notice, h.Kernel.Where, "arguments", shown(h.Kernel.Arguments))
	}
}

// judgeUnfiltered: K02b, every packet filter that was asked has no rule.
func judgeUnfiltered(h *Host, found found) {
	var tools []string
	for _, r := range h.Rulesets {
		if r.Rules > 0 || r.Drops {
			return
		}
		if !slices.Contains(tools, r.Tool) {
			tools = append(tools, r.Tool)
		}
	}
	if len(tools) > 0 {
		found(diag.Notice, h.Rulesets[0].Where, "tools", strings.Join(tools, ", "))
	}
}
