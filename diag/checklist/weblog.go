package checklist

import (
	"bytes"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"latchkey/diag"
)

// requestRow: the common and combined formats of Apache and nginx, perhaps with
// the virtual host before them. Both servers escape quotes inside quotes.
var requestRow = diag.NewPattern(`^(?:[^\s"]+:\d{1,5} )?([0-9A-Za-z.:%_-]+) (\S+) (?:[^"\\]|\\.)*?\[(\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4})\] "((?:[^"\\]|\\.)*)" (\d{3}) (?:\d+|-)(?: "(?:[^"\\]|\\.)*" "((?:[^"\\]|\\.)*)")?`)

// longestRequest is read of a line: servers refuse longer requests with 414.
const longestRequest = 16 << 10

func isRequest(line []byte) bool { return requestRow.Match(line[:min(len(line), longestRequest)]) }

func weighWebLog(t *text) int {
	var rows [][]byte
	named := false
	for _, line := range t.head(40) {
		file, heading := between(line)
		if !heading {
			rows = append(rows, line)
		}
		named = named || strings.Contains(file, "access")
	}
	switch n := share(rows, isRequest); {
	case n >= 60:
		return min(n, 95)
	case len(rows) == 0 && named: // searched, and nothing found
		return 60
	}
	return 0
}

// mostRequests bounds the requests kept.
const mostRequests = 100_000

// readWebLog counts all requests and keeps those that send something or carry a
// parameter of a command: a busy server writes millions of the others.
func readWebLog(t *text, h *Host) tallied {
	l := &ledger{command: "web-log"}
	if h.Requests == nil {
		h.Requests = []Request{}
	}
	for i, line := range t.lines {
		if blank(line) {
			continue
		}
		if _, heading := between(line); heading {
			l.understood++
			continue
		}
		m := requestRow.FindSubmatch(line[:min(len(line), longestRequest)])
		if m == nil {
			l.unread(i, line)
			continue
		}
		l.row()
		client := m[1]
		if _, err := netip.ParseAddr(string(m[2])); err == nil {
			client = m[2] // before it the virtual host, without a port
		}
		method, path, _ := bytes.Cut(m[4], []byte(" "))
		path, _, _ = bytes.Cut(path, []byte(" HTTP/"))
		if string(method) != "POST" && string(method) != "PUT" && commandIn(string(path)) == "" && !uploadedScript(string(path)) {
			continue
		}
		if len(h.Requests) >= mostRequests {
			l.warn(WarnCut)
			continue
		}
		r := Request{Where: l.where(i), Client: told(client), Method: told(method), Path: told(path), Agent: told(m[6]), Status: number(string(m[5]))}
		r.Time, _ = time.Parse("02/Jan/2006:15:04:05 -0700", string(m[3]))
		h.Requests = append(h.Requests, r)
	}
	return l.tallied
}

// uploadFolders are places for files of visitors and for caches, where no
// script belongs. «files» and «media» alone are names of ordinary folders too.
var uploadFolders = map[string]bool{"upload": true, "uploads": true, "cache": true, "tmp": true, "temp": true, "images": true, "img": true,
	"avatars": true, "thumbs": true, "thumbnails": true, "userfiles": true, "uploaded": true, "attachments": true, "media": true, "files": true}

// uploadedScript says whether a path names a PHP script in a folder for uploads.
func uploadedScript(path string) bool {
	path, _, _ = strings.Cut(path, "?")
	if plain, err := url.PathUnescape(path); err == nil {
		path = plain
	}
	upload := false
	for part := range strings.SplitSeq(strings.ToLower(path), "/") {
		if upload && scriptName(part) {
			return true
		}
		upload = upload || uploadFolders[part]
	}
	return false
}

func scriptName(name string) bool {
	for _, end := range []string{".php", ".phtml", ".phar", ".php3", ".php4", ".php5", ".php7", ".php8", ".pht"} {
		if strings.HasSuffix(name, end) && len(name) > len(end) {
			return true
		}
	}
	return false
}

// commandParameters are names web shells take a command under.
var commandParameters = map[string]bool{"cmd": true, "exec": true, "shell": true, "command": true, "passthru": true, "system": true,
	"shell_exec": true, "eval": true}

// commandIn is the parameter of a path that carries a command, "" if none does.
// PayPal's answers («cmd=_notify-validate») and the file manager elFinder
// («cmd=open») use the same name.
func commandIn(path string) string {
	base, query, ok := strings.Cut(path, "?")
	if !ok || strings.Contains(strings.ToLower(base), "connector") {
		return ""
	}
	for part := range strings.SplitSeq(query, "&") {
		name, value, _ := strings.Cut(part, "=")
		if value != "" && value[0] != '_' && commandParameters[strings.ToLower(name)] {
			return name
		}
	}
	return ""
}
