package grammar

import "bytes"

// tableNote are the cells of a row that become its note.
type tableNote struct {
	cells [4][]byte
	tags  [4]bool
	n     int
}

// fillNote keeps a cell for the note, and takes from it what no column says.
func (r *tableReader) fillNote(c column, cell []byte, row *Row, note *tableNote) {
	if note.n < len(note.cells) {
		note.cells[note.n], note.tags[note.n] = cell, c != columnNote
		note.n++
	}
	if c == columnNote {
		row.SYN = row.SYN || string(cell) == "S" || string(cell) == "SYN" || string(cell) == "......S."
		return
	}
	if c == columnMessage {
		readTableMessage(cell, row)
	}
	if row.Protocol == 0 && !r.head.has(columnProtocol) {
		if word, rest := Cut(cell); len(rest) > 0 && !digit(word[0]) { // «TCPv4 SYN_RCVD (…)»
			row.Protocol = ReadProtocol(word)
		}
	}
}

// readTableMessage takes from «… {TCP} 192.0.2.10:26565 -> 198.51.100.7:80»
// what the columns leave open. A source other than the row's tells nothing
// about the row's port.
func readTableMessage(cell []byte, row *Row) {
	i := bytes.Index(cell, []byte(" -> "))
	if i < 0 {
		return
	}
	before := cell[:i]
	from := bytes.LastIndexByte(before, ' ') + 1
	to, _ := Cut(cell[i+4:])
	source, _ := ReadHostPort(before[from:], ':')
	target, _ := ReadHostPort(bytes.TrimRight(to, ",;"), ':')
	if !source.Known() || !target.Known() || !source.Addr.IsValid() && !target.Addr.IsValid() {
		return
	}
	if !row.Source.Known() {
		row.Source = source
	} else if row.Source.Port == Unknown && row.Source.Addr == source.Addr {
		row.Source.Port = source.Port
	}
	if !row.Target.Known() {
		target.Port = max(target.Port, row.Target.Port)
		row.Target = target
	} else if row.Target.Port == Unknown && row.Target.Addr == target.Addr {
		row.Target.Port = target.Port
	}
	if row.Protocol == 0 && from > 0 {
		word := bytes.TrimRight(before[:from], " ")
		row.Protocol = ReadProtocol(bytes.Trim(word[bytes.LastIndexByte(word, ' ')+1:], "{}"))
	}
}

// join makes one note of several cells; without any, the unit of a count.
func (r *tableReader) join(note tableNote, row *Row) []byte {
	switch note.n {
	case 0:
		if row.Packets != Unknown && !r.head.has(columnPackets) && string(r.head.unit) != "count" {
			return r.head.unit
		}
		return nil
	case 1:
		return note.cells[0]
	}
	r.note = r.note[:0]
	for i, cell := range note.cells[:note.n] {
		if i > 0 {
			r.note = append(r.note, ", "...)
		}
		r.note = append(r.note, cell...)
	}
	return r.note
}

// learnRows is how many rows are asked what the incident was: lists are of one
// kind.
const learnRows = 100

// learn takes the incident from the tags of the first rows.
func (r *tableReader) learn(note tableNote) {
	if r.found != "" || r.tagged >= learnRows {
		return
	}
	r.tagged++
	if r.head.incident != "" {
		r.heading.Incident = r.head.incident
	}
	for i, cell := range note.cells[:note.n] {
		if !note.tags[i] {
			continue
		}
		if r.found = tagIncident(cell); r.found == "" {
			continue
		}
		if r.head.house && bytes.IndexByte(cell, ' ') < 0 && len(cell) <= maxColumnName {
			r.heading.Title = string(bytes.ToLower(cell))
		}
		return
	}
}

// tagIncident reads the incident off a tag, category or message; "" if it
// names none.
func tagIncident(cell []byte) string {
	low := bytes.ToLower(cell[:min(len(cell), 512)])
	for _, sign := range []struct{ word, incident string }{
		{"brute", "login-attack"}, {"login", "login-attack"}, {"password", "login-attack"}, {"credential", "login-attack"},
		{"open-", "open-service"}, {"openr", "open-service"}, {"open_", "open-service"}, {"open resolver", "open-service"},
		{"ssdp", "open-service"}, {"accessible", "open-service"}, {"vulnerable", "open-service"}, {"exposed", "open-service"},
		{"malware", "malware"}, {"trojan", "malware"}, {"botnet", "malware"}, {"infect", "malware"}, {"worm", "malware"},
		{"amplif", "reflection"}, {"reflect", "reflection"}, {"flood", "flood"}, {"ddos", "flood"},
		{"netscan", "net-scan"}, {"network scan", "net-scan"}, {"scan", "port-scan"},
		{"phish", "phishing"}, {"spam", "spam"},
		{"sql", "web-attack"}, {"xss", "web-attack"}, {"web attack", "web-attack"}, {"web-attack", "web-attack"},
	} {
		if bytes.Contains(low, []byte(sign.word)) {
			return sign.incident
		}
	}
	return ""
}
