package casefile

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"syscall"
	"time"

	"github.com/gofrs/flock"
)

// Sentinels a face turns into a sentence.
var (
	ErrUnknown  = errors.New("no such case")
	ErrReadOnly = errors.New("the case is open elsewhere: it can only be read here")
)

// Store is the folder of all cases.
type Store struct{ root string }

// Open gives the store below the program's folder. Nothing is made before the
// first case is.
func Open(home string) Store { return Store{filepath.Join(home, "cases")} }

// The files of a case.
const (
	modelFile  = "case.json"
	backupFile = "case.json.bak"
	lockFile   = "lock"
	inputDir   = "inputs"
	trashDir   = ".trash"
)

// modelLimit bounds a model: a thousand diagnoses have some 20 MB.
const modelLimit = 64 << 20

// validID keeps ids from naming other folders.
func validID(id string) bool {
	return regexp.MustCompile(`^[0-9a-z][0-9a-z-]{0,63}$`).MatchString(id)
}

func (s Store) dir(id string) string { return filepath.Join(s.root, id) }

// File is an open case.
type File struct {
	Case     Case
	ReadOnly bool // somebody else has it open, or a newer version wrote it
	dir      string
	lock     *flock.Flock
}

// Create makes a case and opens it.
func (s Store) Create(server Server, now time.Time) (*File, error) {
	var random [3]byte
	for range 100 {
		if _, err := rand.Read(random[:]); err != nil {
			return nil, fmt.Errorf("choose a name for the case: %w", err)
		}
		id := now.UTC().Format("2006-01-02") + "-" + hex.EncodeToString(random[:])
		if err := os.MkdirAll(s.root, 0o700); err != nil {
			return nil, fmt.Errorf("make the folder of cases: %w", onDisk(err))
		}
		err := os.Mkdir(s.dir(id), 0o700)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("make the folder of the case: %w", onDisk(err))
		}
		f, err := s.take(id)
		if err != nil {
			return nil, errors.Join(err, os.RemoveAll(s.dir(id)))
		}
		f.Case = Case{Schema: Schema, ID: id, Created: now, Server: server}
		if err := f.Save(now); err != nil {
			return nil, errors.Join(err, f.Discard()) // no folder without a case
		}
		return f, nil
	}
	return nil, errors.New("no free name for the case")
}

// take locks a case's folder; a File that could not be locked is read-only.
func (s Store) take(id string) (*File, error) {
	f := &File{dir: s.dir(id), lock: flock.New(filepath.Join(s.dir(id), lockFile))}
	locked, err := f.lock.TryLock()
	if err = onDisk(err); err != nil && !errors.Is(err, ErrUnwritable) {
		return nil, fmt.Errorf("lock the case: %w", err)
	}
	// A disk that takes no lock takes no change either: saving says so.
	f.ReadOnly = !locked && !errors.Is(err, syscall.EROFS)
	if locked {
		sweep(f.dir)
	}
	return f, nil
}

// Load opens a case. A *Damage comes with a File that holds what could be read,
// read-only until it is saved; so does ErrNewer.
func (s Store) Load(id string) (*File, error) {
	if !validID(id) {
		return nil, fmt.Errorf("%w: %q", ErrUnknown, id)
	}
	if _, err := os.Stat(s.dir(id)); err != nil {
		return nil, fmt.Errorf("%w: %q", ErrUnknown, id)
	}
	f, err := s.take(id)
	if err != nil {
		return nil, err
	}
	if f.Case, err = s.read(id); err != nil {
		f.Case.ID = id
		f.ReadOnly = f.ReadOnly || errors.Is(err, ErrNewer)
		return f, err
	}
	return f, nil
}

// read reads the model, or the copy before the last change.
func (s Store) read(id string) (Case, error) {
	c, err := readModel(filepath.Join(s.dir(id), modelFile))
	var damage *Damage
	if err == nil || !errors.As(err, &damage) || len(damage.Fields) > 0 && c.Schema > 0 {
		return c, err
	}
	older, backupErr := readModel(filepath.Join(s.dir(id), backupFile))
	if backupErr != nil && older.Schema == 0 {
		return c, err
	}
	return older, &Damage{Backup: true}
}

func readModel(path string) (Case, error) {
	info, err := os.Stat(path)
	if err != nil || info.Size() > modelLimit {
		return Case{}, &Damage{}
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return Case{}, &Damage{}
	}
	return decode(data)
}

// Save writes the model: whole or not at all, the one before is kept beside it.
func (f *File) Save(now time.Time) error {
	if f.ReadOnly {
		return ErrReadOnly
	}
	f.Case.Changed = now
	data, err := marshal(f.Case)
	if err != nil {
		return fmt.Errorf("save the case: %w", err)
	}
	path := filepath.Join(f.dir, modelFile)
	if old, err := os.ReadFile(path); err == nil {
		if _, broken := decode(old); broken == nil { // a damaged file must not replace a sound copy
			if err := writeFile(filepath.Join(f.dir, backupFile), old); err != nil {
				return fmt.Errorf("keep the case before the change: %w", err)
			}
		}
	}
	if err := writeFile(path, data); err != nil {
		return fmt.Errorf("save the case: %w", err)
	}
	return nil
}

// Close lets others write.
func (f *File) Close() error {
	if f.lock == nil {
		return nil
	}
	return f.lock.Close()
}

// Summary is a case in the list.
type Summary struct {
	ID     string
	Case   Case
	Damage error // nil if it is sound
}

// List gives all cases, the last changed first. Damaged ones are listed.
func (s Store) List() ([]Summary, error) {
	entries, err := os.ReadDir(s.root)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("list the cases: %w", err)
	}
	var all []Summary
	for _, e := range entries {
		if !e.IsDir() || !validID(e.Name()) || !s.begun(e.Name()) {
			continue
		}
		c, err := s.read(e.Name())
		all = append(all, Summary{e.Name(), c, err})
	}
	slices.SortStableFunc(all, func(a, b Summary) int { return b.Case.Changed.Compare(a.Case.Changed) })
	return all, nil
}

// begun reports whether a folder has anything of a case: a program that was
// killed while it made the folder leaves none.
func (s Store) begun(id string) bool {
	return slices.ContainsFunc([]string{modelFile, backupFile, inputDir}, func(name string) bool {
		_, err := os.Lstat(filepath.Join(s.dir(id), name))
		return !errors.Is(err, fs.ErrNotExist)
	})
}
