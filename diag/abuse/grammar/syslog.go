package grammar

import "bytes"

// syslogLine is a line of a syslog, journal or program's own log, taken apart.
type syslogLine struct {
	time Stamp
	tag  []byte // the program, without process number; nil if the line names none
	pid  bool   // the tag carries a process number, which prose never does
	rest []byte // all behind the time
	text []byte // the message: what stands behind the tag, or rest without one
}

// readSyslog takes the head off a line: the time in any form or none, the host
// and the program. It allows for what stands before the time: a priority
// («<34>1 »), brackets («[Mon Jan 26 …] », dmesg -T) and the name of the file
// that grep prints («/var/log/mail.info:»).
func readSyslog(line []byte) syslogLine {
	b := bytes.TrimLeft(line, " \t")
	b, structured := syslogPriority(b)
	var s syslogLine
	var n int
	s.time, n = syslogTime(b)
	s.rest = bytes.TrimLeft(b[n:], " \t:*")
	s.text = s.rest
	if structured && n > 0 {
		return s.structured()
	}
	rest := s.rest
	// Host, facility and program at most stand before the colon.
	for range 4 {
		var word []byte
		word, rest = Cut(rest)
		if len(word) < 2 || word[len(word)-1] != ':' {
			continue
		}
		if tag, pid, ok := syslogTag(word[:len(word)-1]); ok {
			s.tag, s.pid, s.text = tag, pid, bytes.TrimLeft(rest, " \t")
		}
		break
	}
	return s
}

// structured reads «host app pid msgid - message» (RFC 5424).
func (s syslogLine) structured() syslogLine {
	var f [4][]byte
	rest := s.rest
	for i := range f {
		f[i], rest = Cut(rest)
	}
	rest = Trim(rest)
	if end := bytes.Index(rest, []byte("] ")); len(rest) > 0 && rest[0] == '[' && end > 0 {
		rest = rest[end+2:]
	}
	rest = bytes.TrimPrefix(rest, []byte("- "))
	s.tag, s.pid, s.text = f[1], true, rest
	return s
}

// syslogPriority takes «<34>» off; structured if a version follows.
func syslogPriority(b []byte) (rest []byte, structured bool) {
	if len(b) < 3 || b[0] != '<' || !digit(b[1]) {
		return b, false
	}
	_, i := number(b, 1, 3)
	if i >= len(b) || b[i] != '>' {
		return b, false
	}
	b = b[i+1:]
	if bytes.HasPrefix(b, []byte("1 ")) {
		return b[2:], true
	}
	return b, false
}

// syslogTime reads the time of a line and gives the bytes up to its end.
func syslogTime(b []byte) (Stamp, int) {
	if s, n := ReadStamp(b); n > 0 {
		return s, n
	}
	if len(b) > 0 && b[0] == '[' {
		if s, n := ReadStamp(b[1:]); n > 0 && n+1 < len(b) && b[n+1] == ']' {
			return s, n + 2
		}
		return Stamp{}, 0
	}
	// grep's file name has no blank; 120 bytes are a long path.
	for i := 0; i < len(b) && i < 120 && !blank(b[i]); i++ {
		if b[i] != ':' {
			continue
		}
		from := i + 1
		for from < len(b) && blank(b[from]) {
			from++
		}
		if s, n := ReadStamp(b[from:]); n > 0 && !digit(b[0]) {
			return s, from + n
		}
		break
	}
	return Stamp{}, 0
}

// syslogTag reads «sshd», «sshd[1234]», «postfix/smtpd[1]», «auth-worker(1)».
func syslogTag(b []byte) (tag []byte, pid, ok bool) {
	if i := bytes.IndexAny(b, "[("); i > 0 {
		b, pid = b[:i], true
	}
	if len(b) == 0 || len(b) > 48 || !letter(b[0]) {
		return nil, false, false
	}
	for _, c := range b {
		if !digit(c) && !letter(c) && c != '/' && c != '-' && c != '_' && c != '.' {
			return nil, false, false
		}
	}
	return b, pid, true
}

// beginsWith gives what follows the first of the phrases that b begins with.
func beginsWith(b []byte, phrases ...string) (rest []byte, ok bool) {
	for _, p := range phrases {
		if hasPrefix(b, p) {
			return b[len(p):], true
		}
	}
	return b, false
}

// between gives what stands in b after open up to shut, or to the end.
func between(b []byte, open, shut string) (inner []byte, ok bool) {
	i := bytes.Index(b, []byte(open))
	if i < 0 {
		return nil, false
	}
	b = b[i+len(open):]
	if j := bytes.Index(b, []byte(shut)); j >= 0 {
		b = b[:j]
	}
	return b, true
}
