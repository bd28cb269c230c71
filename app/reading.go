package app

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"net/netip"

	"latchkey/diag"
	"latchkey/diag/provider"
	"latchkey/diag/trace"
	"latchkey/diag/trace/printed"
	"latchkey/diag/verdict"
)

// Reading is what Read made of an input.
type Reading struct {
	Kind     string // «trace», «ping», «unrecognised», as in the contract
	Format   string // name of the reader, e.g. «traceroute»; "" if none
	Check    Check  // for a trace or ping: what was seen, and the Verdict
	Ping     *trace.Ping
	Lines    Lines
	Warnings []Warning
}

// Warning is something about the input that the person should know.
type Warning = printed.Warning

// Lines counts the input's lines and those that were understood.
type Lines struct{ Total, Understood int }

// The kinds of input.
const (
	KindTrace        = "trace"
	KindPing         = "ping"
	KindUnrecognised = "unrecognised"
)

// readLimit bounds an input: the longest printed trace that anybody pastes has
// some kilobytes, a mail with attachments some megabytes.
const readLimit = 20 << 20

// Read recognises and reads what another program printed. An input nothing is
// known about gives the kind «unrecognised», not an error.
func (s *Session) Read(ctx context.Context, name string, r io.Reader, o CheckOptions) (Reading, error) {
	data, err := io.ReadAll(io.LimitReader(r, readLimit+1))
	switch {
	case err != nil:
		return Reading{}, fmt.Errorf("read %s: %w", name, err)
	case len(data) > readLimit:
		return Reading{}, ErrTooLarge
	case len(bytes.TrimSpace(data)) == 0:
		return Reading{}, ErrEmpty
	case ctx.Err() != nil:
		return Reading{}, ctx.Err()
	}
	read, ok := printed.Read(data)
	result := Reading{Kind: KindUnrecognised, Format: read.Format, Warnings: read.Warnings,
		Lines: Lines{Total: read.Lines, Understood: read.Understood}}
	if !ok {
		return result, nil
	}
	profile, err := s.profile(o.Provider)
	if err != nil {
		return Reading{}, err
	}
	result.Kind, result.Ping = string(read.Kind), read.Ping
	adoptServer(&read.Path, o.Server)
	result.Check = Check{Input: read.Path.Name, Name: read.Path.Name, Addr: read.Path.Target,
		Provider: profile, Options: o, Path: read.Path, Ping: read.Ping, Printed: true, Final: true}
	s.judgePrinted(&result.Check)
	return result, nil
}

// adoptServer takes the address the person named where the trace does not tell
// its target.
func adoptServer(p *trace.Path, server netip.Addr) {
	if p.Target.IsValid() || !server.IsValid() {
		return
	}
	p.Target = server
	if last, ok := p.Last(); ok {
		for _, r := range last.Replies {
			if r.Addr == server {
				p.Reached = diag.Yes
			}
		}
	}
}

// judgePrinted gives a printed trace the verdict a live one would get.
func (s *Session) judgePrinted(c *Check) {
	if c.Provider == nil {
		c.Provider = s.targetProfile(c.Path, c.Name)
	}
	c.Places = verdict.Locate(c.Path, s.providers)
	v := verdict.Judge(verdict.Observation{Path: c.Path, Ping: c.Ping, Profile: c.Provider, Printed: true}, s.providers)
	c.Verdict = &v
}

// targetProfile finds the provider of the target from its address, its name,
// and the name under which it answered.
func (s *Session) targetProfile(p trace.Path, names ...string) *provider.Profile {
	for _, name := range names {
		if profile := s.providers.OfTarget(p.Target, name); profile != nil {
			return profile
		}
	}
	for _, hop := range p.Hops {
		for _, r := range hop.Replies {
			if r.Addr.IsValid() && r.Addr == p.Target {
				if profile := s.providers.OfTarget(r.Addr, r.Name); profile != nil {
					return profile
				}
			}
		}
	}
	return s.providers.OfTarget(p.Target, "")
}

// profile gives the profile the person named; nil for "".
func (s *Session) profile(id string) (*provider.Profile, error) {
	if id == "" {
		return nil, nil
	}
	p := s.providers.ByID(id)
	if p == nil {
		return nil, fmt.Errorf("%w: %q", ErrProvider, id)
	}
	return p, nil
}

// exampleFile is the printed trace of the example case in the assets.
const exampleFile = "example/trace.txt"

// Example reads the case shipped with the program, without any network.
func (s *Session) Example() (Reading, error) {
	text, err := fs.ReadFile(s.config.Assets, exampleFile)
	if err != nil {
		return Reading{}, fmt.Errorf("open the example: %w", err)
	}
	r, err := s.Read(context.Background(), exampleFile, bytes.NewReader(text), CheckOptions{})
	if err != nil {
		return Reading{}, fmt.Errorf("read the example: %w", err)
	}
	return r, nil
}
