package mail

import (
	"archive/tar"
	"bytes"
	"fmt"
	"testing"
)

func tars() []hostile {
	return []hostile{
		{"tar in tar in tar", func(t *testing.T) []byte {
			b := tarOf(t, 1, "a%d.txt", []byte(logRow))
			for range 2 {
				b = tarOf(t, 1, "a%d.tar", b)
			}
			return b
		}, []string{WarnTooDeep, WarnNoText}, 1},
		{"tar bomb in a gzip", func(t *testing.T) []byte { return gzipOf(t, 1, tarOf(t, 300, "a%d.txt", make([]byte, 1<<20))) }, []string{WarnArchiveBomb}, -1},
		{"tar of 100 files", func(t *testing.T) []byte { return tarOf(t, 100, "a%d.txt", []byte(logRow)) }, []string{WarnTooManyParts}, 50},
		{"tar of 100000 empty files", func(t *testing.T) []byte { return tarOf(t, 100_000, "a%d.txt", nil) }, []string{WarnTooManyParts}, 50},
		{"tar of 20 MB in a gzip", func(t *testing.T) []byte { return gzipOf(t, 1, tarOf(t, 20, "a%d.txt", mixed())) }, nil, 20},
		{"tar with a file of holes", func(t *testing.T) []byte { return sparseTar(t) }, []string{WarnArchiveBomb}, 1},
	}
}

// tarOf packs the same content under n names.
func tarOf(t *testing.T, files int, name string, content []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for i := range files {
		if err := w.WriteHeader(&tar.Header{Name: fmt.Sprintf(name, i), Size: int64(len(content)), Mode: 0o600}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(content); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// sparseTar holds a file of one terabyte of which nothing is stored (GNU, PAX
// format 1.0).
func sparseTar(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	const sparseMap = "1\n1099511627776\n0\n" // entries, offset and length of the one
	const records = "22 GNU.sparse.major=1\n22 GNU.sparse.minor=0\n29 GNU.sparse.name=holes.txt\n37 GNU.sparse.realsize=1099511627776\n"
	if err := w.WriteHeader(&tar.Header{Name: "x", Size: int64(len(records)), Mode: 0o600, Format: tar.FormatUSTAR}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte(records)); err != nil {
		t.Fatal(err)
	}
	if err := w.WriteHeader(&tar.Header{Name: "y", Size: 512, Mode: 0o600, Format: tar.FormatUSTAR}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(append([]byte(sparseMap), make([]byte, 512-len(sparseMap))...)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	data := b.Bytes()
	data[156] = 'x' // an extended header
	sum := 0
	copy(data[148:156], "        ")
	for _, c := range data[:512] {
		sum += int(c)
	}
	copy(data[148:156], fmt.Sprintf("%06o\x00 ", sum))
	return data
}
