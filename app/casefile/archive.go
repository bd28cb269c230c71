package casefile

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"
)

// The bounds of an archive that is imported. A case has some ten inputs, one that
// a script fills some thousand; reading the list of so many entries takes 40 MB.
const (
	mostFiles = 100_000
	mostBytes = 16 << 30
)

// ErrArchive says that a zip is no case, or one made to do harm.
var ErrArchive = errors.New("the archive is not a case")

// part reports whether a file of a case's folder, named by «/», is one of the
// case: not the lock, nor what a file manager or a person laid beside it.
func part(name string) bool {
	return name == modelFile || name == backupFile || isInput(name)
}

func isInput(name string) bool {
	sha, ok := strings.CutPrefix(name, inputDir+"/")
	return ok && isSHA256(sha)
}

// Export writes a case with all its inputs as one zip. Links are passed over: what
// they lead to is none of the case.
func (s Store) Export(id string, w io.Writer) error {
	if _, err := s.read(id); err != nil && errors.Is(err, ErrUnknown) || !validID(id) {
		return fmt.Errorf("%w: %q", ErrUnknown, id)
	}
	z := zip.NewWriter(w)
	root := s.dir(id)
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		rel, err := filepath.Rel(root, name)
		if err != nil || !part(filepath.ToSlash(rel)) {
			return err
		}
		return pack(z, name, path.Join(id, filepath.ToSlash(rel)))
	})
	if err := errors.Join(err, z.Close()); err != nil {
		return fmt.Errorf("export the case: %w", err)
	}
	return nil
}

func pack(z *zip.Writer, name, as string) error {
	info, err := os.Stat(name)
	if err != nil {
		return err
	}
	header := &zip.FileHeader{Name: as, Method: zip.Deflate, Modified: info.ModTime()}
	w, err := z.CreateHeader(header)
	if err != nil {
		return err
	}
	r, err := os.Open(name)
	if err != nil {
		return err
	}
	defer r.Close()
	_, err = io.Copy(w, r)
	return err
}

// Import takes a case out of a zip that Export wrote, as a case with an id of its
// own. Names in the archive are checked: nothing is written outside the case's own
// folder, and inputs must be what their names say.
func (s Store) Import(r io.ReaderAt, size int64, now time.Time) (id string, err error) {
	z, err := zip.NewReader(r, size)
	if err != nil || len(z.File) == 0 || len(z.File) > mostFiles {
		return "", ErrArchive
	}
	old, _, _ := strings.Cut(z.File[0].Name, "/")
	f, err := s.Create(Server{}, now)
	if err != nil {
		return "", err
	}
	id = f.Case.ID
	defer func() {
		err = errors.Join(err, f.Close())
		if err != nil {
			err = errors.Join(err, os.RemoveAll(s.dir(id)))
			id = ""
		}
	}()
	left, whole := int64(mostBytes), false
	for _, entry := range z.File {
		whole = whole || entry.Name == old+"/"+modelFile
		if left, err = f.unpack(entry, old, left, now); err != nil {
			return id, err
		}
	}
	if !whole {
		return id, ErrArchive
	}
	c, err := s.read(id)
	if err != nil {
		return id, fmt.Errorf("%w: %w", ErrArchive, err)
	}
	f.Case = c
	f.Case.ID = id
	return id, f.Save(now)
}

// unpack writes one file of an archive.
func (f *File) unpack(entry *zip.File, old string, left int64, now time.Time) (int64, error) {
	name, inside := strings.CutPrefix(entry.Name, old+"/")
	if !inside || !part(name) {
		return left, ErrArchive
	}
	r, err := entry.Open()
	if err != nil {
		return left, ErrArchive
	}
	defer r.Close()
	limited := io.LimitReader(r, left+1)
	if isInput(name) {
		in, err := f.Keep(limited, name, now)
		if err == nil && in.SHA256 != path.Base(name) {
			err = ErrAltered
		}
		if left -= in.Size; left < 0 {
			err = ErrArchive
		}
		return left, err
	}
	data, err := io.ReadAll(io.LimitReader(limited, modelLimit+1))
	if err != nil || len(data) > modelLimit {
		return left, ErrArchive
	}
	return left - int64(len(data)), writeFile(filepath.Join(f.dir, name), data)
}
