package checklist

import (
	"cmp"
	"slices"
	"strings"

	"latchkey/diag"
)

var (
	coveredProc = diag.NewPattern(`^/proc/(\d+)(?:/|$)`)
	syslogs     = diag.NewPattern(`^(?:rsyslogd?|rs:main|in:im|syslog-ng|syslogd|metalog|busybox)`)
	rotated     = diag.NewPattern(`(?:\.\d+|-\d{8})(?:\.\w+)?$`)
)

// judgeCoveredProc: something is mounted over a process's folder in /proc, so
// that tools do not see it.
func judgeCoveredProc(h *Host, found reporter) {
	told := map[string]bool{}
	for _, m := range h.Mounts {
		if at := coveredProc.FindStringSubmatch(m.Point); at != nil && !told[m.Point] {
			told[m.Point] = true
			pid, _ := pidOf(at[1])
			found(diag.Critical, m.Where, "pid", pid, "path", short(m.Point), "device", short(m.Device))
		}
	}
}

// judgeHidden: a process that one tool knows and another, which lists all,
// does not.
func judgeHidden(h *Host, found reporter) {
	all, at, cover := everybody(h), map[int]Where{}, covered(h)
	for _, p := range h.Processes {
		if _, ok := at[p.PID]; !ok && p.Command == "unhide" {
			at[p.PID] = p.Where
		}
	}
	for _, w := range all {
		if _, ok := at[w.PID]; !ok {
			continue
		}
		// Without command line and file it may just have ended; a cover over
		// its folder says it did not.
		severity := diag.Warning
		if w.Args != "" || w.Exe != "" || cover[w.PID] {
			severity = diag.Critical
		}
		found(severity, at[w.PID], w.about("seen", "unhide", "missing", "ps")...)
	}
	missingInTree(h, all, found)
	missingInPS(h, all, found)
}

// covered are the PIDs whose folder in /proc something is mounted over.
func covered(h *Host) map[int]bool {
	pids := map[int]bool{}
	for _, m := range h.Mounts {
		if at := coveredProc.FindStringSubmatch(m.Point); at != nil {
			pid, _ := pidOf(at[1])
			pids[pid] = true
		}
	}
	return pids
}

// listing is which PIDs a command lists; nil unless it lists all: then init is
// among them. newest is the highest PID: what is above was started later.
func listing(all []person, command string) (pids map[int]bool, newest int) {
	pids = map[int]bool{}
	for _, w := range all {
		if slices.Contains(w.lists, command) {
			pids[w.PID] = true
			newest = max(newest, w.PID)
		}
	}
	if !pids[1] || len(pids) < 10 {
		return nil, 0
	}
	return pids, newest
}

// missingInTree: pstree draws all children of init. Processes come and go
// between two commands, so only those that are odd in themselves count.
func missingInTree(h *Host, all []person, found reporter) {
	tree, newest := listing(all, "pstree")
	if tree == nil {
		return
	}
	byPID := byPIDs(all)
	for _, w := range all {
		if tree[w.PID] || w.PID > newest || !slices.Contains(w.lists, "ps") || w.PPID != 1 && !tree[w.PPID] {
			continue
		}
		path, gone := deleted(w.Exe)
		posing := inBrackets.MatchString(w.Args) && w.RSS > 0 || threadOnly.MatchString(w.Name)
		if _, ok := byPID[w.PPID]; ok && (posing || gone || placeOf(path) == odd || placeOf(w.script()) == odd) {
			found(diag.Warning, w.Where, w.about("seen", "ps", "missing", "pstree")...)
		}
	}
}

// missingInPS: a port is listened on by a process that ps and top do not list.
func missingInPS(h *Host, all []person, found reporter) {
	listed, newest := listing(all, "ps")
	if listed == nil {
		if listed, newest = listing(all, "top"); listed == nil {
			return
		}
	}
	told := map[int]bool{}
	for _, s := range h.Sockets {
		if s.State != "LISTEN" || s.PID <= 0 || listed[s.PID] || s.PID > newest || told[s.PID] {
			continue
		}
		told[s.PID] = true
		w := person{Process: Process{PID: s.PID, Name: s.Name, User: s.User}}
		found(diag.Warning, s.Where, w.about("seen", s.Command, "missing", "ps", "port", s.Local.Port)...)
	}
}

// socketClass is what one can ask lsof for apart.
type socketClass struct {
	protocol string
	listens  bool
	six      bool
}

func classOf(s Socket) socketClass {
	six := strings.Contains(s.Local.Host, ":") || s.Local.Host == "*"
	return socketClass{s.Protocol, s.State == "LISTEN", six && s.Protocol == "tcp" && s.State == "LISTEN"}
}

// socketOwners are the processes that some commands give sockets of each kind, with
// the first socket.
func socketOwners(h *Host, commands ...string) map[socketClass]map[int]Socket {
	all := map[socketClass]map[int]Socket{}
	for _, s := range h.Sockets {
		if s.PID <= 0 || s.Protocol != "tcp" && s.Protocol != "udp" || !slices.Contains(commands, s.Command) {
			continue
		}
		c := classOf(s)
		if all[c] == nil {
			all[c] = map[int]Socket{}
		}
		if _, ok := all[c][s.PID]; !ok {
			all[c][s.PID] = s
		}
	}
	return all
}

// judgeMissingInLsof: ss or netstat give a process a lasting socket, lsof, asked
// for that kind of socket, does not know the process. Whether lsof was asked
// for all of a kind shows in that it knows most others.
func judgeMissingInLsof(h *Host, found reporter) {
	known, missing := map[int]bool{}, []Socket{}
	for _, p := range h.Processes {
		known[p.PID] = known[p.PID] || p.Command == "lsof"
	}
	listed := socketOwners(h, "lsof")
	for c, by := range socketOwners(h, "ss", "netstat") {
		seen := 0
		for pid := range by {
			if _, ok := listed[c][pid]; ok {
				seen++
			}
		}
		if seen < 2 || seen*3 < len(by)*2 {
			continue
		}
		for pid, s := range by {
			if !known[pid] && (s.State == "LISTEN" || s.State == "UNCONN") {
				missing = append(missing, s)
			}
		}
	}
	slices.SortFunc(missing, func(a, b Socket) int { return cmp.Or(a.PID-b.PID, a.Line-b.Line) })
	missing = slices.CompactFunc(missing, func(a, b Socket) bool { return a.PID == b.PID })
	for _, s := range missing {
		w := person{Process: Process{PID: s.PID, Name: s.Name, User: s.User}}
		found(diag.Warning, s.Where, w.about("address", short(s.Local.Host), "port", s.Local.Port)...)
	}
}

// judgeDeletedLog: the log that is written to is no longer the one that can be
// read; what was in it still is in the daemon's hands.
func judgeDeletedLog(h *Host, found reporter) {
	for _, f := range h.OpenFiles {
		if !f.Deleted || !within(f.Path, "/var/log") || !syslogs.MatchString(f.Name) {
			continue
		}
		severity := diag.Warning
		if rotated.MatchString(f.Path) {
			severity = diag.Notice // rotated without telling the daemon
		}
		found(severity, f.Where, "pid", f.PID, "user", short(f.User), "name", short(f.Name), "path", short(f.Path),
			"descriptor", strings.TrimRight(f.FD, "rwuRWUN "))
	}
}

// judgeDeletedLogFD: L01b, the same seen in a list of /proc/PID/fd, which does
// not name the process.
func judgeDeletedLogFD(h *Host, found reporter) {
	for _, f := range h.Files {
		path, gone := deleted(f.Link)
		if !gone || !within(path, "/var/log") || number(base(f.Path)) < 0 || len(f.Mode) < 3 || f.Mode[2] != 'w' {
			continue
		}
		severity := diag.Warning
		if rotated.MatchString(path) {
			severity = diag.Notice
		}
		found(severity, f.Where, "path", short(path), "descriptor", base(f.Path))
	}
}
