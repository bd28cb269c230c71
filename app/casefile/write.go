package casefile

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
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
// be there.
func Replace(path string, write func(io.Writer) error) (err error) {
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
// such call.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
