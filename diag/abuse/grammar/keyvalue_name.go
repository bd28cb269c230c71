package grammar

// keyName says what the name of a pair tells about its value. Names are words
// of every tongue of logs: «srcip», «src_port», «attacker's IP», «TCP port being
// scanned», «sourceAddress». Each is peeled into particles; a name that holds
// anything else («srccountry») is not understood.
type keyName uint32

const (
	keySource keyName = 1 << iota // the side of the accused
	keyTarget
	keyHost // an address
	keyPort
	keyTime
	keyDate
	keyZone
	keyProtocol
	keyTCP
	keyUDP
	keyUTC
	keyNote   // request, user: worth showing
	keyReason // action, message: worth showing if nothing better is there
	keyPackets
	keyBytes
	keySize
	keyFlags
	keyNoise // words that change nothing
	keyBare  // no pair of any log: one that is known to be something else
)

// keySides, keyValues: what a name must tell to be of use.
const (
	keySides  = keySource | keyTarget
	keyValues = keyHost | keyPort | keyTime | keyDate | keyZone | keyProtocol | keyNote | keyReason | keyPackets | keyBytes | keySize | keyFlags
)

// keyLongest is the length of the longest particle.
const keyLongest = 13

// readKeyName reads a name; where words of a sentence stand before it («seen at
// host, source port») the last words count.
func readKeyName(name []byte) keyName {
	for len(name) > 0 {
		if k, ok := peelKeyName(name); ok {
			return k
		}
		i := 0
		for i < len(name) && !blank(name[i]) {
			i++
		}
		for i < len(name) && blank(name[i]) {
			i++
		}
		name = name[i:]
	}
	return 0
}

// peelKeyName takes a name apart; false if a part of it is unknown.
func peelKeyName(name []byte) (keyName, bool) {
	var all keyName
	for i := 0; i < len(name); {
		if !letter(name[i]) {
			if digit(name[i]) && name[i] != '4' && name[i] != '6' { // «ipv4», «ip6»
				return 0, false
			}
			i++
			continue
		}
		k, n := longestParticle(name[i:])
		if n == 0 {
			return 0, false
		}
		if i == 0 && n == 1 && lower(name[0]) == 's' { // «s_port», but «attacker's port»
			k = keySource
		}
		all |= k
		i += n
	}
	if all&keySides != 0 && all&keyValues == 0 {
		all |= keyHost // «src»
	}
	return all, all&keyBare == 0 && all&keyValues != 0
}

// longestParticle reads the longest particle at the start of b.
func longestParticle(b []byte) (keyName, int) {
	var low [keyLongest]byte
	n := 0
	for n < keyLongest && n < len(b) && letter(b[n]) {
		low[n] = lower(b[n])
		n++
	}
	for ; n > 0; n-- {
		if k := keyParticle(string(low[:n])); k != 0 {
			return k, n
		}
	}
	return 0, 0
}

// keyParticle is what one part of a name tells: first words for the sides,
// their hosts and ports.
func keyParticle(s string) keyName {
	switch s {
	case "src", "source", "attacker", "attackers", "attacking", "offender", "offending", "client", "remote", "rem", "abuser", "abusive",
		"infected", "scanner", "quelle", "c", "peer", "intruder", "bot":
		return keySource
	case "saddr":
		return keySource | keyHost
	case "daddr":
		return keyTarget | keyHost
	case "dst", "dest", "destination", "target", "targeted", "victim", "scanned", "probed", "attacked", "ziel", "server", "local", "d", "honeypot":
		return keyTarget
	case "ip", "ipv", "addr", "address", "host", "adresse":
		return keyHost
	case "port", "prt", "pt":
		return keyPort
	case "sport", "spt":
		return keySource | keyPort
	case "dport", "dpt", "service":
		return keyTarget | keyPort
	}
	return keyTimeParticle(s)
}

// keyTimeParticle knows words for times.
func keyTimeParticle(s string) keyName {
	switch s {
	case "time", "timestamp", "datetime", "zeit", "when", "start", "ts":
		return keyTime
	case "date", "datum", "day":
		return keyDate
	case "tz", "timezone":
		return keyZone
	case "utc", "gmt":
		return keyUTC
	}
	return keyValueParticle(s)
}

// keyValueParticle knows words for what is neither side nor time.
func keyValueParticle(s string) keyName {
	switch s {
	case "protocol", "proto", "transport":
		return keyProtocol
	case "tcp":
		return keyTCP
	case "udp":
		return keyUDP
	case "request", "url", "uri", "user", "username", "payload", "login":
		return keyNote
	case "action", "msg", "message", "reason", "signature", "attack":
		return keyReason
	case "packets", "pkts", "packetcount":
		return keyPackets
	case "bytes", "octets":
		return keyBytes
	case "len", "length", "size":
		return keySize
	case "flags", "tcpflags":
		return keyFlags
	}
	return keyOtherParticle(s)
}

// keyOtherParticle knows words that change nothing, and those no pair has.
func keyOtherParticle(s string) keyName {
	switch s {
	case "s", // «attacker's», «s_port»
		"being", "the", "of", "in", "number", "no", "nr", "http", "probe", "is", "at", "event", "first", "seen", "log":
		return keyNoise
	case "country", "mac", "intf", "nat", "id", "end", "last", "name", "status", "code", "zone":
		return keyBare
	}
	return 0
}
