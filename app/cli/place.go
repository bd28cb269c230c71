package cli

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"latchkey/app"
	"latchkey/app/casefile"
)

// How files of ours begin that are written over without a question.
const (
	beginsPDF = "%PDF-"
	beginsZip = "PK"
)

// place looks at where something is to be written, before the work is done: the
// folder is there, the name is none, and what stands there already begins as what
// is written does, for an evidence file typed in the wrong place must not be lost.
// begins is "" for what has no sure beginning.
func place(name, begins string) error {
	if parent, err := os.Stat(filepath.Dir(name)); name == "" || err != nil && !errors.Is(err, fs.ErrPermission) || err == nil && !parent.IsDir() {
		return unanswered("no-folder", "name", name)
	}
	info, err := os.Stat(name)
	switch {
	case err != nil: // nothing is there, or writing will tell
		return nil
	case info.IsDir():
		return unanswered("folder", "name", name)
	case info.Mode().IsRegular() && info.Size() > 0 && !beginsWith(name, begins):
		return unanswered("would-replace", "name", name)
	}
	return nil
}

func beginsWith(name, begins string) bool {
	if begins == "" {
		return true
	}
	f, err := os.Open(name)
	if err != nil {
		return true // who may not read it is told when it is written
	}
	defer f.Close()
	head := make([]byte, len(begins))
	n, _ := io.ReadFull(f, head)
	return strings.HasPrefix(string(head[:n]), begins)
}

// putFile writes a file at a place that fits, beside it first.
func putFile(name, begins string, write func(io.Writer) error) error {
	if err := place(name, begins); err != nil {
		return err
	}
	err := casefile.Replace(name, write)
	if errors.Is(err, fs.ErrNotExist) { // folders that take no files
		return unanswered("no-folder", "name", name)
	}
	return err
}

// privateKey looks whether a file can be a private key, before anybody is
// connected to.
func privateKey(name string) error {
	f, err := os.Open(name)
	if err != nil {
		return explain(err, name)
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.IsDir() {
		return unanswered("folder", "name", name)
	}
	const longest = 64 << 10 // the longest RSA keys have some 13 kB
	text, err := io.ReadAll(io.LimitReader(f, longest))
	if err != nil {
		return explain(err, name)
	}
	if !strings.Contains(string(text), "PRIVATE KEY-----") {
		return unanswered("no-key", "name", name)
	}
	return nil
}

// home says if the program's folder cannot be one.
func (p *program) home() error {
	dir := p.env.Config.Home
	info, err := os.Stat(dir)
	if errors.Is(err, syscall.ENOTDIR) || err == nil && !info.IsDir() {
		return unanswered("home", "name", dir)
	}
	return nil
}

// takesFiles tries whether the program's folder takes files, before minutes of
// work depend on it.
func (p *program) takesFiles() error {
	dir := p.env.Config.Home
	err := os.MkdirAll(dir, 0o700)
	if err == nil {
		probe := filepath.Join(dir, ".room")
		err = casefile.Replace(probe, func(w io.Writer) error { _, err := w.Write([]byte("\n")); return err })
		_ = os.Remove(probe)
	}
	return p.homeFailure(err)
}

// homeFailure says why nothing can be stored in the program's folder.
func (p *program) homeFailure(err error) error {
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		return unanswered("home", "name", p.env.Config.Home)
	}
	if err == nil {
		return nil
	}
	return explain(err, p.env.Config.Home)
}

// saves tries whether a case can be written, before a long wait.
func saves(open *app.OpenCase) error {
	open.Change(func(*casefile.Case) {})
	return open.Save()
}
