package grammar

import "bytes"

// weblog reads the access and error logs of Apache, nginx and their kin, with
// the virtual host or the time in front, and the lines of ModSecurity. Note is
// the request, or the error where none is told.
//
//	192.0.2.10 - - [15/Jul/2018:23:13:13 -0500] "GET /wp-login.php HTTP/1.1" 404 984 "-" "Mozilla/5.0"
//	[Sun Jul 15 23:13:13.123456 2018] [core:error] [pid 1] [client 192.0.2.10:40112] AH00126: Invalid URI in request
//	2018/07/15 23:13:13 [error] 12#0: *1 open() "/x" failed, client: 192.0.2.10, server: example.org, request: "GET /x HTTP/1.1"
func weblog() Grammar {
	return Grammar{Name: "weblog", LogType: WebLog, Open: func([]byte) Reader { return lineReader(weblogLine) }}
}

func weblogLine(line []byte, row *Row) Outcome {
	if i := bytes.Index(line, []byte("[client ")); i >= 0 {
		return weblogApacheError(line, i, row)
	}
	if i := bytes.Index(line, []byte(", client: ")); i >= 0 {
		return weblogNginxError(line, i, row)
	}
	open := weblogTime(line, row)
	if open < 0 {
		return Foreign
	}
	shut := open + bytes.IndexByte(line[open:], ']')
	if bytes.IndexByte(line[shut:], '"') < 0 {
		return Foreign
	}
	who := line[:open]
	if len(Trim(who)) == 0 { // «[time] 192.0.2.10 TLSv1.2 … "GET / HTTP/1.1"»
		who, _, _ = bytes.Cut(line[shut+1:], []byte{'"'})
	}
	if !weblogClient(who, row) {
		return Foreign
	}
	row.Note = inQuotes(line[shut+1:])
	return Done
}

// weblogTime finds «[15/Jul/2018:23:13:13 -0500]», gives the place of its
// bracket and fills in the time; -1 if there is none.
func weblogTime(line []byte, row *Row) int {
	for from := 0; ; {
		i := bytes.IndexByte(line[from:], '[')
		if i < 0 {
			return -1
		}
		i += from
		from = i + 1
		// «[15/Jul/2018:» is the one time that stands in such brackets.
		if i+13 < len(line) && digit(line[i+1]) && (line[i+3] == '/' || line[i+2] == '/') {
			if s, n := ReadStamp(line[i+1:]); n >= 19 && i+1+n < len(line) && (line[i+1+n] == ']' || line[i+1+n] == ' ') &&
				bytes.IndexByte(line[i+n:], ']') >= 0 {
				row.Time = s
				return i
			}
		}
	}
}

// weblogClient finds the client among the words around the time: the first
// address, with the virtual host before it; without one the third word from
// the end, as «host identity user» stand there.
func weblogClient(who []byte, row *Row) bool {
	var f [12][]byte
	words := Fields(who, f[:])
	for i, w := range words {
		w = bytes.TrimRight(w, ",")
		e, ok := ReadHostPort(w, ':')
		if ok && !e.Addr.IsValid() {
			// «access.log:192.0.2.10», as grep prints it
			if _, behind, cut := bytes.Cut(w, []byte{':'}); cut {
				e, _ = ReadHostPort(behind, ':')
			}
		}
		if !e.Addr.IsValid() {
			continue
		}
		row.Source = e
		if i == 1 && len(words) == 4 && bytes.IndexByte(words[0], '.') > 0 {
			row.Target, _ = ReadHostPort(words[0], ':')
		}
		return true
	}
	if len(words) < 3 {
		return false
	}
	if len(words) == 4 {
		row.Target, _ = ReadHostPort(words[0], ':')
	}
	row.Source, _ = ReadHost(words[len(words)-3])
	return true
}

// weblogApacheError reads «[time] … [client 192.0.2.10:40112] message».
func weblogApacheError(line []byte, at int, row *Row) Outcome {
	inner := line[at+len("[client "):]
	end := bytes.IndexByte(inner, ']')
	if len(inner) > 0 && inner[0] == '[' && end >= 0 { // «[2001:db8::1]:40112»
		if next := bytes.IndexByte(inner[end+1:], ']'); next >= 0 {
			end += 1 + next
		}
	}
	if end <= 0 || bytes.IndexByte(inner[:end], ' ') >= 0 {
		return Foreign
	}
	row.Source, _ = ReadHostPort(inner[:end], ':')
	row.Time = weblogErrorTime(line[:at])
	if at > 0 && !row.Time.Known() && line[0] != '[' {
		return Foreign // prose that quotes
	}
	message := Trim(inner[end+1:])
	if request, ok := between(message, `[uri "`, `"`); ok {
		row.Note = request
	} else {
		row.Note = shortNote(message)
	}
	if host, ok := between(message, `[hostname "`, `"`); ok && len(host) > 0 {
		row.Target, _ = ReadHostPort(host, ':')
	}
	return Done
}

// weblogErrorTime reads «[Sun Jul 15 23:13:13.123456 2018]», with or without
// a syslog head before it.
func weblogErrorTime(head []byte) Stamp {
	if i := bytes.IndexByte(head, '['); i >= 0 {
		if s, n := ReadStamp(head[i+1:]); n > 0 {
			return s
		}
	}
	s, _ := syslogTime(head)
	return s
}

// weblogNginxError reads «…, client: 192.0.2.10, server: x, request: "…", host: "…"».
func weblogNginxError(line []byte, at int, row *Row) Outcome {
	s, n := syslogTime(line)
	if n == 0 || bytes.IndexByte(line[n:at], '[') < 0 {
		return Foreign
	}
	rest := line[at+len(", client: "):]
	client, behind, _ := bytes.Cut(rest, []byte(","))
	var ok bool
	if row.Source, ok = ReadHost(client); !ok {
		return Foreign
	}
	row.Time = s
	if i := bytes.Index(behind, []byte(`request: "`)); i >= 0 {
		row.Note = inQuotes(behind[i:])
	} else {
		row.Note = Trim(line[n:at])
	}
	if host, ok := between(behind, ` host: "`, `"`); ok && len(host) > 0 {
		row.Target, _ = ReadHostPort(host, ':')
	}
	return Done
}
