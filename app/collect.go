package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"latchkey/app/casefile"
	"latchkey/diag"
	"latchkey/diag/checklist/bundle"
	"latchkey/diag/evidence"
)

// Sentinels of a collection; see package evidence. A *evidence.ChangedKeyError
// says that a known server shows another key.
var (
	ErrSSHHost     = evidence.ErrHost
	ErrUnreachable = evidence.ErrUnreachable
	ErrNoSSH       = evidence.ErrNoSSH
	ErrDenied      = evidence.ErrDenied
	ErrNotTrusted  = evidence.ErrNotTrusted
	ErrNoSecret    = evidence.ErrNoSecret
	ErrLost        = evidence.ErrLost
	ErrStalled     = evidence.ErrStalled
	ErrTooMuch     = evidence.ErrTooMuch
	ErrTooLong     = evidence.ErrTooLong
	ErrNoCollector = evidence.ErrNoCollector
)

// rescueRoot is where the steps of MountSteps mount the server's disk.
const rescueRoot = "/mnt"

// CollectOptions say from where evidence is collected, and who is asked.
type CollectOptions struct {
	Host       evidence.Host
	Jump       *evidence.Host // nil: straight
	Rescue     bool           // the rescue system runs there, the disk is mounted below /mnt
	Packages   bool           // compare all packages with what was delivered, not the base system's alone
	Identities []string       // key files besides the usual ones
	Ask        evidence.Asker // nil: nobody can be asked for a secret
	Trust      evidence.Truster
	// Confirmed are fingerprints («SHA256:…») compared beforehand; a key with one
	// of them needs no Trust.
	Confirmed []string
	Limits    evidence.Limits
	Now       func() time.Time // nil: the clock
}

// CollectStage is what a collection is at.
type CollectStage string

// The stages, in their order.
const (
	CollectConnecting CollectStage = "connecting"
	CollectRunning    CollectStage = "running"
	CollectReading    CollectStage = "reading"
)

// CollectProgress is how far a collection has come.
type CollectProgress struct {
	Stage CollectStage
	evidence.Progress
	Total int // sections there will be
}

// Collected is what a collection brought home.
type Collected struct {
	Input  casefile.Input // as it was kept; Kind is KindBundle if it could be read
	Bundle BundleReading
	Run    evidence.Collection
	Host   evidence.Host
	// Fingerprint is that of the server's key, Banner what the server said before
	// the login.
	Fingerprint, Banner string
	// Facts are what one must know of the collection itself: not root, cut off.
	Facts []diag.Finding
}

// Keeper stores raw bytes before anybody reads them, as OpenCase.Keep does.
type Keeper func(r io.Reader, name string) (casefile.Input, error)

// Collect fetches a collection from a server, has it kept and reads it. What
// broke off is kept as well and told in Facts. An error with an Input means
// that the collection is kept but holds what the collector does not write.
func (s *Session) Collect(ctx context.Context, o CollectOptions, keep Keeper, progress func(CollectProgress)) (Collected, error) {
	if progress == nil {
		progress = func(CollectProgress) {}
	}
	now := time.Now
	if o.Now != nil {
		now = o.Now
	}
	task, total, err := s.task(o)
	if err != nil {
		return Collected{}, err
	}
	spool, err := os.CreateTemp("", "latchkey-*.fcb")
	if err != nil {
		return Collected{}, fmt.Errorf("make a temporary file: %w", err)
	}
	defer func() { _ = errors.Join(spool.Close(), os.Remove(spool.Name())) }()
	progress(CollectProgress{Stage: CollectConnecting, Total: total})
	out, err := s.fetchInto(ctx, o, task, spool, func(p evidence.Progress) {
		progress(CollectProgress{Stage: CollectRunning, Progress: p, Total: total})
	})
	if err != nil {
		return out, err // with what the shell said
	}
	progress(CollectProgress{Stage: CollectReading, Progress: out.Run.Progress, Total: total})
	if err := s.takeIn(context.WithoutCancel(ctx), &out, spool, collectionName(o, now()), keep); err != nil {
		return out, err
	}
	out.Facts = collectionFacts(out, o.Rescue)
	return out, nil
}

// fetchInto connects, collects and hangs up.
func (s *Session) fetchInto(ctx context.Context, o CollectOptions, task evidence.Task, w io.Writer, progress func(evidence.Progress)) (Collected, error) {
	out := Collected{Host: o.Host}
	c, err := evidence.Connect(ctx, s.sshOptions(o))
	if err != nil {
		return out, err
	}
	out.Fingerprint, out.Banner = c.Fingerprint, c.Banner
	out.Run, err = c.Collect(ctx, task, w, progress)
	_ = c.Close() // a connection that broke is told by Run
	return out, err
}

// takeIn keeps a collection and reads it. What was fetched until somebody
// stopped it is worth keeping too.
func (s *Session) takeIn(ctx context.Context, out *Collected, spool *os.File, name string, keep Keeper) error {
	if _, err := spool.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("read the collection: %w", err)
	}
	var err error
	if out.Input, err = keep(spool, name); err != nil {
		return err
	}
	out.Input.Kind = KindUnrecognised
	if _, err := spool.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("read the collection: %w", err)
	}
	if out.Bundle, err = s.ReadBundle(ctx, spool); err != nil {
		return err
	}
	out.Input.Kind = KindBundle
	return nil
}

// collectionName names a collection after server and time; of the server's name
// only what every system takes in a file's name.
func collectionName(o CollectOptions, now time.Time) string {
	host := regexp.MustCompile(`[^A-Za-z0-9.-]+`).ReplaceAllString(o.Host.Name, "-")
	if o.Rescue {
		host += "-rescue"
	}
	return strings.Trim(host, ".-") + now.UTC().Format("-20060102-150405Z") + ".fcb"
}

// collectionFacts tell what a collection lacks.
func collectionFacts(c Collected, rescue bool) (facts []diag.Finding) {
	fact := func(code string, severity diag.Severity, params diag.Params) {
		facts = append(facts, diag.Finding{Code: "collect." + code, Severity: severity, Params: params, Source: &diag.Source{File: c.Input.Name}})
	}
	b := c.Bundle
	if c.Run.Cut != nil {
		fact("cut-off", diag.Warning, diag.Params{"reason": cutReason(c.Run.Cut), "count": len(b.Sections), "section": c.Run.Section})
	}
	if !b.Root {
		fact("not-root", diag.Warning, diag.Params{"user": c.Host.User})
	}
	if c.Run.Sudo {
		fact("sudo", diag.Info, diag.Params{"user": c.Host.User})
	}
	if rescue && b.Mode == bundle.Rescue {
		fact("rescue", diag.Info, diag.Params{})
	}
	var cut []string
	for _, s := range b.Sections {
		if s.Truncated {
			cut = append(cut, s.ID)
		}
	}
	if len(cut) > 0 {
		fact("sections-cut", diag.Notice, diag.Params{"count": len(cut), "list": cut})
	}
	return facts
}

// cutReason is why a collection ended before its end, as a word.
func cutReason(err error) string {
	for _, r := range []struct {
		err  error
		word string
	}{
		{context.Canceled, "stopped"}, {ErrTooMuch, "too-much"}, {ErrTooLong, "too-long"},
		{context.DeadlineExceeded, "too-long"}, {ErrStalled, "stalled"},
	} {
		if errors.Is(err, r.err) {
			return r.word
		}
	}
	return "lost"
}

// FileCollected puts a kept collection into a case and its timeline;
// c.Input.Role says whose it is. Open steps that it answers are done.
func (s *Session) FileCollected(m *casefile.Case, c Collected, now time.Time) {
	if c.Input.SHA256 == "" || holds(*m, c.Input.SHA256) {
		return
	}
	with := map[string]string{"host": c.Host.Name, "machine": diag.Clean(c.Bundle.Hostname, 253), "complete": strconv.FormatBool(c.Run.Complete), "key": c.Fingerprint}
	if c.Input.Kind == KindBundle {
		s.fileBundle(m, c.Input, c.Bundle, EventCollected, with, now)
		return
	}
	m.Evidence = append(m.Evidence, c.Input) // what came is none of the collector's
	maps.Copy(with, map[string]string{"name": c.Input.Name, "sha256": c.Input.SHA256, "mode": c.Bundle.Mode, "sections": "0", "findings": "0"})
	m.Timeline = append(m.Timeline, casefile.Event{Time: now, Code: EventCollected, With: with})
}

// CollectIntoCase is Collect into a stored case, which is locked meanwhile.
func (s *Session) CollectIntoCase(ctx context.Context, id string, o CollectOptions, progress func(CollectProgress)) (out Collected, err error) {
	c, err := s.LoadCase(id, CaseOptions{Now: o.Now})
	if err != nil {
		if c != nil {
			err = errors.Join(err, c.Close())
		}
		return out, err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	if c.ReadOnly() {
		return out, ErrCaseOpen
	}
	out, err = s.Collect(ctx, o, c.Keep, progress)
	c.Change(func(m *casefile.Case) { s.FileCollected(m, out, c.o.Now()) })
	return out, err
}

// sshOptions are how a server is reached: our own record of keys, the person's
// agent and key files.
func (s *Session) sshOptions(o CollectOptions) evidence.Options {
	e := evidence.Options{
		Host: o.Host, Jump: o.Jump, Rescue: o.Rescue, KnownHosts: filepath.Join(s.config.Home, "known_hosts"),
		Agent: agentPath(), Identities: o.Identities, Ask: o.Ask, Limits: o.Limits,
		Trust: func(ctx context.Context, c evidence.Contact) (bool, error) {
			if slices.Contains(o.Confirmed, c.Fingerprint) {
				return true, nil
			}
			if o.Trust == nil {
				return false, nil
			}
			return o.Trust(ctx, c)
		},
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return e // no usual keys then
	}
	e.AlsoKnown = []string{filepath.Join(home, ".ssh", "known_hosts")}
	for _, name := range []string{"id_ed25519", "id_ecdsa", "id_rsa"} {
		if path := filepath.Join(home, ".ssh", name); !slices.Contains(o.Identities, path) {
			e.Optional = append(e.Optional, path)
		}
	}
	return e
}

// agentPath is where the person's agent waits.
func agentPath() string {
	if path := os.Getenv("SSH_AUTH_SOCK"); path != "" || runtime.GOOS != "windows" {
		return path
	}
	return `\\.\pipe\openssh-ssh-agent`
}
