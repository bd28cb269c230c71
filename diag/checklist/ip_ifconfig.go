package checklist

import (
	"bytes"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

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
	var got tallied
	var s ipText
	for i, line := range t.lines {
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		at := Where{Command: "ifconfig", Line: i + 1}
		if name, flags := ifconfigHead(line); name != "" {
			s.ifconfigLink(at, name, flags)
			got.rows++
		} else if line[0] != ' ' && line[0] != '\t' || s.current.Interface == "" ||
			!s.ifconfigLine(at, strings.Fields(string(line[:min(len(line), 600)]))) {
			got.unread(i, line)
			continue
		}
		got.understood++
	}
	h.Addresses = append(h.Addresses, s.addresses...)
	if s.loopback && !s.inet6 {
		h.Kernel.Where, h.Kernel.IPv6Off = Where{Command: "ifconfig", Line: 1}, true
	}
	return got
}

// ifconfigLink begins an interface; the old form has its MAC on the same line.
func (s *ipText) ifconfigLink(at Where, name, flags string) {
	s.current = Address{Where: at, Interface: shown(name), Promiscuous: strings.Contains(flags, "PROMISC"),
		Down: strings.HasPrefix(flags, "flags=") && !strings.Contains(flags, "<UP")}
	s.current.MAC = macBehind(strings.Fields(flags), "HWaddr", "Hardware", "Adresse")
	s.addresses = append(s.addresses, s.current)
}

// ifconfigLine reads what stands below an interface; false if an address is
// none.
func (s *ipText) ifconfigLine(at Where, f []string) bool {
	switch f[0] {
	case "inet", "inet6":
		prefix := ifconfigPrefix(f)
		return prefix != "" && s.address(at, s.current, prefix)
	case "UP": // the flags as the old form shows them
		s.current.Promiscuous = slices.Contains(f, "PROMISC")
	case "ether":
		s.current.MAC = macBehind(f, "ether")
	}
	for i := len(s.addresses) - 1; i >= 0 && s.addresses[i].Interface == s.current.Interface; i-- {
		s.addresses[i].MAC, s.addresses[i].Promiscuous = s.current.MAC, s.current.Promiscuous
	}
	return true
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
