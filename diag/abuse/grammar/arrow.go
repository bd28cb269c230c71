package grammar

import "bytes"

// arrows reads lists of connections with an arrow between the hosts, whoever
// prints them: a time or none, ports or none, maybe a protocol, and figures
// behind that nobody explains.
//
//	2025-01-01 00:00:00: 192.0.2.10 => 198.51.100.7:22 proto TCP
//	26-Sep-2012 06:31:07 GMT-0400 192.0.2.10:60640 -> 198.51.100.211:22 6 328
func arrows() Grammar {
	return Grammar{
		Name: "arrow", LogType: FlowList, Rank: General,
		Open: func(head []byte) Reader { return &arrowReader{proto: arrowProtocol(head)} },
	}
}

type arrowReader struct {
	proto bool // the number behind the target is the IP protocol
}

func (r *arrowReader) Clone() Reader { c := *r; return &c }

func (r *arrowReader) Line(line []byte, row *Row) Outcome {
	if r.row(line, row) {
		return Done
	}
	row.Reset()
	return Foreign
}

func (r *arrowReader) row(line []byte, row *Row) bool {
	at, size := arrowFind(line)
	if at <= 0 {
		return false
	}
	left, right := line[:at], line[at+size:]
	left = bytes.TrimLeft(left, " \t-*[(")
	stamp, n := ReadStamp(left)
	if n > 0 && stamp.Parts&Clock == 0 && !stamp.Dated() {
		n = 0
	}
	if n > 0 {
		row.Time = stamp
	}
	left = bytes.TrimLeft(left[n:], " \t:,;])|-")
	column, ok := r.source(left, row, n > 0)
	if !ok || !r.target(right, row, column) {
		return false
	}
	// Two words are prose; an address, and a time for the other, make a row.
	src, dst := arrowHost(row.Source), arrowHost(row.Target)
	return src && dst || (row.Source.Addr.IsValid() || row.Target.Addr.IsValid()) && row.Time.Known() && arrowName(row.Source) && arrowName(row.Target)
}

// arrowFind finds the arrow: its place and length.
func arrowFind(b []byte) (at, size int) {
	b = b[:min(len(b), 200)]
	for i := 1; i < len(b); i++ {
		switch c := b[i]; {
		case c == '>' && (b[i-1] == '-' || b[i-1] == '='):
			from := i
			for from > 0 && (b[from-1] == '-' || b[from-1] == '=') {
				from--
			}
			return from, i + 1 - from
		case c == '>' && b[i-1] == ' ' && i+1 < len(b) && b[i+1] == ' ':
			return i, 1
		case c == 0xE2 && hasPrefix(b[i:], "→"):
			return i, len("→")
		}
	}
	return 0, 0
}

// source reads what stands between time and arrow: the host, maybe with its
// port in a column of its own, and words before it. Without a time only names
// of protocols may stand there.
func (r *arrowReader) source(b []byte, row *Row, timed bool) (portColumn, ok bool) {
	var f [6][]byte
	words := Fields(b, f[:])
	n := len(words)
	if n == 0 || n == len(f) {
		return false, false
	}
	host := words[n-1]
	if port, ok := ReadPort(host); ok && n > 1 {
		if e, _ := ReadHost(arrowTrim(words[n-2])); arrowHost(e) {
			e.Port = port
			row.Source, portColumn = e, true
			n--
		}
	}
	if !portColumn {
		row.Source, _ = ReadHostPort(arrowTrim(host), ':')
	}
	for _, w := range words[:n-1] {
		w = bytes.Trim(w, "{}()[]:,")
		if p := ReadProtocol(w); p != 0 && !digit(w[0]) {
			row.Protocol = p
		} else if !timed && !bytes.EqualFold(w, []byte("from")) && !bytes.EqualFold(w, []byte("src")) {
			return false, false
		}
	}
	return portColumn, true
}

// target reads what stands behind the arrow: the host, its port also behind
// «: » or in a column, then the protocol if it is named.
func (r *arrowReader) target(b []byte, row *Row, portColumn bool) bool {
	host, rest := Cut(b)
	open := len(host) > 1 && host[len(host)-1] == ':'
	row.Target, _ = ReadHostPort(arrowTrim(host), ':')
	if (open || portColumn) && row.Target.Port == Unknown {
		word, after := Cut(rest)
		if port, ok := ReadPort(arrowTrim(word)); ok {
			row.Target.Port, rest = port, after
		}
	}
	row.Note = Trim(rest)
	return r.rest(rest, row)
}

// rest looks for a protocol and, where none stood in front, a time; false if
// it is prose.
func (r *arrowReader) rest(b []byte, row *Row) bool {
	const most = 16 // words
	named := false
	for i := 0; len(b) > 0; i++ {
		if s, n := ReadStamp(Trim(b)); n > 0 && s.Dated() && !row.Time.Known() {
			row.Time = s
		}
		var word []byte
		word, b = Cut(b)
		if i == most {
			return false
		}
		if word = bytes.Trim(word, "()[]{},;:"); len(word) == 0 {
			continue
		}
		usable := !digit(word[0]) || named || i == 0 && r.proto
		if p := ReadProtocol(word); usable && row.Protocol == 0 {
			row.Protocol = p
		}
		named = bytes.EqualFold(word, []byte("proto")) || bytes.EqualFold(word, []byte("protocol"))
	}
	return true
}

// arrowTrim takes off what lists put around hosts, but not IPv6's brackets.
func arrowTrim(b []byte) []byte {
	b = bytes.Trim(b, ",;()\"'")
	return bytes.TrimSuffix(b, []byte(":"))
}

// arrowHost reports an address, readable or masked.
func arrowHost(e Endpoint) bool {
	return e.Addr.IsValid() || Masked(e.Word) && bytes.IndexByte(e.Word, '.') > 0
}

// arrowName reports anything that can name a host.
func arrowName(e Endpoint) bool {
	return e.Addr.IsValid() || bytes.IndexByte(e.Word, '.') > 0 && len(e.Word) > 3
}

// arrowProtocol finds out from the first rows whether the unexplained number
// behind the target is the protocol. It is 6 or 17 then in every row, and it is
// no count of packets: some row has fewer bytes behind it than headers take, or
// it is the same number all along.
func arrowProtocol(head []byte) bool {
	const header, enough = 20, 12
	var r arrowReader
	var row Row
	rows, same, last, few := 0, true, int64(0), false
	for len(head) > 0 {
		line, rest, _ := bytes.Cut(head, []byte("\n"))
		head = rest
		row.Reset()
		if r.Line(Prepare(line), &row) != Done {
			continue
		}
		var f [3][]byte
		words := Fields(row.Note, f[:])
		if len(words) != 2 || row.Protocol != 0 {
			return false
		}
		first, ok := ReadInt(words[0])
		second, sized := ReadInt(words[1])
		if !ok || !sized || first != int64(TCP) && first != int64(UDP) {
			return false
		}
		rows++
		same = same && (last == 0 || last == first)
		few = few || second < first*header
		last = first
	}
	return rows > 0 && (few || same && rows >= enough)
}
