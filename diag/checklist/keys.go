package checklist

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"time"

	"latchkey/diag"
)

var (
	// keyRow: options (quoted blanks), kind, key, comment (sshd(8)).
	keyRow = diag.NewPattern(`^(?:((?:[^\s"]|"(?:[^"\\]|\\.)*")+) +)?((?:sk-)?(?:ssh|ecdsa)-[a-z0-9@.-]+) +(AAAA[A-Za-z0-9+/]+={0,3})(?: +(.*))?$`)
	// keyFile: ls -l of a file of keys, with numbers or names, short or full time.
	keyFile = diag.NewPattern(`^[-l][rwxsStT-]{9}[.+]? +\d+ +(\S+) +\S+ +\d+ (\d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d)?)?.*? (/\S*authorized_keys\S*)$`)
	// attrRow: lsattr of the same.
	attrRow = diag.NewPattern(`^([-a-zA-Z]{16,24}) +(/\S*\.ssh\S*)$`)
	// pathOnly: a file's name printed before its content («: /root/…:»).
	pathOnly = diag.NewPattern(`^(?:#+ *|-+ *)?(/\S*authorized_keys\w*):?(?: *-+)?$`)
)

func weighKeys(t *text) int {
	keys, other := 0, 0
	for _, line := range t.head(40) {
		_, heading := between(line)
		switch {
		case keyRow.Match(line):
			keys++
		case heading || keyFile.Match(line) || attrRow.Match(line) || pathOnly.Match(line) || line[0] == '#':
		default:
			other++
		}
	}
	if keys > 0 && other*3 <= keys {
		return 90
	}
	return 0
}

// keysFile is the file whose keys are being read.
type keysFile struct {
	path, user string
	changed    time.Time
}

// ownerOf says whose keys a file holds, by where it lies.
func ownerOf(path string) string {
	switch before, _, ok := strings.Cut(path, "/.ssh/"); {
	case !ok:
		return ""
	case strings.HasSuffix(before, "/root"):
		return "root"
	default:
		return told(before[strings.LastIndexByte(before, '/')+1:])
	}
}

func readKeys(t *text, h *Host) tallied {
	l := &ledger{command: "authorized-keys"}
	if h.Keys == nil {
		h.Keys = []Key{}
	}
	file := keysTyped(t.command)
	for i, line := range t.lines {
		if blank(line) {
			continue
		}
		if m := keyRow.FindSubmatch(line); m != nil {
			l.row()
			if len(h.Keys) >= mostAccounts {
				l.warn(WarnCut)
				return l.tallied
			}
			h.Keys = append(h.Keys, Key{Where: l.where(i), User: file.user, Kind: told(m[2]), Comment: told(bytes.TrimSpace(m[4])),
				Options: told(m[1]), File: file.path, Fingerprint: fingerprint(m[3]), Changed: file.changed})
			continue
		}
		if next, ok := keysFileOf(line); ok {
			file = next
			l.understood++
		} else if m := attrRow.FindSubmatch(line); m != nil {
			l.row()
			h.Files = append(h.Files, File{Where: l.where(i), Path: told(m[2]), Size: -1, Immutable: bytes.ContainsRune(m[1], 'i')})
		} else if line[0] == '#' {
			l.understood++
		} else {
			l.unread(i, line)
		}
	}
	return l.tallied
}

// typedFile is a path of keys in a command, if it names one file only.
var typedFile = diag.NewPattern(`^\s*(?:sudo )?(?:cat|less|more|head|tail) (/[^\s*$]*authorized_keys[^\s*$]*)\s*$`)

func keysTyped(command string) keysFile {
	m := typedFile.FindStringSubmatch(command)
	if m == nil {
		return keysFile{}
	}
	return keysFile{path: told(m[1]), user: ownerOf(m[1])}
}

// keysFileOf reads a line that names the file whose keys follow.
func keysFileOf(line []byte) (file keysFile, ok bool) {
	line = line[:min(len(line), 4<<10)]
	if m := keyFile.FindSubmatch(line); m != nil {
		file.path = told(m[3])
		stamp := string(m[2])
		file.changed, _ = time.Parse(time.DateTime, stamp)
	} else if m := pathOnly.FindSubmatch(line); m != nil {
		file.path = told(m[1])
	} else if file.path, ok = between(line); !ok {
		return file, false
	}
	file.user = ownerOf(file.path)
	return file, true
}

// fingerprint is what sshd logs of a key: SHA-256 of its bytes in base64
// without padding (RFC 4648).
func fingerprint(key []byte) string {
	raw, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(string(key), "="))
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(raw)
	return "SHA256:" + base64.RawStdEncoding.EncodeToString(sum[:])
}
