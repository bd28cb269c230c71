package abuse

import (
	"bytes"
	"net/netip"
	"regexp"
	"strconv"
	"strings"
	"time"

	"latchkey/diag"
	"latchkey/diag/abuse/grammar"
)

// NoticeFacts is what the prose around the log says.
type NoticeFacts struct {
	AbuseID    string // «ABCDEF:1A»; has to stay in the subject of the answer
	LockingID  string // «L0123ABCD»
	Deadline   *Deadline
	AnswerIn   time.Duration // «within 24 hours» without a date; 0 not told
	Links      []Link
	Locked     bool // it says that address or server is blocked already
	Expects    bool // it announces a log or list that is not there
	words      map[Incident]bool
	zone       string // of the log, as the mail says
	location   *time.Location
	accused    []string // addresses the prose names, the likeliest first
	hetzner    bool
	ovh        bool
	complaint  int // words that only such mails use
	packets    float64
	fromServer bool
}

// prose reads the sentences of a report. It keeps regular expressions, which
// are linear here, away from the rows: only lines outside the log get to them,
// and only proseLimit bytes of each part.
type prose struct {
	abuseID, lockingID, deadline, hours, link, zone, address, pace *regexp.Regexp
}

const (
	proseLimit = 128 << 10
	mostLinks  = 50
)

func newProse() *prose {
	c := regexp.MustCompile
	return &prose{
		abuseID:   c(`(?i)AbuseID:?\s*([0-9A-F]{6}:[0-9A-F]{2})\b`),
		lockingID: c(`\b(L[0-9A-F]{8})\b`),
		deadline:  c(deadlinePattern),
		hours:     c(`(?i)(?:within|innerhalb(?: von)?|binnen|sous|(?:answer|reply|respond|block|lock|suspend|antwort|sperr)[^.]{0,40} in)\s+(?:at most\s+|the next\s+|den nächsten\s+)?(\d{1,3})\s*(?:hours?|h\b|Stunden|heures)`),
		link:      c(`https?://[^\s<>"'\x60|\]]+`),
		zone: c(`(?i)(?:time ?zone|times?|timestamps?|uhrzeiten?|zeiten|zeitangaben|zeitzone|clock)\b[^.\n]{0,60}?` +
			`((?:UTC|GMT)\s*[+-]\s*\d{1,2}(?::?\d\d)?|(?:MET|MEZ|CET|CEST)\s*/\s*GMT\s*[+-]\d|central european[^.\n]{0,30}|\bMEZ\b|\bMESZ\b|\bCES?T\b|\bMET\b|mitteleurop\S+|coordinated universal|\bUTC\b|\bGMT\b)`),
		address: c(`\b(?:\d{1,3}\.){3}\d{1,3}\b|\b[0-9a-fA-F]{1,4}(?::[0-9a-fA-F]{0,4}){3,7}\b`),
		pace:    c(`(?i)([\d][\d.,]*)\s*(k|m|g)?(?:pps|packets?(?:/s| per second))\b`),
	}
}

// read takes the facts from the lines of one part.
func (p *prose) read(n *NoticeFacts, text []byte, part string, subject bool) {
	number, before := 0, ""
	for len(text) > 0 {
		raw, size := nextLine(text)
		text = text[size:]
		number++
		line := strings.ToValidUTF8(string(grammar.Prepare(raw)), "\uFFFD")
		if len(line) > 2000 || isBareRow([]byte(line)) && !strings.Contains(line, "://") && !p.deadline.MatchString(line) {
			continue
		}
		at := diag.Source{Part: part, Line: number}
		if subject {
			at = diag.Source{Part: part}
		}
		p.line(n, line, before, at)
		before = line
	}
}

// isBareRow reports whether a line is a row, not a short sentence with the
// address in question.
func isBareRow(line []byte) bool {
	const mostDigits = 15 // of one address and a number
	return looksLikeRow(line) && (addresses(line, 2) > 1 || digitsOf(line) > mostDigits)
}

func (p *prose) line(n *NoticeFacts, line, before string, at diag.Source) {
	if m := p.abuseID.FindStringSubmatch(line); m != nil && n.AbuseID == "" {
		n.AbuseID = strings.ToUpper(m[1])
	}
	if m := p.lockingID.FindStringSubmatch(line); m != nil && n.LockingID == "" {
		n.LockingID = m[1]
	}
	lower := strings.ToLower(line)
	p.readDeadline(n, line, strings.ToLower(before), at)
	if m := p.hours.FindStringSubmatch(line); m != nil && n.AnswerIn == 0 {
		h, _ := strconv.Atoi(m[1])
		n.AnswerIn = time.Duration(h) * time.Hour
	}
	p.readLinks(n, line, at)
	if m := p.zone.FindStringSubmatch(line); m != nil && n.zone == "" {
		n.zone, n.location = zoneOf(m[1])
	}
	if m := p.pace.FindStringSubmatch(line); m != nil && n.packets == 0 {
		n.packets = float64(plainNumber(m[1])) * map[string]float64{"": 1, "k": 1e3, "m": 1e6, "g": 1e9}[strings.ToLower(m[2])]
	}
	n.readAddresses(p.address.FindAllStringIndex(line, 8), line)
	n.readWords(lower)
}

// plainNumber reads a whole number with thousands marks of either kind.
func plainNumber(s string) int64 {
	n, _ := strconv.ParseInt(strings.NewReplacer(".", "", ",", "").Replace(s), 10, 64)
	return n
}

// zoneOf reads how a mail names the zone of its log.
func zoneOf(s string) (string, *time.Location) {
	low := strings.ToLower(s)
	if strings.Contains(low, "central europ") || strings.Contains(low, "mitteleurop") {
		l, err := time.LoadLocation("Europe/Berlin")
		if err != nil {
			return "Europe/Berlin", nil
		}
		return "Europe/Berlin", l
	}
	if strings.HasPrefix(low, "coordinated") {
		return "UTC", time.UTC
	}
	if i := strings.IndexByte(s, '/'); i > 0 {
		s = strings.TrimSpace(s[i+1:])
	}
	name, offset, used := grammar.ReadZone([]byte(strings.ReplaceAll(s, " ", "")))
	if used == 0 {
		return "", nil
	}
	label := zoneLabel(name, offset)
	return label, time.FixedZone(label, int(offset))
}

// zoneLabel is a zone's name, or its offset where it has none.
func zoneLabel(name string, offset int32) string {
	switch {
	case name == "Z" || name == "" && offset == 0:
		return "UTC"
	case name != "":
		return name
	}
	return time.Unix(0, 0).In(time.FixedZone("", int(offset))).Format("-07:00")
}

// readAddresses collects the addresses the sentences name: first those that the
// words call the accused.
func (n *NoticeFacts) readAddresses(found [][]int, line string) {
	for _, at := range found {
		a, err := netip.ParseAddr(line[at[0]:at[1]])
		if err != nil || a.IsLoopback() || a.IsUnspecified() {
			continue
		}
		before := strings.ToLower(line[max(0, at[0]-60):at[0]])
		if containsAny(before, "target of", "against", "destination", "hit by it", "our own", "netrange", "victim", "attacked ip", "route:", "inetnum", "received:", "attacked:") ||
			strings.Contains(before[strings.LastIndexByte(before, ' ')+1:], "://") {
			continue
		}
		// Words that introduce the accused put it in front of a bare address.
		name := a.Unmap().String()
		if containsAny(before, "ip", "address", "adresse", "host", "from", "von", "source", "server", "machine", "rechner", "about", "attacker", "droplet", "over") {
			n.accused = append([]string{name}, n.accused...)
		} else {
			n.accused = append(n.accused, name)
		}
		if len(n.accused) > 20 {
			n.accused = n.accused[:20]
		}
	}
}

// complaints are words a complaint about abuse uses and other mails do not, in
// the languages of the providers.
func complaints() []string {
	return []string{
		"abuse", "complaint", "gesperrt", "sperrung", "sperren", "has been blocked", "have been blocked", "will be blocked", "be locked", "was blocked",
		"null-route", "null route", "nullroute", "suspended", "attack", "angriff", "security problem", "security issue", "vulnerab", "verwundbar",
		"open resolver", "open recursive", "open redis", "compromised", "hacked", "infected", "infiziert", "unusual activity", "malicious", "spam",
		"phishing", "malware", "schadsoftware", "botnet", "brute", "port scan", "portscan", "netscan", "unwanted traffic", "anybody read and change",
		"hacken", "missbrauch", "beschwerde", "verbotenes", "plainte", "bloqué", "zablokowan", "abuseid", "odd network activity", "disconnected after sending",
	}
}

// incidentWords are the words that name an incident; earlier lines win.
func incidentWords() []struct {
	incident Incident
	words    []string
} {
	return []struct {
		incident Incident
		words    []string
	}{
		{Phishing, []string{"phishing"}},
		{Reflection, []string{"reflection", "amplification", "open recursive resolver", "open resolver", "reflexion", "verstärk"}},
		{OpenService, []string{"open redis", "openly reachable", "offen erreichbar", "offenen oder verwundbaren", "open service", "vulnerable service", "anybody read and change", "offene"}},
		{Spam, []string{"spam", "unsolicited", "blacklist"}},
		{LoginAttack, []string{"brute", "password guess", "failed login", "login attempt", "dictionary attack", "passwort", "ssh-scan"}},
		{WebAttack, []string{"attacks on web", "web attack", "xmlrpc", "wp-login", "sql injection", "webangriff"}},
		{NetScan, []string{"netscan", "network scan", "net scan", "netzscan"}},
		{PortScan, []string{"portscan", "port scan", "scanning", "scanned"}},
		{Flood, []string{"ddos", "dos attack", "denial of service", "flood", "pps out of", "packet limit", "dos,"}},
		{Malware, []string{"malware", "trojan", "botnet", "schadsoftware", "infected", "infiziert", "(a bot)"}},
		{MACViolation, []string{"mac address", "mac-adresse"}},
	}
}

func (n *NoticeFacts) readWords(lower string) {
	for _, w := range complaints() {
		if strings.Contains(lower, w) {
			n.complaint++
		}
	}
	for _, i := range incidentWords() {
		if containsAny(lower, i.words...) {
			if n.words == nil {
				n.words = map[Incident]bool{}
			}
			n.words[i.incident] = true
		}
	}
	if containsAny(lower, "has been blocked", "had to be blocked", "had to block", "have been blocked", "was blocked", "ist deshalb vorerst gesperrt", "wurde gesperrt", "is blocked at", "was disconnected", "has been locked", "was locked", "a été bloqué") {
		n.Locked = true
	}
	if containsAny(lower, "attached", "attachment", "evidence follows", "log lines below", "in the log below", "list of affected", "im anhang", "part of the log", "logs of our system", "follows below", "angehängt") {
		n.Expects = true
	}
	n.hetzner = n.hetzner || containsAny(lower, "hetzner online", "abuse.hetzner", "abuseid:", ".hetzner.de wrote", "@hetzner.", "hetzner abuse")
	n.ovh = n.ovh || containsAny(" "+lower, ".ovh.net", "@ovh.net", " ovh.net", ".ovh.ca", "@ovh.", "ovhcloud", ".kimsufi.com", "soyoustart", "ovh sas", "ovh support")
	n.fromServer = n.fromServer || containsAny(lower, "from your server", "from your ip", "coming from your", "ihrem server", "in your network", "from your network", "under your care", "in ihrem bereich", "your server", "one of your server", "in your range")
}

func containsAny(s string, words ...string) bool {
	for _, w := range words {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}

// word gives the incident the prose names, the first of incidentWords if it
// names several; "" if none.
func (n *NoticeFacts) word() Incident {
	for _, i := range incidentWords() {
		if n.words[i.incident] {
			return i.incident
		}
	}
	return ""
}

// trimBody is what of a part's text the prose reader gets to see.
func trimBody(b []byte) []byte {
	if len(b) <= proseLimit {
		return b
	}
	b = b[:proseLimit]
	return b[:max(bytes.LastIndexByte(b, '\n'), 0)]
}
