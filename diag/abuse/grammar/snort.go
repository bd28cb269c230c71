package grammar

import "bytes"

// snort reads the alerts of Snort and Suricata, on one line (fast) or on
// several (full). Note is the rule's name.
//
//	09/26-06:31:07.123456  [**] [1:37215:2] NAME [**] [Classification: …] [Priority: 1] {TCP} 192.0.2.10:26565 -> 198.51.100.58:80
func snort() Grammar {
	return Grammar{
		Name: "snort", LogType: FirewallLog,
		Open: func([]byte) Reader { return &snortReader{} },
	}
}

type snortReader struct {
	name []byte // of a full alert whose packet follows
	open bool   // its packet was read, the protocol is due
}

func (r *snortReader) Clone() Reader { c := *r; return &c }

// Starts knows only the alerts that begin with their time for certain.
func (r *snortReader) Starts(line []byte) bool {
	_, n := snortTime(line)
	return n > 0 && len(r.name) == 0
}

func (r *snortReader) Line(line []byte, row *Row) Outcome {
	if r.open {
		return r.protocol(Trim(line), row)
	}
	stamp, n := snortTime(line)
	name, rest, ok := snortRule(line[n:])
	if ok {
		i, j := bytes.IndexByte(rest, '{'), bytes.IndexByte(rest, '}')
		if i >= 0 && j > i && snortEnds(rest[j+1:], row) {
			row.Time, row.Note = stamp, name
			row.Protocol = ReadProtocol(bytes.TrimPrefix(rest[i+1:j], []byte("PROTO:")))
			return Done
		}
		row.Reset()
		if n > 0 {
			return Foreign
		}
		r.name = bytes.Clone(name)
		return Frame
	}
	if n > 0 && len(r.name) > 0 && snortEnds(line[n:], row) {
		row.Time, row.Note = stamp, r.name
		r.open, r.name = true, nil
		// The words point into the line; the row outlives it.
		row.Source.Word, row.Target.Word = bytes.Clone(row.Source.Word), bytes.Clone(row.Target.Word)
		return Begun
	}
	row.Reset()
	return snortDetail(Trim(line))
}

// protocol reads «TCP TTL:64 TOS:0x0 ID:1 IpLen:20 DgmLen:60 DF».
func (r *snortReader) protocol(b []byte, row *Row) Outcome {
	r.open = false
	word, rest := Cut(b)
	if !hasPrefix(Trim(rest), "TTL:") {
		return Foreign
	}
	row.Protocol = ReadProtocol(bytes.TrimPrefix(word, []byte("PROTO:")))
	if n, ok := numberAfter(rest, "DgmLen"); ok {
		row.Size = n
	}
	return Done
}

// snortDetail recognises the other lines of a full alert.
func snortDetail(b []byte) Outcome {
	if hasPrefix(b, "[Classification: ") || hasPrefix(b, "[Priority: ") {
		return Frame
	}
	for _, s := range [...]string{"[Xref => ", "TCP Options (", "Len: "} {
		if hasPrefix(b, s) {
			return Further
		}
	}
	if len(b) > 13 && b[8] == ' ' && len(bytes.Trim(b[:8], "*UAPRSF12")) == 0 && hasPrefix(b[9:], "Seq:") || hasPrefix(b, "Type:") && bytes.Contains(b, []byte("Code:")) {
		return Further
	}
	return Foreign
}

// snortTime reads «09/26-06:31:07.123456», «09/26/12-06:31:07.123456», and any
// other time in front, as syslog puts it there.
func snortTime(b []byte) (Stamp, int) {
	month, i := number(b, 0, 2)
	if i < 0 || i+3 >= len(b) || b[i] != '/' {
		return ReadStamp(b)
	}
	day, j := number(b, i+1, 2)
	if j < 0 || j >= len(b) || b[j] != '-' && b[j] != '/' {
		return ReadStamp(b)
	}
	year, parts := 0, Clock|Day
	if b[j] == '/' {
		if year, j = number(b, j+1, 4); j < 0 || j >= len(b) || b[j] != '-' {
			return Stamp{}, 0
		}
		if year < 100 {
			year += 2000
		}
		parts |= Year
	}
	h, m, s, micros, end := clock(b, j+1)
	if end < 0 || s < 0 {
		return Stamp{}, 0
	}
	stamp, ok := stampOf(year, month, day, h, m, s, micros, parts)
	return stamp, used(ok, end)
}

// snortRule finds «[1:37215:2] NAME» with what follows the name.
func snortRule(b []byte) (name, rest []byte, ok bool) {
	for from := 0; ; {
		i := bytes.IndexByte(b[from:], '[')
		if i < 0 {
			return nil, nil, false
		}
		from += i + 1
		colons := 0
		j := from
		for j < len(b) && (digit(b[j]) || b[j] == ':') {
			if b[j] == ':' {
				colons++
			}
			j++
		}
		if colons != 2 || j >= len(b) || b[j] != ']' {
			continue
		}
		if !snortBefore(b[:from-1]) {
			return nil, nil, false
		}
		rest = b[j+1:]
		end := bytes.IndexAny(rest, "[{")
		if end < 0 {
			return nil, nil, false
		}
		return bytes.Trim(rest[:end], " \t:"), rest[end:], true
	}
}

// snortBefore reports whether what stands between the time and the rule's
// number belongs to an alert: nothing, «[**]», or what syslog puts there.
func snortBefore(b []byte) bool {
	b = Trim(bytes.TrimSuffix(Trim(b), []byte("[**]")))
	return len(b) == 0 || b[len(b)-1] == ':' && bytes.IndexByte(b, ',') < 0 && bytes.IndexByte(b, '\t') < 0
}

// snortEnds reads «192.0.2.10:26565 -> 198.51.100.58:80». IPv6 addresses have
// no brackets there, but always a port.
func snortEnds(b []byte, row *Row) bool {
	src, rest := Cut(b)
	arrow, rest := Cut(rest)
	dst, _ := Cut(rest)
	if string(arrow) != "->" || len(dst) == 0 {
		return false
	}
	row.Source, row.Target = readHostAndPort(src), readHostAndPort(dst)
	return true
}
