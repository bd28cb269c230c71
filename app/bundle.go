package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"time"

	"latchkey/diag"
	"latchkey/diag/checklist"
	"latchkey/diag/checklist/bundle"
)

// Why a bundle is refused; see package bundle.
var (
	ErrNotBundle       = bundle.ErrNotBundle
	ErrBundleVersion   = bundle.ErrVersion
	ErrBundleForged    = errors.New("bundle holds what the collector does not write")
	ErrBundleTooLarge  = bundle.ErrTooLarge
	ErrBundleEncrypted = bundle.ErrEncrypted
)

// BundleReading is what a collection says.
type BundleReading struct {
	Mode     string // bundle.Live or bundle.Rescue
	Complete bool   // nothing of it is missing
	Root     bool   // collected as root
	Started  time.Time
	Hostname string
	Sections []SectionReading
	Host     *checklist.Host // all outputs together
	// Findings are of all outputs together; Source.Part is the section's id.
	Findings []diag.Finding
}

// SectionReading is what one output of a collection says.
type SectionReading struct {
	bundle.Section
	Reader string // id of the reader; "" if not Known
	Rows   int
	Known  bool
	// Foreign: it describes the rescue system the disk was mounted in, not the
	// server, and is left out of Host and Findings.
	Foreign  bool
	Warnings []checklist.Warning
}

// Unknown lists the sections that printed something no reader knows. What a
// shell says of a command that is not installed (status 127) is not counted.
func (r BundleReading) Unknown() []string {
	var ids []string
	for _, s := range r.Sections {
		if !s.Known && len(s.Text) > 0 && s.Exit != 127 {
			ids = append(ids, s.ID)
		}
	}
	return ids
}

// ReadBundle reads the one file of the collector.
func (s *Session) ReadBundle(ctx context.Context, r io.Reader) (BundleReading, error) {
	b, err := bundle.Read(&stream{ctx: ctx, r: r, buffer: make([]byte, 64<<10)})
	if err != nil {
		return BundleReading{}, bundleError(err)
	}
	return readSections(ctx, b)
}

// ReadArchive reads an archive of UAC.
func (s *Session) ReadArchive(ctx context.Context, r io.ReaderAt, size int64) (BundleReading, error) {
	b, err := bundle.ReadUAC(cancellable{ctx, r}, size)
	if err != nil {
		return BundleReading{}, bundleError(err)
	}
	return readSections(ctx, b)
}

// bundleError makes one of the two ways to forge a bundle: nobody decides
// between them.
func bundleError(err error) error {
	if errors.Is(err, bundle.ErrNonce) || errors.Is(err, bundle.ErrDuplicate) {
		return fmt.Errorf("%w: %w", ErrBundleForged, err)
	}
	return err
}

// cancellable stops reading when its context ends.
type cancellable struct {
	ctx context.Context
	r   io.ReaderAt
}

func (c cancellable) ReadAt(p []byte, at int64) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.ReadAt(p, at)
}

func readSections(ctx context.Context, b bundle.Bundle) (BundleReading, error) {
	out := BundleReading{Mode: b.Mode, Complete: b.Complete, Root: b.Root, Started: b.Started, Hostname: b.Hostname}
	var hosts, inside []*checklist.Host
	for i, section := range b.Sections {
		if err := ctx.Err(); err != nil {
			return BundleReading{}, err
		}
		result := SectionReading{Section: section}
		read, known := checklist.Read(section.Text, section.Command)
		if result.Known = known; known {
			result.Reader, result.Rows, result.Warnings = read.Command, read.Rows, read.Warnings
			result.Foreign = b.Mode == bundle.Rescue && slices.Contains(ofRescue(), read.Command)
			place(read.Host, func(line int) int { return line + i*sectionLines })
			switch {
			case result.Foreign:
			case section.ID == containerSockets:
				inside = append(inside, read.Host)
			default:
				hosts = append(hosts, read.Host)
			}
		}
		out.Sections = append(out.Sections, result)
	}
	out.Host = checklist.Merge(hosts...)
	out.Findings = checklist.Judge(out.Host)
	for _, f := range out.Findings {
		if f.Source != nil && f.Source.Line > 0 {
			f.Source.Part = b.Sections[f.Source.Line/sectionLines].ID
			f.Source.Line %= sectionLines
		}
	}
	out.Host = checklist.Merge(append(inside, out.Host)...)
	place(out.Host, func(line int) int { return line % sectionLines })
	return out, nil
}

// containerSockets is the section with the sockets of other network namespaces.
// A report may be about one of them, so they are in Host; but no other output
// knows them, and what listens there is not open to the world: rules would take
// all of them for hidden.
const containerSockets = "netns_ss"

// ofRescue lists the readers whose outputs are about what runs. In a rescue
// system that is the rescue system itself, whatever disk is mounted.
func ofRescue() []string {
	return []string{
		"ps", "top", "pstree", "lsof", "proc-exe", "proc-cmdline", "proc-mounts", "unhide", "docker", "guest-list", "container-nets", "ss", "netstat", "proc-net",
		"ip-addr", "ip-link", "ip-neigh", "ip-route", "bridge-fdb", "brctl-showmacs", "arp", "ifconfig", "nft", "iptables", "ufw",
		"who", "date", "uname", "modules", "sysctl", "fail2ban-status", "needrestart",
	}
}

// sectionLines is above the number of lines a section may have. Several sections
// are read by one reader («find»), so while they are judged together the line
// of a fact also says its section; 200 sections fit into 32 bits.
const sectionLines = 10_000_000

// place changes the line of every fact of a host. It goes by the shape of Host,
// so a kind of fact added later has its place too.
func place(h *checklist.Host, line func(int) int) {
	at := reflect.TypeFor[checklist.Where]()
	move := func(fact reflect.Value) {
		if fact.Kind() != reflect.Struct {
			return
		}
		if w := fact.FieldByName("Where"); w.IsValid() && w.Type() == at {
			if where := w.Addr().Interface().(*checklist.Where); where.Line > 0 {
				where.Line = line(where.Line)
			}
		}
	}
	v := reflect.ValueOf(h).Elem()
	for i := range v.NumField() {
		field := v.Field(i)
		if field.Kind() != reflect.Slice {
			move(field)
			continue
		}
		for k := range field.Len() {
			move(field.Index(k))
		}
	}
}
