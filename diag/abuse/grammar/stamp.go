package grammar

import (
	"bytes"
	"time"
)

// Stamp is a time as a log prints it: a clock reading that may lack zone, year
// or day.
type Stamp struct {
	// Micros is the clock reading in microseconds since 1970-01-01 00:00, the
	// zone not applied. Without a year it lies in NoYear, without a day on
	// 1970-01-01.
	Micros int64
	// Offset is what the line itself says about its zone, in seconds east of
	// UTC; it counts if Zoned. Zone is the zone's name as printed, if it is one.
	Offset int32
	Parts  Parts
	Zone   string
}

// NoYear stands for the year of a time that has none: a leap year, so that
// every day of the year exists.
const NoYear = 1972

// Parts says what of a time is known.
type Parts uint8

// The parts of a time.
const (
	Clock Parts = 1 << iota // hour and minute
	Day                     // month and day
	Year
	Zoned // Offset counts
)

// Known reports whether there is any time at all.
func (s Stamp) Known() bool { return s.Parts != 0 }

// Dated reports whether day and year are known.
func (s Stamp) Dated() bool { return s.Parts&(Day|Year) == Day|Year }

// whole reports whether day, year and clock are known.
func (s Stamp) whole() bool { return s.Parts&(Clock|Day|Year) == Clock|Day|Year }

// on gives a clock the day that was told apart from it.
func (s Stamp) on(day Stamp) Stamp {
	s.Micros += day.Micros
	s.Parts |= day.Parts
	return s
}

// In gives the stamp the zone its log prints in, unless the line said one.
func (s Stamp) In(name string, offset int32) Stamp {
	if s.Parts != 0 && s.Parts&Zoned == 0 {
		s.Zone, s.Offset, s.Parts = name, offset, s.Parts|Zoned
	}
	return s
}

// stampOf puts a time together; false if a part is out of range.
func stampOf(year, month, day, hour, minute, second int, micros int, parts Parts) (Stamp, bool) {
	if month < 1 || month > 12 || day < 1 || day > 31 || hour > 24 || minute > 59 || second > 60 {
		return Stamp{}, false
	}
	if parts&Year == 0 {
		year = NoYear
	}
	if year < 1970 || year > 2200 {
		return Stamp{}, false
	}
	days := dayNumber(year, month, day)
	if parts&Day == 0 {
		days = 0
	}
	s := int64(days)*86400 + int64(hour)*3600 + int64(minute)*60 + int64(second)
	return Stamp{Micros: s*1e6 + int64(micros), Parts: parts}, true
}

// dayNumber counts days since 1970-01-01 in the Gregorian calendar. It is
// arithmetic because time.Date costs ten times as much, for every line.
func dayNumber(year, month, day int) int {
	if month <= 2 {
		year--
		month += 12
	}
	era := year / 400
	of := year - era*400
	doy := (153*(month-3)+2)/5 + day - 1
	return era*146097 + of*365 + of/4 - of/100 + doy - 719468
}

// Time is the instant or clock reading as a time.Time: in its own offset if
// Zoned, else in UTC, which then means nothing.
func (s Stamp) Time() time.Time {
	t := time.UnixMicro(s.Micros).UTC()
	if s.Parts&Zoned == 0 || s.Offset == 0 {
		return t
	}
	return t.Add(-time.Duration(s.Offset) * time.Second).In(time.FixedZone(s.Zone, int(s.Offset)))
}

// zones are the abbreviations that reports use, in seconds east of UTC. CST and
// IST are left out: each stands for several.
func zones(name string) (offset int32, ok bool) {
	switch name {
	case "UTC", "GMT", "Z", "WET":
		return 0, true
	case "CET", "MET", "MEZ", "BST", "WEST":
		return 3600, true
	case "CEST", "MEST", "MESZ", "EET":
		return 2 * 3600, true
	case "EEST", "MSK":
		return 3 * 3600, true
	case "JST", "KST":
		return 9 * 3600, true
	case "BRT":
		return -3 * 3600, true
	case "EDT":
		return -4 * 3600, true
	case "EST", "CDT":
		return -5 * 3600, true
	case "MDT":
		return -6 * 3600, true
	case "MST", "PDT":
		return -7 * 3600, true
	case "PST":
		return -8 * 3600, true
	}
	return 0, false
}

// zoneNames keeps the names that are handed out, so that none is allocated.
func zoneName(b []byte) string {
	for _, n := range []string{
		"UTC", "GMT", "Z", "WET", "CET", "MET", "MEZ", "BST", "WEST", "CEST", "MEST", "MESZ", "EET", "EEST", "MSK",
		"JST", "KST", "BRT", "EDT", "EST", "CDT", "MDT", "MST", "PDT", "PST",
	} {
		if len(b) == len(n) && bytes.EqualFold(b, []byte(n)) {
			return n
		}
	}
	return ""
}

// ReadZone reads a zone at the start of b: «Z», «UTC», «CEST», «+0200»,
// «-03:00», «UTC+1», «GMT-0400», «UTC -3», «(CET)». It gives the bytes used, 0
// if there is none. name is "" for a bare offset.
func ReadZone(b []byte) (name string, offset int32, used int) {
	i := 0
	for i < len(b) && oneOf(b[i], " \t([") {
		i++
	}
	if end := letters(b, i); end > i {
		return namedZone(b, i, end)
	}
	o, n := readOffset(b[i:])
	if n == 0 {
		return "", 0, 0
	}
	i += n
	if nm, of, n := ReadZone(b[i:]); n > 0 && nm != "" && of == o && i < len(b) && !digit(b[i]) {
		return nm, o, i + n // «-04:00 EDT»
	}
	return "", o, i
}

// namedZone reads a zone whose name is b[from:to], with the offset behind it.
func namedZone(b []byte, from, to int) (name string, offset int32, used int) {
	name = zoneName(b[from:to])
	if name == "" || to-from == 1 && from > 0 { // a lone letter after a blank is a word
		return "", 0, 0
	}
	offset, _ = zones(name)
	i := to
	if i < len(b) && b[i] == ' ' {
		i++
	}
	if o, n := readOffset(b[i:]); n > 0 && (name == "UTC" || name == "GMT") {
		return "", o, i + n
	} else if n > 0 && o == offset {
		return name, offset, i + n
	}
	if to < len(b) && oneOf(b[to], ")]") {
		to++
	}
	return name, offset, to
}

// readOffset reads «+02:00», «-0300», «+1», «±00».
func readOffset(b []byte) (offset int32, used int) {
	if len(b) < 2 || !oneOf(b[0], "+-") {
		return 0, 0
	}
	hours, minutes, i := offsetParts(b)
	if i < 0 || hours > 14 || minutes > 59 || i < len(b) && digit(b[i]) {
		return 0, 0
	}
	offset = int32(hours*3600 + minutes*60)
	if b[0] == '-' {
		offset = -offset
	}
	return offset, i
}

// offsetParts reads the digits behind the sign; next is -1 if there are none.
func offsetParts(b []byte) (hours, minutes, next int) {
	n, i := number(b, 1, 4)
	if i > 3 { // «+530», «+0530»
		return n / 100, n % 100, i
	}
	if i > 0 && i < len(b) && b[i] == ':' {
		if minutes, next = number(b, i+1, 2); next == i+3 {
			return n, minutes, next
		}
	}
	return n, 0, i
}
