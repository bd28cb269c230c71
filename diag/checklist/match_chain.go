package checklist

import (
	"path"
	"slices"
	"strings"
	"time"

	"latchkey/diag"
)

// mostGenerations bounds a chain of parents.
const mostGenerations = 10

// chain leads from a process to what started it: its parents, the unit or job
// that runs its file, the session it was started in.
func chain(m Suspect, h *Host, people map[int]Process) []diag.Finding {
	p, known := people[m.PID]
	if !known {
		return unitOf(m.PID, h)
	}
	all := append(parents(p, people), unitOf(m.PID, h)...)
	exe := strings.TrimSuffix(p.Exe, " (deleted)")
	for _, u := range h.Units {
		if starts(u.Exec, exe) {
			all = append(all, about("chain.unit", diag.Warning, u.Where, "unit", shown(u.Name), "path", shown(u.File), "command", shown(u.Exec)))
		}
	}
	for _, j := range h.Jobs {
		// «crontab -l» names no user; the folder of all jobs tells the same.
		twice := j.User == "" && slices.ContainsFunc(h.Jobs, func(k Job) bool { return k.User != "" && k.Command == j.Command })
		if starts(j.Command, exe) && !twice {
			all = append(all, about("chain.job", diag.Warning, j.Where, "user", given(j.User), "path", shown(j.File), "command", shown(j.Command)))
		}
	}
	for _, l := range h.Logins {
		if l.Success && l.From != "" && l.User == p.User && l.during(p.Started) {
			all = append(all, about("chain.login", diag.Notice, l.Where, "user", shown(l.User), "address", shown(l.From), "time", l.Time.Format(time.DateTime)))
		}
	}
	return all[:min(len(all), mostMatches)]
}

// parents are the processes above one; a forged listing may run in a circle.
func parents(p Process, people map[int]Process) []diag.Finding {
	var all []diag.Finding
	seen := map[int]bool{p.PID: true}
	for len(all) < mostGenerations {
		q, ok := people[p.PPID]
		if !ok || q.PID <= 0 || seen[q.PID] {
			break
		}
		seen[q.PID] = true
		all = append(all, about("chain.parent", diag.Info, q.Where, "pid", q.PID, "name", shown(q.Name), "user", shown(q.User)))
		p = q
	}
	return all
}

// during says whether a session was open at a time; of one whose end is not
// told, a day is taken.
func (l Login) during(t time.Time) bool {
	if t.IsZero() || l.Time.IsZero() || l.Time.After(t) {
		return false
	}
	if l.End.IsZero() {
		return t.Sub(l.Time) < 24*time.Hour
	}
	return !l.End.Before(t)
}

// unitOf is the unit whose control group holds a socket of the process.
func unitOf(pid int, h *Host) []diag.Finding {
	for _, s := range h.Sockets {
		if s.PID == pid && pid >= 0 && strings.HasPrefix(s.Cgroup, "/") && s.Cgroup != "/" {
			return []diag.Finding{about("chain.cgroup", diag.Info, s.Where, "unit", path.Base(s.Cgroup))}
		}
	}
	return nil
}

// starts says whether a command line runs a file, or something in the same
// stray folder.
func starts(command, exe string) bool {
	if exe == "" || command == "" {
		return false
	}
	if strayPlace(exe) && len(path.Dir(exe)) > len("/dev/shm") && strings.Contains(command, path.Dir(exe)+"/") {
		return true
	}
	return slices.Contains(strings.Fields(command), exe)
}

// against collects what speaks against the match or against a break-in.
func (m *Matching) against(h *Host, c *candidates, last time.Time) {
	add := func(code string, severity diag.Severity, at Where, pairs ...any) {
		m.Against = append(m.Against, about("against."+code, severity, at, pairs...))
	}
	if h.Sockets == nil {
		add("no-sockets", diag.Notice, Where{})
	} else if m.Grade == None || m.Grade == Indirect {
		add("no-match", diag.Notice, Where{Command: "ss"}, "count", len(h.Sockets))
	}
	later := func(b Boot) bool { return !last.IsZero() && b.Time.After(last.Add(clockSlack)) }
	if i := slices.IndexFunc(h.Boots, later); i >= 0 {
		add("rebooted", diag.Notice, h.Boots[i].Where, "time", h.Boots[i].Time.Format(time.DateTime))
	}
	if len(m.Processes) > 0 {
		best := m.Processes[0]
		expected := func(f *fan) bool { return f.pid == best.PID && f.pid >= 0 && f.expected(c.people) }
		if all := fans(h); slices.ContainsFunc(all, expected) {
			f := all[slices.IndexFunc(all, expected)]
			add("expected", diag.Notice, f.at, "name", best.Name, "port", f.port.number)
		}
	}
	if h.Changes != nil && !slices.ContainsFunc(h.Changes, func(g Change) bool { return !g.Config }) {
		add("packages", diag.Info, Where{})
	}
	if h.Logins != nil && !slices.ContainsFunc(h.Logins, func(l Login) bool { return l.Success }) {
		add("logins", diag.Info, Where{})
	}
}
