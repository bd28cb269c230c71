package casefile

import (
	"errors"
	"fmt"
	"os"
)

// Discard takes a case back that was made a moment ago and turned out to be
// none: unlike Delete, nothing of it goes to the trash.
func (f *File) Discard() error {
	if f.ReadOnly {
		return errors.Join(ErrReadOnly, f.Close())
	}
	// Closed first: Windows removes no folder with an open file.
	if err := errors.Join(f.Close(), os.RemoveAll(f.dir)); err != nil {
		return fmt.Errorf("discard the case: %w", err)
	}
	return nil
}

// Drop removes a stored input that belongs to no case after all.
func (f *File) Drop(sha string) error {
	if f.ReadOnly {
		return ErrReadOnly
	}
	path, err := f.Path(sha)
	if err != nil {
		return err
	}
	if err := os.Remove(path); err != nil {
		return fmt.Errorf("drop the input: %w", err)
	}
	return nil
}
