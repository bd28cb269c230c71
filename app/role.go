package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"latchkey/app/casefile"
)

// RoleError is an item whose role cannot be set: none of that name, several, or
// one that is no collection.
type RoleError struct {
	Item string
	Have []string // the collections there are, or those the word fits
}

func (e *RoleError) Error() string { return fmt.Sprintf("%q names no collection of the case", e.Item) }

// leastHash is how much of a checksum names an item: less fits by accident.
const leastHash = 4

// SetRole says whose a collection of a stored case is: casefile.RoleTwin,
// casefile.RoleUnused, or "" for the case's server. item is its name or the
// beginning of its checksum. Steps of the checklist follow: those that only this
// collection answered are open again, those that it answers now are done. A
// *RoleError says which collections there are.
func (s *Session) SetRole(ctx context.Context, id, item, role string, now time.Time) (casefile.Case, error) {
	var model casefile.Case
	err := s.changeCase(id, now, func(f *casefile.File) error {
		i, err := collectionOf(f.Case, item)
		if err != nil {
			return err
		}
		before, err := s.settled(ctx, f)
		if err != nil {
			return err
		}
		f.Case.Evidence[i].Role = role
		after, err := s.settled(ctx, f)
		if err != nil {
			return err
		}
		takeSteps(&f.Case, before, after, now)
		model = f.Case
		return nil
	})
	return model, err
}

// collectionOf finds the collection that a word names.
func collectionOf(m casefile.Case, word string) (int, error) {
	var fits []int
	wrong := &RoleError{Item: word}
	for i, in := range m.Evidence {
		if in.Kind != KindBundle {
			continue
		}
		wrong.Have = append(wrong.Have, in.Name)
		if in.Name == word || len(word) >= leastHash && strings.HasPrefix(in.SHA256, strings.ToLower(word)) {
			fits = append(fits, i)
		}
	}
	if len(fits) == 1 {
		return fits[0], nil
	}
	if len(fits) > 1 {
		wrong.Have = nil
		for _, i := range fits {
			wrong.Have = append(wrong.Have, m.Evidence[i].SHA256[:2*leastHash])
		}
	}
	return 0, wrong
}

// settled are the steps that the collections of the case's server answer.
func (s *Session) settled(ctx context.Context, f *casefile.File) (map[string]bool, error) {
	steps := map[string]bool{}
	list, _ := s.Checklist() // faulty files are told elsewhere
	for _, in := range f.Case.Evidence {
		if in.Kind != KindBundle || in.Role != "" {
			continue
		}
		b, err := s.bundleOf(ctx, f, in.SHA256)
		if err != nil {
			return nil, err
		}
		for _, i := range list.Items {
			steps[i.ID] = steps[i.ID] || b.Settles(i)
		}
	}
	return steps, nil
}

func (s *Session) bundleOf(ctx context.Context, f *casefile.File, sha string) (b BundleReading, err error) {
	path, err := f.Path(sha)
	if err != nil {
		return b, err
	}
	r, err := os.Open(path)
	if err != nil {
		return b, fmt.Errorf("read the collection: %w", err)
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	return s.ReadBundle(ctx, r)
}

// takeSteps follows a change of what the collections answer.
func takeSteps(m *casefile.Case, before, after map[string]bool, now time.Time) {
	byOutput := func(id string) bool {
		return slices.ContainsFunc(m.Evidence, func(in casefile.Input) bool { return in.Item == id })
	}
	for id := range before {
		if was := m.Checks[id]; !after[id] && before[id] && was.State == stepDone && !byOutput(id) {
			m.Checks[id] = casefile.Check{Changed: now, Note: was.Note}
		}
	}
	for id, answers := range after {
		if was := m.Checks[id]; answers && was.State == "" {
			if m.Checks == nil {
				m.Checks = map[string]casefile.Check{}
			}
			m.Checks[id] = casefile.Check{State: stepDone, Changed: now, Note: was.Note}
		}
	}
}
