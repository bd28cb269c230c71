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
	for i < len(b) && (blank(b[i]) || b[i] == '(' || b[i] == '[') {
		i++
	}
	j := i
	for j < len(b) && lower(b[j]) >= 'a' && lower(b[j]) <= 'z' {
		j++
	}
	if j > i {
		name = zoneName(b[i:j])
		if name == "" || j-i == 1 && i > 0 { // a lone letter after a blank is a word
			return "", 0, 0
		}
		offset, _ = zones(name)
		k := j
		if k < len(b) && b[k] == ' ' {
			k++
		}
		if o, n := readOffset(b[k:]); n > 0 && (name == "UTC" || name == "GMT") {
			return "", o, k + n
		} else if n > 0 && o == offset {
			return name, offset, k + n
		}
		if j < len(b) && (b[j] == ')' || b[j] == ']') {
			j++
		}
		return name, offset, j
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

// readOffset reads «+02:00», «-0300», «+1», «±00».
func readOffset(b []byte) (offset int32, used int) {
	if len(b) < 2 || b[0] != '+' && b[0] != '-' || !digit(b[1]) {
		return 0, 0
	}
	i, n := 1, 0
	for i < len(b) && digit(b[i]) && i < 5 {
		n = n*10 + int(b[i]-'0')
		i++
	}
	hours, minutes := n, 0
	switch {
	case i == 4: // +530
		hours, minutes = n/100, n%100
	case i == 5:
		hours, minutes = n/100, n%100
	case i <= 3 && i+2 < len(b) && b[i] == ':' && digit(b[i+1]) && digit(b[i+2]):
		minutes = int(b[i+1]-'0')*10 + int(b[i+2]-'0')
		i += 3
	}
	if hours > 14 || minutes > 59 || i < len(b) && digit(b[i]) {
		return 0, 0
	}
	offset = int32(hours*3600 + minutes*60)
	if b[0] == '-' {
		offset = -offset
	}
	return offset, i
}
