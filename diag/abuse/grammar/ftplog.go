package grammar

import "bytes"

// ftplog reads what FTP servers say about their clients: vsftpd, ProFTPD and
// Pure-FTPd. Note is the user, or the message where none is told.
//
//	Sun Jan 26 09:41:33 2025 [pid 812] [admin] FAIL LOGIN: Client "192.0.2.10"
//	Jan 26 09:41:34 h proftpd[812] h.example.org (pool.example.net[192.0.2.10]): USER admin: no such user found from 192.0.2.10 [192.0.2.10] to 198.51.100.7:21
//	Jan 26 09:41:35 h pure-ftpd: (?@192.0.2.10) [WARNING] Authentication failed for user [admin]
func ftplog() Grammar {
	return Grammar{Name: "ftplog", LogType: AuthLog, Open: func([]byte) Reader { return lineReader(ftplogLine) }}
}

func ftplogLine(line []byte, row *Row) Outcome {
	s := readSyslog(line)
	row.Time = s.time
	if client, ok := between(s.rest, `: Client "`, `"`); ok && bytes.HasPrefix(s.rest, []byte("[pid ")) {
		var known bool
		if row.Source, known = ReadHost(client); !known {
			return Foreign
		}
		if _, user, ok := bytes.Cut(s.rest, []byte("] [")); ok {
			row.Note, _, _ = bytes.Cut(user, []byte("]"))
		}
		return Done
	}
	switch at := bytes.Index(s.rest, []byte("proftpd[")); {
	case string(s.tag) == "pure-ftpd":
		return ftplogPure(s.text, row)
	case string(s.tag) == "vsftpd":
		return ftplogPAM(s.text, row)
	case at >= 0 && s.time.Known():
		return ftplogProFTPD(s.rest[at:], row)
	}
	return Foreign
}

// ftplogPAM reads «pam_unix(vsftpd:auth): … ruser=admin rhost=192.0.2.10».
func ftplogPAM(text []byte, row *Row) Outcome {
	host, _ := between(text, " rhost=", " ")
	var ok bool
	if row.Source, ok = ReadHost(host); !ok {
		return Further
	}
	row.Note, _ = between(text, " ruser=", " ")
	return Done
}

// ftplogPure reads «(?@192.0.2.10) [WARNING] …».
func ftplogPure(text []byte, row *Row) Outcome {
	who, ok := between(text, "(", ")")
	at := bytes.LastIndexByte(who, '@')
	if !ok || at < 0 {
		return Further
	}
	if row.Source, ok = ReadHost(who[at+1:]); !ok {
		return Further
	}
	if row.Note, ok = between(text, "user [", "]"); !ok {
		_, row.Note, _ = bytes.Cut(text, []byte(") "))
	}
	return Done
}

// ftplogProFTPD reads «proftpd[812] server (name[192.0.2.10]): message».
func ftplogProFTPD(text []byte, row *Row) Outcome {
	_, rest, ok := bytes.Cut(text, []byte("("))
	host, named := between(rest, "[", "]")
	if !ok || !named {
		return Further
	}
	if row.Source, ok = ReadHost(host); !ok || !row.Source.Addr.IsValid() && !Masked(row.Source.Word) {
		return Further
	}
	_, message, _ := bytes.Cut(rest, []byte("])"))
	message = bytes.TrimLeft(message, " -:")
	row.Note = shortNote(message)
	if user, ok := beginsWith(message, "USER "); ok {
		row.Note, _, _ = bytes.Cut(user, []byte(":"))
		row.Note, _, _ = bytes.Cut(row.Note, []byte(" ("))
	}
	if _, to, ok := bytes.Cut(message, []byte("] to ")); ok {
		word, _ := Cut(to)
		row.Target, _ = ReadHostPort(word, ':')
	}
	return Done
}
