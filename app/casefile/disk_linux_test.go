package casefile

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// smallDisk mounts a disk of 2 MB that is gone after the test.
func smallDisk(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=2m"); err != nil {
		t.Skipf("only root can mount a small disk: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// fill leaves less than a page free and gives the file that takes the room.
func fill(t *testing.T, dir string) string {
	t.Helper()
	name := filepath.Join(dir, "ballast")
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	for block := make([]byte, 4096); err == nil; {
		_, err = f.Write(block)
	}
	f.Close()
	if !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("the disk did not fill up: %v", err)
	}
	return name
}

// noise does not compress, so nothing makes room for it.
func noise(n int) string {
	b := make([]byte, n)
	for i, r := 0, rand.New(rand.NewPCG(1, 2)); i < n; i++ {
		b[i] = byte(r.Uint32())
	}
	return string(b)
}

// leftovers are files that a write which failed left behind.
func leftovers(t *testing.T, dir string) (names []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(d.Name(), ".tmp") {
			names = append(names, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// TestFullDisk: what cannot be stored is told as such, costs nothing that was
// stored before, and is stored when there is room again.
func TestFullDisk(t *testing.T) {
	dir := smallDisk(t)
	s := Open(dir)
	f, err := s.Create(Server{Address: "192.0.2.10"}, noon)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	f.Case.Reason = "before"
	if err := f.Save(noon); err != nil {
		t.Fatal(err)
	}
	kept, err := f.Keep(strings.NewReader("the raw mail"), "abuse.eml", noon)
	if err != nil {
		t.Fatal(err)
	}

	// Half of an input fits, all of it does not.
	if _, err := f.Keep(strings.NewReader(noise(3<<20)), "long.log", noon); !errors.Is(err, ErrFull) {
		t.Errorf("an input larger than the disk: %v", err)
	}
	ballast := fill(t, dir)
	if _, err := f.Keep(strings.NewReader(noise(64<<10)), "log", noon); !errors.Is(err, ErrFull) {
		t.Errorf("keep: %v", err)
	}
	f.Case.Reason = "after"
	f.Case.Fields = map[string]string{"cause": strings.Repeat("typed ", 20_000)}
	if err := f.Save(noon); !errors.Is(err, ErrFull) {
		t.Errorf("save: %v", err)
	}
	if _, err := s.Create(Server{Address: "192.0.2.11"}, noon); !errors.Is(err, ErrFull) {
		t.Errorf("another case: %v", err)
	}
	if all, err := s.List(); err != nil || len(all) != 1 {
		t.Errorf("%d cases listed, %v", len(all), err)
	}
	if names := leftovers(t, dir); len(names) > 0 {
		t.Errorf("left behind: %v", names)
	}
	if c, err := s.read(f.Case.ID); err != nil || c.Reason != "before" {
		t.Errorf("the old case: %q, %v", c.Reason, err)
	}
	if err := f.Verify(kept.SHA256); err != nil {
		t.Errorf("the old input: %v", err)
	}

	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Keep(strings.NewReader(noise(64<<10)), "log", noon); err != nil {
		t.Errorf("keep with room again: %v", err)
	}
	if err := f.Save(noon); err != nil {
		t.Errorf("save with room again: %v", err)
	}
	if c, err := s.read(f.Case.ID); err != nil || c.Reason != "after" {
		t.Errorf("the new case: %q, %v", c.Reason, err)
	}
}

// TestReadOnlyDisk: a disk that was mounted read-only, or went so by itself
// after an error, is read and told apart from a full one.
func TestReadOnlyDisk(t *testing.T) {
	dir := smallDisk(t)
	s := Open(dir)
	f, err := s.Create(Server{Address: "192.0.2.10"}, noon)
	if err != nil {
		t.Fatal(err)
	}
	id := f.Case.ID
	remount := func(flags uintptr) {
		t.Helper()
		if err := syscall.Mount("tmpfs", dir, "tmpfs", syscall.MS_REMOUNT|flags, ""); err != nil {
			t.Fatal(err)
		}
	}
	closeAll := func() {
		t.Helper()
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	closeAll()
	for _, locked := range []bool{true, false} { // with and without the file of the lock
		t.Run(fmt.Sprint("lock file ", locked), func(t *testing.T) {
			if !locked {
				if err := os.Remove(filepath.Join(s.dir(id), lockFile)); err != nil {
					t.Fatal(err)
				}
			}
			remount(syscall.MS_RDONLY)
			f, err = s.Load(id)
			if err != nil {
				t.Fatal(err)
			}
			f.Case.Reason = "typed meanwhile"
			for name, err := range map[string]error{"save": f.Save(noon), "keep": errorOf(f.Keep(strings.NewReader("x"), "x", noon))} {
				if !errors.Is(err, ErrUnwritable) || errors.Is(err, ErrFull) {
					t.Errorf("%s: %v", name, err)
				}
			}
			if _, err := s.Create(Server{}, noon); !errors.Is(err, ErrUnwritable) {
				t.Errorf("another case: %v", err)
			}
			if f.ReadOnly {
				t.Error("opened as if somebody else had it")
			}
			closeAll()
			remount(0)
			if f, err = s.Load(id); err != nil {
				t.Fatal(err)
			}
			f.Case.Reason = "typed meanwhile"
			if err := f.Save(noon); err != nil {
				t.Errorf("save when it can be written to again: %v", err)
			}
			closeAll()
		})
	}
}

func errorOf[T any](_ T, err error) error { return err }
