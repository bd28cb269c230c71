package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"

	"latchkey/diag/abuse"
	"latchkey/diag/checklist"
	"latchkey/diag/checklist/bundle"
)

// Aftermath compares collections of one server, in the order of their times:
// what is gone, what remains, and since when nothing talks to the report's
// targets any more; of a nil report nothing is a target.
func (s *Session) Aftermath(r *abuse.Report, collections []BundleReading) checklist.Aftermath {
	var states []checklist.State
	for _, b := range collections {
		states = append(states, checklist.State{Time: b.Started, Host: b.Host, Findings: b.Findings, Live: b.Mode == bundle.Live})
	}
	slices.SortStableFunc(states, func(a, b checklist.State) int { return a.Time.Compare(b.Time) })
	var events checklist.Events
	if r != nil && len(states) > 0 {
		events = eventsOf(r, states[0].Host.Clock)
	}
	return checklist.Quiet(events, states)
}

// mostCollections is how many collections of a case are compared, the last ones
// and the first: reading one takes up to a second.
const mostCollections = 20

// CaseAftermath is Aftermath of what is in a case: the last report, and the
// collections of the case's machine that was collected last. False if there are fewer
// than two.
func (s *Session) CaseAftermath(ctx context.Context, c *OpenCase) (checklist.Aftermath, bool, error) {
	m := c.Model()
	var shas []string
	for _, in := range m.Evidence {
		if in.Kind == KindBundle && in.Role == "" {
			shas = append(shas, in.SHA256)
		}
	}
	if len(shas) > mostCollections {
		shas = append(shas[:1], shas[len(shas)-mostCollections+1:]...)
	}
	var all []BundleReading
	for _, sha := range shas {
		b, err := s.storedBundle(ctx, c, sha)
		if err != nil {
			return checklist.Aftermath{}, false, err
		}
		all = append(all, b)
	}
	if len(all) > 0 {
		host := all[len(all)-1].Hostname
		all = slices.DeleteFunc(all, func(b BundleReading) bool { return b.Hostname != host })
	}
	if len(all) < 2 {
		return checklist.Aftermath{}, false, nil
	}
	in, ok := LastReport(m)
	if !ok {
		return s.Aftermath(nil, all), true, nil
	}
	path, err := c.Path(in.SHA256)
	if err != nil {
		return checklist.Aftermath{}, false, err
	}
	r, err := s.ReadFile(ctx, path, readOptionsOf(m))
	if err != nil {
		return checklist.Aftermath{}, false, err
	}
	return s.Aftermath(r.Report, all), true, r.Close()
}

// storedBundle reads a collection of a case again.
func (s *Session) storedBundle(ctx context.Context, c *OpenCase, sha string) (b BundleReading, err error) {
	path, err := c.Path(sha)
	if err != nil {
		return b, err
	}
	f, err := os.Open(path)
	if err != nil {
		return b, fmt.Errorf("read the collection: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return s.ReadBundle(ctx, f)
}
