package checklist

import (
	"bytes"
	"slices"
	"strings"

	"latchkey/diag"
)

const (
	// cronTime is one of the five fields of times: lists, ranges and steps of
	// numbers of at most two digits, or names.
	cronTime = `(?:` + cronOne + `(?:,` + cronOne + `)*|[A-Za-z]{3}(?:[-,][A-Za-z]{3})*)`
	cronOne  = `(?:\*|~|\d{1,2}(?:[-~]\d{1,2})?(?:L|#\d)?)(?:/\d{1,2})?`
)

var (
	// cronRow: five fields of times or a word for them (crontab(5)).
	cronRow = diag.NewPattern(`^\s*(@(?:reboot|yearly|annually|monthly|weekly|daily|midnight|hourly)|` + cronTime + `(?:[ \t]+` + cronTime + `){4})[ \t]+(\S.*)$`)
	// anacronRow: days, minutes of delay, name, command (anacrontab(5)).
	anacronRow = diag.NewPattern(`^(\d+|@monthly)\t\s*(\d+)\s+(\S+)\s+(\S.*)$`)
	cronSet    = diag.NewPattern(`^\s*[A-Za-z_]\w*\s*=`)
	cronNone   = diag.NewPattern(`^(?:no crontab for|kein crontab für|keine Crontab für|crontab: no crontab for) `)
	// cronFile: ls -l of a file of jobs.
	cronFile = diag.NewPattern(`^-[rwxsStT-]{9}[.+]? +\d+ .* (/\S*cron\S*)$`)
	// cronMore: what ls prints of folders of scripts.
	cronMore = diag.NewPattern(`^(?:total \d+|insgesamt \d+|[-dl][rwxsStT-]{9}[.+]? +\d+ .*|/\S*(?:cron|at)\S*:|(?:ls|cat): .*)$`)
	cronUser = diag.NewPattern(`^(?:-?[a-z_][a-z0-9_.-]*\$?)$`)
	forUser  = diag.NewPattern(`-u[ =]*([^\s;|&]+)`)
)

// cronUsers are users whom packages give jobs: where their name comes before
// the command in every line, that column is the user.
var cronUsers = []string{"root", "www-data", "nobody", "daemon", "mail", "list", "munin", "logcheck", "smmsp", "postgres", "mysql", "apache",
	"nginx", "amavis", "debian-spamd", "clamav", "git", "backup", "news", "man", "uucp", "debian-tor", "nextcloud", "zabbix", "psaadm", "plesk"}

func weighCrontab(t *text) int {
	rows, other, sure := 0, 0, false
	for _, line := range t.head(80) {
		line = line[:min(len(line), 4<<10)]
		_, heading := between(line)
		switch {
		case cronNone.Match(line):
			sure = true
		case cronRow.Match(line):
			rows++
		case line[0] == '#':
			sure = sure || bytes.Contains(line, []byte("crontab"))
		case heading || cronSet.Match(line) || cronFile.Match(line) || cronMore.Match(line) || anacronRow.Match(line):
		default:
			other++
		}
	}
	switch {
	case rows > 0 && other*4 <= rows, sure && other == 0:
		return 90
	default:
		return 0
	}
}

// cronText is a crontab while it is read.
type cronText struct {
	ledger
	file, user string
	users      bool // a column names the user
	beyond     map[int]int
}

// mostJobs bounds jobs; a crontab holds some tens, and every command is searched
// for several patterns.
const mostJobs = 5_000

func readCrontab(t *text, h *Host) tallied {
	c := &cronText{ledger: ledger{command: "crontab"}, beyond: t.beyond}
	if h.Jobs == nil {
		h.Jobs = []Job{}
	}
	c.users = userColumn(t)
	if m := forUser.FindStringSubmatch(t.command); m != nil {
		c.user = told(m[1])
	}
	for i, line := range t.lines {
		switch {
		case blank(line):
		case len(h.Jobs) >= mostJobs:
			c.warn(WarnCut)
			return c.tallied
		default:
			c.line(i, line, h)
		}
	}
	return c.tallied
}

func (c *cronText) line(i int, line []byte, h *Host) {
	short := line[:min(len(line), 4<<10)]
	name, heading := between(short)
	switch {
	case heading:
		c.understood++
		c.open(name)
	case cronNone.Match(short):
		c.row()
	case short[0] == '#':
		c.understood++
		if f := bytes.Fields(short); len(f) > 1 && (bytes.HasPrefix(f[1], []byte("/etc/crontab")) || bytes.HasPrefix(f[1], []byte("/etc/cron.d"))) {
			c.open(strings.TrimSuffix(told(f[1]), ":"))
		}
	case cronFile.Match(short):
		c.understood++
		c.open(told(cronFile.FindSubmatch(short)[1]))
	case cronRow.Match(line):
		c.row()
		h.Jobs = append(h.Jobs, c.job(i, cronRow.FindSubmatch(line)))
	case anacronRow.Match(short):
		c.row()
		m := anacronRow.FindSubmatch(short)
		h.Jobs = append(h.Jobs, Job{Where: c.where(i), User: "root", Schedule: told(m[1]) + " d", Command: wholeCommand(m[4]), File: c.file})
	case cronSet.Match(short) || cronMore.Match(short):
		c.understood++
	default:
		c.unread(i, line)
	}
}

// open notes the file whose jobs follow: those of the system name the user,
// those of a user are named after one.
func (c *cronText) open(file string) {
	c.file = file
	switch {
	case strings.HasSuffix(file, "/etc/crontab") || strings.Contains(file, "/etc/cron.d/"):
		c.users, c.user = true, ""
	case strings.Contains(file, "/var/spool/cron/"):
		c.users, c.user = false, base(file)
	}
}

func (c *cronText) job(i int, m [][]byte) Job {
	j := Job{Where: c.where(i), User: c.user, Schedule: strings.Join(strings.Fields(told(m[1])), " "), File: c.file}
	command := bytes.TrimSpace(m[2])
	if c.users {
		user, rest, _ := bytes.Cut(bytes.ReplaceAll(command, []byte("\t"), []byte(" ")), []byte(" "))
		j.User, command = told(user), bytes.TrimSpace(rest)
	}
	if j.Command = wholeCommand(command); len(command) > longestCommand {
		j.Length = len(command) + c.beyond[i]
	}
	return j
}

// userColumn says whether every job names a user before the command.
func userColumn(t *text) bool {
	if strings.Contains(t.command, "/etc/cron") {
		return true
	}
	rows := 0
	for _, line := range t.head(200) {
		line = line[:min(len(line), 4<<10)]
		if line[0] == '#' && bytes.Contains(line, []byte("user")) && (bytes.Contains(line, []byte("dow")) || bytes.Contains(line, []byte("user-name"))) {
			return true
		}
		m := cronRow.FindSubmatch(line)
		if m == nil {
			continue
		}
		f := bytes.Fields(m[2])
		if len(f) < 2 || !cronUser.Match(f[0]) || !slices.Contains(cronUsers, string(f[0])) {
			return false
		}
		rows++
	}
	return rows > 0
}

// longestCommand is how much of a job's command is kept, in bytes: jobs that
// people and packages write have some hundred.
const longestCommand = 4000

// wholeCommand keeps beginning and end of a command: what a long line hides
// between stands in the output itself.
func wholeCommand(command []byte) string {
	command = bytes.Join(bytes.Fields(command), []byte(" "))
	if len(command) <= longestCommand {
		return plain(string(command))
	}
	const head = longestCommand * 3 / 4
	return plain(string(command[:head])) + " … " + plain(string(command[len(command)-longestCommand+head:]))
}
