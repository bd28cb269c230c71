package grammar

import "bytes"

// digitalOcean is DigitalOcean's notice of a server that was cut off: a
// sentence, then the attack in fields. Source to target of them make one row.
//
//	Source IP:- 192.0.2.10
//	Total traffic used in attack:- 130,524 pps
//	web1 contribution in attack:- 43,171 pps
//	Target of attack:-198.51.100.7
func digitalOcean() Grammar {
	return Grammar{
		Name: "digitalocean", LogType: Record, Provider: "digitalocean",
		Open: func([]byte) Reader { return &dropletReader{} },
	}
}

type dropletReader struct {
	heading Heading
	source  bool // the row has its source
}

func (r *dropletReader) Clone() Reader { c := *r; return &c }

func (r *dropletReader) Heading() Heading { return r.heading }

// Starts allows no cut between source and target.
func (r *dropletReader) Starts(line []byte) bool {
	return bytes.HasPrefix(Trim(line), []byte("Source IP"+dropletMark))
}

const dropletMark = ":-"

func (r *dropletReader) Line(line []byte, row *Row) Outcome {
	text := Trim(line)
	label, value, _ := bytes.Cut(text, []byte(dropletMark))
	value = Trim(value)
	label = Trim(label)
	switch {
	case len(value) == 0:
	case string(label) == "Source IP":
		row.Source, _ = ReadHost(bytes.Clone(value))
		r.source = true
		return Begun
	case r.source && string(label) == "Target of attack":
		r.source = false
		row.Target, _ = ReadHost(value)
		r.heading.Accused, r.heading.Outward, r.heading.Incident = row.Source.Host(), true, "flood"
		return Done
	case bytes.HasSuffix(label, []byte("contribution in attack")):
		if n, ok := dropletRate(value); ok {
			r.heading.Packets = n
			if r.source {
				row.PacketRate = n
			}
			return r.within()
		}
	case bytes.HasPrefix(label, []byte("Total traffic used")), bytes.HasPrefix(label, []byte("Total Number of Droplets")):
		return r.within()
	}
	if r.source { // the row came to nothing; the line is seen again
		r.source = false
		return Foreign
	}
	return r.sentence(text)
}

// within is what a field comes to that is no row by itself.
func (r *dropletReader) within() Outcome {
	if r.source {
		return Begun
	}
	return Frame
}

// sentence reads «your Droplet … was disconnected after sending 43,171 pps …»
// for the rate; it may be broken before it.
func (r *dropletReader) sentence(line []byte) Outcome {
	if bytes.HasPrefix(line, []byte("Details of the Attack"+dropletMark)) {
		return Frame
	}
	_, rest, ok := bytes.Cut(line, []byte("was disconnected after sending"))
	if !ok || !bytes.Contains(line, []byte("Droplet")) {
		return Foreign
	}
	if n, ok := dropletRate(rest); ok && r.heading.Packets == 0 {
		r.heading.Packets = n
	}
	r.heading.Outward, r.heading.Incident = true, "flood"
	return Frame
}

// dropletRate reads «43,171 pps».
func dropletRate(b []byte) (float64, bool) {
	word, rest := Cut(b)
	unit, _ := Cut(rest)
	n := readNumeral(word, englishNumerals, false)
	return n, n >= 0 && string(unit) == "pps"
}
