package casefile

import (
	"archive/zip"
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestExportAndImport(t *testing.T) {
	s, f := newCase(t)
	full(&f.Case)
	in, err := f.Keep(strings.NewReader("the raw mail"), "abuse.eml", noon)
	if err != nil {
		t.Fatal(err)
	}
	f.Case.Reports = []Input{in}
	f.Save(noon)
	var out bytes.Buffer
	if err := s.Export(f.Case.ID, &out); err != nil {
		t.Fatal(err)
	}
	other := Open(t.TempDir())
	id, err := other.Import(bytes.NewReader(out.Bytes()), int64(out.Len()), noon)
	if err != nil {
		t.Fatal(err)
	}
	g, err := other.Load(id)
	if err != nil {
		t.Fatal(err)
	}
	defer g.Close()
	if err := g.Verify(in.SHA256); err != nil || g.Case.Invoice != "no" || g.Case.ID != id {
		t.Errorf("%v %+v", err, g.Case)
	}
}

func TestHostileArchives(t *testing.T) {
	pack := func(files map[string]string) []byte {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		for name, text := range files {
			w, err := z.Create(name)
			if err != nil {
				t.Fatal(err)
			}
			w.Write([]byte(text))
		}
		z.Close()
		return b.Bytes()
	}
	model := `{"schema":1,"id":"x","server":{}}`
	for name, data := range map[string][]byte{
		"not a zip":           []byte("hello"),
		"path outside":        pack(map[string]string{"c/../../evil": "x"}),
		"absolute path":       pack(map[string]string{"/etc/passwd": "x"}),
		"another file":        pack(map[string]string{"c/case.json": model, "c/run.sh": "x"}),
		"input of wrong name": pack(map[string]string{"c/case.json": model, "c/inputs/" + strings.Repeat("0", 64): "x"}),
		"no model":            pack(map[string]string{"c/case.json.bak": "{"}),
		"empty":               pack(nil),
	} {
		s := Open(t.TempDir())
		if _, err := s.Import(bytes.NewReader(data), int64(len(data)), noon); err == nil {
			t.Errorf("%s: imported", name)
		}
		if list, err := s.List(); err != nil || len(list) != 0 {
			t.Errorf("%s: left behind %v %v", name, list, err)
		}
		if _, err := os.Stat(filepath.Join(filepath.Dir(filepath.Dir(s.root)), "evil")); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: written outside", name)
		}
	}
}

func TestNamesOfOtherFolders(t *testing.T) {
	s, _ := newCase(t)
	for _, id := range []string{"", "..", "../x", "a/b", ".trash", "A", strings.Repeat("a", 65)} {
		if _, err := s.Load(id); !errors.Is(err, ErrUnknown) {
			t.Errorf("load %q: %v", id, err)
		}
		if err := s.Delete(id); !errors.Is(err, ErrUnknown) {
			t.Errorf("delete %q: %v", id, err)
		}
		if err := s.Export(id, &bytes.Buffer{}); !errors.Is(err, ErrUnknown) {
			t.Errorf("export %q: %v", id, err)
		}
	}
}
