package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"regexp"
	"strconv"
	"strings"
	"time"

	"latchkey/app/casefile"
	"latchkey/diag/checklist"
	"latchkey/diag/evidence"
)

// Collector is the script that makes a bundle, to be saved and run by hand.
func (s *Session) Collector() ([]byte, error) {
	script, err := fs.ReadFile(s.config.Assets, "collector/collect.sh")
	if err != nil {
		return nil, fmt.Errorf("read collector: %w", err)
	}
	return script, nil
}

// CollectorSection is a command the collector runs, to be looked at beforehand.
type CollectorSection struct {
	ID      string
	Command string
	Bytes   int           // of its output at most
	Time    time.Duration // at most
	Live    bool          // of the running system alone
}

// section is a line of the script: «run ss $many 20 'ss -H -tuanpO -e'». Between
// double quotes stands nothing that the script's own shell would expand.
var section = regexp.MustCompile(`^\s*run ([a-z0-9_]+) \$(few|many) ([0-9]+) ['"](.*)['"]$`)

// The sections that compare installed files with their packages: of the base
// system, or of all.
const (
	sectionTools    = "package_tools"
	sectionPackages = "package_check"
)

// CollectorSections lists the commands the collector runs, in their order; in
// rescue those that read the mounted disk, with packages those that compare all
// packages. Where two stand under one id the server runs whichever fits.
func (s *Session) CollectorSections(rescue, packages bool) ([]CollectorSection, error) {
	script, err := s.Collector()
	if err != nil {
		return nil, err
	}
	var all []CollectorSection
	live := false
	for line := range strings.Lines(string(script)) {
		line = strings.TrimRight(line, "\r\n")
		switch {
		case line == `if [ "$MODE" = live ]; then`:
			live = true
		case line == "fi":
			live = false
		}
		m := section.FindStringSubmatch(line)
		if m == nil || live && rescue || m[1] == sectionTools && packages || m[1] == sectionPackages && !packages {
			continue
		}
		seconds, err := strconv.Atoi(m[3])
		if err != nil {
			return nil, fmt.Errorf("read collector: %w", err)
		}
		bytes := 262_144
		if m[2] == "many" {
			bytes = 4_000_000
		}
		all = append(all, CollectorSection{ID: m[1], Command: m[4], Bytes: bytes, Time: time.Duration(seconds) * time.Second, Live: live})
	}
	return all, nil
}

// task is what the collector is told, and how many sections it will make.
func (s *Session) task(o CollectOptions) (evidence.Task, int, error) {
	script, err := s.Collector()
	if err != nil {
		return evidence.Task{}, 0, err
	}
	sections, err := s.CollectorSections(o.Rescue, o.Packages)
	if err != nil {
		return evidence.Task{}, 0, err
	}
	ids := map[string]bool{}
	for _, one := range sections {
		ids[one.ID] = true
	}
	t := evidence.Task{Script: script, Packages: o.Packages}
	if o.Rescue {
		t.Root = rescueRoot
	}
	return t, len(ids), nil
}

// KindExhibit is a file fetched from a server as it is; nobody reads it.
const KindExhibit = "exhibit"

// Exhibit is a file that was brought home.
type Exhibit struct {
	Input   casefile.Input
	Fetched evidence.Fetched
}

// FetchExhibit brings a file of the server home, at most so many bytes of it (0:
// evidence.MostFile), compares the checksums of both sides and has it kept. It
// is never run and never read.
func (s *Session) FetchExhibit(ctx context.Context, o CollectOptions, name string, most int64, keep Keeper, progress func(done, total int64)) (Exhibit, error) {
	if !evidence.Fetchable(name) {
		return Exhibit{}, evidence.ErrPath
	}
	c, err := evidence.Connect(ctx, s.sshOptions(o))
	if err != nil {
		return Exhibit{}, err
	}
	spool, err := os.CreateTemp("", "latchkey-*.exhibit")
	if err != nil {
		return Exhibit{}, errors.Join(fmt.Errorf("make a temporary file: %w", err), c.Close())
	}
	defer func() { _ = errors.Join(spool.Close(), os.Remove(spool.Name())) }()
	var out Exhibit
	out.Fetched, err = c.Fetch(ctx, name, most, spool, progress)
	_ = c.Close() // what came has its checksum
	if err != nil {
		return out, err
	}
	if _, err := spool.Seek(0, io.SeekStart); err != nil {
		return out, fmt.Errorf("read the file: %w", err)
	}
	out.Input, err = keep(spool, exhibitName(name))
	out.Input.Kind = KindExhibit
	return out, err
}

// exhibitName is a name for a fetched file that cannot lead anywhere.
func exhibitName(name string) string {
	base := path.Base(name)
	if path.Dir(path.Dir(name)) == "/proc" {
		base = "proc-" + path.Base(path.Dir(name)) + "-exe"
	}
	return strings.TrimLeft(regexp.MustCompile(`[^A-Za-z0-9._-]+`).ReplaceAllString(base, "-"), ".-") + ".exhibit"
}

// FileExhibit puts a kept file into a case and its timeline.
func FileExhibit(m *casefile.Case, e Exhibit, now time.Time) {
	if e.Input.SHA256 == "" || holds(*m, e.Input.SHA256) {
		return
	}
	m.Evidence = append(m.Evidence, e.Input)
	m.Timeline = append(m.Timeline, casefile.Event{Time: now, Code: EventFetched, With: map[string]string{
		"name": e.Input.Name, "sha256": e.Input.SHA256, "path": e.Fetched.Path, "bytes": strconv.FormatInt(e.Fetched.Bytes, 10),
		"size": strconv.FormatInt(e.Fetched.Size, 10),
	}})
}

// MountSteps are the commands to type in a rescue system before a collection
// with Rescue: they mount the server's disk read-only below /mnt.
func (s *Session) MountSteps() ([]checklist.MountStep, error) {
	data, err := fs.Sub(s.config.Assets, "rescue")
	if err != nil {
		return nil, fmt.Errorf("read mount steps: %w", err)
	}
	return checklist.MountSteps(data)
}
