package checklist

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"latchkey/diag"
)

// loginRules judge who came in, who may, and what web and mail were used for.
func loginRules() []rule {
	return []rule{
		{"S01", []string{"T1110"}, manyFailures},
		{"S02", []string{"T1110", "T1078.003"}, guessedPassword},
		{"S03", []string{"T1078.003"}, newAddress},
		{"S04", []string{"T1110"}, rootByPassword},
		{"S05", []string{"T1685"}, guardDown},
		{"S06", []string{"T1078.003"}, sessionsFrom},
		{"L02", []string{"T1070.003"}, historyGoneRule},
		{"L03", []string{"T1685.006"}, erasedLogin},
		{"L04", []string{"T1685"}, silentLog},
		{"L05", []string{"T1036"}, forgedLines},
		{"L06", []string{"T1036"}, controlLines},
		{"A01", []string{"T1136.001"}, secondRoot},
		{"A02", []string{"T1136.001"}, newAccount},
		{"A03", []string{"T1098.004"}, unknownKey},
		{"X01", nil, fullQueue},
		{"X02", nil, manyMails},
		{"W01", []string{"T1505.003"}, postedScript},
		{"W02", []string{"T1505.003"}, commandParameter},
	}
}

// finder takes a finding; see rule.judge.
type finder = func(severity diag.Severity, at Where, pairs ...any)

// The numbers of the rules.
const (
	// manyAttempts: fewer failed logins a month has no server on the Internet.
	manyAttempts = 20
	// guessing: so many failures before a success are no slip of the finger.
	guessing = 2
	// slips: so often does a person mistype a password in a row; more is a
	// program, even from one address.
	slips = 5
	// mostOfRule bounds the findings of one rule: a list of hundreds is not read.
	mostOfRule = 20
	// manyQueued and manySent: a mail server without customers sends fewer.
	manyQueued, manySent = 20, 20
)

// failure is a failed attempt, counted once whether auth.log, the journal or
// both tell of it.
type failure struct {
	pid, port          int
	user, from, method string
}

// failures gives the failed logins over the net of a log, without what two logs
// tell twice: of each attempt the log counts that has it most often. Several
// outputs of one command may overlap: there the same moment counts once.
func failures(h *Host) (all []Login) {
	type moment struct {
		failure
		command string
		at      time.Time
	}
	seen := map[moment]bool{}
	times := map[string]map[failure]int{"auth-log": {}, "journal": {}}
	for _, l := range h.Logins {
		counts := times[l.Command]
		if l.Success || l.From == "" || counts == nil {
			continue
		}
		key := failure{l.PID, l.Port, l.User, l.From, l.Method}
		at := moment{key, l.Command, l.Time}
		if seen[at] {
			continue
		}
		seen[at] = true
		before := max(times["auth-log"][key], times["journal"][key])
		counts[key]++
		if counts[key] > before {
			all = append(all, l)
		}
	}
	return all
}

// refused gives the failures of lastb.
func refused(h *Host) (all []Login) {
	for _, l := range h.Logins {
		if l.Command == "lastb" {
			all = append(all, l)
		}
	}
	return all
}

// manyFailures is S01. lastb counts some attempts twice, so it speaks only where
// no log does.
func manyFailures(h *Host, found finder) {
	all := failures(h)
	if len(all) == 0 {
		all = refused(h)
	}
	if len(all) < manyAttempts {
		return
	}
	sources, users := map[string]int{}, map[string]int{}
	for _, l := range all {
		sources[l.From]++
		users[l.User]++
	}
	severity := diag.Info
	guessedPassword(h, func(s diag.Severity, _ Where, _ ...any) {
		if s == diag.Critical {
			severity = diag.Warning
		}
	})
	found(severity, all[0].Where, "count", len(all), "sources", len(sources), "names", strings.Join(frequent(users, 3), ", "),
		"address", frequent(sources, 1)[0])
}

// frequent gives the keys that count most.
func frequent(counts map[string]int, most int) []string {
	var keys []string
	for k := range counts {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b string) int {
		if d := counts[b] - counts[a]; d != 0 {
			return d
		}
		return strings.Compare(a, b)
	})
	return keys[:min(most, len(keys))]
}

// entered gives the logins over the net that a log tells of, once each.
func entered(h *Host) (all []Login) {
	type entry struct {
		pid, port  int
		user, from string
	}
	seen := map[entry]bool{}
	for _, l := range h.Logins {
		key := entry{l.PID, l.Port, l.User, l.From}
		if l.Success && l.From != "" && (l.Command == "auth-log" || l.Command == "journal") && !seen[key] {
			seen[key] = true
			all = append(all, l)
		}
	}
	return all
}

// guessedPassword is S02: a password accepted after failures for the same user.
// The owner's own slips come from where his key comes from, or are few and from
// the same address.
func guessedPassword(h *Host, found finder) {
	all := entered(h)
	typed := slices.DeleteFunc(slices.Clone(all), func(l Login) bool {
		return l.Tampers || l.Method != "password" && !strings.HasPrefix(l.Method, "keyboard-interactive")
	})
	if len(typed) == 0 {
		return
	}
	usual, before := usualAddresses(all), failuresOf(h)
	named := map[comer]bool{}
	for _, l := range typed {
		if named[comer{l.User, l.From}] || len(named) == mostOfRule || usual[l.From].key {
			continue
		}
		own := before.until(comer{l.User, l.From}, l.Time)
		others := before.until(comer{user: l.User}, l.Time) - own
		if own+others < guessing {
			continue
		}
		severity := diag.Critical
		if others < guessing && own < slips || len(usual[l.From].days) > 1 {
			severity = diag.Warning
		}
		named[comer{l.User, l.From}] = true
		found(severity, l.Where, "user", l.User, "address", l.From, "count", own+others, "time", moment(l.Time))
	}
}

// comer is who comes from where; without an address: from anywhere.
type comer struct{ user, from string }

// record is when somebody failed, in ascending durations since a moment.
type record struct {
	base  time.Time
	times map[comer][]time.Duration
}

// failuresOf takes lastb's where no log tells of failures.
func failuresOf(h *Host) record {
	all := failures(h)
	if len(all) == 0 {
		all = refused(h)
	}
	r := record{times: map[comer][]time.Duration{}}
	for i, l := range all {
		if i == 0 {
			r.base = l.Time
		}
		d := apart(l.Time, r.base)
		for _, c := range []comer{{l.User, l.From}, {user: l.User}} {
			r.times[c] = append(r.times[c], d)
		}
	}
	for _, times := range r.times {
		slices.Sort(times)
	}
	return r
}

// until counts the failures up to a time.
func (r record) until(c comer, t time.Time) int {
	n, _ := slices.BinarySearch(r.times[c], apart(t, r.base)+1)
	return n
}

// habit is what is known of an address that logged in.
type habit struct {
	key  bool // by key
	days map[string]bool
}

func usualAddresses(all []Login) map[string]habit {
	usual := map[string]habit{}
	for _, l := range all {
		u := usual[l.From]
		if u.days == nil {
			u.days = map[string]bool{}
		}
		u.key = u.key || l.Method == "publickey"
		u.days[l.Time.Format("01-02")] = true
		usual[l.From] = u
	}
	return usual
}

// moment prints a time as logs do; the year only if it is known.
func moment(t time.Time) string {
	switch {
	case t.IsZero():
		return ""
	case t.Year() == 0:
		return t.Format("01-02 15:04:05")
	}
	return t.Format(time.DateTime)
}

// rootByPassword is S04: the door that is guessed at all day.
func rootByPassword(h *Host, found finder) {
	var root, password Setting
	for _, s := range h.Settings {
		switch s.Name {
		case "permitrootlogin":
			root = s
		case "passwordauthentication":
			password = s
		}
	}
	switch {
	case password.Value != "yes":
	case root.Value == "yes":
		found(diag.Notice, root.Where, "name", "PermitRootLogin yes, PasswordAuthentication yes", "user", "root")
	default:
		found(diag.Info, password.Where, "name", "PasswordAuthentication yes", "user", "*")
	}
}

// guardDown is S05: fail2ban is there and does not run.
func guardDown(h *Host, found finder) {
	for _, u := range h.Units {
		if u.Command == "fail2ban-status" && u.State == "not running" {
			found(diag.Notice, u.Where, "name", u.Name)
		}
	}
}

// manyMails is X02: one user of the machine, or one mailbox, hands in many.
func manyMails(h *Host, found finder) {
	type sum struct {
		at      Where
		count   int
		senders map[string]int
		from    map[string]int
	}
	sums := map[string]*sum{}
	var order []string
	for _, m := range h.Mails {
		if m.Queued || m.User == "" {
			continue
		}
		s := sums[m.User]
		if s == nil {
			s = &sum{at: m.Where, senders: map[string]int{}, from: map[string]int{}}
			sums[m.User] = s
			order = append(order, m.User)
		}
		s.count++
		s.senders[m.Sender]++
		if m.From != "" {
			s.from[m.From]++
		}
	}
	for _, user := range order {
		s := sums[user]
		if s.count < manySent {
			continue
		}
		address := ""
		if len(s.from) > 0 {
			address = frequent(s.from, 1)[0]
		}
		found(diag.Warning, s.at, "user", accountOf(h, user), "count", s.count, "name", frequent(s.senders, 1)[0], "address", address)
	}
}

// accountOf names a user by number as /etc/passwd does; 33 is the web server's
// on Debian, which nobody knows by heart.
func accountOf(h *Host, user string) string {
	uid := number(user)
	for _, a := range h.Accounts {
		if uid >= 0 && a.UID == uid && a.Name != "" {
			return a.Name
		}
	}
	if uid >= 0 {
		return "uid " + user
	}
	return user
}

// fullQueue is X01.
func fullQueue(h *Host, found finder) {
	senders, queued := map[string]int{}, 0
	at := Where{}
	for _, m := range h.Mails {
		if !m.Queued {
			continue
		}
		if queued == 0 {
			at = m.Where
		}
		queued += 1 + m.More
		if m.Sender != "" {
			senders[m.Sender]++
		}
	}
	if queued >= manyQueued {
		found(diag.Warning, at, "count", queued, "name", cmp.Or(strings.Join(frequent(senders, 1), ""), "?"), "sources", len(senders))
	}
}
