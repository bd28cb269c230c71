package casefile

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// A program that was killed leaves halves of files, and folders without a case.
func TestLeftoversOfAKilledProgram(t *testing.T) {
	s, f := newCase(t)
	if _, err := f.Keep(strings.NewReader("mail"), "mail.eml", noon); err != nil {
		t.Fatal(err)
	}
	id, inputs := f.Case.ID, filepath.Join(s.dir(f.Case.ID), inputDir)
	for _, name := range []string{filepath.Join(s.dir(id), ".case.json-1.tmp"), filepath.Join(inputs, ".input-1.tmp")} {
		if err := os.WriteFile(name, []byte("half"), 0o400); err != nil {
			t.Fatal(err)
		}
	}
	if g, err := s.Load(id); err != nil || len(leftovers(t, s.root)) != 2 {
		t.Fatalf("swept away under another's hands: %v %v", g, err)
	}
	f.Close()
	g, err := s.Load(id)
	if err != nil {
		t.Fatal(err)
	}
	defer g.Close()
	if left := leftovers(t, s.root); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
	if err := os.Mkdir(s.dir("2026-11-20-abcdef"), 0o700); err != nil {
		t.Fatal(err)
	}
	if all, err := s.List(); err != nil || len(all) != 1 {
		t.Errorf("%d cases listed, %v", len(all), err)
	}
}

// What others lay into a case's folder must not make its zip one that cannot be
// imported, and no link may take a stranger's file along.
func TestExportTakesTheCaseAlone(t *testing.T) {
	s, f := newCase(t)
	in, err := f.Keep(strings.NewReader("mail"), "mail.eml", noon)
	if err != nil {
		t.Fatal(err)
	}
	dir := s.dir(f.Case.ID)
	secret := filepath.Join(t.TempDir(), "secret")
	for _, name := range []string{secret, filepath.Join(dir, "Thumbs.db"), filepath.Join(dir, inputDir, "desktop.ini")} {
		if err := os.WriteFile(name, []byte("foreign"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(secret, filepath.Join(dir, inputDir, strings.Repeat("0", 64))); err != nil {
		t.Skip("no links here:", err)
	}
	var out bytes.Buffer
	if err := s.Export(f.Case.ID, &out); err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range z.File {
		names = append(names, strings.TrimPrefix(e.Name, f.Case.ID+"/"))
	}
	if want := []string{modelFile, inputDir + "/" + in.SHA256}; !slices.Equal(names, want) {
		t.Errorf("in the zip: %q", names)
	}
	if _, err := Open(t.TempDir()).Import(bytes.NewReader(out.Bytes()), int64(out.Len()), noon); err != nil {
		t.Errorf("import: %v", err)
	}
}

func TestReplaceKeepsLinks(t *testing.T) {
	dir := t.TempDir()
	file, link := filepath.Join(dir, "file"), filepath.Join(dir, "link")
	if err := errors.Join(os.WriteFile(file, []byte("old"), 0o600), os.Symlink(file, link)); err != nil {
		t.Skip("no links here:", err)
	}
	if err := writeFile(link, []byte("new")); err != nil {
		t.Fatal(err)
	}
	info, err := os.Lstat(link)
	if text, _ := os.ReadFile(file); err != nil || info.Mode()&os.ModeSymlink == 0 || string(text) != "new" {
		t.Errorf("%v %v, the file: %q", info, err, text)
	}
	// One that leads nowhere is replaced.
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if err := writeFile(link, []byte("again")); err != nil {
		t.Error(err)
	}
}

// Who runs as root and gives «/dev/null» wants to lose the text, not the device.
func TestReplaceWritesToWhatIsNoFile(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := os.OpenFile(pipe, os.O_RDWR, 0) // so that nobody waits for the other side
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if err := writeFile(pipe, []byte("text")); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(pipe); err != nil || info.Mode()&os.ModeNamedPipe == 0 {
		t.Fatalf("now %v, %v", info, err)
	}
	got := make([]byte, 4)
	if _, err := io.ReadFull(r, got); err != nil || string(got) != "text" {
		t.Errorf("%q %v", got, err)
	}
	failed := errors.New("failed")
	if err := Replace(pipe, func(io.Writer) error { return failed }); !errors.Is(err, failed) {
		t.Error(err)
	}
}
