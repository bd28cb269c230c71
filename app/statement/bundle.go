package statement

import (
	"archive/zip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// manifestName is the list of checksums, in the form that sha256sum checks.
const manifestName = "SHA256SUMS"

// Bundle writes files and the exhibits of a document as one zip, with a list of
// their checksums. The same input gives the same bytes.
func Bundle(w io.Writer, d Document, files []Attachment) error {
	all := slices.Clone(files)
	for _, e := range d.Exhibits {
		if e.Data != nil {
			all = append(all, Attachment{Name: "evidence/" + bundleName(e), Data: e.Data})
		}
	}
	z := zip.NewWriter(w)
	var sums strings.Builder
	seen := map[string]bool{}
	put := func(name string, data []byte) error {
		f, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: zipTime(d.Date)})
		if err != nil {
			return fmt.Errorf("write the bundle: %w", err)
		}
		if _, err = f.Write(data); err != nil {
			return fmt.Errorf("write the bundle: %w", err)
		}
		return nil
	}
	for _, f := range all {
		if f.Name == "" || seen[f.Name] || f.Name == manifestName {
			continue
		}
		seen[f.Name] = true
		if err := put(f.Name, f.Data); err != nil {
			return err
		}
		sum := sha256.Sum256(f.Data)
		sums.WriteString(hex.EncodeToString(sum[:]) + "  " + f.Name + "\n")
	}
	if err := put(manifestName, []byte(sums.String())); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("write the bundle: %w", err)
	}
	return nil
}

// bundleName is the name of an exhibit in a zip: its id makes it the only one.
func bundleName(e Exhibit) string {
	name := plainName(e.Name)
	if name == "" {
		name = "output.txt"
	}
	return plainName(e.ID) + "-" + strings.ReplaceAll(name, " ", "_")
}

// zipTime is within what a zip can hold, and says nothing about a time zone.
func zipTime(t time.Time) time.Time {
	if t.Year() < 1980 || t.Year() > 2107 {
		return time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	return t.UTC().Truncate(2 * time.Second)
}
