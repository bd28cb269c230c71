package grammar

import "bytes"

// hourly reads counts per time, as resolvers and amplifiers are reported: the
// address stands in the mail alone.
//
//	2025-02-03 20:00:00 461 queries
func hourly() Grammar {
	return Grammar{
		Name: "hourly", LogType: Record, Rank: General,
		Open: func([]byte) Reader { return lineReader(hourlyLine) },
	}
}

func hourlyLine(line []byte, row *Row) Outcome {
	line = Trim(line)
	if !digit(line[0]) {
		return Foreign
	}
	stamp, n := ReadStamp(line)
	if n == 0 || stamp.Parts&Day == 0 {
		return Foreign
	}
	count, rest := Cut(bytes.TrimLeft(line[n:], " \t:-|,;"))
	packets, ok := ReadInt(count)
	unit := Trim(rest)
	if !ok || !isHourlyUnit(unit) {
		return Foreign
	}
	row.Time, row.Packets, row.Note = stamp, packets, unit
	return Done
}

// isHourlyUnit knows what is counted.
func isHourlyUnit(unit []byte) bool {
	var room [maxColumnName]byte
	if len(unit) > len(room) {
		return false
	}
	switch string(lowerKey(&room, unit)) {
	case "query", "queries", "dns queries", "packet", "packets", "pkts", "request", "requests", "hit", "hits", "attempt", "attempts",
		"login attempts", "failed logins", "attack", "attacks", "event", "events", "connection", "connections", "flow", "flows",
		"mail", "mails", "email", "emails", "messages", "times", "scans", "probes", "responses", "anfragen", "pakete",
		"versuche", "angriffe", "verbindungen":
		return true
	}
	return false
}
