package evidence

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"path"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Fetched is a file that was brought home.
type Fetched struct {
	Path   string
	Size   int64  // of the file, as the server told
	Bytes  int64  // that were brought home, from its beginning
	SHA256 string // of those bytes, the same on both sides, in hex
	Took   time.Duration
	Whole  bool // Bytes is all of it
	Sudo   bool
}

const (
	// MostFile is how much of a file is brought home at most, in bytes.
	MostFile = 2 << 30
	// mostBefore is how much a shell may say before our own line: a message of the
	// day in its start files.
	mostBefore = 64 << 10
	mostPath   = 4096
)

var (
	program = regexp.MustCompile(`^/proc/[1-9][0-9]{0,9}/exe$`)
	// secret are files that are not evidence but keys to other things.
	secret = regexp.MustCompile(`(?:^|/)(?:[^/]*shadow[^/]*|environ|ssh_host_[^/]*|id_[^/]*|[^/]*\.(?:key|pem)|krb5\.keytab)$`)
	opener = regexp.MustCompile(`^@@FILE ([0-9a-f]{16}) size=(\d{1,18}) bytes=(\d{1,18}) sha256=([0-9a-f]{64})$`)
)

// Fetchable says whether a path may be fetched: absolute and as short as can be,
// and no place where passwords, keys or environments are. Of /proc only the
// programs behind processes are.
func Fetchable(name string) bool {
	switch {
	case !path.IsAbs(name), path.Clean(name) != name, name == "/", len(name) > mostPath, strings.ContainsAny(name, "\x00\n\r"):
		return false
	case strings.HasPrefix(name, "/proc/"):
		return program.MatchString(name)
	}
	device := strings.HasPrefix(name, "/sys/") || strings.HasPrefix(name, "/dev/") && !strings.HasPrefix(name, "/dev/shm/")
	return !device && !secret.MatchString(name)
}

// script prints a line with size and checksum, then the bytes themselves. A log
// that grows meanwhile is read up to where it ended first; if another file takes
// its place in between, the sums differ.
const script = `PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C
unset LD_PRELOAD LD_LIBRARY_PATH LD_AUDIT ENV BASH_ENV
f=%s most=%d mark=%s
case $f in /proc/*) r=$f ;; *) r=$(readlink -f -- "$f") || exit 66 ;; esac
case ${r##*/} in *shadow* | environ | ssh_host_* | id_* | *.key | *.pem | krb5.keytab) exit 66 ;; esac
case $r in /proc/*) [ "$r" = "$f" ] || exit 66 ;; esac
[ -f "$r" ] && [ -r "$r" ] || exit 66
size=$(stat -L -c %%s -- "$r") || exit 66
n=$size; [ "$n" -gt "$most" ] && n=$most
sum=$(head -c "$n" -- "$r" | sha256sum) || exit 66
printf '@@FILE %%s size=%%s bytes=%%s sha256=%%s\n' "$mark" "$size" "$n" "${sum%%%% *}"
exec head -c "$n" -- "$r"
`

// quoted makes a word of the shell that stands for exactly s.
func quoted(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

// Fetch brings a file home, at most so many bytes of it (0 or less: MostFile),
// as it is; it is never run. progress tells the bytes that came; nil: nobody
// looks. ErrDiffers: it changed meanwhile, or something in between did it.
func (c *Connection) Fetch(ctx context.Context, name string, most int64, w io.Writer, progress func(done, total int64)) (Fetched, error) {
	if !Fetchable(name) {
		return Fetched{}, ErrPath
	}
	if most <= 0 || most > MostFile {
		most = MostFile
	}
	var drawn [8]byte
	if _, err := rand.Read(drawn[:]); err != nil {
		return Fetched{}, fmt.Errorf("draw a number: %w", err)
	}
	number := hex.EncodeToString(drawn[:])
	began := time.Now()
	f, kept := Fetched{Path: name}, &keeper{w: w}
	said, err := c.run(ctx, command("sh -s"), strings.NewReader(fmt.Sprintf(script, quoted(name), most, number)), func(out io.Reader) error {
		r := bufio.NewReaderSize(out, 32<<10)
		told, err := f.open(r, number, most)
		if err != nil {
			return err
		}
		return f.take(r, kept, told, progress)
	})
	_, f.Sudo = spoken(said)
	f.Took = time.Since(began)
	if kept.err != nil {
		return f, fmt.Errorf("keep the file: %w", kept.err)
	}
	return f, err
}

// open finds the line that says what follows, and gives the server's checksum.
func (f *Fetched) open(r *bufio.Reader, number string, most int64) (sum string, err error) {
	for before := 0; before < mostBefore; {
		line, err := r.ReadSlice('\n')
		before += len(line)
		if m := opener.FindSubmatch(bytes.TrimRight(line, "\r\n")); m != nil && string(m[1]) == number {
			f.Size, _ = strconv.ParseInt(string(m[2]), 10, 64) // 18 digits fit
			f.Bytes, _ = strconv.ParseInt(string(m[3]), 10, 64)
			f.Whole = f.Bytes == f.Size
			if f.Bytes > min(most, f.Size) {
				return "", ErrTooMuch
			}
			return string(m[4]), nil
		}
		if err == io.EOF {
			return "", ErrNoFile
		}
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return "", err
		}
	}
	return "", ErrNoFile
}

// take takes in the bytes and compares.
func (f *Fetched) take(r io.Reader, w io.Writer, told string, progress func(done, total int64)) error {
	sum := sha256.New()
	to := &counted{w: io.MultiWriter(w, sum), left: f.Bytes}
	buffer := make([]byte, 128<<10)
	for to.left > 0 {
		n, err := r.Read(buffer[:min(int64(len(buffer)), to.left)])
		if _, failed := to.Write(buffer[:n]); failed != nil {
			return failed
		}
		if progress != nil {
			progress(to.got, f.Bytes)
		}
		if err != nil && to.left > 0 {
			return fmt.Errorf("%w: %w", ErrLost, err)
		}
	}
	f.SHA256 = hex.EncodeToString(sum.Sum(nil))
	if f.SHA256 != told {
		return ErrDiffers
	}
	return nil
}
