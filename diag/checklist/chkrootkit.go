package checklist

import (
	"bytes"
	"strings"

	"latchkey/diag"
)

var (
	chkCheck = diag.NewPattern("^(?:Checking `|Searching for |ROOTDIR is `)")
	// chkBlock: a warning whose lines follow; older versions write it behind the
	// check.
	chkBlock    = diag.NewPattern(`^(?:WARNING|Warning): *(.+?):?\s*$`)
	chkInfected = diag.NewPattern("^Checking `([^']+)'\\.\\.\\. +(?:.*\\b)?(INFECTED.*|Vulnerable.*)$")
	chkOld      = diag.NewPattern(`(?:The following suspicious files and directories were found:|You have +\d+ process(?:es)? hidden for \w+ command.*)$`)
	// chkNamed: a warning whose wording is the name of some malware.
	chkNamed   = diag.NewPattern(`(?i)^possible .* (?:installed|found|rootkit|trojan|worm)`)
	chkSniffer = diag.NewPattern(`^(\S+): (?:PACKET SNIFFER\((.*)\)|PROMISC.*)$`)
	chkMessage = diag.NewPattern(`^(?:RTNETLINK answers|/usr/(?:lib|sbin)/chkrootkit|chk\w+: |\./|ls: |find: |grep: |unable to open|netstat: |ss: |not found$|nothing found|not infected|no suspect|can't exec)`)
)

func weighChkrootkit(t *text) int {
	checks, blocks := 0, 0
	for _, line := range t.head(200) {
		line = line[:min(len(line), 2<<10)]
		switch {
		case bytes.HasPrefix(line, []byte("ROOTDIR is `")):
			return 98
		case chkCheck.Match(line):
			checks++
		case chkBlock.Match(line) && among(string(line), []string{"suspicious files and directories", "Possible ", "ifpromisc", "chkproc", "chkdirs", "chkutmp", "chklastlog", "shell history files", "Output from"}):
			blocks++
		}
	}
	switch {
	case checks >= 5:
		return 90
	case blocks > 0:
		return 85 // chkrootkit -q
	}
	return 0
}

// chkNoise are files that packages bring along and that look hidden or odd.
var chkNoise = []string{"/fail2ban/tests/", "/.build-id", "/.document", "/.packlist", "/jvm/.java", "/.registry", "/.htaccess", "/.gitignore", "/.gitkeep",
	"/.npmignore", "/.eslintrc", "/.hgignore", "/.editorconfig", "/.travis.yml", "/.debug", "/.relocation-tag", "/.keep", "/.placeholder", "/.noinit", "/.lwp", "/.mozilla", "/pymodules/", "/node_modules/",
	"/vdso/.", "/.dwz", "/.jshintrc", "/.yardopts", "/.rspec", "/.rubocop"}

// chkListeners ask for raw packets by trade.
var chkListeners = []string{"dhclient", "dhcpcd", "dhcpd", "NetworkManager", "systemd-networkd", "wpa_supplicant", "hostapd", "pppoe", "keepalived", "arpwatch", "snort", "suricata", "lldpd"}

func readChkrootkit(t *text, h *Host) tallied {
	c := &chkText{ledger: ledger{command: "chkrootkit"}}
	if h.Scans == nil {
		h.Scans = []ScannerHit{}
	}
	for i, line := range t.lines {
		if len(h.Scans) >= mostJobs {
			c.warn(WarnCut)
			break
		}
		c.line(i, strings.TrimRight(string(line[:min(len(line), 4<<10)]), " \t"), h)
	}
	return c.tallied
}

// chkText is an output of chkrootkit while it is read.
type chkText struct {
	ledger
	open  bool   // a block of a warning goes on
	said  string // its heading, "" if that is the name of some malware
	tools bool   // the block is about the scanner's own troubles
}

func (c *chkText) line(i int, line string, h *Host) {
	switch m := chkBlock.FindStringSubmatch(line); {
	case strings.TrimSpace(line) == "":
		c.open = false
	case m != nil:
		c.row()
		c.begin(m[1])
	case chkCheck.MatchString(line):
		c.row()
		c.open = false
		if m := chkInfected.FindStringSubmatch(line); m != nil {
			c.hit(i, h, ScannerHit{Text: told(m[2]), Path: told(m[1]), Noise: m[1] == "bindshell" && strings.Contains(m[2], "465")})
		} else if m := chkOld.FindString(line); m != "" {
			c.begin(strings.TrimSuffix(m, ":"))
			if strings.HasPrefix(m, "You have") {
				c.hit(i, h, ScannerHit{Text: told(strings.Join(strings.Fields(m), " "))})
			}
		} else if _, rest, ok := strings.Cut(line, "sniffer'... "); ok && chkSniffer.MatchString(strings.TrimSpace(rest)) {
			c.open, c.said = true, "sniffer"
			c.item(i, strings.TrimSpace(rest), h)
		}
	case chkMessage.MatchString(line):
		c.understood++
	case c.open:
		c.row()
		c.item(i, line, h)
	default:
		c.unread(i, []byte(line))
	}
}

func (c *chkText) begin(heading string) {
	c.open, c.said = true, told(heading)
	c.tools = among(heading, []string{"chkutmp", "chklastlog", "not tested", "unable to"})
	if chkNamed.MatchString(heading) {
		c.said = ""
	}
}

// item keeps a line of a warning's block.
func (c *chkText) item(i int, line string, h *Host) {
	hit := ScannerHit{Text: c.said, Noise: c.tools || strings.Contains(line, "not promisc")}
	if m := chkSniffer.FindStringSubmatch(strings.TrimSpace(line)); m != nil {
		hit.Text, hit.Noise = told(line), m[2] != "" && among(m[2], chkListeners)
	}
	if strings.HasPrefix(line, "You have") {
		hit.Text = told(strings.Join(strings.Fields(line), " "))
	}
	if m := rkPath.FindStringSubmatch(line); m != nil {
		path := m[1]
		if strings.HasPrefix(path, "//") {
			path = path[1:] // ROOTDIR stands before it
		}
		hit.Path = told(path)
		hit.Noise = hit.Noise || among(path, chkNoise)
	} else if hit.Text == c.said && c.said != "" {
		hit.Text = told(c.said + ": " + line)
	}
	c.hit(i, h, hit)
}

func (c *chkText) hit(i int, h *Host, hit ScannerHit) {
	hit.Where, hit.Tool = c.where(i), "chkrootkit"
	h.Scans = append(h.Scans, hit)
}
