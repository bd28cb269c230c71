package grammar

import "bytes"

// hetznerDirection is Hetzner's summary of a server over its packet limit: one
// line for all of its traffic, then one for each busiest address outside. The
// guide's form tells rates only, the later one also what flowed in 300 s.
// External addresses may be sampled networks («198.51.0.0»).
//
//	Direction OUT
//	Internal 192.0.2.10
//	Threshold Packets 200.000 packets/s
//	Sum                     62.790 packets/s , 14 MBit/s
//	External 198.51.100.67, 62.770 packets/s , 13 MBit/s
func hetznerDirection() Grammar {
	return Grammar{
		Name: "hetzner-direction", LogType: PacketSummary, Provider: "hetzner",
		Open: func([]byte) Reader { return &directionReader{} },
	}
}

type directionReader struct {
	heading  Heading
	internal Endpoint // its Word is never written to again
	inward   bool     // of this block
	numerals numerals // as the block showed them so far
	held     []byte   // a Sum or External line that goes on
	summed   bool     // held is the Sum line, which is no row
}

func (r *directionReader) Clone() Reader { c := *r; return &c }

func (r *directionReader) Heading() Heading { return r.heading }

// Starts allows no cut inside a block: its first lines say whose it is.
func (r *directionReader) Starts(line []byte) bool {
	word, _ := Cut(line)
	return string(word) == "Direction"
}

func (r *directionReader) Line(line []byte, row *Row) Outcome {
	text := Trim(line)
	if r.held != nil {
		held, summed := r.held, r.summed
		r.held = nil
		switch {
		case onlyQuantities(text):
			text = bytes.Join([][]byte{held, text}, []byte(" "))
		case !summed:
			return Foreign
		}
	}
	label, rest := Cut(text)
	rest = Trim(rest)
	switch string(bytes.TrimSuffix(label, []byte(":"))) {
	case "Direction":
		return r.direction(rest)
	case "Internal":
		return r.inside(rest)
	case "Threshold":
		if r.within() || readQuantities(rest).any() {
			return Frame
		}
	case "Sum":
		return r.sum(text, rest)
	case "External":
		return r.external(text, rest, row)
	}
	return Foreign
}

// within reports whether a block has begun.
func (r *directionReader) within() bool { return r.internal.Known() }

func (r *directionReader) direction(word []byte) Outcome {
	switch string(word) {
	case "OUT":
		r.heading.Outward = true
	case "IN":
		r.heading.Inward = true
	default:
		return Foreign
	}
	r.inward = string(word) == "IN"
	r.internal, r.numerals = Endpoint{Port: Unknown}, unsureNumerals
	return Frame
}

func (r *directionReader) inside(rest []byte) Outcome {
	host, rest := CutHost(rest)
	if _, ok := ReadAddr(host); !ok && (len(host) == 0 || len(rest) > 0) {
		return Foreign
	}
	r.internal, _ = ReadHost(bytes.Clone(host))
	if r.heading.Accused == "" {
		r.heading.Accused = r.internal.Host()
	}
	return Frame
}

// sum reads the line over all traffic. Of several blocks the busiest counts.
func (r *directionReader) sum(text, rest []byte) Outcome {
	q := readQuantities(rest)
	switch {
	case !q.any():
		return Foreign
	case !q.ended(text) && len(text) <= wrapMost:
		r.held, r.summed = bytes.Clone(text), true
	}
	r.numerals = q.numerals(r.numerals)
	f := q.figures(r.numerals)
	if f.rate >= r.heading.Packets {
		r.heading.Packets = max(f.rate, 0)
		r.heading.Bits = max(f.bits, 0)
		r.heading.Flows = max(f.flows, 0)
	}
	r.heading.Incident = "flood" // a packet limit was passed, whatever the packets were
	return Frame
}

func (r *directionReader) external(text, rest []byte, row *Row) Outcome {
	host, rest := CutHost(rest)
	host = bytes.TrimSuffix(host, []byte(","))
	q := readQuantities(rest)
	switch {
	case len(host) == 0 || !q.any() && !r.within():
		return Foreign
	case !q.ended(text) && len(text) <= wrapMost:
		r.held, r.summed = bytes.Clone(text), false
		return Begun
	case !q.any():
		return Foreign
	}
	r.numerals = q.numerals(r.numerals)
	f := q.figures(r.numerals)
	outside, _ := ReadHost(host)
	row.Source, row.Target = r.internal, outside
	if r.inward {
		row.Source, row.Target = outside, r.internal
	}
	row.Source.Port, row.Target.Port = Unknown, Unknown
	row.PacketRate, row.BitRate, row.Packets, row.Bytes = f.rate, f.bits, f.packets, f.bytes
	return Done
}
