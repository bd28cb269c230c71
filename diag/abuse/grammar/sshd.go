package grammar

import "bytes"

// sshd reads what OpenSSH and Dropbear log about their clients, with the PAM
// lines between. The port told is the client's; the server's own is in none of
// the lines but «Connection from … on …». Note is the user.
//
//	Jan  8 15:53:00 gate1 sshd[6571]: Failed password for invalid user admin from 192.0.2.10 port 45828 ssh2
//	2019-12-31T20:12:35+01:00 gate2 sshd[9306]: pam_unix(sshd:auth): authentication failure; … rhost=192.0.2.10  user=root
func sshd() Grammar {
	return Grammar{Name: "sshd", LogType: AuthLog, Open: func([]byte) Reader { return lineReader(sshdLine) }}
}

func sshdLine(line []byte, row *Row) Outcome {
	s := readSyslog(line)
	tagged := false
	switch string(s.tag) {
	case "sshd", "sshd-session", "sshd-auth", "dropbear", "sshguard":
		tagged = s.pid || s.time.Known()
	}
	text := s.text
	if !tagged {
		text = s.rest
	}
	if rest, ok := beginsWith(text, "message repeated "); ok { // «3 times: [ … ]»
		if inner, ok := between(rest, "times: [", "\x00"); ok {
			text = bytes.TrimSuffix(bytes.TrimLeft(inner, " "), []byte("]"))
		}
	}
	text, _ = beginsWith(text, "error: ", "fatal: ", "warning: ")
	if !sshdMessage(text, row) {
		switch {
		case tagged, s.time.Known() && bytes.Contains(s.rest, []byte("last message repeated ")):
			return Further
		}
		return Foreign
	}
	if !tagged && !sshdPhrase(text) {
		return Foreign
	}
	row.Time = s.time
	return Done
}

// sshdPhrase reports whether a line without the program's name can only be
// sshd's.
func sshdPhrase(text []byte) bool {
	_, ok := beginsWith(text, "Failed password for ", "Failed none for ", "Failed keyboard-interactive", "Failed publickey for ",
		"Accepted password for ", "Accepted publickey for ", "Accepted keyboard-interactive", "Invalid user ", "Illegal user ", "pam_unix(sshd:",
		"Did not receive identification string from ", "Unable to negotiate with ", "banner exchange: Connection from ",
		"maximum authentication attempts exceeded for ", "Received disconnect from ", "PAM: Authentication failure for ")
	if ok {
		return true
	}
	_, ok = beginsWith(text, "Connection closed by ", "Connection reset by ", "Disconnected from ", "Disconnecting ")
	return ok && (bytes.HasSuffix(text, []byte("[preauth]")) || bytes.Contains(text, []byte(" user ")))
}

// sshdMessage reads the client's end and the user. The client chooses the
// user's name and the reason it gives for leaving: those may look like an
// address, so each kind of message says on which side the true one stands.
func sshdMessage(text []byte, row *Row) bool {
	if rhost, ok := between(text, " rhost=", "\x00"); ok {
		word, rest := Cut(rhost)
		if len(rhost) == 0 || blank(rhost[0]) {
			return false
		}
		row.Source, ok = ReadHost(word)
		if user, found := between(rest, "user=", "\x00"); found {
			row.Note = Trim(user)
		}
		return ok
	}
	if rest, ok := beginsWith(text, "Connection from ", "drop connection "); ok {
		return sshdConnection(rest, row)
	}
	if rest, ok := beginsWith(text, "Received disconnect from ", "Unable to negotiate with ", "banner exchange: Connection from ",
		"ssh_dispatch_run_fatal: Connection from ", "Timeout before authentication for connection from ", "Timeout before authentication for ",
		"Connection closed by ", "Connection reset by ", "Disconnected from ", "Disconnecting ",
		"Protocol major versions differ for ", "refused connect from ", "Address ", "Child connection from "); ok {
		if name, named := sshdUser(rest); named {
			return sshdLast(name, row)
		}
		return sshdFirst(rest, row)
	}
	if rest, ok := beginsWith(text, "reverse mapping checking getaddrinfo for ", "Nasty PTR record "); ok {
		host, found := between(rest, "[", "]")
		if !found {
			return false
		}
		row.Source, ok = ReadHost(host)
		return ok
	}
	return sshdFrom(text, row)
}

// sshdUser takes «authenticating user », «invalid user » or «user » off.
func sshdUser(b []byte) (rest []byte, ok bool) {
	return beginsWith(b, "authenticating user ", "invalid user ", "user ")
}

// sshdConnection reads «192.0.2.10 port 40112 on 198.51.100.7 port 22» and «#10
// from [192.0.2.10]:40112 on [198.51.100.7]:22 past MaxStartups».
func sshdConnection(b []byte, row *Row) bool {
	if _, behind, ok := bytes.Cut(b, []byte("from ")); ok {
		b = behind
	}
	from, to, found := bytes.Cut(b, []byte(" on "))
	if found {
		word, rest := Cut(to)
		row.Target, _ = ReadHostPort(word, ':')
		if port, ok := between(rest, "port ", " "); ok {
			row.Target.Port, _ = ReadPort(port)
		}
	}
	return sshdFirst(from, row)
}

// sshdFirst reads «192.0.2.10 port 40112», the word alone, or «[192.0.2.10]:40112»,
// at the start of b.
func sshdFirst(b []byte, row *Row) bool {
	word, rest := Cut(b)
	row.Source = sshdHost(word)
	if tail, ok := beginsWith(rest, " port "); ok {
		row.Source.Port = portAtStart(tail)
	}
	return sshdClient(row.Source)
}

// sshdClient reports whether e looks like a client: an address, or a name or
// mask and no other word of the message.
func sshdClient(e Endpoint) bool {
	return e.Addr.IsValid() || e.Known() && e.Port != Unknown || bytes.IndexByte(e.Word, '.') > 0 || Masked(e.Word)
}

// sshdLast reads «root 192.0.2.10 port 40112», where the name may hold blanks.
func sshdLast(b []byte, row *Row) bool {
	end := bytes.LastIndex(b, []byte(" port "))
	if end < 0 {
		// Before 2016 no port was told: «192.0.2.10 [preauth]».
		end = len(bytes.TrimRight(bytes.TrimSuffix(Trim(b), []byte("[preauth]")), " "))
	} else {
		row.Source.Port = portAtStart(b[end+len(" port "):])
	}
	start := bytes.LastIndexByte(b[:end], ' ') + 1
	if start == 0 && row.Source.Port == Unknown {
		return false
	}
	port := row.Source.Port
	row.Source = sshdHost(b[start:end])
	row.Source.Port = port
	row.Note = Trim(b[:start])
	return row.Source.Known()
}

// sshdFrom reads «… for [invalid user ]root from 192.0.2.10 port 40112 …»: the
// last «from», as the name may hold one.
func sshdFrom(b []byte, row *Row) bool {
	const mark = " from "
	at := bytes.LastIndex(b, []byte(mark))
	if at < 0 {
		return false
	}
	word, rest := Cut(b[at+len(mark):])
	row.Source = sshdHost(word)
	if tail, ok := beginsWith(rest, " port "); ok {
		row.Source.Port = portAtStart(tail)
	}
	if !sshdClient(row.Source) {
		return false
	}
	head := b[:at]
	switch name, ok := beginsWith(head, "User "); {
	case ok:
		row.Note = name
	default:
		if i := bytes.Index(head, []byte(" for ")); i >= 0 {
			head = head[i+len(" for "):]
		} else if i := bytes.Index(head, []byte(" user ")); i < 0 {
			return true
		} else {
			head = head[i+1:]
		}
		row.Note, _ = beginsWith(head, "invalid user ", "illegal user ", "user ")
		row.Note = bytes.Trim(row.Note, "'")
	}
	return true
}

// sshdHost takes off what stands behind an address: «192.0.2.10:», «(…)», «<…>».
func sshdHost(word []byte) Endpoint {
	word = bytes.Trim(word, "<>(),")
	if e, _ := ReadHostPort(word, ':'); e.Addr.IsValid() {
		return e
	}
	e, _ := ReadHostPort(bytes.TrimRight(word, ":"), ':')
	return e
}
