package checklist

import (
	"path"
	"slices"
	"strings"
	"time"

	"latchkey/diag"
)

// mostGenerations bounds a chain of parents; a forged listing may run in a
// circle.
const mostGenerations = 10

// chain leads from a process to what started it: its parents, the unit or job
// that runs its file, the session it was started in.
func chain(m Suspect, h *Host, people map[int]Process) []diag.Finding {
	p, known := people[m.PID]
	if !known {
		return unitOf(m.PID, h)
	}
	var all []diag.Finding
	parent := p.PPID
	for range mostGenerations {
		q, ok := people[parent]
		if !ok || parent <= 0 || parent == m.PID {
			break
		}
		all = append(all, about("chain.parent", diag.Info, q.Where, "pid", q.PID, "name", shown(q.Name), "user", shown(q.User)))
		parent = q.PPID
	}
	all = append(all, unitOf(m.PID, h)...)
	exe := strings.TrimSuffix(p.Exe, " (deleted)")
	for _, u := range h.Units {
		if starts(u.Exec, exe) {
			all = append(all, about("chain.unit", diag.Warning, u.Where, "unit", shown(u.Name), "path", shown(u.File), "command", shown(u.Exec)))
		}
	}
	for _, j := range h.Jobs {
		if starts(j.Command, exe) {
			all = append(all, about("chain.job", diag.Warning, j.Where, "user", shown(j.User), "path", shown(j.File), "command", shown(j.Command)))
		}
	}
	for _, l := range h.Logins {
		if l.Success && l.User != "" && l.User == p.User && !p.Started.IsZero() && !l.Time.IsZero() && !l.Time.After(p.Started) &&
			(l.End.IsZero() && p.Started.Sub(l.Time) < 24*time.Hour || !l.End.Before(p.Started)) {
			all = append(all, about("chain.login", diag.Notice, l.Where, "user", shown(l.User), "address", shown(l.From), "time", l.Time.Format(time.DateTime)))
		}
	}
	return all[:min(len(all), mostMatches)]
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

// mostTraces bounds the traces of each kind.
const mostTraces = 10

// traces are what happened on the machine around the reported time: logins
// that were open then, requests that sent something, files that changed in the
// day before. They lead on when no socket is left.
func traces(h *Host, first, last time.Time) []diag.Finding {
	if first.IsZero() {
		return nil
	}
	var all []diag.Finding
	counts := map[string]int{}
	add := func(code string, at Where, pairs ...any) {
		if counts[code]++; counts[code] <= mostTraces {
			all = append(all, about(code, diag.Notice, at, pairs...))
		}
	}
	dayBefore, after := first.Add(-24*time.Hour), last.Add(10*time.Minute)
	for _, l := range h.Logins {
		open := !l.Time.IsZero() && !l.Time.After(after) && (l.Time.After(dayBefore) || !l.End.IsZero() && l.End.After(first))
		if l.Success && open {
			add("trace.login", l.Where, "user", shown(l.User), "address", shown(l.From), "time", l.Time.Format(time.DateTime))
		}
	}
	for _, q := range h.Requests {
		if q.Method == "POST" && q.Status < 400 && q.Time.After(first.Add(-10*time.Minute)) && q.Time.Before(after) {
			add("trace.request", q.Where, "path", shown(q.Path), "address", shown(q.Client), "time", q.Time.Format(time.DateTime))
		}
	}
	for _, f := range h.Files {
		if f.Time.After(dayBefore) && f.Time.Before(after) && (f.Executable || f.SUID) {
			add("trace.file", f.Where, "path", shown(f.Path), "time", f.Time.Format(time.DateTime))
		}
	}
	return all
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
	for _, b := range h.Boots {
		if !last.IsZero() && b.Time.After(last.Add(clockSlack)) {
			add("rebooted", diag.Notice, b.Where, "time", b.Time.Format(time.DateTime))
			break
		}
	}
	if len(m.Processes) > 0 {
		best := m.Processes[0]
		for _, f := range fans(h) {
			if f.pid == best.PID && f.pid >= 0 && f.expected(c.people) {
				add("expected", diag.Notice, f.at, "name", best.Name, "port", f.port.number)
				break
			}
		}
	}
	if h.Changes != nil && !slices.ContainsFunc(h.Changes, func(g Change) bool { return !g.Config }) {
		add("packages", diag.Info, Where{})
	}
	if h.Logins != nil && !slices.ContainsFunc(h.Logins, func(l Login) bool { return l.Success }) {
		add("logins", diag.Info, Where{})
	}
}
