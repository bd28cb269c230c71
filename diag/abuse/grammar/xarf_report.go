package grammar

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
)

// xarfReport holds of the versions 1 to 4 what rows need. Names of fields are
// compared without case, as encoding/json does.
type xarfReport struct {
	Version xarfText `json:"Version"`
	Report  *struct {
		ReportClass, ReportType, Date xarfText
		Source                        xarfSource
		SourceIP                      xarfText
		SourcePort                    xarfNumber
		DestinationIP, Protocol       xarfText
		DestinationPort               xarfNumber
		AttackType                    xarfText
		AdditionalInfo                xarfDetails
		PacketCount, ByteCount        xarfNumber
	}

	XARFVersion xarfText     `json:"xarf_version"`
	Identifier  xarfText     `json:"source_identifier"`
	SourcePort  xarfNumber   `json:"source_port"`
	Category    xarfText     `json:"category"`
	Class       xarfText     `json:"class"` // category in drafts of version 4
	Type        xarfText     `json:"type"`
	Timestamp   xarfText     `json:"timestamp"`
	FirstSeen   xarfText     `json:"first_seen"`
	LastSeen    xarfText     `json:"last_seen"`
	Target      xarfText     `json:"destination_ip"`
	TargetPort  xarfNumber   `json:"destination_port"`
	Protocol    xarfText     `json:"protocol"`
	Vector      xarfText     `json:"attack_vector"`
	Ports       []xarfNumber `json:"ports_scanned"`
	Targeted    []xarfNumber `json:"targeted_ports"`
	Sent        xarfNumber   `json:"packets_sent"`
	Packets     xarfNumber   `json:"packet_count"`
	Bytes       xarfNumber   `json:"byte_count"`
	PeakPackets xarfNumber   `json:"peak_pps"`
	PeakBits    xarfNumber   `json:"peak_bps"`
}

// xarfDetails is AdditionalInfo of version 3.
type xarfDetails struct {
	Protocol, DestinationIP, AttackType                 xarfText
	DestinationPort, PacketCount, ByteCount, SourcePort xarfNumber
}

// xarfText takes a number or anything else as text: reporters' JSON is not
// always what the schema says.
type xarfText string

// UnmarshalJSON implements json.Unmarshaler.
func (t *xarfText) UnmarshalJSON(b []byte) error {
	var s string
	if json.Unmarshal(b, &s) != nil {
		s = string(bytes.Trim(b, `"`))
	}
	if s != "null" && len(s) <= 256 {
		*t = xarfText(s)
	}
	return nil
}

// xarfNumber is a number, also one in quotes. Not told is nil.
type xarfNumber struct{ n *int64 }

// UnmarshalJSON implements json.Unmarshaler.
func (x *xarfNumber) UnmarshalJSON(b []byte) error {
	if f, err := strconv.ParseFloat(string(bytes.Trim(b, `"`)), 64); err == nil && f >= 0 && f < 1e18 {
		n := int64(f)
		x.n = &n
	}
	return nil
}

func (x xarfNumber) or(other xarfNumber) xarfNumber {
	if x.n == nil {
		return other
	}
	return x
}

func (x xarfNumber) value() int64 {
	if x.n == nil {
		return Unknown
	}
	return *x.n
}

func (x xarfNumber) port() int32 {
	if n := x.value(); n >= 0 && n <= 65535 {
		return int32(n)
	}
	return Unknown
}

// xarfSource is «Source» of version 3, an object, or an address as text.
type xarfSource struct {
	IP   xarfText
	Port xarfNumber
}

// UnmarshalJSON implements json.Unmarshaler.
func (s *xarfSource) UnmarshalJSON(b []byte) error {
	type plain xarfSource
	var text string
	if json.Unmarshal(b, &text) == nil {
		s.IP = xarfText(text)
		return nil
	}
	return json.Unmarshal(b, (*plain)(s))
}

// decodeXARF decodes a report; nil if the text is none.
func decodeXARF(text []byte) *xarfReport {
	var r xarfReport
	err := json.Unmarshal(text, &r)
	var mistyped *json.UnmarshalTypeError
	if err != nil && !errors.As(err, &mistyped) {
		// A line too long to be read may have been the last of its object.
		r = xarfReport{}
		if err = json.Unmarshal(dropCommas(text), &r); err != nil && !errors.As(err, &mistyped) {
			return nil
		}
	}
	if r.XARFVersion == "" && r.Report == nil {
		return nil
	}
	return &r
}

// dropCommas takes out commas that nothing follows before a closing brace.
func dropCommas(text []byte) []byte {
	out := make([]byte, 0, len(text))
	quoted := false
	for i, c := range text {
		if c == '"' && (i == 0 || text[i-1] != '\\') {
			quoted = !quoted
		}
		if c == ',' && !quoted {
			if rest := bytes.TrimLeft(text[i+1:], " \t\r\n"); len(rest) > 0 && (rest[0] == '}' || rest[0] == ']') {
				continue
			}
		}
		out = append(out, c)
	}
	return out
}

// fill makes a row of the report; false if it names no source.
func (x *xarfReport) fill(row *Row, h *Heading) bool {
	v := x.flat()
	source, ok := ReadHost([]byte(v.Identifier))
	if !ok {
		return false
	}
	source.Port = v.SourcePort.port()
	row.Source = source
	if row.Target, ok = ReadHost([]byte(v.Target)); ok || v.TargetPort.n != nil {
		row.Target.Port = v.TargetPort.port()
	}
	row.Protocol = ReadProtocol([]byte(v.Protocol))
	row.Packets, row.Bytes = v.Packets.or(v.Sent).value(), v.Bytes.value()
	if n := v.PeakPackets.value(); n > 0 {
		row.PacketRate = float64(n)
	}
	if n := v.PeakBits.value(); n > 0 {
		row.BitRate = float64(n)
	}
	first, last := xarfStamp(v.FirstSeen), xarfStamp(v.LastSeen)
	when := xarfStamp(v.Timestamp)
	switch {
	case !first.Known():
		row.Time = when
	case last.Known():
		row.Time, row.End = first, last
	default: // seen from then until it was written
		row.Time, row.End = first, when
	}
	incident := xarfIncident(string(v.Category), string(v.Type), string(v.Vector))
	xarfService(row, incident)
	row.Note = []byte(v.Type)
	x.head(v, row, incident, h)
	return true
}

// xarfService: what is open is the source's own.
func xarfService(row *Row, incident string) {
	if incident == "open-service" && row.Source.Port == Unknown {
		row.Source.Port, row.Target.Port = row.Target.Port, Unknown
	}
}

// flat gives the report in the names of version 4.
func (x *xarfReport) flat() xarfReport {
	r := x.Report
	if x.XARFVersion != "" || r == nil {
		v := *x
		if v.Category == "" {
			v.Category = v.Class
		}
		return v
	}
	more := r.AdditionalInfo
	return xarfReport{
		Identifier: firstText(r.SourceIP, r.Source.IP), SourcePort: r.SourcePort.or(r.Source.Port).or(more.SourcePort),
		Category: r.ReportClass, Type: r.ReportType, Vector: firstText(r.AttackType, more.AttackType), Timestamp: r.Date,
		Target: firstText(r.DestinationIP, more.DestinationIP), TargetPort: r.DestinationPort.or(more.DestinationPort),
		Protocol: firstText(r.Protocol, more.Protocol),
		Packets:  r.PacketCount.or(more.PacketCount), Bytes: r.ByteCount.or(more.ByteCount),
	}
}

func firstText(a, b xarfText) xarfText {
	if a == "" {
		return b
	}
	return a
}

func xarfStamp(t xarfText) Stamp {
	s, _ := ReadStamp([]byte(t))
	return s
}

// head tells in the heading what the first report of a text says.
func (x *xarfReport) head(v xarfReport, row *Row, incident string, h *Heading) {
	if h.Accused == "" {
		h.Accused, h.Incident = row.Source.Host(), incident
		h.Title = strings.ToLower(string(v.Type))
	}
	const most = 65536
	for _, p := range append(v.Ports, v.Targeted...) {
		if n := p.port(); n != Unknown && len(h.Ports) < most {
			h.Ports = append(h.Ports, uint16(n))
		}
	}
}

// xarfIncident reads the incident off class, type and vector of any version;
// "" if they name none of the contract.
func xarfIncident(class, kind, vector string) string {
	plain := strings.NewReplacer("_", "", "-", "", " ", "")
	told := strings.ToLower(plain.Replace(kind + " " + vector + " " + class))
	for _, sign := range []struct{ word, incident string }{
		{"loginattack", "login-attack"}, {"brute", "login-attack"}, {"portscan", "port-scan"}, {"scan", "port-scan"},
		{"reconnaissance", "port-scan"}, {"amplif", "reflection"}, {"reflect", "reflection"}, {"ddos", "flood"}, {"flood", "flood"},
		{"phish", "phishing"}, {"fraud", "phishing"}, {"malware", "malware"}, {"botnet", "malware"}, {"infected", "malware"},
		{"compromised", "malware"}, {"ransom", "malware"}, {"spam", "spam"}, {"bulkmessaging", "spam"}, {"messaging", "spam"},
		{"copyright", "notice"}, {"trademark", "notice"}, {"open", "open-service"}, {"vulnerab", "open-service"},
		{"misconfig", "open-service"}, {"sqlinjection", "web-attack"}, {"webcrawl", "web-attack"}, {"scraping", "web-attack"},
		{"webhack", "web-attack"}, {"defacement", "malware"}, {"remotecompromise", "malware"},
	} {
		if strings.Contains(told, sign.word) {
			return sign.incident
		}
	}
	return ""
}
