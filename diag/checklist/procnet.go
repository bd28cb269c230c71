package checklist

import (
	"bytes"
	"encoding/hex"
	"net/netip"
	"strconv"
	"strings"
)

// The heading of /proc/net/tcp, tcp6, udp, udp6, raw and raw6.
func procNetHeading(line []byte) bool {
	return bytes.HasPrefix(line, []byte("sl local_address rem")) && bytes.Contains(line, []byte(" st tx_queue"))
}

func weighProcNet(t *text) int {
	for _, line := range t.head(3) {
		if procNetHeading(squeeze(line)) || strings.HasSuffix(string(line), "/proc/net/if_inet6: No such file or directory") ||
			strings.HasSuffix(string(line), "/proc/net/if_inet6: Datei oder Verzeichnis nicht gefunden") {
			return 95
		}
		if _, _, ok := inet6Of(line); ok {
			return 98 // six hexadecimal fields also look like the times of a crontab
		}
		if _, ok := hexSocket(line); ok {
			return 80
		}
	}
	return 0
}

func readProcNet(t *text, h *Host) tallied {
	var got tallied
	protocol := "tcp"
	if strings.Contains(t.command, "/udp") {
		protocol = "udp"
	}
	for i, line := range t.lines {
		at := Where{Command: "proc-net", Line: i + 1}
		head := squeeze(line)
		if len(head) == 0 {
			continue
		}
		if procNetHeading(head) {
			protocol = procNetProtocol(head, t.command)
			got.understood++
			continue
		}
		if bytes.Contains(head, []byte("/proc/net/if_inet6: ")) {
			h.Kernel.Where, h.Kernel.IPv6Off = at, true
			got.understood++
			continue
		}
		if prefix, device, ok := inet6Of(line); ok {
			h.Addresses = append(h.Addresses, Address{Where: at, Interface: shown(device), Prefix: prefix.String()})
		} else if k, ok := hexSocket(line); ok {
			k.Where = at
			h.Sockets = append(h.Sockets, k.of(protocol))
		} else {
			got.unread(i, line)
			continue
		}
		got.rows++
		got.understood++
	}
	return got
}

// procNetProtocol tells what a heading is of: only datagram sockets count what
// they dropped.
func procNetProtocol(heading []byte, command string) string {
	switch {
	case strings.Contains(command, "/raw"):
		return "raw"
	case bytes.HasSuffix(heading, []byte(" drops")):
		return "udp"
	}
	return "tcp"
}

// of gives a socket its protocol. Raw sockets look like UDP ones; they have the
// number of a protocol for a port: 1 is ICMP, 58 ICMPv6, 255 any. Sockets
// without connection are listed as closed.
func (k Socket) of(protocol string) Socket {
	k.Protocol = protocol
	if n := k.Local.Port; protocol == "udp" && (n == 1 || n == 58 || n == 255) {
		k.Protocol = "raw"
	}
	if protocol != "tcp" && k.State == "CLOSE" {
		k.State = "UNCONN"
	}
	return k
}

// hexStates are the states by their number (include/net/tcp_states.h).
var hexStates = []string{"", "ESTAB", "SYN-SENT", "SYN-RECV", "FIN-WAIT-1", "FIN-WAIT-2", "TIME-WAIT", "CLOSE", "CLOSE-WAIT", "LAST-ACK",
	"LISTEN", "CLOSING", "SYN-RECV"}

// hexSocket reads «0: 0100007F:0019 00000000:0000 0A … uid timeout inode …».
func hexSocket(line []byte) (Socket, bool) {
	k := Socket{PID: -1}
	if len(line) > 400 { // a row has 150 characters, in IPv6 200
		return k, false
	}
	f := strings.Fields(string(line))
	if len(f) < 10 || !strings.HasSuffix(f[0], ":") || !digits(f[0][:len(f[0])-1]) {
		return k, false
	}
	var ok, okToo bool
	k.Local, ok = hexEnd(f[1])
	k.Peer, okToo = hexEnd(f[2])
	state, err := strconv.ParseUint(f[3], 16, 8)
	if !ok || !okToo || err != nil || state == 0 || int(state) >= len(hexStates) || !digits(f[7]) || !digits(f[9]) {
		return k, false
	}
	k.State, k.User = hexStates[state], f[7]
	if f[9] == "0" { // no inode: nobody holds it any more, the user is not told
		k.User = ""
	}
	if k.Peer.Port == 0 {
		k.Peer.Port = -1
	}
	return k, true
}

// hexEnd reads 0100007F:0019: words of 32 bits as a little-endian machine keeps
// them, the port in network order.
func hexEnd(s string) (End, bool) {
	host, port, _ := strings.Cut(s, ":")
	raw, err := hex.DecodeString(host)
	n, bad := strconv.ParseUint(port, 16, 16)
	if err != nil || bad != nil || len(port) != 4 || len(raw) != 4 && len(raw) != 16 {
		return End{}, false
	}
	for i := 0; i < len(raw); i += 4 {
		raw[i], raw[i+1], raw[i+2], raw[i+3] = raw[i+3], raw[i+2], raw[i+1], raw[i]
	}
	a, _ := netip.AddrFromSlice(raw)
	return End{Host: a.Unmap().String(), Port: int(n)}, true
}

// inet6Of reads a line of /proc/net/if_inet6: address, index, prefix length,
// scope and flags in hexadecimal, interface.
func inet6Of(line []byte) (netip.Prefix, string, bool) {
	if len(line) > 100 {
		return netip.Prefix{}, "", false
	}
	f := strings.Fields(string(line))
	if len(f) != 6 || len(f[0]) != 32 {
		return netip.Prefix{}, "", false
	}
	raw, err := hex.DecodeString(f[0])
	bits, bad := strconv.ParseUint(f[2], 16, 8)
	if err != nil || bad != nil || bits > 128 || len(f[1]) > 8 || len(f[3]) != 2 || len(f[4]) < 2 {
		return netip.Prefix{}, "", false
	}
	a, _ := netip.AddrFromSlice(raw)
	return netip.PrefixFrom(a, int(bits)), f[5], true
}
