package mail

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"io"
	"path"
	"strings"

	"golang.org/x/text/encoding/charmap"
)

// maxDirectory is how many files an archive may name at all: reading the
// directory takes memory for each before the first is opened.
const maxDirectory = 4096

// bombFloor is what a file may always unpack to, in bytes: short repetitive
// logs pack better than any ratio tells.
const bombFloor = 1 << 20

func isZip(b []byte) bool {
	return bytes.HasPrefix(b, []byte("PK\x03\x04")) || bytes.HasPrefix(b, []byte("PK\x05\x06"))
}

func isGzip(b []byte) bool { return bytes.HasPrefix(b, []byte{0x1F, 0x8B, 8}) }

// isTar knows the archives of every tar since 1988 (POSIX ustar, GNU).
func isTar(b []byte) bool { return len(b) >= 512 && string(b[257:262]) == "ustar" }

func isArchive(b []byte) bool { return isZip(b) || isGzip(b) || isTar(b) }

// archive reads the files of a zip, gzip or tar. ok is false if it could not be
// opened at all. A tar that was in a gzip is one archive with it.
func (r *reader) archive(b []byte, l leaf) (parts []Part, ok bool) {
	if tar := isTar(b); !tar || !l.gunzipped {
		if l.at.archives >= r.limits.Archives {
			r.warn(WarnTooDeep, l.name, "an archive within too many others is not opened")
			return nil, false
		}
		l.at.archives++
	}
	switch {
	case isGzip(b):
		return r.gzip(b, l)
	case isTar(b):
		return r.tar(b, l)
	}
	return r.zip(b, l)
}

func (r *reader) zip(b []byte, l leaf) ([]Part, bool) {
	if bytes.Count(b, []byte("PK\x01\x02")) > maxDirectory {
		r.warn(WarnArchiveBomb, l.name, "the archive holds thousands of files and is not opened")
		return nil, false
	}
	archive, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		r.warn(WarnArchiveDamaged, l.name, err.Error())
		return nil, false
	}
	if office(archive) {
		r.warn(WarnOffice, l.name, "a document of an office program is not opened")
		return nil, false
	}
	var parts []Part
	entries, encrypted := 0, false
	for _, file := range archive.File {
		if file.FileInfo().IsDir() {
			continue
		}
		if entries++; entries > r.limits.Entries {
			r.warn(WarnTooManyParts, l.name, "not all files of the archive are read")
			break
		}
		if file.Flags&1 != 0 {
			encrypted = true
			continue
		}
		name := file.Name
		if file.NonUTF8 {
			name, _ = charmap.CodePage437.NewDecoder().String(name)
		}
		inner := l.inside(strings.TrimPrefix(path.Clean("/"+strings.ReplaceAll(name, `\`, "/")), "/"))
		reader, err := file.Open()
		if err != nil {
			r.warn(WarnArchiveDamaged, inner.name, err.Error())
			continue
		}
		parts = append(parts, r.unpack(reader, int64(file.CompressedSize64), int64(file.UncompressedSize64), inner)...)
		reader.Close()
	}
	if encrypted {
		r.warn(WarnArchiveEncrypted, l.name, "the archive needs a password")
	}
	return parts, !encrypted || len(parts) > 0
}

// office recognises documents of office programs of today: archives whose files
// say nothing line by line.
func office(archive *zip.Reader) bool {
	for _, file := range archive.File {
		if file.Name == "[Content_Types].xml" || file.Name == "META-INF/MANIFEST.MF" || file.Name == "mimetype" {
			return true
		}
	}
	return false
}

func (r *reader) gzip(b []byte, l leaf) ([]Part, bool) {
	unpacker, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		r.warn(WarnArchiveDamaged, l.name, err.Error())
		return nil, false
	}
	name := unpacker.Name
	if name == "" {
		name = l.name[strings.LastIndexByte(l.name, '/')+1:]
		switch ext := path.Ext(name); strings.ToLower(ext) {
		case ".gz":
			name = strings.TrimSuffix(name, ext)
		case ".tgz":
			name = strings.TrimSuffix(name, ext) + ".tar"
		}
	}
	// A gzip ends with its size modulo 4 GB, if it has one member: a hint.
	size := int64(binary.LittleEndian.Uint32(b[len(b)-4:]))
	inner := l.inside(name)
	inner.gunzipped = true
	return r.unpack(unpacker, int64(len(b)), size, inner), true
}

// tar reads the files of a tar; links, devices and folders hold nothing.
func (r *reader) tar(b []byte, l leaf) (parts []Part, ok bool) {
	archive := tar.NewReader(bytes.NewReader(b))
	for entries := 0; ; {
		file, err := archive.Next()
		if err != nil {
			if !errors.Is(err, io.EOF) {
				r.warn(WarnArchiveDamaged, l.name, err.Error())
			}
			return parts, len(parts) > 0
		}
		if file.Typeflag != tar.TypeReg {
			continue
		}
		if entries++; entries > r.limits.Entries {
			r.warn(WarnTooManyParts, l.name, "not all files of the archive are read")
			return parts, true
		}
		inner := l.inside(strings.TrimPrefix(path.Clean("/"+file.Name), "/"))
		// A file with holes claims more than the archive holds.
		parts = append(parts, r.unpack(archive, min(file.Size, int64(len(b))), file.Size, inner)...)
	}
}

// unpack reads one file within all limits. size is what the archive claims.
func (r *reader) unpack(packed io.Reader, packedSize, size int64, l leaf) []Part {
	if r.full() {
		return nil
	}
	r.parts++
	room := min(r.limits.Part, r.left)
	most := max(packedSize*r.limits.Ratio, bombFloor)
	limit := min(room, most)
	data, err := readUpTo(packed, max(0, min(size, limit)), limit)
	l.size = max(l.size, int64(len(data)))
	if err == nil && int64(len(data)) == limit {
		n, more := io.ReadFull(packed, make([]byte, 1))
		switch {
		case n == 0 && !errors.Is(more, io.EOF):
			err = more
		case n > 0 && (limit == most || size > most):
			r.warn(WarnArchiveBomb, l.name, "unpacks to far more than a log does; only the beginning is read")
		case n > 0:
			r.warn(WarnCut, l.name, "longer than what is read of one part")
		}
		l.size, l.cut = max(l.size, size, limit+int64(n)), n > 0
	}
	if err != nil {
		r.warn(WarnArchiveDamaged, l.name, err.Error())
	}
	r.left -= int64(len(data))
	parts := r.content(data, true, l)
	collect(l.size)
	return parts
}

// readUpTo reads at most limit bytes; hint is how many there probably are.
func readUpTo(from io.Reader, hint, limit int64) ([]byte, error) {
	data := make([]byte, 0, min(hint, limit)+1)
	for {
		n, err := from.Read(data[len(data):min(int64(cap(data)), limit)])
		data = data[:len(data)+n]
		switch {
		case errors.Is(err, io.EOF), err == nil && int64(len(data)) == limit:
			return data, nil
		case err != nil:
			return data, err
		}
		if len(data) == cap(data) {
			grown := make([]byte, len(data), min(int64(cap(data))*3/2+4096, limit))
			copy(grown, data)
			data = grown
		}
	}
}
