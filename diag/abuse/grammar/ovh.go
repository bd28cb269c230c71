package grammar

import (
	"bytes"
	"strings"
)

// ovhAttack is OVH's log since 2015: a handful of sampled packets, and the true
// rates in a line above them. With a packets column each row stands for the
// packets of one sampling step. Ticket mails break the rows.
//
//	Attack detail : 12Kpps/6Mbps
//	dateTime                   srcIp:srcPort           dstIp:dstPort           protocol flags       bytes reason
//	2025.03.04 05:06:07 CET    192.0.2.10:40000        198.51.100.7:443        TCP      SYN            60 ATTACK:TCP_SYN
func ovhAttack() Grammar {
	return Grammar{
		Name: "ovh", LogType: AttackList, Provider: "ovh", Zone: "Europe/Paris",
		Open: func([]byte) Reader { return &ovhReader{} },
	}
}

type ovhReader struct {
	wrappedLog
	target string // first target of a scan
}

func (r *ovhReader) Clone() Reader { c := *r; return &c }

func (r *ovhReader) Line(line []byte, row *Row) Outcome {
	o, alone := r.wrap.read(line, row, ovhRow)
	if o == Done {
		r.incident(row)
		return Done
	}
	if text := Trim(line); alone && (ovhMark(text) || ovhDetail(text, &r.heading) ||
		columns(text, "dateTime", "srcIp:srcPort", "dstIp:dstPort", "protocol", "flags", "packets", "bytes", "reason")) {
		return Frame
	}
	return o
}

// incident takes what the reason of a row says: «ATTACK:…» or «SCAN:…». One
// attack among scans is the graver thing and stands.
func (r *ovhReader) incident(row *Row) {
	r.heading.Sampled, r.heading.Outward = true, true
	switch {
	case bytes.HasPrefix(row.Note, []byte("ATTACK")):
		r.heading.Incident = "flood"
	case r.heading.Incident == "flood" || !bytes.HasPrefix(row.Note, []byte("SCAN")):
	case r.target == "":
		r.target = row.Target.Host()
		r.heading.Incident = "port-scan"
	case r.heading.Incident == "port-scan" && r.target != row.Target.Host():
		r.heading.Incident = "net-scan"
	}
}

func ovhRow(text []byte, row *Row) Outcome {
	stamp, n := ReadStamp(text)
	if n < len("2025.03.04 05:06:07") || text[4] != '.' || !stamp.Dated() {
		return Foreign
	}
	source, target, rest, o := ovhEnds(text[n:])
	if o != Done {
		return o
	}
	name, rest := Cut(rest)
	flags, after := Cut(rest)
	protocol := ReadProtocol(name)
	if protocol == 0 {
		return ovhMissing(name)
	}
	if _, ok := ReadInt(flags); ok { // no flags at all
		flags, after = nil, rest
	}
	number, rest := Cut(after)
	if len(number) == 0 {
		return Begun
	}
	packets, size := int64(Unknown), int64(Unknown)
	octets, ok := ReadInt(number)
	reason, rest := Cut(rest)
	if more, second := ReadInt(reason); second { // a packets column before
		packets, octets = octets, more
		reason, rest = Cut(rest)
	} else {
		size = octets // one packet
	}
	if len(reason) == 0 {
		return Begun
	}
	if !ok || len(Trim(rest)) > 0 || reason[0] < 'A' || reason[0] > 'Z' {
		return Foreign
	}
	row.Time, row.Source, row.Target, row.Protocol = stamp, source, target, protocol
	row.Packets, row.Bytes, row.Size, row.Note = packets, octets, size, reason
	row.SYN = protocol == TCP && string(flags) == "SYN"
	return Done
}

// ovhMissing tells a word that is not there yet from a wrong one.
func ovhMissing(word []byte) Outcome {
	if len(word) == 0 {
		return Begun
	}
	return Foreign
}

// ovhEnds reads «SRC:PORT DST:PORT»; either may be a host name or masked.
func ovhEnds(b []byte) (source, target Endpoint, rest []byte, o Outcome) {
	from, rest := CutHost(b)
	to, rest := CutHost(rest)
	if len(to) == 0 {
		return source, target, rest, Begun
	}
	source, target = readHostAndPort(from), readHostAndPort(to)
	if !ovhHost(source) || !ovhHost(target) {
		return source, target, rest, Foreign
	}
	return source, target, rest, Done
}

// ovhHost reports whether a token can be one side of a row: it has a port, or
// is an address (ICMP has no ports).
func ovhHost(e Endpoint) bool { return e.Port != Unknown || e.Addr.IsValid() }

// ovhMark reports whether line is one of the marks around OVH's logs, in its
// languages, or a rule.
func ovhMark(line []byte) bool {
	bare := bytes.Trim(line, "- \t")
	if len(bare) == 0 {
		return len(line) > 2
	}
	if len(bare) > 80 || bare[0] < 'A' {
		return false
	}
	upper := string(bytes.ToUpper(bare))
	for _, mark := range []string{
		"START OF ADDITIONAL INFO", "END OF ADDITIONAL INFO", "DEBUT DES INFORMATIONS", "DÉBUT DES INFORMATIONS",
		"FIN DES INFORMATIONS", "POCZĄTEK LOG", "POCZATEK LOG", "KONIEC LOG", "BEGINN DER ZUS", "ENDE DER ZUS",
	} {
		if strings.HasPrefix(upper, mark) {
			return len(bare) < len(line) || len(bare) < 48 // alone, or between dashes
		}
	}
	return false
}

// ovhDetail reads «Attack detail : 12Kpps/6Mbps» and «… : 23K scans» into h,
// whatever the language of the label.
func ovhDetail(line []byte, h *Heading) bool {
	at := bytes.LastIndexByte(line, ':')
	if at < 1 || at > 48 || len(line) > at+48 {
		return false
	}
	value := Trim(line[at+1:])
	if len(value) < 2 || !digit(value[0]) {
		return false
	}
	first, second, two := bytes.Cut(value, []byte("/"))
	n, unit := ovhAmount(first)
	switch unit {
	case "pps":
		m, unit := ovhAmount(second)
		if two && unit != "bps" {
			return false
		}
		h.Packets, h.Bits = n, m
	case "bps":
		h.Bits = n
	case "scans", "scan":
		h.Incident = "net-scan"
	default:
		return false
	}
	return true
}

// ovhAmount reads «12K pps» as 12000 and its unit, in decimal prefixes.
func ovhAmount(b []byte) (n float64, unit string) {
	b = Trim(b)
	i := 0
	for i < len(b) && (digit(b[i]) || b[i] == '.') {
		i++
	}
	n = readNumeral(b[:i], englishNumerals, false)
	if n < 0 || i == len(b) {
		return 0, ""
	}
	switch b[i] {
	case 'K', 'k':
		n, i = n*1e3, i+1
	case 'M':
		n, i = n*1e6, i+1
	case 'G':
		n, i = n*1e9, i+1
	}
	return n, strings.ToLower(string(Trim(b[i:])))
}
