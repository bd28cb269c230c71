package grammar

import "bytes"

// hetznerMAC is Hetzner's list of MAC addresses that a server must not use.
// Each unallowed one is a row, its kind (see macKind) the note.
//
//	Allowed MACs:
//	   a8:a1:59:00:00:01
//	Unallowed MACs:
//	   02:42:ac:11:00:02
func hetznerMAC() Grammar {
	return Grammar{
		Name: "hetzner-mac", LogType: MACList, Provider: "hetzner",
		Open: func([]byte) Reader { return &macReader{} },
	}
}

type macReader struct {
	list    macList
	heading Heading
}

// macList is the list that a line stands in.
type macList uint8

const (
	noMACs macList = iota
	allowedMACs
	unallowedMACs
)

func (r *macReader) Clone() Reader { c := *r; return &c }

func (r *macReader) Heading() Heading { return r.heading }

// Starts allows no cut inside a list: its heading says which it is.
func (r *macReader) Starts(line []byte) bool { return macHeading(Trim(line)) != noMACs }

func (r *macReader) Line(line []byte, row *Row) Outcome {
	text := Trim(line)
	if list := macHeading(text); list != noMACs {
		r.list = list
		return Frame
	}
	word := bytes.TrimLeft(text, "-*• \t")
	mac, ok := readMAC(word)
	if !ok || r.list == noMACs {
		r.list = noMACs
		return Foreign
	}
	if r.list == allowedMACs {
		return Frame
	}
	r.heading.Incident, r.heading.Outward = "mac-violation", true
	row.Source = Endpoint{Word: word, Port: Unknown}
	row.Note = macKind(mac)
	return Done
}

// macHeading reads the line over a list.
func macHeading(line []byte) macList {
	bare, ok := bytes.CutSuffix(line, []byte(":"))
	if !ok || len(bare) > 64 {
		return noMACs
	}
	low := bytes.ToLower(bare)
	switch {
	case !bytes.HasSuffix(low, []byte("macs")) && !bytes.HasSuffix(low, []byte("mac addresses")) &&
		!bytes.HasSuffix(low, []byte("mac-adressen")):
		return noMACs
	case bytes.Contains(low, []byte("unallowed")), bytes.Contains(low, []byte("not allowed")),
		bytes.Contains(low, []byte("nicht erlaubte")), bytes.Contains(low, []byte("unerlaubte")):
		return unallowedMACs
	case bytes.Contains(low, []byte("allowed")), bytes.Contains(low, []byte("erlaubte")):
		return allowedMACs
	}
	return noMACs
}

// maskedOctet stands for an octet that somebody made unreadable.
const maskedOctet = -1

// readMAC reads six octets with «:» or «-» between them, some of them masked.
func readMAC(b []byte) (mac [6]int, ok bool) {
	if len(b) != len("a8:a1:59:00:00:01") {
		return mac, false
	}
	for i := range mac {
		at := 3 * i
		if i > 0 && b[at-1] != ':' && b[at-1] != '-' {
			return mac, false
		}
		high, low := hexDigit(b[at]), hexDigit(b[at+1])
		switch {
		case high >= 0 && low >= 0:
			mac[i] = high<<4 | low
		case bytes.IndexByte([]byte("xXyY*?"), b[at]) >= 0 && bytes.IndexByte([]byte("xXyY*?"), b[at+1]) >= 0:
			mac[i] = maskedOctet
		default:
			return mac, false
		}
	}
	return mac, true
}

// macKind says what the address tells of who made it: a guest bridged to the
// uplink by its prefix, or no MAC at all: bytes 3 and 4 are TTL and protocol
// of an IPv4 header, so the frame was sent without its Ethernet header.
func macKind(mac [6]int) []byte {
	switch [3]int(mac[:3]) {
	case [3]int{0x52, 0x54, 0x00}:
		return []byte("qemu")
	case [3]int{0xbc, 0x24, 0x11}:
		return []byte("proxmox")
	case [3]int{0x00, 0x0c, 0x29}, [3]int{0x00, 0x50, 0x56}:
		return []byte("vmware")
	case [3]int{0x00, 0x16, 0x3e}, [3]int{0x10, 0x66, 0x6a}:
		return []byte("incus")
	}
	switch {
	case mac[0] == 0x02 && mac[1] == 0x42:
		return []byte("docker")
	case (mac[2] == 0x40 || mac[2] == 0x80) && (mac[3] == int(TCP) || mac[3] == int(UDP)):
		return []byte("ipv4-header")
	}
	return nil
}
