package grammar

import "bytes"

// keyValue reads lines of pairs that name what they hold, whatever program
// wrote them: «(name)=value», «name=value» (Fortinet, Sophos, Check Point, CEF)
// and «name: value». The names decide who is who. A row needs an address whose
// name says what it is and a time or a port, and three such pairs where only
// colons part them: prose has those, too.
//
//	(time in UTC)=29/Nov/2019:13:09:04.019 (attacker's IP)=192.0.2.10 (IP being scanned)=198.51.100.144 (TCP port being scanned)=5555
//	date=2025-01-01 time=00:00:00 devname="fw" srcip=192.0.2.10 srcport=40112 dstip=198.51.100.7 dstport=22 proto=6 action="deny"
func keyValue() Grammar {
	return Grammar{Name: "key-value", LogType: Record, Rank: General, Open: func([]byte) Reader { return &keyValueReader{} }}
}

type keyValueReader struct {
	zone Stamp // of the heading; only zone and offset count
}

func (r *keyValueReader) Clone() Reader { c := *r; return &c }

// keyValueForm is how a line parts names from values.
type keyValueForm uint8

const (
	keyValueParens keyValueForm = iota // «(name)=value»
	keyValueEquals                     // «name=value»
	keyValueColons                     // «name: value»
)

func (r *keyValueReader) Line(line []byte, row *Row) Outcome {
	if zone, ok := headingZone(line); ok {
		r.zone = zone
		return Frame
	}
	l := keyValueLine{row: row}
	switch {
	case bytes.Contains(line, []byte(")=")):
		l.form = keyValueParens
	case bytes.Count(line, []byte{'='}) >= 2:
		l.form = keyValueEquals
	case bytes.Count(line, []byte{':'}) >= 3:
		l.form = keyValueColons
	default:
		return Foreign
	}
	l.read(line)
	outcome := l.outcome(line)
	if r.zone.Known() {
		row.Time = row.Time.In(r.zone.Zone, r.zone.Offset)
	}
	return outcome
}

// keyValueLine is what the pairs of a line have told.
type keyValueLine struct {
	row      *Row
	form     keyValueForm
	pairs    int // understood
	noteRank keyName
	clock    Stamp // a time without its day
	zone     []byte
	plain    Endpoint // an address and a port whose names say no side
	tcpUDP   Protocol
	hosts    int // ends that are addresses or masks
}

// read walks over the pairs of a line.
func (l *keyValueLine) read(line []byte) {
	l.plain.Port = Unknown
	for len(line) > 0 {
		name, rest, ok := l.name(line)
		if !ok {
			return
		}
		key := readKeyName(name)
		value, after := keyValueCut(rest, l.form)
		if key&(keyTime|keyDate) != 0 {
			// Times may hold blanks, quoted or not.
			if stamp, n := keyValueStamp(bytes.TrimLeft(rest, ` "`)); n > 0 {
				skip := len(rest) - len(bytes.TrimLeft(rest, ` "`)) + n
				if len(rest)-skip < len(after) {
					after = bytes.TrimLeft(rest[skip:], `"`)
				}
				l.time(key, stamp)
			}
		} else if key != 0 && len(value) > 0 {
			l.value(key, value)
		}
		line = after
	}
}

// name finds the next name and gives what follows its sign.
func (l *keyValueLine) name(line []byte) (name, rest []byte, ok bool) {
	switch l.form {
	case keyValueParens:
		i := bytes.Index(line, []byte(")="))
		if i < 0 {
			return nil, nil, false
		}
		return line[bytes.LastIndexByte(line[:i], '(')+1 : i], line[i+2:], true
	case keyValueEquals:
		i := bytes.IndexByte(line, '=')
		if i < 0 {
			return nil, nil, false
		}
		name := line[:i]
		return name[bytes.LastIndexAny(name, " \t,;|[{(<>\"")+1:], line[i+1:], true
	}
	for i := range line {
		// «name: value», «name:"value"», «"name":value»
		if line[i] != ':' || i+1 == len(line) || !blank(line[i+1]) && line[i+1] != '"' && (i == 0 || line[i-1] != '"') {
			continue
		}
		name := line[:i]
		return name[bytes.LastIndexAny(name, "\t,;|[{(")+1:], line[i+1:], true
	}
	return nil, nil, false
}

// keyValueCut takes a value off: quoted, or up to the next blank or mark.
func keyValueCut(b []byte, form keyValueForm) (value, rest []byte) {
	if form == keyValueColons {
		b = bytes.TrimLeft(b, " \t")
	}
	if len(b) > 0 && b[0] == '"' {
		value = inQuotes(b)
		return value, b[min(len(b), len(value)+2):]
	}
	stop := " \t,;|"
	if form == keyValueParens {
		stop = " \t"
	}
	i := bytes.IndexAny(b, stop)
	if i < 0 {
		return bytes.TrimRight(b, "]}"), nil
	}
	return b[:i], b[i:]
}

// keyValueStamp reads a time, also as seconds to nanoseconds since 1970 and as
// Sophos prints it: «2025:01:26-09:41:33».
func keyValueStamp(b []byte) (Stamp, int) {
	if s, n := ReadStamp(b); n > 0 {
		return s, n
	}
	n, i := number(b, 0, 18)
	micros := int64(n)
	switch {
	case i == 18 && len(b) > 18 && digit(b[18]) && (len(b) == 19 || !digit(b[19])): // nanoseconds
		return Stamp{Micros: micros / 100, Parts: Clock | Day | Year | Zoned, Zone: "UTC"}, 19
	case i == 16:
		return Stamp{Micros: micros, Parts: Clock | Day | Year | Zoned, Zone: "UTC"}, i
	case i == 13:
		return Stamp{Micros: micros * 1e3, Parts: Clock | Day | Year | Zoned, Zone: "UTC"}, i
	case i == 10:
		return Stamp{Micros: micros * 1e6, Parts: Clock | Day | Year | Zoned, Zone: "UTC"}, i
	case i == 4 && len(b) > 10 && b[4] == ':' && b[10] == '-':
		return readDate(b, i, n, ':')
	}
	return Stamp{}, 0
}

func (l *keyValueLine) time(key keyName, s Stamp) {
	if key&keyUTC != 0 {
		s = s.In("UTC", 0)
	}
	switch {
	case s.Parts&Day != 0 && s.Parts&Clock == 0:
		l.pairs++
		if !l.row.Time.Known() {
			l.row.Time = s
		}
	case s.Parts&Day == 0:
		l.pairs++
		l.clock = s
	case l.row.Time.Parts&Clock == 0: // the first time with a day counts
		l.pairs++
		l.row.Time = s
	}
}

// value puts a value where its name says.
func (l *keyValueLine) value(key keyName, v []byte) {
	if key&keyTCP != 0 {
		l.tcpUDP = TCP
	} else if key&keyUDP != 0 {
		l.tcpUDP = UDP
	}
	switch {
	case key&keyPort != 0:
		l.port(key, v)
	case key&keyHost != 0:
		l.host(key, v)
	case key&keyProtocol != 0:
		l.row.Protocol = ReadProtocol(v)
	case key&keyZone != 0:
		l.zone = v
	case key&keyFlags != 0:
		l.row.SYN = string(v) == "SYN" || string(v) == "S"
	case key&(keyPackets|keyBytes|keySize) != 0:
		l.number(key, v)
	default:
		if rank := key & (keyNote | keyReason); l.noteRank == 0 || l.noteRank == keyReason && rank&keyNote != 0 {
			l.row.Note, l.noteRank = v, rank
		}
	}
}

// number takes a count; what the target sent back is not counted.
func (l *keyValueLine) number(key keyName, v []byte) {
	n, ok := ReadInt(v)
	switch {
	case !ok || key&keyTarget != 0:
	case key&keyPackets != 0:
		l.row.Packets = n
	case key&keyBytes != 0:
		l.row.Bytes = n
	default:
		l.row.Size = n
	}
}

func (l *keyValueLine) port(key keyName, v []byte) {
	port, ok := ReadPort(v)
	if !ok {
		return
	}
	l.pairs++
	end := &l.row.Target
	if key&keySource != 0 || key&keySides == 0 && l.plain.Known() {
		end = &l.row.Source
	}
	if end.Port == Unknown { // the way back comes second
		end.Port = port
	}
}

// host takes an address, with or without its port; other words only if they
// stand for one.
func (l *keyValueLine) host(key keyName, v []byte) {
	e, ok := ReadHostPort(v, ':')
	if !ok || !e.Addr.IsValid() && !Masked(e.Word) {
		return
	}
	end := &l.plain
	switch {
	case key&keyTarget != 0: // «attacked server's client» is nobody's name
		end = &l.row.Target
	case key&keySource != 0:
		end = &l.row.Source
	}
	if end.Known() {
		return // translated addresses come second
	}
	l.pairs++
	l.hosts++
	port := end.Port
	*end = e
	if e.Port == Unknown {
		end.Port = port
	}
}

// outcome puts together what belongs together and decides.
func (l *keyValueLine) outcome(line []byte) Outcome {
	if l.hosts == 0 {
		return Foreign
	}
	if !l.row.Source.Known() && l.plain.Known() {
		port := l.row.Source.Port
		l.row.Source = l.plain
		if port != Unknown {
			l.row.Source.Port = port
		}
	}
	l.when(line)
	if l.row.Protocol == 0 {
		l.row.Protocol = l.tcpUDP
	}
	l.row.SYN = l.row.SYN && l.row.Protocol == TCP
	need := 2
	if l.form == keyValueColons {
		need = 3
	}
	placed := l.row.Source.Port != Unknown || l.row.Target.Port != Unknown || l.row.Time.Known()
	if l.pairs < need || !placed {
		l.row.Reset()
		return Foreign
	}
	return Done
}

// when joins date, clock and zone told by different pairs; a time before the
// first pair counts if none does.
func (l *keyValueLine) when(line []byte) {
	if l.clock.Known() && l.row.Time.Parts&(Day|Clock) == Day {
		l.row.Time = l.clock.on(l.row.Time)
	} else if !l.row.Time.Known() {
		l.row.Time, _ = syslogTime(line)
		if !l.row.Time.Known() {
			if s, n := keyValueStamp(line); n > 13 {
				l.row.Time = s
			} else if l.clock.Known() {
				l.row.Time = l.clock
			}
		}
	}
	if l.zone != nil {
		if name, offset, n := ReadZone(l.zone); n > 0 {
			l.row.Time = l.row.Time.In(name, offset)
		}
	}
}
