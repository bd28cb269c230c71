package printed

import "strings"

// call is a command line as typed.
type call struct {
	tool, target string
}

// tools are the programs whose command lines name a target.
func tools() []string {
	return []string{"traceroute6", "traceroute", "tracert", "tracepath6", "tracepath", "pathping", "mtr", "nexttrace", "ping6", "ping", "winmtr"}
}

// command reads a command line: a known program at the start of a line or
// behind a prompt, with its last argument that can be a host.
func command(s string) (call, bool) {
	if len(s) > maxRowLen || !namesTool(s) {
		return call{}, false
	}
	fields := strings.Fields(s)
	for i, f := range fields {
		if i > 6 {
			break
		}
		tool := toolName(f)
		if tool == "" || !prompted(fields[:i]) {
			continue
		}
		args := fields[i+1:]
		target := ""
		for _, arg := range args {
			if strings.ContainsAny(arg, ";|&") && len(arg) <= 2 {
				break
			}
			arg = strings.Trim(strings.TrimPrefix(arg, "address="), "\"';")
			_, isAddr := parseAddr(arg)
			if !strings.HasPrefix(arg, "-") && (isAddr || hostLike(arg)) {
				target = arg
			}
		}
		// «traceroute to …» is a heading, «PING host (…)» a ping's first line.
		if len(args) > 0 && (args[0] == "to" || args[0] == "from" || strings.HasPrefix(args[len(args)-1], "data.") || args[0] == "statistics") {
			return call{}, false
		}
		if target == "" && i == 0 || target == "" && len(args) == 0 {
			return call{}, false
		}
		return call{tool, target}, true
	}
	return call{}, false
}

// namesTool is a quick look whether a line can name a program at all.
func namesTool(s string) bool {
	for i := 0; i+2 < len(s); i++ {
		switch s[i] | 0x20 {
		case 't':
			if s[i+1]|0x20 == 'r' && s[i+2]|0x20 == 'a' {
				return true
			}
		case 'p':
			if s[i+1]|0x20 == 'i' && s[i+2]|0x20 == 'n' {
				return true
			}
		case 'm':
			if s[i+1]|0x20 == 't' && s[i+2]|0x20 == 'r' {
				return true
			}
		}
	}
	return false
}

func toolName(f string) string {
	if i := strings.LastIndexAny(f, `/\>#$%`); i >= 0 {
		f = f[i+1:]
	}
	f = strings.TrimSuffix(strings.ToLower(f), ".exe")
	for _, t := range tools() {
		if f == t {
			return t
		}
	}
	return ""
}

// prompted reports whether the fields before a command are a prompt.
func prompted(before []string) bool {
	if len(before) == 0 {
		return true
	}
	last := before[len(before)-1]
	if last == "sudo" || last == "/tool" || last == "tool" || last == "time" {
		return true
	}
	return strings.HasSuffix(last, "#") || strings.HasSuffix(last, "$") || strings.HasSuffix(last, ">") ||
		strings.HasSuffix(last, "%") || strings.HasSuffix(last, "❯") || strings.HasSuffix(last, "~")
}
