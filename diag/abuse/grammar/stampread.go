package grammar

import "bytes"

// ReadStamp reads a time at the start of b in any of the ways logs print it,
// with the zone behind it if there is one, and gives the bytes used; 0 if b
// does not start with a time. Orders of day and month: «08/10/2018» is read as
// month first (reports with slashes are American), «07.08.2014» as day first.
func ReadStamp(b []byte) (Stamp, int) {
	if len(b) < 5 {
		return Stamp{}, 0
	}
	var s Stamp
	n := 0
	switch c := b[0]; {
	case digit(c):
		if s, n = isoStamp(b); n == 0 {
			s, n = readNumeric(b)
		}
	case letter(c):
		s, n = readNamed(b)
	}
	if n == 0 {
		return Stamp{}, 0
	}
	if s.Parts&Zoned == 0 && s.Parts&Clock != 0 {
		if name, offset, used := ReadZone(b[n:]); used > 0 {
			s = s.In(name, offset)
			n += used
		}
	}
	return s, n
}

// isoStamp reads «2025-02-03 04:05:06», also with a T between, where it stands
// alone or blanks follow: most logs print that, and its digits have fixed places.
// It uses 0 bytes of all others.
func isoStamp(b []byte) (Stamp, int) {
	const width = len("2025-02-03 04:05:06")
	if len(b) < width || b[10] != ' ' && b[10] != 'T' || b[13] != ':' || b[16] != ':' {
		return Stamp{}, 0
	}
	if len(b) > width && !blank(b[width]) || len(b) > width+1 && letter(b[width+1]) { // a fraction, «PM»
		return Stamp{}, 0
	}
	days, ok := isoDay(b)
	h, m, s := twoDigits(b, 11), twoDigits(b, 14), twoDigits(b, 17)
	if !ok || h > 24 || m > 59 || s > 60 {
		return Stamp{}, 0
	}
	at := ((days*24+h)*60+m)*60 + s
	return Stamp{Micros: int64(at) * 1e6, Parts: Clock | Day | Year}, width
}

// isoDay reads «2021-03-25» as days since 1970.
func isoDay(b []byte) (int, bool) {
	year, month, day := twoDigits(b, 0)*100+twoDigits(b, 2), twoDigits(b, 5), twoDigits(b, 8)
	if b[4] != '-' || b[7] != '-' || year < 1970 || year > 2200 || month < 1 || month > 12 || day < 1 || day > 31 {
		return 0, false
	}
	return dayNumber(year, month, day), true
}

// twoDigits reads two digits at b[i:]; far out of every range if they are none.
func twoDigits(b []byte, i int) int {
	x, y := b[i]-'0', b[i+1]-'0'
	if x > 9 || y > 9 {
		return 1 << 24
	}
	return int(x)*10 + int(y)
}

// number reads up to most digits at b[i:].
func number(b []byte, i, most int) (n, next int) {
	from := i
	for i < len(b) && digit(b[i]) && i-from < most {
		n = n*10 + int(b[i]-'0')
		i++
	}
	if i == from {
		return 0, -1
	}
	return n, i
}

// letters gives the end of the letters that begin at b[i].
func letters(b []byte, i int) int {
	for i < len(b) && letter(b[i]) {
		i++
	}
	return i
}

// readNumeric reads times that begin with a digit. How many digits there are
// says which.
func readNumeric(b []byte) (Stamp, int) {
	n, i := number(b, 0, 10)
	if i >= len(b) {
		return Stamp{}, 0
	}
	sep := b[i]
	switch {
	case i == 10 && sep == '.': // epoch with a fraction
		micros, j := fraction(b, i)
		return Stamp{Micros: int64(n)*1e6 + int64(micros), Parts: Clock | Day | Year | Zoned, Zone: "UTC"}, j
	case i == 4 && oneOf(sep, "-/."):
		return readDate(b, i, n, sep)
	case i == 8 && oneOf(sep, "/ T-"): // 20220421/06:43:57
		return withClock(b, i, n/10000, n/100%100, n%100)
	case i <= 2 && sep == ':':
		return readClock(b)
	case i <= 2 && oneOf(sep, "/-. "):
		return readDayFirst(b, i, n, sep)
	}
	return Stamp{}, 0
}

// readClock reads a clock without a date. «12:30» alone is anything.
func readClock(b []byte) (Stamp, int) {
	h, m, s, micros, i := clock(b, 0)
	if i < 0 || s < 0 {
		return Stamp{}, 0
	}
	t, ok := stampOf(0, 1, 1, h, m, s, micros, Clock)
	return t, used(ok, i)
}

// readDate goes on after the year of «2025-02-03», «2025/02/03», «2025.02.03».
func readDate(b []byte, i, year int, sep byte) (Stamp, int) {
	month, j := number(b, i+1, 2)
	if j < 0 || j >= len(b) || b[j] != sep {
		return Stamp{}, 0
	}
	day, k := number(b, j+1, 2)
	if k < 0 {
		return Stamp{}, 0
	}
	return withClock(b, k, year, month, day)
}

// readDayFirst reads «15/Jul/2018:23:13:13», «26-Sep-2012 …», «23 Oct 2014 …»,
// «07.08.2014 …», and month first «08/10/2018 …».
func readDayFirst(b []byte, i, day int, sep byte) (Stamp, int) {
	month, j := monthName(b, i+1)
	if j < 0 {
		if sep == ' ' {
			return Stamp{}, 0
		}
		month, j = number(b, i+1, 2)
		if j < 0 {
			return Stamp{}, 0
		}
		if sep == '/' && day <= 12 {
			day, month = month, day
		}
	}
	if j >= len(b) || b[j] != sep {
		return Stamp{}, 0
	}
	year, k := number(b, j+1, 4)
	switch {
	case k < 0, sep == '.' && k+1 < len(b) && b[k] == '.' && digit(b[k+1]): // «10.1.20.15» is an address
		return Stamp{}, 0
	case k-j-1 == 2:
		year += 2000
	case k-j-1 != 4:
		return Stamp{}, 0
	}
	return withClock(b, k, year, month, day)
}

// withClock goes on after a date: «T», blanks, «:», «/», «_» or « @ » and a
// clock, or nothing.
func withClock(b []byte, i, year, month, day int) (Stamp, int) {
	j := i
	for j < len(b) && oneOf(b[j], " Tt:/_@,-\t") && j-i < 4 {
		j++
	}
	if h, m, s, micros, k := clock(b, j); k > 0 && j > i {
		t, ok := stampOf(year, month, day, h, m, max(s, 0), micros, Clock|Day|Year)
		return t, used(ok, k)
	}
	t, ok := stampOf(year, month, day, 0, 0, 0, 0, Day|Year)
	return t, used(ok, i)
}

// clock reads «09:10:41», «09:10:41.123456», «09:10:41,123», «10:33:31:570»,
// «8:03 AM», «12:30» (seconds -1); next is -1 if there is none.
func clock(b []byte, i int) (h, m, s, micros, next int) {
	h, j := number(b, i, 2)
	if j < 0 || j >= len(b) || b[j] != ':' || h > 24 {
		return 0, 0, 0, 0, -1
	}
	m, k := number(b, j+1, 2)
	if k != j+3 {
		return 0, 0, 0, 0, -1
	}
	s, next = -1, k
	if k < len(b) && b[k] == ':' {
		if v, l := number(b, k+1, 2); l == k+3 {
			s, next = v, l
			if l+1 < len(b) && (b[l] == '.' || b[l] == ',' || b[l] == ':') && digit(b[l+1]) {
				micros, next = fraction(b, l)
			}
		}
	}
	return twelve(b, h, next), m, s, micros, next
}

// twelve turns «8:03 PM» into 20; next is moved by the caller's zone reader,
// which skips nothing it does not know, so the letters stay.
func twelve(b []byte, h, next int) int {
	rest := Trim(b[next:min(next+3, len(b))])
	switch {
	case len(rest) < 2 || lower(rest[1]) != 'm':
		return h
	case lower(rest[0]) == 'p' && h < 12:
		return h + 12
	case lower(rest[0]) == 'a' && h == 12:
		return 0
	}
	return h
}

// fraction reads the digits after b[i] as microseconds; more than six are cut.
func fraction(b []byte, i int) (micros, next int) {
	scale := 100000
	for i++; i < len(b) && digit(b[i]); i++ {
		micros += int(b[i]-'0') * scale
		scale /= 10
	}
	return micros, i
}

func used(ok bool, n int) int {
	if ok {
		return n
	}
	return 0
}

// readNamed reads times that begin with a name: «Sun Mar  5 09:10:41 2023»,
// «Mar  5 09:10:41», «jan/26/2025 09:41:33», «Oct 04, 2018 @ 19:51:53.172», «Sat, 04 Nov 2023 20:13:46».
func readNamed(b []byte) (Stamp, int) {
	i := weekdayName(b)
	for i > 0 && i < len(b) && oneOf(b[i], " ,") {
		i++
	}
	if i > 0 && i < len(b) && digit(b[i]) {
		s, n := readNumeric(b[i:])
		return s, used(n > 0, i+n)
	}
	month, j := monthName(b, i)
	if j < 0 {
		return Stamp{}, 0
	}
	for j < len(b) && oneOf(b[j], " ./") {
		j++
	}
	day, k := number(b, j, 2)
	if k < 0 {
		return Stamp{}, 0
	}
	if year, next := yearBehindDay(b, k); next > 0 {
		return withClock(b, next, year, month, day)
	}
	return clockThenYear(b, k, month, day)
}

// yearBehindDay reads the year of «Oct 04, 2018», «jan/26/2025»; next is -1 if
// something else stands there.
func yearBehindDay(b []byte, i int) (year, next int) {
	if i >= len(b) || !oneOf(b[i], ", /") {
		return 0, -1
	}
	from := i + 1
	if b[i] == ',' && from < len(b) && b[from] == ' ' {
		from++
	}
	if year, next = number(b, from, 4); next != from+4 {
		return 0, -1
	}
	return year, next
}

// clockThenYear reads «09:10:41» or «09:10:41 2023» behind a month and day.
func clockThenYear(b []byte, i, month, day int) (Stamp, int) {
	for i < len(b) && b[i] == ' ' {
		i++
	}
	h, m, s, micros, j := clock(b, i)
	if j < 0 || s < 0 {
		return Stamp{}, 0
	}
	year, parts := 0, Clock|Day
	if j < len(b) && b[j] == ' ' {
		if y, next := number(b, j+1, 4); next == j+5 && (next == len(b) || !digit(b[next])) && y >= 1970 {
			year, parts, j = y, parts|Year, next
		}
	}
	t, ok := stampOf(year, month, day, h, m, s, micros, parts)
	return t, used(ok, j)
}

// monthName reads a month's name, short or long, at b[i:]; German names where
// they differ.
func monthName(b []byte, i int) (month, next int) {
	if i+3 > len(b) {
		return 0, -1
	}
	three := [3]byte{lower(b[i]), lower(b[i+1]), lower(b[i+2])}
	const names = "janfebmaraprmayjunjulaugsepoctnovdec"
	at := bytes.Index([]byte(names), three[:])
	switch {
	case at >= 0 && at%3 == 0:
		month = at/3 + 1
	case three == [3]byte{'m', 'a', 'i'}:
		month = 5
	case three == [3]byte{'o', 'k', 't'}:
		month = 10
	case three == [3]byte{'d', 'e', 'z'}:
		month = 12
	default:
		return 0, -1
	}
	return month, letters(b, i+3)
}

// weekdayName gives the length of a weekday's short or long English name.
func weekdayName(b []byte) int {
	if len(b) < 4 {
		return 0
	}
	three := [3]byte{lower(b[0]), lower(b[1]), lower(b[2])}
	at := bytes.Index([]byte("montuewedthufrisatsun"), three[:])
	if at < 0 || at%3 != 0 {
		return 0
	}
	return letters(b, 3)
}
