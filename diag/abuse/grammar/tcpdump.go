package grammar

import "bytes"

// tcpdump reads what tcpdump prints, in all its print modes and since its old
// syntax: the traffic dump of Hetzner's guide is its shortest form, with
// neither date nor zone.
//
//	21:44:53.145756 IP 192.0.2.10.55008 > 198.51.100.67.29615: UDP, length 9216
//
// With -v a packet takes two lines, and a hex dump may follow each packet.
// Distances instead of times (-ttt, -ttttt) are no times. Packets that ICMP
// and tunnels quote are detail, no rows.
func tcpdump() Grammar {
	return Grammar{
		Name: "tcpdump", LogType: TrafficDump,
		Open: func(head []byte) Reader { return &tcpdumpReader{delta: tcpdumpDistances(head)} },
	}
}

type tcpdumpReader struct {
	zone   string // what a «Time zone» line said
	offset int32
	wait   tcpdumpWait
	depth  int8 // brackets open in a header that goes on
	zoned  bool
	delta  bool  // what looks like a clock is a distance
	timed  bool  // rows begin with a time
	two    bool  // rows take two lines
	quotes bool  // the last row's packet holds another one
	quoted bool  // the second line of such a packet is due
	cut    bool  // the last line was cut in its middle
	ascii  bool  // packets are printed as text too
	text   int32 // bytes of the last packet that may follow as text
	body   bool  // the last line belonged to a packet
}

// tcpdumpWait is what the next line has to bring.
type tcpdumpWait uint8

const (
	tcpdumpNothing tcpdumpWait = iota
	tcpdumpHeader              // the rest of the header in brackets
	tcpdumpEnds                // source, target and what follows
	tcpdumpTarget              // target and what follows
	tcpdumpRest                // what follows the target
)

func (r *tcpdumpReader) Clone() Reader { c := *r; return &c }

// Starts is true for a time and for «IP»; an address begins a record only
// where records do not take two lines.
func (r *tcpdumpReader) Starts(line []byte) bool {
	if _, n := tcpdumpTime(line); n > 0 {
		return true
	}
	if len(line) == 0 || blank(line[0]) {
		return false
	}
	return hasPrefix(line, "IP ") || hasPrefix(line, "IP6 ") || !r.two && !hasPrefix(line, "0x")
}

func (r *tcpdumpReader) Line(line []byte, row *Row) Outcome {
	if r.wait == tcpdumpNothing {
		if r.fast(line, row) {
			return Done
		}
		return r.slow(line, row)
	}
	wait := r.wait
	r.wait = tcpdumpNothing
	b := Trim(line)
	switch wait {
	case tcpdumpHeader:
		return r.header(b, row)
	case tcpdumpEnds:
		return r.ends(b, row, true)
	case tcpdumpTarget:
		return r.target(b, row, true)
	default:
		return r.rest(b, row, true)
	}
}

// fast reads the ordinary line: a time of fixed width, «IP», two dotted quads
// with ports. It leaves everything else to slow, and row untouched.
func (r *tcpdumpReader) fast(line []byte, row *Row) bool {
	stamp, n := tcpdumpClock(line)
	if n == 0 || !hasPrefix(line[n:], "IP ") {
		return false
	}
	b := line[n+3:]
	src, from, i := tcpdumpQuad(b)
	if i == 0 || !hasPrefix(b[i:], " > ") {
		return false
	}
	b = b[i+3:]
	dst, to, i := tcpdumpQuad(b)
	if i == 0 || len(b) < i+3 || b[i] != ':' || b[i+1] != ' ' {
		return false
	}
	r.time(stamp, row)
	row.Source.Addr, row.Source.Port = src, from
	row.Target.Addr, row.Target.Port = dst, to
	r.rest(b[i+2:], row, true)
	return true
}

// time gives the row its time, unless it is a distance.
func (r *tcpdumpReader) time(s Stamp, row *Row) {
	r.timed = true
	if r.delta {
		return
	}
	if r.zoned {
		s = s.In(r.zone, r.offset)
	}
	row.Time = s
}

// slow reads every other line that begins something.
func (r *tcpdumpReader) slow(line []byte, row *Row) Outcome {
	stamp, n := tcpdumpTime(line)
	if n == 0 {
		if o := r.beside(line); o != Foreign {
			return o
		}
	}
	b, link, size := tcpdumpLink(Trim(line[n:]), n > 0)
	if link == tcpdumpAlien {
		return Foreign
	}
	if link == tcpdumpOther { // ARP and what else is no IP
		r.body, r.cut, r.quotes = true, false, false
		return Further
	}
	if n == 0 && r.inner(line, b, link) {
		return Further
	}
	if stamp.Known() {
		r.time(stamp, row)
	}
	row.Size = size
	o := r.packet(b, row, link == tcpdumpIP)
	if o != Foreign {
		return o
	}
	row.Reset()
	if r.ascii && r.payload(Trim(line)) { // text that begins like a row
		return Further
	}
	r.body = false
	return Foreign
}

// packet reads the packet behind time and frame header. sure says that it is
// one for certain; otherwise it must go on as tcpdump goes on.
func (r *tcpdumpReader) packet(b []byte, row *Row, sure bool) Outcome {
	if hasPrefix(b, "truncated-ip") && sure {
		if i := bytes.Index(b, []byte("! ")); i > 0 {
			b = b[i+2:]
		}
	}
	if hasPrefix(b, "(") {
		return r.header(b, row)
	}
	return r.ends(b, row, sure)
}

// header reads «(tos 0x0, ttl 52, …, proto UDP (17), length 78)», or the part of
// it that stands on this line, and goes on behind it.
func (r *tcpdumpReader) header(b []byte, row *Row) Outcome {
	i := 0
	for ; i < len(b); i++ {
		if b[i] == '(' {
			r.depth++
		} else if b[i] == ')' {
			if r.depth--; r.depth == 0 {
				break
			}
		}
		if r.depth < 1 || r.depth > 4 {
			r.depth = 0
			return Foreign
		}
	}
	if p := tcpdumpProto(b[:i]); p != 0 {
		row.Protocol = p
	}
	if n, ok := numberAfter(b[:i], "length"); ok {
		row.Size = n
	}
	if i == len(b) {
		r.wait = tcpdumpHeader
		return Begun
	}
	b = Trim(b[i+1:])
	if len(b) == 0 {
		r.two, r.wait = true, tcpdumpEnds
		return Begun
	}
	return r.ends(b, row, true)
}

// ends reads «source > target: rest».
func (r *tcpdumpReader) ends(b []byte, row *Row, sure bool) Outcome {
	src, rest, ok := bytes.Cut(b, []byte(" > "))
	wrapped := !ok && bytes.HasSuffix(b, []byte(" >"))
	if wrapped {
		src, rest = b[:len(b)-2], nil
	}
	src = Trim(src)
	if !ok && !wrapped || !tcpdumpHost(src) || wrapped && !sure {
		return Foreign
	}
	row.Source = tcpdumpEnd(src)
	if wrapped {
		row.Source.Word = bytes.Clone(row.Source.Word)
		r.wait = tcpdumpTarget
		return Begun
	}
	return r.target(rest, row, sure)
}

func (r *tcpdumpReader) target(b []byte, row *Row, sure bool) Outcome {
	dst, rest, ok := bytes.Cut(b, []byte(": "))
	if !ok {
		if len(b) < 2 || b[len(b)-1] != ':' || !sure {
			return Foreign
		}
		dst, rest = b[:len(b)-1], nil
	}
	if dst = Trim(dst); !tcpdumpHost(dst) {
		return Foreign
	}
	row.Target = tcpdumpEnd(dst)
	if !ok {
		// The words point into the line; the row outlives it.
		row.Source.Word = bytes.Clone(row.Source.Word)
		row.Target.Word = bytes.Clone(row.Target.Word)
		r.wait = tcpdumpRest
		return Begun
	}
	return r.rest(rest, row, sure)
}

// rest reads what follows «target: ».
func (r *tcpdumpReader) rest(b []byte, row *Row, sure bool) Outcome {
	if !tcpdumpDetail(b, row) && !sure {
		return Foreign
	}
	p := row.Protocol
	r.quotes = p == ICMP || p == ICMPv6 || p == GRE || p == IPIP || p == IPv6
	r.body, r.ascii = true, false
	r.text = int32(min(max(row.Size, 0), 65535)) + tcpdumpHeaders
	// A packet in a packet has its own second line where it was printed with -v.
	r.quoted = r.quotes && len(b) > 0 && b[len(b)-1] == ')' && (hasPrefix(b, "IP (") || hasPrefix(b, "(tos "))
	r.cut = tcpdumpCut(b) || p == TCP && row.Size == Unknown
	return Done
}
