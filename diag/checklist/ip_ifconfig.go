package checklist

import (
	"bytes"
	"net/netip"
	"strconv"
	"strings"
)

func ifconfigReader() reader { return reader{id: "ifconfig", weigh: weighIfconfig, read: readIfconfig} }

// weighIfconfig wants the head of an interface, old («Link encap:») or new
// («flags=73<UP…> mtu»).
func weighIfconfig(t *text) int {
	for _, line := range t.head(2) {
		if name, _ := ifconfigHead(line); name != "" {
			return 90
		}
	}
	return 0
}

// ifconfigHead is the name of the interface a line begins, and its flags.
func ifconfigHead(line []byte) (name, flags string) {
	if len(line) == 0 || line[0] == ' ' || line[0] == '\t' || len(line) > 300 {
		return "", ""
	}
	word, rest := field(line)
	switch s := string(rest); {
	case strings.HasPrefix(s, "Link encap:"), strings.HasPrefix(s, "Protokoll:"):
		return word, s
	case strings.HasPrefix(s, "flags=") && strings.Contains(s, "mtu") && strings.HasSuffix(word, ":"):
		return strings.TrimSuffix(word, ":"), s
	}
	return "", ""
}

func readIfconfig(t *text, h *Host) tallied {
	var (
		got             tallied
		s               ipText
		current         Address
		loopback, inet6 bool
	)
	for i, line := range t.lines {
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		at := Where{Command: "ifconfig", Line: i + 1}
		if name, flags := ifconfigHead(line); name != "" {
			current = Address{Where: at, Interface: shown(name), Promiscuous: strings.Contains(flags, "PROMISC"),
				Down: strings.HasPrefix(flags, "flags=") && !strings.Contains(flags, "<UP")}
			current.MAC = macBehind(strings.Fields(flags), "HWaddr", "Hardware", "Adresse")
			s.addresses = append(s.addresses, current)
			loopback = loopback || name == "lo"
			got.rows++
			got.understood++
			continue
		}
		f := strings.Fields(string(line[:min(len(line), 600)]))
		if line[0] != ' ' && line[0] != '\t' || current.Interface == "" {
			got.unread(i, line)
			continue
		}
		got.understood++
		switch f[0] {
		case "inet", "inet6":
			inet6 = inet6 || f[0] == "inet6"
			if prefix := ifconfigPrefix(f); prefix == "" || !s.address(at, current, prefix) {
				got.understood--
				got.unread(i, line)
			}
		case "UP": // the flags as the old form shows them
			for k := range s.addresses {
				a := &s.addresses[k]
				a.Promiscuous = a.Promiscuous || a.Interface == current.Interface && strings.Contains(string(line), " PROMISC ")
			}
		case "ether":
			current.MAC = macBehind(f, "ether")
			for k := len(s.addresses) - 1; k >= 0 && s.addresses[k].Interface == current.Interface; k-- {
				s.addresses[k].MAC = current.MAC
			}
		}
	}
	h.Addresses = append(h.Addresses, s.addresses...)
	if loopback && !inet6 {
		h.Kernel.Where, h.Kernel.IPv6Off = Where{Command: "ifconfig", Line: 1}, true
	}
	return got
}

func macBehind(f []string, words ...string) string {
	for i := 0; i+1 < len(f); i++ {
		for _, w := range words {
			if f[i] == w && isMAC(f[i+1]) {
				return strings.ToLower(f[i+1])
			}
		}
	}
	return ""
}

// ifconfigPrefix reads «inet 192.0.2.1 netmask 255.255.255.0», «inet
// addr:192.0.2.1 … Mask:255.255.255.0», «inet6 ::1 prefixlen 128», «inet6 addr:
// ::1/128».
func ifconfigPrefix(f []string) string {
	address, length := "", ""
	for i, w := range f {
		next := ""
		if i+1 < len(f) {
			next = f[i+1]
		}
		switch {
		case i == 1 && (w == "addr:" || w == "Adresse:"):
			address = next
		case i == 1:
			address = strings.TrimPrefix(strings.TrimPrefix(w, "addr:"), "Adresse:")
		case w == "netmask":
			length = maskBits(next)
		case strings.HasPrefix(w, "Mask:"), strings.HasPrefix(w, "Maske:"):
			_, mask, _ := strings.Cut(w, ":")
			length = maskBits(mask)
		case w == "prefixlen" && digits(next):
			length = next
		}
	}
	if length != "" && !strings.Contains(address, "/") {
		return address + "/" + length
	}
	return address
}

// maskBits is the length of a netmask, "" if it is none.
func maskBits(mask string) string {
	a, err := netip.ParseAddr(mask)
	if err != nil || !a.Is4() {
		return ""
	}
	bits := 0
	for _, b := range a.As4() {
		for ; b&0x80 != 0; b <<= 1 {
			bits++
		}
	}
	return strconv.Itoa(bits)
}
