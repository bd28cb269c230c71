package checklist

import (
	"bytes"
	"strings"

	"latchkey/diag"
)

var (
	rkStamp   = diag.NewPattern(`^\[\d\d:\d\d:\d\d\] ?`)
	rkWarning = diag.NewPattern(`^ *Warning: (.*)$`)
	// rkResult: what was checked and its result, on the console and in the log.
	rkResult = diag.NewPattern(`^ *(\S.*?) +\[ ([A-Za-z' ]+) \]$`)
	// rkPath: a full path, perhaps in quotes; the file's kind may follow a colon.
	rkPath = diag.NewPattern(`(?:^|[\s'"(=])(/[^\s'"():,;\[\]]+(?::[^\s'"():,;\[\]]+)*)`)
	// rkMute: with --nolog and --rwo together it checks and tells nobody.
	rkMute = diag.NewPattern(`^The logfile has been disabled - unable to report warnings\.`)
	// rkGone: a row of the list of deleted files.
	rkGone = diag.NewPattern(`^(Process: .+? +PID: \d+) +File: (/.*)$`)
	rkHead = diag.NewPattern(`Rootkit Hunter version|rkhunter`)
)

func weighRkhunter(t *text) int {
	head := t.head(40)
	if len(head) > 0 && rkMute.Match(head[len(head)-1]) {
		return 98
	}
	if len(head) > 0 && (bytes.Contains(head[0], []byte("Rootkit Hunter version")) || bytes.Contains(head[0], []byte("Running Rootkit Hunter"))) {
		return 98
	}
	stamped := share(head, func(line []byte) bool { return rkStamp.Match(line) })
	results := share(head, func(line []byte) bool { return rkResult.Match(rkStamp.ReplaceAll(line, nil)) })
	warnings := share(head, func(line []byte) bool {
		return bytes.HasPrefix(rkStamp.ReplaceAll(line[:min(len(line), 400)], nil), []byte("Warning: "))
	})
	if stamped >= 80 && results+warnings >= 20 || results >= 60 || warnings >= 30 && share(head, rkHead.Match) > 0 {
		return 80
	}
	return 0
}

// rkNoise comes up on clean machines (measured on Debian 12): the host was
// renamed or updated since rkhunter took its notes, accounts that packages made,
// settings nobody set.
var rkNoise = []string{"host name has changed", "users responsibility", "prerequisites", "modules file", "loaded kernel modules", "has been added to the",
	"has been removed from the", "Changes found in the", "PermitRootLogin", "SSH configuration", "SSH and rkhunter configuration", "passwd file changes",
	"group file changes", "SSH root access", "No output from the", "Unable to find", "The O/S", "web_cmd", "WEB_CMD",
	"ShellShock", "file properties checks"}

// rkHarmless are hidden files that packages of Debian and Red Hat bring along.
var rkHarmless = []string{"/etc/.updated", "/etc/.java", "/etc/.git", "/etc/.etckeeper", "/etc/.gitignore", "/etc/.pwd.lock", "/dev/.udev", "/dev/.initramfs",
	"/dev/.static", "/dev/.mdadm", "/dev/.systemd", "/usr/share/man/man5/.k5", "/usr/share/man/man1/..1.gz", "/usr/bin/.fipscheck.hmac", "/usr/bin/.ssh.hmac",
	"/usr/sbin/.sshd.hmac", "/usr/bin/egrep", "/usr/bin/fgrep", "/usr/bin/lwp-request", "/usr/bin/GET", "/usr/bin/which", "/usr/bin/ldd", "/usr/sbin/adduser", "/dev/shm/PostgreSQL"}

// rkDeleted are files that services delete as soon as they are open: the locks of
// PHP, work files of databases; the kernel's messages only look deleted.
var rkDeleted = []string{"/proc/kmsg", "/.ZendSem", "/tmp/ib", "/[aio]", "/tmp/#sql"}

func readRkhunter(t *text, h *Host) tallied {
	r := &rkText{ledger: ledger{command: "rkhunter"}}
	if h.Scans == nil {
		h.Scans = []ScannerHit{}
	}
	for i, line := range t.lines {
		if blank(line) {
			continue
		}
		if len(h.Scans) >= mostJobs {
			r.warn(WarnCut)
			break
		}
		r.line(i, line[:min(len(line), 2<<10)], h)
	}
	return r.tallied
}

// rkText is a log or a console of rkhunter while it is read.
type rkText struct {
	ledger
	log bool
	hit *ScannerHit // which the lines that follow add to
}

func (r *rkText) line(i int, line []byte, h *Host) {
	r.understood++
	stamped := rkStamp.Match(line)
	r.log = r.log || stamped
	line = rkStamp.ReplaceAll(line, nil)
	if rkMute.Match(line) {
		r.rows++
		h.Scans = append(h.Scans, ScannerHit{Where: r.where(i), Tool: "rkhunter", Text: told(line), Noise: true, Mute: true})
		return
	}
	if m := rkWarning.FindSubmatch(line); m != nil {
		r.rows++
		r.warning(i, string(m[1]), h)
		return
	}
	m := rkResult.FindSubmatch(line)
	switch {
	case m != nil:
		r.rows++
		r.hit = nil
		if string(m[2]) == "Warning" && !r.log {
			r.checked(i, string(m[1]), h)
		}
	case r.hit != nil && (bytes.HasPrefix(line, []byte("   ")) || !stamped && r.log):
		if more, ok := r.hit.more(string(bytes.TrimSpace(line))); ok {
			more.Where = r.where(i)
			h.Scans = append(h.Scans, more)
			r.hit = &h.Scans[len(h.Scans)-1]
		}
	default:
		r.hit = nil
	}
}

// warning keeps a line of the log that warns.
func (r *rkText) warning(i int, said string, h *Host) {
	hit := ScannerHit{Where: r.where(i), Tool: "rkhunter", Noise: among(said, rkNoise)}
	if m := rkResult.FindStringSubmatch(said); m != nil && !strings.HasPrefix(said, "Checking") {
		said = "" // the name of a rootkit: what was found follows
	}
	hit.Text = told(said)
	if !strings.HasSuffix(said, ":") {
		hit.locate(said)
	}
	h.Scans = append(h.Scans, hit)
	r.hit = &h.Scans[len(h.Scans)-1]
}

// checked keeps a line of the console that warns: a file, a kind of check, or
// the name of a rootkit, which is not kept.
func (r *rkText) checked(i int, what string, h *Host) {
	hit := ScannerHit{Where: r.where(i), Tool: "rkhunter", Noise: among(what, rkNoise)}
	if strings.HasPrefix(what, "/") || strings.HasPrefix(what, "Checking") {
		hit.Text = told(what)
	}
	hit.locate(what)
	h.Scans = append(h.Scans, hit)
}

// locate finds the file a text is about.
func (s *ScannerHit) locate(text string) {
	if s.Path != "" {
		return
	}
	if m := rkPath.FindStringSubmatch(text); m != nil {
		s.Path = told(strings.TrimRight(m[1], ".:"))
		if strings.HasSuffix(m[1], "...") {
			s.Path = told(m[1]) // a folder of that name
		}
		s.Noise = s.Noise || among(s.Path, rkHarmless)
	}
}

// more takes a line that explains a warning: a file, if none is known yet. A
// list of several gives a hit for each.
func (s *ScannerHit) more(text string) (next ScannerHit, ok bool) {
	if m := rkGone.FindStringSubmatch(text); m != nil {
		next = ScannerHit{Tool: s.Tool, Text: told(strings.Join(strings.Fields(m[1]), " ")), Path: told(m[2]), Noise: among(m[2], rkDeleted)}
		s.Noise = true // the rows say it all
		return next, true
	}
	list := strings.HasSuffix(s.Text, ":") && !strings.Contains(s.Text, "properties")
	if s.Noise || s.Path != "" && !list {
		return next, false
	}
	if s.Path != "" {
		next = ScannerHit{Tool: s.Tool, Text: s.Text}
		next.locate(text)
		return next, next.Path != ""
	}
	s.locate(text)
	if s.Text == "" {
		s.Text = told(text)
	}
	return next, false
}

func among(text string, words []string) bool {
	for _, word := range words {
		if strings.Contains(text, word) {
			return true
		}
	}
	return false
}
