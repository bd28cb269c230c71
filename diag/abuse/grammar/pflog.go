package grammar

import "bytes"

// pflog reads what the firewall of the BSDs logs, as tcpdump prints it from the
// pflog interface. A sensor may have put its own columns in front; their date
// then counts, since the line itself has none.
//
//	05:43:26.201563 rule 0/0(match): block in on vmx0: 192.0.2.10.58194 > 198.51.100.180.9300: Flags [S], …, length 0
//	* 192.0.2.10<TAB>srv.example.net<TAB>20220421/06:43:57<TAB>05:43:26.201563 rule 0/0(match): …
func pflog() Grammar {
	return Grammar{
		Name: "pflog", LogType: FirewallLog,
		Open: func([]byte) Reader { return &pflogReader{} },
	}
}

type pflogReader struct {
	packet tcpdumpReader
	action []byte // of a row whose packet stands on the next line
}

func (r *pflogReader) Clone() Reader { c := *r; return &c }

func (r *pflogReader) Starts(line []byte) bool {
	return bytes.Contains(line, []byte(" rule ")) || hasPrefix(line, "rule ")
}

func (r *pflogReader) Line(line []byte, row *Row) Outcome {
	if r.packet.wait != tcpdumpNothing {
		o := r.packet.Line(line, row)
		if o == Done {
			row.Note = r.action
		}
		return o
	}
	i, action, b := pflogRule(line)
	if i < 0 {
		return r.packet.beside(line)
	}
	if i > 0 && bytes.Contains(line[:min(i, 12)], []byte("Logs:")) {
		return Frame // a summary shows the first row once more
	}
	stamp, ok := pflogTime(line[:i])
	if !ok {
		return Foreign
	}
	row.Time = stamp
	o := Foreign
	if hasPrefix(b, "(") {
		o = r.packet.header(b, row)
	} else {
		o = r.packet.ends(b, row, true)
	}
	switch o {
	case Done:
		row.Note = action
	case Begun:
		r.action = bytes.Clone(action)
	case Foreign:
		row.Reset()
	}
	return o
}

// pflogRule finds «rule 0/0(match): block in on vmx0: »: where it begins, what
// the firewall did, and the packet behind.
func pflogRule(line []byte) (at int, action, packet []byte) {
	const mark = "rule "
	at = bytes.Index(line, []byte(mark))
	if at < 0 || at > 0 && !blank(line[at-1]) {
		return -1, nil, nil
	}
	// «rule 12.name.3/0(match) [uid 0, pid 1]: pass out on em0: »
	number, rest := Cut(line[at+len(mark):])
	if len(number) == 0 || !digit(number[0]) && number[0] != '.' || bytes.IndexByte(number, '/') < 0 {
		return -1, nil, nil
	}
	on := bytes.Index(rest, []byte(" on "))
	if on < 0 || on > 80 {
		return -1, nil, nil
	}
	action, packet, ok := bytes.Cut(rest[on:], []byte(": "))
	if !ok {
		return -1, nil, nil
	}
	action = rest[:on+len(action)]
	if i := bytes.Index(action, []byte("]: ")); i >= 0 {
		action = action[i+3:]
	}
	return at, Trim(action), Trim(packet)
}

// pflogTime finds the time in what stands before the rule: one with a date if
// there is one. Nothing at all is fine, but not words alone.
func pflogTime(b []byte) (Stamp, bool) {
	var best Stamp
	words := 0
	for i := 0; i < len(b) && words < 16; words++ {
		if blank(b[i]) {
			i++
			continue
		}
		if s, n := ReadStamp(b[i:]); n > 0 && s.Parts&Clock != 0 && (!best.Known() || s.Parts > best.Parts && !best.Dated()) {
			best = s
			i += n
			continue
		}
		for i < len(b) && !blank(b[i]) {
			i++
		}
	}
	return best, best.Known() || len(Trim(b)) == 0
}
