package grammar

import "bytes"

// sip reads what Asterisk says about telephones that nobody knows: failed
// registrations and calls, and its security events. Note is the caller or the
// account tried.
//
//	[2025-01-26 09:41:33] NOTICE[812] chan_sip.c: Registration from '"100" <sip:100@198.51.100.7>' failed for '192.0.2.10:5060' - Wrong password
//	[…] SECURITY[812] res_security_log.c: SecurityEvent="InvalidPassword",…,AccountID="100",LocalAddress="IPV4/UDP/198.51.100.7/5060",RemoteAddress="IPV4/UDP/192.0.2.10/5061",…
func sip() Grammar {
	return Grammar{Name: "sip", LogType: AuthLog, Open: func([]byte) Reader { return lineReader(sipLine) }}
}

func sipLine(line []byte, row *Row) Outcome {
	if event, ok := between(line, `SecurityEvent="`, `"`); ok {
		return sipEvent(line, event, row)
	}
	const mark = "' failed for '"
	at := bytes.Index(line, []byte(mark))
	if at < 0 {
		return Foreign
	}
	from := bytes.Index(line[:at], []byte(" from '"))
	host, _, _ := bytes.Cut(line[at+len(mark):], []byte("'"))
	e, ok := ReadHostPort(host, ':')
	if from < 0 || !ok {
		return Foreign
	}
	row.Source = e
	row.Note = line[from+len(" from '") : at]
	row.Time, _ = syslogTime(line)
	return Done
}

func sipEvent(line, event []byte, row *Row) Outcome {
	remote, ok := between(line, `RemoteAddress="`, `"`)
	if !ok {
		return Further
	}
	if row.Source, row.Protocol = sipEnd(remote); !row.Source.Known() {
		return Foreign
	}
	if local, ok := between(line, `LocalAddress="`, `"`); ok {
		row.Target, _ = sipEnd(local)
	}
	row.Note = event
	if account, ok := between(line, `AccountID="`, `"`); ok && len(account) > 0 {
		row.Note = account
	}
	row.Time, _ = syslogTime(line)
	if when, ok := between(line, `EventTV="`, `"`); ok {
		if s, n := ReadStamp(when); n > 0 { // it tells zone and year
			row.Time = s
		}
	}
	return Done
}

// sipEnd reads «IPV4/UDP/192.0.2.10/5060»; TLS and WS run over TCP.
func sipEnd(b []byte) (e Endpoint, p Protocol) {
	_, rest, _ := bytes.Cut(b, []byte("/"))
	transport, rest, ok := bytes.Cut(rest, []byte("/"))
	if !ok {
		return Endpoint{Port: Unknown}, 0
	}
	host, port, _ := bytes.Cut(rest, []byte("/"))
	e, _ = ReadHost(host)
	e.Port, _ = ReadPort(port)
	switch string(transport) {
	case "TLS", "WS", "WSS":
		return e, TCP
	}
	return e, ReadProtocol(transport)
}
