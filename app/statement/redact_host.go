package statement

import (
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/net/publicsuffix"
)

// hostForm are the patterns by which a name of a host is told from that of a
// file: «firma.pl» and «script.pl» look the same.
type hostForm struct {
	name    *regexp.Regexp // words with points between
	before  *regexp.Regexp // what stands before a name of a host
	program *regexp.Regexp // a program that is given a file
	script  *regexp.Regexp // names that people give to scripts
	setting *regexp.Regexp // of the kernel
}

var hostForms = sync.OnceValue(func() hostForm {
	c := func(s string) *regexp.Regexp { return regexp.MustCompile(`(?i)` + s) }
	return hostForm{
		name: c(`(?:[\p{L}0-9_][\p{L}0-9_-]*\.)+\p{L}{2}\p{L}*\b`),
		before: c(`(?:\b(?:hosts?|hostname|from|domains?|domaine|domena|server_?name|server_?alias|helo|ehlo|relay|dig|ping|whois|vhost|virtualhost|zone|mx|ns|cn|dns|rdns|ptr|sites?|website|strona|na)[ \t]*[=:<(\["']{0,2}[ \t]*|` +
			`\*\.|/(?:www|vhosts?|domains?|sites|sites-available|sites-enabled|live|archive|renewal|virtual|vmail|zones?|named|clients?)/(?:[^\s/]+/)?)$`),
		program: c(`(?:\b(?:perl|perl5|python[0-9.]*|bash|sh|source|vim?|nano|less|cat|unzip|chmod \S+)[ \t]+(?:-\S+[ \t]+)*|\./)$`),
		script:  c(`^(?:a|b|x|s|bot|bots?|script|scripts|test|update|install|setup|run|check|backup|index|perl|main|start|stop|restart|init|config|configure|cron|collect|shell|cmd|cgi|login|mail|send|sendmail|upload|scan|scanner|flood|udp|ddos|exploit|back|connect|proxy|irc)$`),
		setting: c(`^net\.(?:ipv[46]|core|bridge|netfilter|unix)\.`),
	}
})

// shared are endings of files that are countries' or other domains as well, the
// one of Poland before all: nobody registers many names under the rest.
func shared(ending string) bool {
	return slices.Contains([]string{"pl", "py", "md", "sh", "so", "pub", "zip", "bz"}, ending)
}

// fileEnding says whether a name that ends so is a file's, a unit's or a setting's.
func fileEnding(ending string) bool {
	files := []string{"txt", "log", "conf", "cfg", "ini", "json", "toml", "yaml", "yml", "xml", "html", "htm", "css", "js", "php", "py", "pl", "sh", "rb", "go", "so", "ko", "gz",
		"bz", "xz", "tar", "tgz", "deb", "rpm", "zip", "pdf", "eml", "service", "socket", "timer", "slice", "scope", "mount", "target", "path", "device", "swap", "list", "lock",
		"pid", "sock", "bak", "old", "tmp", "dat", "db", "sql", "bin", "elf", "exe", "key", "pub", "pem", "crt", "png", "jpg", "svg", "asc", "md", "journal", "state", "d", "el",
		"amd", "x", "ip", "ipv", "cron", "hourly", "daily", "weekly", "monthly", "fcb", "exhibit", "local_",
		"cache", "cnf", "cgi", "orig", "rules"}
	return slices.Contains(files, ending)
}

// holdsDomain says whether a file that ends so is often called after a domain:
// «firma.de.conf», «firma.de-access.log».
func holdsDomain(ending string) bool {
	return slices.Contains([]string{"log", "conf", "cfg", "ini", "list", "db", "sql", "gz", "xz", "bz", "tar", "tgz", "zip", "key", "pub", "pem", "crt", "pid", "sock", "bak", "old", "lock", "txt"}, ending)
}

// hostSites finds names of hosts, whatever the case knows.
func hostSites(s string, rank int) []place {
	var list []place
	for _, m := range hostForms().name.FindAllStringIndex(s, -1) {
		if n := hostLength(s[:m[0]], s[m[0]:m[1]], s[m[1]:]); n > 0 {
			list = append(list, place{m[0], m[0] + n, "HOST", rank})
		}
	}
	return list
}

// hostLength is how much of a word, from its start, is the name of a host, 0 for
// nothing; before and after stand beside it.
func hostLength(before, word, after string) int {
	labels := strings.Split(word, ".")
	last := strings.ToLower(labels[len(labels)-1])
	switch {
	case shared(last) && isSharedHost(before, word, after):
		return len(word)
	case fileEnding(last):
		return domainLength(labels)
	// «net.ipv4.ip_forward», «e.g», «z.B» are no hosts; a name has a label of two
	// letters at least.
	case hostForms().setting.MatchString(word) || strings.Contains(last, "_") || len(labels[0]) == 1 && len(labels) == 2 || utf8.RuneCountInString(last) < 2:
		return 0
	}
	return len(word)
}

// isSharedHost decides about a name whose ending is a file's as well. What stands
// alone under .pl is a host's: a word too many does less harm than one too few.
func isSharedHost(before, word, after string) bool {
	forms := hostForms()
	stem, ending, _ := strings.Cut(strings.ToLower(word), ".")
	switch {
	case strings.Contains(ending, "."): // three labels or more
		return namesHost(word)
	case forms.program.MatchString(before):
		return false
	case forms.before.MatchString(before), strings.HasPrefix(after, "/"):
		return !forms.script.MatchString(stem)
	}
	return ending == "pl" && !strings.HasSuffix(before, "/") && !forms.script.MatchString(stem)
}

// namesHost says whether a name of three labels or more, none of them a number
// of a version, can be a host's.
func namesHost(s string) bool {
	return !slices.ContainsFunc(strings.Split(s, "."), func(l string) bool { return strings.Trim(l, "0123456789") == "" })
}

// domainLength finds the domain that a file is called after, 0 for none.
func domainLength(labels []string) int {
	end := len(labels)
	for end > 1 && holdsDomain(strings.ToLower(labels[end-1])) {
		end--
	}
	if end == len(labels) {
		return 0
	}
	n := 0
	for i, label := range labels[:end] {
		top, _, joined := cutLabel(label)
		ending := strings.ToLower(top)
		_, known := publicsuffix.PublicSuffix("x." + ending)
		if i > 0 && known && (!fileEnding(ending) || ending == "pl") && (joined || i == end-1 || i == end-2) && strings.Trim(labels[i-1], "0123456789") != "" {
			return n + len(top)
		}
		n += len(label) + 1
	}
	return 0
}

// cutLabel splits «de-access» and «de_443».
func cutLabel(label string) (top, rest string, joined bool) {
	i := strings.IndexAny(label, "-_")
	if i < 0 {
		return label, "", false
	}
	return label[:i], label[i+1:], true
}
