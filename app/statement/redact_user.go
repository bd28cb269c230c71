package statement

import (
	"regexp"
	"slices"
	"strings"
	"sync"
)

// columnForm are the patterns of lines that name a user in a column of their own.
type columnForm struct {
	header  *regexp.Regexp // of a table with such a column
	tty     *regexp.Regexp // of a line of who, w or last
	rows    []columnRow    // lines that need no header
	account *regexp.Regexp // a line of /etc/passwd, with the person's name
	name    *regexp.Regexp
}

// columnRow finds users, a group each, in lines that have a hint.
type columnRow struct {
	hint string
	form *regexp.Regexp
}

var columnForms = sync.OnceValue(func() columnForm {
	c := regexp.MustCompile
	return columnForm{
		header: c(`(?:^|\s)(?:R|E)?(?:USER|UID|LOGIN)\b`),
		tty:    c(`^(\S+)\s+(?:pts/\d+|tty\w+|:\d+|ssh:notty|console|web console|\*\*Never)(?:\s|$)`),
		rows: []columnRow{
			{"r", c(`(?:^|\s)[-dlcbpsD][-r][-w][-xsS][-r][-w][-xsS][-r][-w][-xtT][.+@]?\s+\d+\s+([A-Za-z_]\S*)\s+([A-Za-z_]\S*)\s`)}, // ls -l, find -ls
			{"id: ", c(`\b[UG]id:\s*\(\s*\d+/\s*([^\s)]+)\)`)},                                                                       // stat
			{"id=", c(`\b(?:[er]?uid|[er]?gid|auid)=\d+\(([^)\s]+)\)`)},                                                              // id
			{"groups=", c(`[,=]\d+\(([^)\s]+)\)`)},
		},
		account: c(`^([A-Za-z_][\w.-]*\$?):[^:]*:\d+:\d+:([^:]*):[^:]*:`),
		name:    c(`^[A-Za-z_][A-Za-z0-9_.-]*[$+]?$`),
	}
})

// columnUsers finds the users that stand in a column of ps, top, w, who, last,
// ls, stat, id or /etc/passwd, whether anything else read that output or not.
func columnUsers(texts []string) []Identifier {
	var list []Identifier
	seen := map[string]bool{}
	add := func(kind, name string) {
		if !seen[name] {
			seen[name] = true
			list = append(list, Identifier{kind, name})
		}
	}
	for _, text := range texts {
		t := userTable{}
		for line := range strings.SplitSeq(text, "\n") {
			for _, name := range t.users(line) {
				add("USER", name)
			}
			for _, name := range personsOf(line) {
				add("NAME", name)
			}
		}
	}
	return list
}

// userTable follows the lines of an output: what its last header said.
type userTable struct {
	user, pid int // columns; pid is -1 where the table has none
	on        bool
}

// mostLine is the most of a line that is looked at for its columns; a command
// line of ps may have 128 kB.
const mostLine = 1000

func (t *userTable) users(line string) []string {
	line = strings.TrimRight(line[:min(len(line), mostLine)], "\r ")
	if line == "" {
		t.on = false
		return nil
	}
	forms := columnForms()
	if (strings.Contains(line, "USER") || strings.Contains(line, "UID") || strings.Contains(line, "LOGIN")) && forms.header.MatchString(line) {
		t.header(strings.Fields(line))
		return nil
	}
	var found []string
	if m := forms.tty.FindStringSubmatch(line); m != nil {
		found = append(found, m[1])
	}
	for _, row := range forms.rows {
		if !strings.Contains(line, row.hint) {
			continue
		}
		for _, m := range row.form.FindAllStringSubmatch(line, 100) {
			found = append(found, m[1:]...)
		}
	}
	if m := forms.account.FindStringSubmatch(line); m != nil {
		found = append(found, m[1])
	}
	if fields := strings.Fields(line); t.on && t.user < len(fields) && t.pid < len(fields) && digits(fields[t.pid]) {
		found = append(found, fields[t.user])
	}
	return slices.DeleteFunc(found, func(name string) bool {
		return len(name) < 3 || len(name) > 32 || !forms.name.MatchString(name) || commonUser(strings.TrimSuffix(name, "+")) || commonGroup(name)
	})
}

// header takes the columns of a table of processes. Tables without a PID are
// known by their lines.
func (t *userTable) header(titles []string) {
	t.pid = slices.Index(titles, "PID")
	t.user = slices.IndexFunc(titles, func(s string) bool {
		return slices.Contains([]string{"USER", "RUSER", "EUSER", "UID", "LOGIN"}, s)
	})
	t.on = t.pid >= 0 && t.user >= 0
}

func digits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// personsOf are the names and telephones of the person behind an account, of its
// field in /etc/passwd.
func personsOf(line string) []string {
	m := columnForms().account.FindStringSubmatch(line[:min(len(line), mostLine)])
	if m == nil || commonUser(m[1]) {
		return nil
	}
	var list []string
	for part := range strings.SplitSeq(m[2], ",") {
		if part = strings.TrimSpace(part); len(part) >= 3 && !commonUser(strings.ToLower(part)) {
			list = append(list, part)
		}
	}
	return list
}

// commonGroup is a group that every server has.
func commonGroup(name string) bool {
	return slices.Contains([]string{"sudo", "wheel", "users", "staff", "tty", "disk", "utmp", "shadow", "crontab", "ssh", "ssl-cert", "plugdev", "video", "audio", "cdrom", "floppy", "dip",
		"input", "kmem", "netdev", "sasl", "src", "dialout", "fax", "voice", "tape", "nogroup", "render", "sgx", "kvm", "lpadmin", "docker", "lxd", "lxc", "lock", "mem", "dialin", "reboot",
		"runlevel", "wtmp", "btmp", "nobody4", "nfsnobody", "USER", "LOGIN", "total"}, name)
}

// shortened are the forms in which programs print a name that is too long for
// their column: ps ends it with «+», w after eight letters.
func shortened(name string) []string {
	if len(name) <= 8 {
		return nil
	}
	return []string{name[:7] + "+", name[:8]}
}

// textsOf are all texts of a document in which outputs may stand.
func textsOf(d Document) []string {
	texts := []string{plainText(d.Letter), plainText(d.Annex)}
	for _, e := range d.Exhibits {
		texts = append(texts, string(e.Data))
	}
	return texts
}
