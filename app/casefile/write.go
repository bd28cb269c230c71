package casefile

import (
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
)

func marshal(c Case) ([]byte, error) {
	b, err := json.MarshalIndent(c, "", " ")
	return append(b, '\n'), err
}

func writeFile(path string, data []byte) error {
	return Replace(path, func(w io.Writer) error { _, err := w.Write(data); return err })
}

// Replace puts what write writes in a file's place, as a whole or not at all: a
// crash, a full disk or an error of write leaves the old one. The folder has to
// be there. A link stays one; a device or a pipe («/dev/stdout») is written to,
// for putting a file in its place would take it from everybody.
func Replace(path string, write func(io.Writer) error) (err error) {
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() && !info.IsDir() {
		return writeInto(path, write)
	}
	if link, err := os.Lstat(path); err == nil && link.Mode()&fs.ModeSymlink != 0 {
		if to, err := filepath.EvalSymlinks(path); err == nil {
			path = to
		}
	}
	dir := filepath.Dir(path)
	tmp, err := os.CreateTemp(dir, "."+filepath.Base(path)+"-*.tmp")
	if err != nil {
		return onDisk(err)
	}
	defer func() { err = onDisk(abandon(tmp, err)) }()
	if err = write(tmp); err != nil {
		return err
	}
	if err = finish(tmp, path); err != nil {
		return err
	}
	return syncDir(dir)
}

// writeInto writes to what is no file.
func writeInto(path string, write func(io.Writer) error) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return onDisk(err)
	}
	return onDisk(errors.Join(write(f), f.Close()))
}

// abandon takes a file back that something went wrong with. That it was closed
// before is no further error.
func abandon(tmp *os.File, err error) error {
	if err == nil {
		return nil
	}
	_ = tmp.Close()
	return errors.Join(err, os.Remove(tmp.Name()))
}

// finish makes what was written last, under its own name.
func finish(tmp *os.File, path string) error {
	if err := tmp.Sync(); err != nil {
		return err
	}
	if err := tmp.Close(); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}

// syncDir makes a rename last. Windows cannot open folders for it and needs no
// such call. Some file systems (shares, FUSE) know none: what was renamed is in
// its place all the same.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	err = d.Sync()
	if errors.Is(err, errors.ErrUnsupported) || errors.Is(err, syscall.EINVAL) || errors.Is(err, syscall.EBADF) {
		err = nil
	}
	return errors.Join(err, d.Close())
}

// sweep removes what a program left behind that was killed while it wrote; the
// caller holds the lock of the case.
func sweep(dir string) {
	for _, folder := range []string{dir, filepath.Join(dir, inputDir)} {
		entries, _ := os.ReadDir(folder) // there may be no folder yet
		for _, e := range entries {
			if name := e.Name(); strings.HasPrefix(name, ".") && strings.HasSuffix(name, ".tmp") {
				_ = os.Remove(filepath.Join(folder, name)) // what stays costs room, no more
			}
		}
	}
}
