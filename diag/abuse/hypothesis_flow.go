package abuse

import (
	"math"

	"latchkey/diag"
	"latchkey/diag/abuse/grammar"
)

// tinyPacket is up to how many bytes on average a flood's packets carry next to
// nothing.
const tinyPacket = 128

func judgeFlooder(r *Report) (Level, []diag.Finding, bool) {
	if r.Incident != Flood {
		return 0, nil, false
	}
	s := r.Shape
	var reasons []diag.Finding
	level := Possible
	if s.TopShare >= 0.9 && r.TargetCount > 0 {
		level = Likely
		reasons = append(reasons, r.reason("one-target-gets-all", "percent", percent(s.TopShare)))
	}
	if s.PacketSize > 0 && s.PacketSize <= tinyPacket {
		reasons = append(reasons, r.reason("tiny-packets", "bytes", int(math.Round(s.PacketSize))))
	}
	if r.PacketsPerSecond > 0 {
		reasons = append(reasons, r.reason("stated-rate", "packets", int64(r.PacketsPerSecond)))
	}
	if s.SYN {
		level = Likely
		reasons = append(reasons, r.reason("syn-only"))
	}
	if len(reasons) == 0 {
		reasons = append(reasons, r.reason("called-flood"))
	}
	return level, reasons, true
}

func judgeReflector(r *Report) (Level, []diag.Finding, bool) {
	s := r.Shape
	if r.Incident == OpenService { // the list tells what answers, not what was sent
		return 0, nil, false
	}
	if s.SourcePorts == ServiceUse && reflector(s.Dominant) && r.LogType != grammar.AuthLog {
		return Likely, []diag.Finding{r.portReason("service-source-port", s.Dominant)}, true
	}
	switch {
	case s.SourcePorts == ServiceUse && r.scans() && r.TargetCount > fewTargets:
		// Web and mail servers answer forged requests too, with as many bytes.
		return Possible, []diag.Finding{r.portReason("service-source-port", s.Dominant)}, true
	case r.Incident == Reflection:
		return Likely, []diag.Finding{r.reason("called-reflection")}, true
	case r.Incident == Flood && len(r.SourcePorts) == 0 && r.Protocols["TCP"] == 0:
		return Possible, []diag.Finding{r.reason("ports-not-told")}, true
	}
	return 0, nil, false
}

func judgeLoadTest(r *Report) (Level, []diag.Finding, bool) {
	if r.Incident != Flood {
		return 0, nil, false
	}
	return Possible, []diag.Finding{r.reason("tests-look-alike")}, true
}

// mostNotes is how many rows of a list of hardware addresses are looked at.
const mostNotes = 200

// notes counts the notes that a list of hardware addresses gives to its rows.
func (r *Report) notes() map[string]int {
	count := map[string]int{}
	for _, l := range r.Logs {
		for i := range min(l.Rows, mostNotes) {
			if e, err := l.Row(i); err == nil {
				count[string(e.Note)]++
			}
		}
	}
	return count
}

func judgeBridgedGuest(r *Report) (Level, []diag.Finding, bool) {
	if r.LogType != grammar.MACList && r.Incident != MACViolation {
		return 0, nil, false
	}
	for _, kind := range []string{"docker", "qemu", "proxmox", "vmware", "incus"} {
		if n := r.notes()[kind]; n > 0 {
			return Likely, []diag.Finding{r.reason("mac-of-"+kind, "count", n)}, true
		}
	}
	if r.notes()["ipv4-header"] > 0 {
		return Unlikely, []diag.Finding{r.reason("mac-is-header", "count", r.notes()["ipv4-header"])}, true
	}
	return Possible, []diag.Finding{r.reason("mac-unknown")}, true
}

func judgeKernelFrames(r *Report) (Level, []diag.Finding, bool) {
	if r.LogType != grammar.MACList {
		return 0, nil, false
	}
	if n := r.notes()["ipv4-header"]; n > 0 {
		return Likely, []diag.Finding{r.reason("mac-is-header", "count", n)}, true
	}
	return 0, nil, false
}

func judgeWebApp(r *Report) (Level, []diag.Finding, bool) {
	switch r.Incident {
	case WebAttack, Phishing:
		return Likely, []diag.Finding{r.reason("web-programs")}, true
	case Spam, Malware:
		return Possible, []diag.Finding{r.reason("web-programs")}, true
	}
	return 0, nil, false
}

func judgeMailAccount(r *Report) (Level, []diag.Finding, bool) {
	if r.Incident != Spam {
		return 0, nil, false
	}
	return Likely, []diag.Finding{r.reason("mail-was-sent", "count", max(r.Counted(), 1))}, true
}

func judgeOpenService(r *Report) (Level, []diag.Finding, bool) {
	if r.Incident != OpenService {
		return 0, nil, false
	}
	if len(r.SourcePorts) > 0 {
		return Likely, []diag.Finding{r.portReason("service-answers", r.SourcePorts[0].Number)}, true
	}
	return Likely, []diag.Finding{r.reason("called-open")}, true
}

func judgeMalware(r *Report) (Level, []diag.Finding, bool) {
	if r.Incident != Malware {
		return 0, nil, false
	}
	return Likely, []diag.Finding{r.reason("talks-to-control", "count", max(r.TargetCount, 1))}, true
}

// isLogin reports whether bots try passwords on a port.
func isLogin(port int) bool {
	switch port {
	case 21, 22, 23, 25, 110, 143, 389, 445, 465, 587, 993, 995, 1433, 2222, 2323, 3306, 3389, 5060, 5432, 5900, 6379, 8291:
		return true
	}
	return false
}

// ServiceName is the usual name of the service behind a port, the same in every
// language; "" if there is none everybody knows.
func ServiceName(port int) string {
	return map[int]string{
		21: "FTP", 22: "SSH", 23: "Telnet", 25: "SMTP", 53: "DNS", 80: "HTTP", 110: "POP3", 111: "Portmapper", 123: "NTP", 135: "RPC",
		137: "NetBIOS", 139: "NetBIOS", 143: "IMAP", 161: "SNMP", 389: "LDAP", 443: "HTTPS", 445: "SMB", 465: "SMTPS", 587: "Submission",
		993: "IMAPS", 995: "POP3S", 1194: "OpenVPN", 1433: "SQL Server", 1900: "SSDP", 2222: "SSH", 2323: "Telnet", 2375: "Docker", 2376: "Docker",
		3128: "Proxy", 3306: "MySQL", 3389: "RDP", 4001: "IPFS", 5060: "SIP", 5432: "PostgreSQL", 5555: "ADB", 5900: "VNC", 6379: "Redis",
		6443: "Kubernetes", 6881: "BitTorrent", 8080: "HTTP", 8291: "Winbox", 8333: "Bitcoin", 9000: "Lighthouse", 9200: "Elasticsearch",
		11211: "memcached", 25565: "Minecraft", 27017: "MongoDB", 28015: "RethinkDB", 30303: "Ethereum", 41641: "Tailscale", 51820: "WireGuard",
	}[port]
}

// reason makes the fact that speaks for or against a hypothesis.
func (r *Report) reason(code string, pairs ...any) diag.Finding {
	p := diag.Params{}
	for i := 0; i+1 < len(pairs); i += 2 {
		p[pairs[i].(string)] = pairs[i+1]
	}
	return diag.Finding{Code: "abuse." + code, Severity: diag.Info, Params: p}
}

// portReason is a reason about a port, with the name of its service if it has
// one.
func (r *Report) portReason(code string, port int) diag.Finding {
	name := ServiceName(port)
	if name == "" {
		return r.reason(code+"-unnamed", "port", port)
	}
	return r.reason(code, "port", port, "service", name)
}

// percent is a share for a sentence: whole numbers, but what is not all is never
// called 100 %.
func percent(share float64) any {
	if n := int(math.Round(share * 100)); n < 100 || share >= 1 {
		return n
	}
	return 99.9
}
