package bundle

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"latchkey/diag"
)

// mostStream bounds what an archive unpacks to in all: UAC takes whole log folders
// and some gigabytes, and a bomb must end.
const mostStream = 2 << 30

// ReadUAC takes an archive of UAC (Unix-like Artifacts Collector, version 3)
// apart, a tar.gz or a zip: its outputs of commands, and of the files it copied
// those the checklist asks for. Password hashes, keys and environments are left
// where they are. An entry with a name that could lead elsewhere is passed over.
func ReadUAC(r io.ReaderAt, size int64) (Bundle, error) {
	head := make([]byte, 4)
	if _, err := r.ReadAt(head, 0); err != nil && err != io.EOF {
		return Bundle{}, fmt.Errorf("read archive: %w", err)
	}
	a := archive{out: Bundle{Mode: Rescue, Complete: true}}
	var err error
	switch {
	case bytes.HasPrefix(head, []byte("PK")):
		err = a.zip(r, size)
	case head[0] == 0x1f && head[1] == 0x8b:
		err = a.tar(io.NewSectionReader(r, 0, size))
	default:
		return Bundle{}, ErrNotBundle
	}
	switch {
	case err != nil:
		return Bundle{}, err
	case len(a.shelf.sections) == 0:
		return Bundle{}, ErrNotBundle
	}
	a.out.Sections = a.shelf.sections
	slices.SortStableFunc(a.out.Sections, func(x, y Section) int { return strings.Compare(x.ID, y.ID) })
	return a.out, nil
}

// archive collects what is of use in one.
type archive struct {
	out   Bundle
	shelf shelf
}

func (a *archive) tar(r io.Reader) error {
	z, err := gzip.NewReader(r)
	if err != nil {
		return ErrNotBundle
	}
	stream := &io.LimitedReader{R: z, N: mostStream}
	files := tar.NewReader(stream)
	for first := true; ; first = false {
		h, err := files.Next()
		switch {
		case err == io.EOF:
			a.out.Complete = a.out.Complete && stream.N > 0
			return nil
		case err != nil && first:
			return ErrNotBundle
		case err != nil: // cut off: what was read is still worth reading
			a.out.Complete = false
			return nil
		case h.Typeflag != tar.TypeReg:
			continue
		}
		a.take(h.Name, h.ModTime, files)
	}
}

func (a *archive) zip(r io.ReaderAt, size int64) error {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return ErrNotBundle
	}
	for _, f := range z.File {
		if _, wanted := commandOf(f.Name); !wanted || !f.Mode().IsRegular() {
			continue
		}
		if f.Flags&1 != 0 {
			return ErrEncrypted
		}
		text, err := f.Open()
		if err != nil {
			a.out.Complete = false
			continue
		}
		a.take(f.Name, f.Modified, text)
		if err := text.Close(); err != nil {
			return fmt.Errorf("read archive: %w", err)
		}
	}
	return nil
}

// mostCopied is as much as copied logs may take: they may come first, and what the
// commands printed says more.
const mostCopied = mostTotal / 2

// take adds an entry if it is wanted and there is room.
func (a *archive) take(name string, made time.Time, r io.Reader) {
	command, wanted := commandOf(name)
	if !wanted {
		return
	}
	name = strings.TrimPrefix(name, "./")
	text, err := io.ReadAll(io.LimitReader(r, mostSection+1))
	s := Section{ID: name, Command: command, Text: text, Exit: -1, Truncated: err != nil}
	a.out.Complete = a.out.Complete && err == nil
	if len(text) > mostSection {
		s.Text, s.Truncated = text[:mostSection], true
	}
	live := strings.HasPrefix(name, "live_response/")
	if !live && a.shelf.total+len(s.Text) > mostCopied || a.shelf.add(s) != nil {
		a.out.Complete = false // a busy server's logs are long: the rest is worth reading
		return
	}
	if live {
		a.describe(name, made, s.Text)
	}
}

// describe learns from an output what the archive itself does not tell: the
// first one was written when the collection began.
func (a *archive) describe(name string, made time.Time, text []byte) {
	if strings.HasPrefix(name, "live_response/process/") {
		a.out.Mode = Live
	}
	if made.Unix() > 0 && (a.out.Started.IsZero() || made.Before(a.out.Started)) {
		a.out.Started = made.UTC()
	}
	if path.Base(name) == "hostname.txt" {
		line, _, _ := bytes.Cut(text, []byte("\n"))
		a.out.Hostname = diag.Clean(strings.TrimSpace(string(line[:min(len(line), 1000)])), 253)
	}
}

// output: «live_response/process/ps_auxwwwf.txt». Deeper folders hold a file per
// process, among them environments.
var output = diag.NewPattern(`^live_response/[a-z_]{1,40}/([A-Za-z0-9][A-Za-z0-9_.,:+=%-]{0,120})\.txt$`)

// copied are files of the disk that readers of the checklist know.
var copied = diag.NewPattern(`^\[root\](/(?:` +
	`etc/(?:passwd|group|crontab|anacrontab|ld\.so\.preload|cron\.d/[^/]+|ssh/sshd_config|systemd/system/[^/]+\.(?:service|timer))` +
	`|var/spool/cron/(?:crontabs/)?[^/]+` +
	`|var/log/(?:auth\.log|secure|mail\.log|maillog|rkhunter\.log|dpkg\.log|apt/history\.log)(?:\.1)?` +
	`|var/log/(?:apache2|nginx|httpd)/[^/]*access[^/]*log(?:\.1)?` +
	`|(?:root|home/[^/]+)/(?:\.ssh/authorized_keys2?|\.[a-z_]*history)` +
	`))$`)

// renamed are outputs whose file is not named as the command.
func renamed() map[string]string {
	return map[string]string{
		"running_processes_full_paths": "ls -l /proc/[0-9]*/exe",
		"ls_-l_proc_pid_cwd":           "ls -l /proc/[0-9]*/cwd",
	}
}

// lesser are outputs that UAC has again with more in them; both would count a
// thing twice.
func lesser() []string {
	return []string{"ps", "ps_-deaf", "ps_-ef", "ps_-efl", "ps_auxwww", "ss_-ap", "last", "last_-i", "netstat_-a", "netstat_-i", "lsof_-l"}
}

// commandOf says which command wrote a file of the archive; false if the file is
// of no use, or its name is none that an archive of UAC has.
func commandOf(name string) (command string, wanted bool) {
	name = strings.TrimPrefix(name, "./")
	if !fs.ValidPath(name) || len(name) > 400 || strings.ContainsAny(name, "\\\x00\n\r\x1b") {
		return "", false
	}
	if m := copied.FindStringSubmatch(name); m != nil {
		return diag.Clean("cat "+m[1], mostCommand), true
	}
	m := output.FindStringSubmatch(name)
	if m == nil || slices.Contains(lesser(), m[1]) {
		return "", false
	}
	if command, ok := renamed()[m[1]]; ok {
		return command, true
	}
	return strings.ReplaceAll(m[1], "_", " "), true
}
