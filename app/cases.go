package app

import (
	"errors"
	"io"
	"maps"
	"slices"
	"sync"
	"time"

	"latchkey/app/casefile"
)

// Cases is the store of all cases.
func (s *Session) Cases() casefile.Store { return casefile.Open(s.config.Home) }

// OpenCase is a case that saves itself: what is changed is written behind the
// caller, at most once in saveEvery, and again later where it could not be. Its
// folder is made with the first write. Its methods are safe for concurrent use.
type OpenCase struct {
	store casefile.Store
	o     CaseOptions
	disk  sync.Mutex     // held while the model is written
	file  *casefile.File // nil before the first write; guarded by disk
	// inputs is held for reading while an input is stored, which may take minutes:
	// what is typed meanwhile is saved all the same, only the end has to wait.
	inputs sync.RWMutex
	mu     sync.Mutex // guards what follows
	model  casefile.Case
	// readOnly is set when somebody else has the case, or it cannot be written
	// without losing what could not be read.
	readOnly bool
	dirty    bool
	closed   bool
	timer    *time.Timer // nil when no write is due
	saved    time.Time   // when it was last written
	trouble  error       // why it could not be; nil if it could
}

// CaseOptions are what a face hands in.
type CaseOptions struct {
	Now func() time.Time // nil: the clock
	// Told is called, from a goroutine of the case, when saving begins or ceases
	// to meet an obstacle; nil: nobody listens.
	Told func(error)
}

// saveEvery is the least time between two writes: a person who types loses no
// more than that. saveAgain is how long an obstacle is given to go away.
const (
	saveEvery = time.Second
	saveAgain = 5 * time.Second
)

// NewCase begins a case, which is on disk once something is put into it.
func (s *Session) NewCase(o CaseOptions) *OpenCase {
	if o.Now == nil {
		o.Now = time.Now
	}
	return &OpenCase{store: s.Cases(), o: o, model: casefile.Case{Schema: casefile.Schema, Created: o.Now()}}
}

// LoadCase opens a stored case. A *casefile.Damage and casefile.ErrNewer come
// with what could be read.
func (s *Session) LoadCase(id string, o CaseOptions) (*OpenCase, error) {
	c := s.NewCase(o)
	file, err := c.store.Load(id)
	if file == nil {
		return nil, err
	}
	c.file, c.model = file, file.Case
	// Where not even the version could be read, saving would replace all of it.
	c.readOnly = file.ReadOnly || c.model.Schema == 0
	return c, err
}

// ReadOnly says whether changes stay on screen only.
func (c *OpenCase) ReadOnly() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.readOnly
}

// Trouble is why the case could not be written last; nil if it could.
func (c *OpenCase) Trouble() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.trouble
}

// Model is the case as it is now.
func (c *OpenCase) Model() casefile.Case {
	c.mu.Lock()
	defer c.mu.Unlock()
	return copyOf(c.model)
}

// copyOf is a copy whose lists and maps are its own.
func copyOf(m casefile.Case) casefile.Case {
	m.Diagnoses, m.Reports, m.Evidence = slices.Clone(m.Diagnoses), slices.Clone(m.Reports), slices.Clone(m.Evidence)
	m.Timeline, m.Statements, m.Accounts = slices.Clone(m.Timeline), slices.Clone(m.Statements), slices.Clone(m.Accounts)
	m.Checks, m.Fields, m.Unknown = maps.Clone(m.Checks), maps.Clone(m.Fields), maps.Clone(m.Unknown)
	return m
}

// Change changes the case and sees to it that this is written. What a Diagnosis
// points to must stay as it is.
func (c *OpenCase) Change(change func(*casefile.Case)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.readOnly || c.closed {
		return
	}
	change(&c.model)
	c.model.Changed = c.o.Now()
	c.dirty = true
	c.later(max(saveEvery-time.Since(c.saved), 0))
}

// Note appends an event to the timeline.
func (c *OpenCase) Note(code string, with map[string]string) {
	c.Change(func(m *casefile.Case) {
		m.Timeline = append(m.Timeline, casefile.Event{Time: c.o.Now(), Code: code, With: with})
	})
}

// later has it written after a time, unless that is due already.
func (c *OpenCase) later(wait time.Duration) {
	if c.timer == nil {
		c.timer = time.AfterFunc(wait, func() {
			c.mu.Lock()
			c.timer = nil
			c.mu.Unlock()
			_ = c.Save() // Told says it
		})
	}
}

// Save writes what was changed now.
func (c *OpenCase) Save() error {
	c.disk.Lock()
	defer c.disk.Unlock()
	c.mu.Lock()
	if !c.dirty || c.closed {
		defer c.mu.Unlock()
		return c.trouble
	}
	model := copyOf(c.model)
	c.dirty = false
	c.mu.Unlock()
	err := c.write(model)
	c.settle(err)
	return err
}

// settle takes up how a write went.
func (c *OpenCase) settle(err error) {
	c.mu.Lock()
	before := c.trouble
	c.saved, c.trouble = time.Now(), err
	if err != nil {
		c.dirty = true
		c.later(saveAgain)
	}
	c.mu.Unlock()
	if (err == nil) != (before == nil) && c.o.Told != nil {
		c.o.Told(err)
	}
}

// write puts a state of the model on disk; the caller holds disk.
func (c *OpenCase) write(model casefile.Case) error {
	if err := c.make(model.Server); err != nil {
		return err
	}
	model.ID, model.Created = c.file.Case.ID, c.file.Case.Created
	c.file.Case = model
	return c.file.Save(model.Changed)
}

// make makes the folder if there is none yet; the caller holds disk.
func (c *OpenCase) make(server casefile.Server) error {
	if c.file != nil {
		return nil
	}
	file, err := c.store.Create(server, c.o.Now())
	if err != nil {
		return err
	}
	c.file = file
	c.mu.Lock()
	c.model.ID = file.Case.ID
	c.mu.Unlock()
	return nil
}

// Keep stores a raw input before anybody reads it.
func (c *OpenCase) Keep(r io.Reader, name string) (casefile.Input, error) {
	c.inputs.RLock()
	defer c.inputs.RUnlock()
	file, err := c.folder()
	if err != nil {
		return casefile.Input{}, err
	}
	in, err := file.Keep(r, name, c.o.Now())
	if errors.Is(err, casefile.ErrFull) || errors.Is(err, casefile.ErrUnwritable) {
		c.disk.Lock()
		defer c.disk.Unlock()
		c.settle(err) // any other fault is that of r, and none of the case
	}
	return in, err
}

// folder gives the file of a case that can be written, which has its folder then.
func (c *OpenCase) folder() (*casefile.File, error) {
	c.disk.Lock()
	defer c.disk.Unlock()
	if c.ReadOnly() || c.ended() {
		return nil, casefile.ErrReadOnly
	}
	if err := c.make(c.Model().Server); err != nil {
		c.settle(err)
		return nil, err
	}
	return c.file, nil
}

func (c *OpenCase) ended() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.closed
}

// Path gives the file of a stored input.
func (c *OpenCase) Path(sha string) (string, error) {
	c.disk.Lock()
	defer c.disk.Unlock()
	if c.file == nil {
		return "", casefile.ErrUnknown
	}
	return c.file.Path(sha)
}

// Drop forgets a stored input that no part of the case refers to.
func (c *OpenCase) Drop(sha string) error {
	c.disk.Lock()
	defer c.disk.Unlock()
	m := c.Model()
	is := func(in casefile.Input) bool { return in.SHA256 == sha }
	if c.file == nil || slices.ContainsFunc(m.Reports, is) || slices.ContainsFunc(m.Evidence, is) {
		return nil
	}
	return c.file.Drop(sha)
}

// Close writes what was changed, and lets others write.
func (c *OpenCase) Close() error {
	err := c.Save()
	file := c.end()
	if file == nil {
		return err
	}
	return errors.Join(err, file.Close())
}

// Discard takes the case back with all that was stored for it.
func (c *OpenCase) Discard() error {
	file := c.end()
	if file == nil {
		return nil
	}
	return file.Discard()
}

// end lets nothing more be written and gives the file, nil if there is none.
func (c *OpenCase) end() *casefile.File {
	c.inputs.Lock()
	defer c.inputs.Unlock()
	c.disk.Lock()
	defer c.disk.Unlock()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.timer != nil {
		c.timer.Stop()
		c.timer = nil
	}
	file := c.file
	if c.closed {
		file = nil
	}
	c.closed = true
	return file
}
