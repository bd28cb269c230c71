package casefile

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// ErrAltered says that a stored input is no longer what was handed in.
var ErrAltered = errors.New("the stored input was altered")

// Keep stores a raw input before anybody reads it, under its SHA-256; the same
// bytes are stored once. The caller puts the Input into the case.
func (f *File) Keep(r io.Reader, name string, now time.Time) (in Input, err error) {
	if f.ReadOnly {
		return Input{}, ErrReadOnly
	}
	dir := filepath.Join(f.dir, inputDir)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return Input{}, fmt.Errorf("keep the input: %w", onDisk(err))
	}
	tmp, err := os.CreateTemp(dir, ".input-*.tmp")
	if err != nil {
		return Input{}, fmt.Errorf("keep the input: %w", onDisk(err))
	}
	defer func() {
		if err != nil {
			err = fmt.Errorf("keep the input: %w", onDisk(abandon(tmp, err)))
		}
	}()
	sum := sha256.New()
	size, err := io.Copy(io.MultiWriter(tmp, sum), r)
	if err != nil {
		return Input{}, err
	}
	in = Input{SHA256: hex.EncodeToString(sum.Sum(nil)), Name: filepath.Base(name), Size: size, Added: now}
	if err = os.Chmod(tmp.Name(), 0o400); err != nil { // evidence is not edited
		return Input{}, err
	}
	path := filepath.Join(dir, in.SHA256)
	if _, have := os.Stat(path); have == nil {
		return in, errors.Join(tmp.Close(), os.Remove(tmp.Name()))
	}
	if err = finish(tmp, path); err != nil {
		return Input{}, err
	}
	return in, syncDir(dir)
}

// Path gives the file of a stored input.
func (f *File) Path(sha string) (string, error) {
	if !isSHA256(sha) {
		return "", fmt.Errorf("%w: %q", ErrUnknown, sha)
	}
	path := filepath.Join(f.dir, inputDir, sha)
	if _, err := os.Stat(path); err != nil {
		return "", fmt.Errorf("find the input: %w", err)
	}
	return path, nil
}

// Verify reads a stored input again and compares it with its name.
func (f *File) Verify(sha string) error {
	path, err := f.Path(sha)
	if err != nil {
		return err
	}
	r, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("read the input: %w", err)
	}
	defer r.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, r); err != nil {
		return fmt.Errorf("read the input: %w", err)
	}
	if hex.EncodeToString(sum.Sum(nil)) != sha {
		return ErrAltered
	}
	return nil
}

// isSHA256 reports whether a name is a SHA-256 as inputs are named by: 64 small
// hexadecimal digits.
func isSHA256(name string) bool {
	return len(name) == 64 && strings.Trim(name, "0123456789abcdef") == ""
}
