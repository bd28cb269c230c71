package checklist

import "strings"

// sshd reads a message of sshd. Names in it are the caller's own words: a user
// «root from 192.0.2.1 port 22 ssh2» is logged as such, so that only the last
// «from ADDRESS port N» at the end of the line is sshd's.
func (r *logReader) sshd(i int, l logLine) {
	text, times := repeated(l.text)
	verb, rest, _ := strings.Cut(text, " ")
	switch verb {
	case "Accepted":
		r.accepted(i, l, rest)
	case "Failed":
		for range times {
			r.failed(i, l, rest)
			l.time = l.time.Add(1) // else they would pass for one told twice
		}
	case "Invalid":
		if rest, ok := strings.CutPrefix(rest, "user "); ok {
			if entry, ok := r.attemptOf(i, l, rest); ok {
				entry.Invalid = true
				r.attempt(entry)
			}
		}
	case "Connection", "Disconnected":
		r.left(i, l, rest)
	}
}

// repeated opens «message repeated 2 times: [ Failed password …]», rsyslog's
// short form; more than 100 times is nobody's password.
func repeated(text string) (string, int) {
	rest, ok := strings.CutPrefix(text, "message repeated ")
	if !ok {
		return text, 1
	}
	count, rest, ok := strings.Cut(rest, " times: [ ")
	if n := number(count); ok && n > 0 {
		return strings.TrimSuffix(rest, "]"), min(n, 100)
	}
	return text, 1
}

// accepted reads «METHOD for USER from ADDRESS port N ssh2[: KEY FINGERPRINT]».
// The user is one of the machine, so the first «from» is sshd's; a certificate's
// name at the end is not.
func (r *logReader) accepted(i int, l logLine, rest string) {
	method, rest, _ := strings.Cut(rest, " for ")
	user, rest, ok := strings.Cut(rest, " from ")
	words := strings.Fields(rest)
	if !ok || len(words) < 3 || words[1] != "port" {
		return
	}
	r.login(Login{Where: r.where(i), PID: l.pid, Port: number(words[2]), User: told(user), From: told(words[0]), Method: told(method),
		Time: l.time, Success: !l.foreign, Tampers: l.foreign})
}

// failed reads «METHOD for [invalid user ]USER from ADDRESS port N ssh2».
func (r *logReader) failed(i int, l logLine, rest string) {
	method, rest, ok := strings.Cut(rest, " for ")
	if !ok || method == "none" || strings.ContainsRune(method, ' ') {
		return
	}
	name, invalid := strings.CutPrefix(rest, "invalid user ")
	if !invalid {
		name, invalid = strings.CutPrefix(rest, "illegal user ")
	}
	entry, ok := r.attemptOf(i, l, name)
	if !ok {
		return
	}
	entry.Method, entry.Invalid = told(method), invalid
	key := attempt{l.pid, entry.Port}
	if at, before := r.attempts[key]; before && at >= 0 {
		r.h.Logins[at].Method = entry.Method // «Invalid user» said the same before
		r.attempts[key] = -1
		return
	}
	if r.login(entry) {
		r.attempts[key] = -1
	}
}

// left reads «closed by authenticating user NAME ADDRESS port N [preauth]», all
// that is logged of an attempt where passwords are not asked for.
func (r *logReader) left(i int, l logLine, rest string) {
	_, rest, ok := strings.Cut(rest, " authenticating user ")
	if !ok {
		return
	}
	rest = strings.TrimSuffix(rest, " [preauth]")
	words := strings.Fields(rest)
	n := len(words)
	if n < 4 || words[n-2] != "port" {
		return
	}
	entry := Login{Where: r.where(i), PID: l.pid, Port: number(words[n-1]), From: told(words[n-3]), Time: l.time,
		User: told(strings.Join(words[:n-3], " "))}
	r.attempt(entry)
}

// attemptOf reads «USER from ADDRESS[ port N][ ssh2]» from its end.
func (r *logReader) attemptOf(i int, l logLine, s string) (entry Login, ok bool) {
	s = strings.TrimSuffix(s, " [preauth]")
	if cut, ends := strings.CutSuffix(s, " ssh2"); ends {
		s = cut
	} else if at := strings.LastIndex(s, " ssh2: "); at >= 0 { // a key was refused
		s = s[:at]
	}
	port := -1
	if at := strings.LastIndex(s, " port "); at >= 0 {
		if port = number(s[at+6:]); port >= 0 {
			s = s[:at]
		}
	}
	at := strings.LastIndex(" "+s, " from ")
	if at < 0 || strings.ContainsRune(s[at+5:], ' ') {
		return entry, false
	}
	user := s[:max(at-1, 0)]
	return Login{Where: r.where(i), PID: l.pid, Port: port, User: told(user), From: told(s[at+5:]), Time: l.time, Tampers: forged(user)}, true
}

// attempt keeps what may still get its method from a later line.
func (r *logReader) attempt(entry Login) {
	key := attempt{entry.PID, entry.Port}
	if _, before := r.attempts[key]; before {
		return
	}
	if r.login(entry) {
		r.attempts[key] = len(r.h.Logins) - 1
	}
}

// forged says whether a user name tries to look like the rest of a line, of a
// log or of lastb.
func forged(user string) bool {
	for _, s := range []string{" from ", " port ", "Accepted ", " ssh:notty"} {
		if strings.Contains(user, s) {
			return true
		}
	}
	return false
}
