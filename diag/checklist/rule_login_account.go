package checklist

import (
	"cmp"
	"slices"
	"strings"

	"latchkey/diag"
)

// secondRoot is A01. BSD's toor is the one second root that is meant.
func secondRoot(h *Host, found finder) {
	named := map[string]bool{}
	for _, a := range h.Accounts {
		if a.UID == 0 && a.Name != "root" && a.Name != "toor" && !named[a.Name] && len(named) < mostOfRule {
			named[a.Name] = true
			found(diag.Critical, a.Where, "user", a.Name, "path", a.Home, "name", a.Shell)
		}
	}
}

// Accounts made for persons have numbers from firstPerson to below nobody
// (login.defs).
const firstPerson, nobody = 1000, 60_000

// shelled are accounts of packages that have a shell on purpose.
var shelled = []string{"postgres", "git", "jenkins", "nagios", "icinga", "zabbix", "oracle", "splunk", "rundeck", "backuppc", "sync",
	"shutdown", "halt", "operator", "gitlab-psql", "gitlab-runner", "vmail", "mysql", "bacula", "libvirt-qemu", "amanda"}

// newAccount is A02: made while a log was watching, put among those who may
// become root, or a service that can log in. Of the others who can log in or
// become root it only asks whether the owner knows them.
func newAccount(h *Host, found finder) {
	named := map[string]bool{}
	account := func(severity diag.Severity, such func(Account) (why string)) {
		for _, a := range h.Accounts {
			if why := such(a); why != "" && !named[a.Name] && len(named) < 2*mostOfRule {
				named[a.Name] = true
				found(severity, a.Where, "user", a.Name, "name", why)
			}
		}
	}
	member := func(severity diag.Severity, such func(Group) bool) {
		for _, g := range h.Groups {
			for _, m := range g.Members {
				if rootGroup(g.Name) && such(g) && !named[m] && len(named) < 2*mostOfRule {
					named[m] = true
					found(severity, g.Where, "user", m, "name", g.Name)
				}
			}
		}
	}
	account(diag.Notice, made)
	member(diag.Notice, func(g Group) bool { return g.Command == "auth-log" || g.Command == "journal" })
	account(diag.Notice, shelledService)
	member(diag.Info, func(Group) bool { return true })
	account(diag.Info, func(a Account) string {
		if a.UID >= firstPerson && a.UID < nobody && loginShell(a.Shell) {
			return a.Shell
		}
		return ""
	})
}

func made(a Account) string {
	if a.Made.IsZero() || !loginShell(a.Shell) {
		return ""
	}
	return "useradd " + moment(a.Made)
}

func shelledService(a Account) string {
	if a.UID > 0 && a.UID < firstPerson && loginShell(a.Shell) && !slices.Contains(shelled, a.Name) {
		return a.Shell
	}
	return ""
}

func rootGroup(name string) bool {
	return slices.Contains([]string{"sudo", "wheel", "admin", "docker", "lxd", "root", "disk"}, name)
}

func loginShell(shell string) bool {
	return strings.HasSuffix(shell, "sh") && !strings.HasSuffix(shell, "git-shell")
}

// intruderComments stand in keys that intruders leave on thousands of machines;
// the first is described by several observers of honeypots since 2018.
var intruderComments = []string{"mdrfckr"}

// unknownKey is A03: keys of intruders and keys without a word whose they are;
// the others are named, for the owner to know them. Files of keys that nobody
// can change are I05's.
func unknownKey(h *Host, found finder) {
	seen := map[string]bool{}
	for _, k := range h.Keys {
		id := k.User + " " + k.Fingerprint
		if seen[id] || len(seen) == 2*mostOfRule {
			continue
		}
		seen[id] = true
		severity := diag.Info
		switch {
		case slices.Contains(intruderComments, k.Comment), strings.Contains(k.Options, "/tmp/"), strings.Contains(k.Options, "curl "):
			severity = diag.Warning
		case k.Comment == "":
			severity = diag.Notice
		}
		found(severity, k.Where, "user", cmp.Or(k.User, "?"), "name", cmp.Or(k.Comment, k.Fingerprint), "path", cmp.Or(k.File, "authorized_keys"))
	}
}

// refusedFrom is the first status that says the server did not do it.
const refusedFrom = 400

// postedScript is W01: something was sent to a script in a folder for uploads.
func postedScript(h *Host, found finder) {
	requests(h, diag.Warning, found, func(r Request) bool {
		return (r.Method == "POST" || r.Method == "PUT") && uploadedScript(r.Path)
	})
}

// commandParameter is W02.
func commandParameter(h *Host, found finder) {
	requests(h, diag.Notice, found, func(r Request) bool { return commandIn(r.Path) != "" })
}

// requests names what was asked for, path by path, if the server answered it: a
// server on the Internet refuses hundreds of such tries a day. 5xx is an answer:
// the script ran.
func requests(h *Host, severity diag.Severity, found finder, such func(Request) bool) {
	type sum struct {
		first   Request
		count   int
		clients map[string]int
	}
	sums := map[string]*sum{}
	var order []string
	for _, r := range h.Requests {
		if r.Status >= refusedFrom && r.Status < 500 || !such(r) {
			continue
		}
		path, _, _ := strings.Cut(r.Path, "?")
		s := sums[path]
		if s == nil {
			if len(sums) == mostOfRule {
				continue
			}
			s = &sum{first: r, clients: map[string]int{}}
			sums[path] = s
			order = append(order, path)
		}
		s.count++
		s.clients[r.Client]++
	}
	for _, path := range order {
		s := sums[path]
		found(severity, s.first.Where, "path", s.first.Path, "count", s.count, "address", frequent(s.clients, 1)[0],
			"sources", len(s.clients), "time", moment(s.first.Time))
	}
}
