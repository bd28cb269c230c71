package grammar

import "bytes"

// guess reads whatever addresses, ports and times a line holds: the first
// address is taken for the source, the second for the target. It is asked when
// no other grammar knows the text.
//
//	2025-02-03 04:05:06 blocked 192.0.2.10:40112 to 198.51.100.7 port 22 tcp
func guess() Grammar {
	return Grammar{
		Name: "guess", LogType: Record, Rank: Guess,
		Open: func([]byte) Reader { return lineReader(guessLine) },
	}
}

func guessLine(line []byte, row *Row) Outcome {
	if bytes.Count(line, []byte{'.'}) < 3 && bytes.Count(line, []byte{':'}) < 2 || isGuessProse(line) {
		return Foreign
	}
	if key, _, ok := cutField(line); ok && isForeignGuess(key) {
		return Foreign
	}
	g := guessed{row: row}
	g.read(line)
	if !g.enough(line) {
		row.Reset()
		return Foreign
	}
	row.Note = Trim(line)
	return Done
}

// maxGuessWords is the number of words from which on a line is a sentence.
const maxGuessWords = 12

// isGuessProse reports whether a line is a sentence. Words in quotes do not
// count: logs quote requests.
func isGuessProse(line []byte) bool {
	words, letters := 0, 0
	quoted := false
	for i := 0; i <= len(line); i++ {
		c := byte(' ')
		if i < len(line) {
			c = line[i]
		}
		switch {
		case c == '"':
			quoted = !quoted
		case letter(c) || c >= 0x80 || c == '\'':
			letters++
			continue
		case letters > 1 && !quoted && (c == ' ' || c == ',' || c == '.'):
			words++
		}
		letters = 0
	}
	return words > maxGuessWords
}

// isForeignGuess knows fields of mails and whois answers that hold addresses.
func isForeignGuess(key []byte) bool {
	if len(key) > 2 && lower(key[0]) == 'x' && key[1] == '-' {
		return true
	}
	var room [maxColumnName]byte
	switch string(lowerKey(&room, key)) {
	case "from", "to", "references", "in-reply-to", "authentication-results", "received-spf", "list-unsubscribe", "arc-seal",
		"user-agent", "route6", "inetrev", "nserver", "refer", "whois", "version":
		return true
	}
	return isForeignField(key)
}

// guessed is a row in the making.
type guessed struct {
	row   *Row
	hosts int
	side  *Endpoint // that the last address went to
	port  bool      // the next number is its port
	role  column    // the line says what the next address is («src=», «from»)
}

// read goes through the words of a line.
func (g *guessed) read(line []byte) {
	before := byte(' ')
	for i := 0; i < len(line); {
		used := 1
		if wordStart(before) && !blank(line[i]) {
			used = g.word(line[i:])
		}
		i += used
		before = line[i-1]
	}
}

// wordStart reports whether a word begins behind c.
func wordStart(c byte) bool {
	return bytes.IndexByte([]byte(" \t|,;=([{<\"'>"), c) >= 0
}

// word reads an address, a time, a protocol or a port at the start of b and
// gives its length. Addresses come first: «10.1.20.15» begins like a date.
func (g *guessed) word(b []byte) int {
	n := bytes.IndexAny(b, " \t|,;=(){}<>\"'")
	switch n {
	case -1:
		n = len(b)
	case 0:
		return 1
	}
	word := bytes.TrimRight(b[:n], ".:]-")
	if g.address(word) {
		return n
	}
	if used := g.time(b); used > 0 {
		g.port = false
		return used
	}
	g.detail(word)
	return n
}

// detail takes what a word says beside addresses and times.
func (g *guessed) detail(word []byte) {
	named := g.port
	g.port = bytes.EqualFold(word, []byte("port")) || named && len(word) == 0
	if c := readColumnName(word).column; c == columnSource || c == columnTarget {
		g.role = c
		return
	}
	if port, ok := ReadPort(word); ok && named && g.side != nil && g.side.Port == Unknown {
		g.side.Port = port
	} else if p := ReadProtocol(word); p != 0 && !ok && g.row.Protocol == 0 {
		g.row.Protocol = p
	}
}

// address takes a word that is one, with its port.
func (g *guessed) address(word []byte) bool {
	if len(word) > 0 && word[0] == '[' && bytes.IndexByte(word, ']') < 0 {
		word = word[1:] // its end was cut off
	}
	if len(word) < 3 {
		return false
	}
	e, _ := ReadHostPort(word, ':')
	if !e.Addr.IsValid() {
		e, _ = ReadHostPort(word, '.') // tcpdump's way
	}
	masked := bytes.Count(e.Word, []byte{'.'}) == 3 && Masked(e.Word)
	if !masked && (!e.Addr.IsValid() || e.Addr.IsUnspecified()) {
		return false
	}
	g.side = g.seat(e)
	if g.side != nil {
		e.Port = max(e.Port, g.side.Port)
		*g.side = e
	}
	g.role = columnUnknown
	g.port = true
	return true
}

// seat is the side an address belongs to; nil if both are taken.
func (g *guessed) seat(e Endpoint) *Endpoint {
	source, target := &g.row.Source, &g.row.Target
	switch {
	case e.Addr.IsValid() && e.Addr == source.Addr:
		return source // said again
	case e.Addr.IsValid() && e.Addr == target.Addr:
		return target
	}
	g.hosts++
	switch {
	case g.role != columnTarget && !source.Known(), target.Known() && !source.Known():
		return source
	case !target.Known():
		return target
	}
	return nil
}

// time takes the first time of the line, and the second one as its end.
func (g *guessed) time(b []byte) int {
	s, used := ReadStamp(b)
	if used == 0 {
		return 0
	}
	switch {
	case !g.row.Time.Known():
		g.row.Time = s
	case g.row.Time.Parts&Clock == 0 && s.Parts&Day == 0:
		g.row.Time = s.on(g.row.Time)
	case !g.row.End.Known() && s.Parts == g.row.Time.Parts:
		g.row.End = s
	}
	return used
}

// enough reports whether what was found can be a row. Two addresses and a dash
// are a range.
func (g *guessed) enough(line []byte) bool {
	r := g.row
	detail := r.Time.Known() || r.Source.Port != Unknown || r.Target.Port != Unknown
	return g.hosts > 0 && (detail || g.hosts > 1 && !bytes.Contains(line, []byte(" - ")))
}
