package casefile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// Delete moves a case into the trash, from which Restore brings it back. A case
// that is open elsewhere is left alone.
func (s Store) Delete(id string) error {
	if !validID(id) {
		return fmt.Errorf("%w: %q", ErrUnknown, id)
	}
	if _, err := os.Stat(s.dir(id)); err != nil {
		return fmt.Errorf("%w: %q", ErrUnknown, id)
	}
	f, err := s.take(id)
	if err != nil {
		return err
	}
	if f.ReadOnly {
		return errors.Join(ErrReadOnly, f.Close())
	}
	if err := f.Close(); err != nil { // Windows moves no folder with an open file
		return fmt.Errorf("delete the case: %w", err)
	}
	trash := filepath.Join(s.root, trashDir)
	if err := os.MkdirAll(trash, 0o700); err != nil {
		return fmt.Errorf("make the trash: %w", onDisk(err))
	}
	if err := os.RemoveAll(filepath.Join(trash, id)); err != nil {
		return fmt.Errorf("make room in the trash: %w", onDisk(err))
	}
	if err := os.Rename(s.dir(id), filepath.Join(trash, id)); err != nil {
		return fmt.Errorf("delete the case: %w", onDisk(err))
	}
	now := time.Now()
	// The age in the trash counts from now; what it fails for stays longer.
	_ = os.Chtimes(filepath.Join(trash, id), now, now)
	return syncDir(s.root)
}

// Trash lists the ids of deleted cases.
func (s Store) Trash() ([]string, error) {
	entries, err := os.ReadDir(filepath.Join(s.root, trashDir))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("list the trash: %w", err)
	}
	var ids []string
	for _, e := range entries {
		if validID(e.Name()) {
			ids = append(ids, e.Name())
		}
	}
	slices.Sort(ids)
	return ids, nil
}

// Restore undoes Delete.
func (s Store) Restore(id string) error {
	if !validID(id) {
		return fmt.Errorf("%w: %q", ErrUnknown, id)
	}
	if _, err := os.Stat(s.dir(id)); err == nil {
		return fmt.Errorf("restore the case: %w", fs.ErrExist)
	}
	if err := os.Rename(filepath.Join(s.root, trashDir, id), s.dir(id)); err != nil {
		return fmt.Errorf("restore the case: %w", onDisk(err))
	}
	return syncDir(s.root)
}

// Empty removes cases that were deleted before a time for good.
func (s Store) Empty(before time.Time) error {
	ids, err := s.Trash()
	if err != nil {
		return err
	}
	var errs []error
	for _, id := range ids {
		path := filepath.Join(s.root, trashDir, id)
		if info, err := os.Stat(path); err == nil && info.ModTime().Before(before) {
			errs = append(errs, os.RemoveAll(path))
		}
	}
	return errors.Join(errs...)
}
