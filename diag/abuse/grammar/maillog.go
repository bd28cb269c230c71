package grammar

import "bytes"

// maillog reads what mail servers say about their clients: Dovecot, Postfix,
// sendmail, Exim, Cyrus and Courier. Reports cut lines at fixed lengths: a
// login whose end with the address is missing is a row without a source. Note
// is the user, or the message where none is told.
//
//	Feb 19 20:53:53 web3 dovecot: imap-login: Aborted login (auth failed, 1 attempts): user=<info@example.org>, method=PLAIN, rip=192.0.2.10, lip=198.51.100.7
//	/var/log/mail.info:Nov  1 06:19:20 mail7 sm-mta[22510]: 49U5JHiF022510: AUTH failure (PLAIN): …, relay=pool.example.net [192.0.2.10] (may be forged)
func maillog() Grammar {
	return Grammar{Name: "maillog", LogType: AuthLog, Open: func([]byte) Reader { return lineReader(maillogLine) }}
}

func maillogLine(line []byte, row *Row) Outcome {
	s := readSyslog(line)
	text := s.text
	switch {
	case s.tag != nil && maillogProgram(s.tag) && (s.pid || s.time.Known()):
	case maillogExim(s.rest) && s.time.Known():
		text = s.rest
	default:
		return Foreign
	}
	row.Time = s.time
	user, _ := maillogUser(text)
	row.Note = user
	if len(user) == 0 {
		row.Note = shortNote(text)
	}
	if maillogNamed(text, row) || maillogWorker(text, row) || maillogBracket(text, row) {
		return Done
	}
	if bytes.Contains(text, []byte("ogin")) && bytes.Contains(text, []byte("user=<")) {
		return Done
	}
	return Further
}

// maillogProgram knows mail servers by the name they log under.
func maillogProgram(tag []byte) bool {
	if _, ok := beginsWith(tag, "postfix", "cyrus/", "courier"); ok {
		return true
	}
	switch string(tag) {
	case "dovecot", "imap-login", "pop3-login", "submission-login", "managesieve-login", "auth", "auth-worker",
		"sm-mta", "sm-msp-queue", "sendmail", "exim", "exim4", "saslauthd", "smtpd", "smtpd-auth",
		"imapd", "imapd-ssl", "pop3d", "pop3d-ssl", "imaps", "pop3", "imap", "pop3s", "qpopper", "vpopmail", "vchkpw-smtp":
		return true
	}
	return false
}

// maillogExim reports whether a line is of Exim's own log, which names no
// program.
func maillogExim(rest []byte) bool {
	return bytes.Contains(rest, []byte("authenticator failed for ")) ||
		bytes.Contains(rest, []byte("H=")) && (bytes.Contains(rest, []byte("rejected ")) || bytes.Contains(rest, []byte(" A="))) ||
		bytes.Contains(rest, []byte("SMTP ")) && bytes.Contains(rest, []byte(" from ")) && bytes.IndexByte(rest, '[') > 0
}

// maillogUser reads «user=<x», «sasl_username=x», «set_id=x», «user=x,».
func maillogUser(text []byte) ([]byte, bool) {
	if u, ok := between(text, "user=<", ">"); ok {
		return u, len(u) > 0
	}
	for _, mark := range [...]string{"sasl_username=", "set_id=", "user="} {
		if u, ok := between(text, mark, " "); ok {
			return bytes.TrimRight(u, ",)"), true
		}
	}
	return nil, false
}

// maillogNamed reads «rip=192.0.2.10, rport=40112, lip=…» (Dovecot),
// «ip=[::ffff:192.0.2.10]» (Courier) and «address=192.0.2.10» (OpenSMTPD).
func maillogNamed(text []byte, row *Row) bool {
	remote, ok := between(text, "rip=", ",")
	if !ok {
		if remote, ok = between(text, " ip=", ","); !ok {
			if remote, ok = between(text, " address=", " "); !ok {
				return false
			}
		}
	}
	word, _ := Cut(remote)
	if row.Source, ok = ReadHost(bytes.TrimSuffix(word, []byte(","))); !ok {
		return false
	}
	if port, ok := between(text, "rport=", ","); ok {
		row.Source.Port, _ = ReadPort(port)
	}
	if local, ok := between(text, "lip=", ","); ok {
		word, _ := Cut(local)
		row.Target, _ = ReadHost(word)
	}
	if port, ok := between(text, "lport=", ","); ok {
		row.Target.Port, _ = ReadPort(port)
	}
	return true
}

// maillogWorker reads «pam(user,192.0.2.10): pam_authenticate() failed» and
// «sql(user,192.0.2.10,<session>): Password mismatch» (Dovecot's workers).
func maillogWorker(text []byte, row *Row) bool {
	for {
		_, inner, ok := bytes.Cut(text, []byte("("))
		if !ok {
			return false
		}
		text = inner
		inner, _, _ = bytes.Cut(inner, []byte(")"))
		user, rest, _ := bytes.Cut(inner, []byte(","))
		host, _, _ := bytes.Cut(rest, []byte(","))
		if a, ok := ReadAddr(host); ok {
			row.Source.Addr, row.Note = a, user
			return true
		}
	}
}

// maillogBracket reads the client's address in brackets, with its port behind
// or none: «unknown[192.0.2.10]», «(host) [192.0.2.10]:40112». «to
// [198.51.100.7]:25» (postscreen) and «I=[…]:25» (Exim) are the server.
func maillogBracket(text []byte, row *Row) bool {
	for i := 0; i < len(text); {
		open := bytes.IndexByte(text[i:], '[')
		if open < 0 {
			break
		}
		open += i
		shut := bytes.IndexByte(text[open:], ']')
		if shut < 0 {
			break
		}
		shut += open
		i = open + 1
		host := text[open+1 : shut]
		a, ok := ReadAddr(bytes.TrimPrefix(host, []byte("IPv6:")))
		if !ok && !(Masked(host) && host[0] != '[') {
			continue
		}
		end := &row.Source
		before := text[:open]
		if bytes.HasSuffix(before, []byte("I=")) || bytes.HasSuffix(before, []byte(" to ")) {
			end = &row.Target
		}
		if !end.Known() {
			end.Addr = a
			if !ok {
				end.Word = host
			}
			if shut+1 < len(text) && text[shut+1] == ':' {
				end.Port = portAtStart(text[shut+2:])
			}
		}
		i = shut + 1
	}
	return row.Source.Known()
}
