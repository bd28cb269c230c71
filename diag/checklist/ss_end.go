package checklist

import (
	"bytes"
	"net/netip"
	"strconv"
	"strings"
)

// field cuts the first word off a line.
func field(line []byte) (word string, rest []byte) {
	line = bytes.TrimLeft(line, " \t")
	if i := bytes.IndexAny(line, " \t"); i >= 0 {
		return string(line[:i]), bytes.TrimLeft(line[i:], " \t")
	}
	return string(line), nil
}

// digits says whether a word is a number without sign.
func digits(s string) bool {
	return s != "" && len(s) <= 18 && strings.Trim(s, "0123456789") == ""
}

// number is a printed number, -1 if it is none.
func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		return -1
	}
	return n
}

// services are the ports that ss and netstat print as names without -n
// (/etc/services of Debian, the ones a rule asks for or that are common).
var services = map[string]int{
	"ftp": 21, "ssh": 22, "telnet": 23, "smtp": 25, "domain": 53, "bootps": 67, "bootpc": 68, "tftp": 69, "http": 80, "kerberos": 88,
	"pop3": 110, "sunrpc": 111, "ntp": 123, "netbios-ns": 137, "netbios-ssn": 139, "imap2": 143, "imap": 143, "snmp": 161, "bgp": 179,
	"ldap": 389, "https": 443, "microsoft-ds": 445, "submissions": 465, "urd": 465, "isakmp": 500, "submission": 587, "ipp": 631,
	"ldaps": 636, "rsync": 873, "imaps": 993, "pop3s": 995, "ms-sql-s": 1433, "nfs": 2049, "mysql": 3306, "ms-wbt-server": 3389,
	"ipsec-nat-t": 4500, "postgresql": 5432, "mdns": 5353, "amqp": 5672, "redis": 6379, "http-alt": 8080, "x11": 6000,
	"chargen": 19, "epmd": 4369, "sip": 5060, "rfb": 5900, "munin": 4949, "zabbix-agent": 10050, "webmin": 10000, "mdns-udp": 5353,
}

// endOf reads one end of a socket as ss and netstat print it: 192.0.2.1:22,
// [2001:db8::1%eth0]:546, *%lo:67, :::80, *:*; the interface is returned apart.
func endOf(s string) (e End, device string, ok bool) {
	i := strings.LastIndexByte(s, ':')
	if i <= 0 {
		return End{Host: s, Port: -1}, "", s == "*"
	}
	host, port := s[:i], s[i+1:]
	if at := strings.IndexByte(host, '%'); at >= 0 {
		device = strings.TrimSuffix(host[at+1:], "]")
		host = host[:at]
	}
	host = strings.Trim(host, "[]")
	e = End{Host: host, Port: -1}
	switch {
	case port == "*":
	case digits(port):
		if e.Port = number(port); e.Port > 65535 {
			return e, device, false
		}
	case port == "" || strings.Trim(port, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.+@") != "":
		return e, device, false
	default:
		if p, known := services[port]; known {
			e.Port = p
		}
	}
	return e, device, host == "*" || addressOf(host).IsValid() || hostname(host)
}

// addressOf is a printed address without zone; IPv4 in IPv6 becomes IPv4.
func addressOf(s string) netip.Addr {
	a, err := netip.ParseAddr(strings.Trim(s, "[]"))
	if err != nil {
		return netip.Addr{}
	}
	return a.Unmap().WithZone("")
}

func hostname(s string) bool {
	return s != "" && len(s) <= 253 && strings.Trim(strings.ToLower(s), "abcdefghijklmnopqrstuvwxyz0123456789-._") == ""
}

// printedEnd is stricter than endOf: an address or «*», and a port. Only such
// ends make a text recognisable.
func printedEnd(s string) bool {
	e, _, ok := endOf(s)
	return ok && strings.Contains(s, ":") && (e.Host == "*" || addressOf(e.Host).IsValid())
}

// states are the states of sockets as ss names them, with the words netstat
// (net-tools, English and German) has for them.
var states = map[string]string{
	"LISTEN": "LISTEN", "UNCONN": "UNCONN", "ESTAB": "ESTAB", "SYN-SENT": "SYN-SENT", "SYN-RECV": "SYN-RECV", "FIN-WAIT-1": "FIN-WAIT-1",
	"FIN-WAIT-2": "FIN-WAIT-2", "TIME-WAIT": "TIME-WAIT", "CLOSE-WAIT": "CLOSE-WAIT", "LAST-ACK": "LAST-ACK", "CLOSING": "CLOSING",
	"CLOSE": "CLOSE", "NEW-SYN-RECV": "SYN-RECV", "CLOSED": "CLOSE", "BOUND-INACTIVE": "CLOSE", "UNKNOWN": "UNKNOWN",
	"ESTABLISHED": "ESTAB", "VERBUNDEN": "ESTAB", "HERGESTELLT": "ESTAB", "SYN_SENT": "SYN-SENT", "SYN_RECV": "SYN-RECV",
	"SYN_RECEIVED": "SYN-RECV", "FIN_WAIT1": "FIN-WAIT-1", "FIN_WAIT2": "FIN-WAIT-2", "TIME_WAIT": "TIME-WAIT", "CLOSE_WAIT": "CLOSE-WAIT",
	"LAST_ACK": "LAST-ACK", "UNBEKANNT": "UNKNOWN", "LISTENING": "LISTEN",
}

// settleOwners marks the sockets that should have an owner and have none. It
// returns true if the command was not run by root, which explains them.
func settleOwners(sockets []Socket, asked bool) (notRoot bool) {
	if !asked {
		return false
	}
	if ownersWithheld(sockets) {
		return true
	}
	for i := range sockets {
		s := &sockets[i]
		switch s.State {
		case "LISTEN", "UNCONN", "ESTAB", "SYN-SENT", "CLOSE-WAIT", "":
			s.Ownerless = s.PID < 0 && s.Name == ""
		}
	}
	return false
}

// ownersWithheld says whether the owners are missing because the command was
// not run by root: nobody is named on a privileged port but some are open, or
// most of the waiting sockets have nobody. A hidden process may sit on a low
// port too, but as root others are named there.
func ownersWithheld(sockets []Socket) bool {
	named, nameless := 0, 0
	privileged, withheld := false, false
	for _, s := range sockets {
		if s.State != "LISTEN" && s.State != "UNCONN" {
			continue
		}
		low := s.Local.Port > 0 && s.Local.Port < 1024
		if s.PID >= 0 {
			named++
			privileged = privileged || low
		} else if s.Protocol == "tcp" || s.Protocol == "udp" {
			nameless++
			withheld = withheld || low
		}
	}
	return withheld && !privileged || nameless > 2 && nameless > named
}
