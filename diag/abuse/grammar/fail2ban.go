package grammar

import "bytes"

// fail2ban reads the log of the ban daemon and the sentence of its mails. A
// failure seen and the ban that follows it are rows; that a ban ends is none.
// Note is the jail and what was done.
//
//	2025-01-26 09:41:33,123 fail2ban.filter         [812]: INFO    [sshd] Found 192.0.2.10 - 2025-01-26 09:41:33
//	2025-01-26 09:41:34,456 fail2ban.actions        [812]: NOTICE  [sshd] Ban 192.0.2.10
func fail2ban() Grammar {
	return Grammar{Name: "fail2ban", LogType: AuthLog, Open: func([]byte) Reader { return lineReader(fail2banLine) }}
}

func fail2banLine(line []byte, row *Row) Outcome {
	at := bytes.Index(line, []byte("ail2"))
	if at < 0 {
		return Foreign
	}
	if before, _, ok := bytes.Cut(line, []byte(" has just been banned by Fail2")); ok {
		word := before[bytes.LastIndexByte(before, ' ')+1:]
		var known bool
		row.Source, known = ReadHost(word)
		return fail2banIf(known)
	}
	s := readSyslog(line)
	program := s.tag
	if program == nil {
		program, _ = Cut(s.rest)
	}
	if _, ok := beginsWith(program, "fail2ban"); !ok {
		return Foreign
	}
	open := bytes.IndexByte(line[at:], ']') // «[812]:» may stand before the jail
	for from := at; open >= 0; open = bytes.IndexByte(line[from:], ']') {
		end := from + open
		from = end + 1
		if jail := bytes.LastIndexByte(line[:end], '['); jail >= 0 && fail2banAct(line, jail, end, row) {
			row.Time = s.time
			return Done
		}
	}
	return Further
}

func fail2banIf(known bool) Outcome {
	if known {
		return Done
	}
	return Foreign
}

// fail2banAct reads «[sshd] Ban 192.0.2.10», brackets at jail and end.
func fail2banAct(line []byte, jail, end int, row *Row) bool {
	act := bytes.TrimLeft(line[end+1:], " ")
	rest, ok := beginsWith(act, "Found ", "Ban ", "Restore Ban ", "Increase Ban ")
	row.Note = Trim(line[jail : len(line)-len(rest)])
	if !ok {
		// «[sshd] 192.0.2.10 already banned»
		_, after := Cut(act)
		if _, ok := beginsWith(after, " already banned"); !ok {
			return false
		}
		rest, row.Note = act, line[jail:end+1]
	}
	word, _ := Cut(rest)
	row.Source, ok = ReadHost(word)
	return ok
}
