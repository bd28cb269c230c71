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
	for i, f := range fields[:min(len(fields), 7)] {
		tool := toolName(f)
		if tool == "" || !prompted(fields[:i]) {
			continue
		}
		args := fields[i+1:]
		if len(args) == 0 || ownOutput(args) {
			return call{}, false
		}
		target := lastHost(args)
		// prose that begins with the word has no host, a prompt needs none
		return call{tool, target}, target != "" || i > 0
	}
	return call{}, false
}

// ownOutput reports whether a program's own words follow its name:
// «traceroute to …», «PING host (…) … bytes of data.», «ping statistics».
func ownOutput(args []string) bool {
	first, last := args[0], args[len(args)-1]
	return first == "to" || first == "from" || first == "statistics" || strings.HasPrefix(last, "data.")
}

// lastHost finds the last argument that can be a host, before any «;» or «|».
func lastHost(args []string) string {
	target := ""
	for _, arg := range args {
		if strings.ContainsAny(arg, ";|&") && len(arg) <= 2 {
			break
		}
		arg = strings.Trim(strings.TrimPrefix(arg, "address="), "\"';")
		if _, isAddr := parseAddr(arg); isAddr || hostLike(arg) && !strings.HasPrefix(arg, "-") {
			target = arg
		}
	}
	return target
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
