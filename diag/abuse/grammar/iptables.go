package grammar

import "bytes"

// iptables reads the packet lines of the Linux kernel: targets LOG and NFLOG,
// nftables' log, UFW, Shorewall and firewalld, all of which let the same
// function print. Order and number of the fields differ between kernels.
//
//	Jan 26 09:41:33 gw kernel: [97989.6] [UFW BLOCK] IN=ppp0 OUT= MAC= SRC=192.0.2.10 DST=x.x.x.x LEN=40 … PROTO=TCP SPT=52014 DPT=4694 … SYN URGP=0
func iptables() Grammar {
	return Grammar{Name: "iptables", LogType: FirewallLog, Open: func([]byte) Reader { return lineReader(iptablesLine) }}
}

func iptablesLine(line []byte, row *Row) Outcome {
	if !bytes.Contains(line, []byte("SRC=")) || !bytes.Contains(line, []byte("DST=")) {
		return Foreign
	}
	fields := iptablesFields(line, row)
	if fields < 2 || !row.Source.Known() || !row.Target.Known() {
		return Foreign
	}
	head := readSyslog(line)
	row.Time = head.time
	if head.tag != nil {
		row.Note = iptablesPrefix(head.text)
	}
	return Done
}

// iptablesFields reads «KEY=value» and flag words into row; fields counts the
// keys besides the addresses that only the kernel prints.
func iptablesFields(line []byte, row *Row) (fields int) {
	var syn, more bool
	for {
		var word []byte
		word, line = Cut(line)
		if len(word) == 0 || bytes.HasPrefix(word, []byte("[SRC=")) {
			break // the end, or the packet that an ICMP error quotes
		}
		eq := bytes.IndexByte(word, '=')
		if eq >= 0 {
			fields += iptablesField(word[:eq], word[eq+1:], row)
			continue
		}
		switch string(word) {
		case "SYN":
			syn = true
		case "ACK", "RST", "FIN":
			more = true
		}
	}
	row.SYN = syn && !more && row.Protocol == TCP
	return fields
}

// iptablesField gives 1 for a key that only the kernel prints.
func iptablesField(key, value []byte, row *Row) int {
	switch string(key) {
	case "SRC":
		setHost(&row.Source, value)
		return 0
	case "DST":
		setHost(&row.Target, value)
		return 0
	case "SPT":
		row.Source.Port, _ = ReadPort(value)
		return 0
	case "DPT":
		row.Target.Port, _ = ReadPort(value)
		return 0
	case "PROTO":
		row.Protocol = ReadProtocol(value)
	case "LEN":
		// UDP prints its own length again, after the packet's.
		if n, ok := ReadInt(value); ok && row.Size == Unknown {
			row.Size = n
		}
	case "TTL", "HOPLIMIT", "MAC", "OUT", "TOS", "WINDOW":
	default:
		if !bytes.HasSuffix(key, []byte("IN")) { // «DROP:IN=eth0»
			return 0
		}
	}
	return 1
}

// iptablesPrefix is the --log-prefix of the rule: what stands between the
// kernel's uptime and the first field.
func iptablesPrefix(text []byte) []byte {
	if end := bytes.IndexByte(text, ']'); len(text) > 0 && text[0] == '[' && end > 0 {
		if len(bytes.Trim(text[1:end], " .0123456789")) == 0 {
			text = text[end+1:]
		}
	}
	i := bytes.Index(text, []byte("IN="))
	if i < 0 {
		return nil
	}
	return bytes.Trim(text[:i], " \t[]:-\"")
}
