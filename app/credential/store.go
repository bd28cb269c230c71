package credential

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

// Index keeps the names, as bytes: this package writes no file itself. Load
// gives nil if there is none yet.
type Index struct {
	Load func() ([]byte, error)
	Save func([]byte) error
}

// Options are what a Store works with; zero fields are the usual.
type Options struct {
	Keyring Keyring // nil: System()
	Index   Index
	System  string        // GOOS, for its size limit
	Limit   time.Duration // of one call to the keyring
	Now     func() time.Time
}

// Store keeps logins. Its methods are safe for concurrent use; those that reach
// the keyring may block for Options.Limit and belong into a goroutine.
type Store struct {
	o    Options
	turn chan struct{} // held while the keyring is asked
	mu   sync.Mutex    // guards once, and the index between reading and writing
	once map[string]held
}

// held is a login in memory.
type held struct {
	login Login
	entry Entry
}

// Open makes a store; nothing is asked yet.
func Open(o Options) *Store {
	if o.Keyring == nil {
		o.Keyring = System()
	}
	if o.Limit <= 0 {
		o.Limit = answerTime
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Store{o: o, turn: make(chan struct{}, 1), once: map[string]held{}}
}

// List gives all logins without asking the keyring, those of this run among
// them.
func (s *Store) List() ([]Entry, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	saved, err := s.load()
	var all []Entry
	for _, e := range saved {
		if _, replaced := s.once[e.ID()]; !replaced {
			all = append(all, e)
		}
	}
	for _, h := range s.once {
		all = append(all, h.entry)
	}
	sortEntries(all)
	return all, err
}

// load reads the index; the caller holds mu.
func (s *Store) load() ([]Entry, error) {
	data, err := s.o.Index.Load()
	if err != nil {
		return nil, fmt.Errorf("read the list of logins: %w", err)
	}
	return readIndex(data), nil
}

// edit changes the index; the caller holds mu.
func (s *Store) edit(change func([]Entry) []Entry) error {
	all, err := s.load()
	if err != nil {
		return err
	}
	all = change(all)
	sortEntries(all)
	data, err := json.MarshalIndent(all, "", "  ")
	if err == nil {
		err = s.o.Index.Save(append(data, '\n'))
	}
	if err != nil {
		return fmt.Errorf("write the list of logins: %w", err)
	}
	return nil
}

// Look says how the keyring is. Nobody is asked for a password; where that
// cannot be said, State is empty.
func (s *Store) Look(ctx context.Context) Condition {
	var c Condition
	err := s.call(ctx, lookTime, func() error { c = s.o.Keyring.Look(); return nil }, nil)
	return conditionOf(c, err)
}

// Unlock opens the keyring, which may ask the person for its password, and says
// how it is then.
func (s *Store) Unlock(ctx context.Context) Condition {
	err := s.call(ctx, s.o.Limit, func() error { _, err := s.o.Keyring.Get("probe"); return err }, nil)
	if errors.Is(err, ErrUnknown) { // it looked, and found nothing of that name
		err = nil
	}
	return conditionOf(Condition{State: Usable}, err)
}

func conditionOf(c Condition, err error) Condition {
	var t *Trouble
	switch {
	case err == nil:
		return c
	case errors.As(err, &t):
		return t.Condition
	}
	return Condition{}
}

// Set keeps a login in the keyring and replaces one of the same kind and name,
// whatever became of that. The errors are *Trouble, *TooLarge, ErrInvalid, and
// those of ctx and the index.
func (s *Store) Set(ctx context.Context, l Login) error {
	if err := l.check(); err != nil {
		return err
	}
	packed, err := l.pack()
	if err != nil {
		return err
	}
	if limit := Limit(s.o.System); len(packed) > limit {
		return &TooLarge{len(packed), limit}
	}
	id, entry := IDOf(l.Kind, l.Name), Entry{Kind: l.Kind, Name: l.Name, Saved: s.o.Now()}
	// The name comes first: a secret that no list names would stay for ever.
	before, err := s.enter(entry)
	if err != nil {
		return err
	}
	forget := func() { _ = s.o.Keyring.Delete(id) } // nobody is left to tell
	if before != nil {
		forget = nil
	}
	if err := s.call(ctx, s.o.Limit, func() error { return s.o.Keyring.Set(id, packed) }, forget); err != nil {
		return errors.Join(err, s.restore(id, before))
	}
	s.mu.Lock()
	delete(s.once, id)
	s.mu.Unlock()
	return nil
}

// enter puts an entry into the index and gives the one it replaced, nil if none.
func (s *Store) enter(e Entry) (before *Entry, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	err = s.edit(func(all []Entry) []Entry {
		for i := range all {
			if all[i].ID() == e.ID() {
				old := all[i]
				before, all[i] = &old, e
				return all
			}
		}
		return append(all, e)
	})
	return before, err
}

// restore puts the index back as it was; before is nil if it had no such entry.
func (s *Store) restore(id string, before *Entry) error {
	if before != nil {
		_, err := s.enter(*before)
		return err
	}
	return s.strike(id)
}

func (s *Store) strike(id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.edit(func(all []Entry) []Entry {
		return slices.DeleteFunc(all, func(e Entry) bool { return e.ID() == id })
	})
}

// UseOnce keeps a login in memory for this run. It goes before a saved one of
// the same kind and name.
func (s *Store) UseOnce(l Login) (Entry, error) {
	if err := l.check(); err != nil {
		return Entry{}, err
	}
	e := Entry{Kind: l.Kind, Name: l.Name, Saved: s.o.Now(), Once: true}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.once[e.ID()] = held{l.clone(), e}
	return e, nil
}

// Get gives a login with its secrets. ErrUnknown: there is none.
func (s *Store) Get(ctx context.Context, id string) (Login, error) {
	e, err := s.Find(id)
	if err != nil {
		return Login{}, err
	}
	s.mu.Lock()
	h, ok := s.once[id]
	s.mu.Unlock()
	if ok {
		return h.login.clone(), nil
	}
	packed := make(chan string, 1)
	err = s.call(ctx, s.o.Limit, func() error {
		text, err := s.o.Keyring.Get(id)
		packed <- text
		return err
	}, nil)
	if err != nil {
		return Login{}, err
	}
	return Login{Kind: e.Kind, Name: e.Name}.unpack(<-packed)
}

// Find gives the entry of a login without asking the keyring.
func (s *Store) Find(id string) (Entry, error) {
	all, err := s.List()
	if i := slices.IndexFunc(all, func(e Entry) bool { return e.ID() == id }); i >= 0 {
		return all[i], nil
	}
	return Entry{}, errors.Join(err, ErrUnknown)
}

// Delete forgets a login, in memory or in the keyring. Of one that is in both,
// the one in memory goes.
func (s *Store) Delete(ctx context.Context, id string) error {
	if _, err := s.Find(id); err != nil {
		return err
	}
	s.mu.Lock()
	_, memory := s.once[id]
	delete(s.once, id)
	s.mu.Unlock()
	if memory {
		return nil
	}
	err := s.call(ctx, s.o.Limit, func() error { return s.o.Keyring.Delete(id) }, nil)
	if err != nil && !errors.Is(err, ErrUnknown) { // gone already: only its name is left
		return err
	}
	return s.strike(id)
}

// Mark notes what became of a login.
func (s *Store) Mark(id string, change func(*Entry)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if h, ok := s.once[id]; ok {
		change(&h.entry)
		s.once[id] = h
		return nil
	}
	return s.edit(func(all []Entry) []Entry {
		for i := range all {
			if all[i].ID() == id {
				change(&all[i])
			}
		}
		return all
	})
}
