package bundle

import (
	"bufio"
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"latchkey/diag"
)

const (
	// mostInput is what 128 MB that do not compress take in base64, and markers.
	mostInput = 192 << 20
	// mostPacked is the same for one section.
	mostPacked = 12 << 20
	// mostBefore is how far the first marker may be from the start: a banner or
	// a message of the day may come before it.
	mostBefore = 64 << 10
	lineBuffer = 64 << 10
)

// marker: «@@FCB 0123456789abcdef BEGIN ss t=1795300196 cap=4000000». The nonce
// is drawn by the collector for each run, so no output can hold it.
var (
	marker = diag.NewPattern(`^@@FCB ([0-9a-f]{16}) (HELLO|BEGIN|END|BYE)(?: (.*))?$`)
	hello  = diag.NewPattern(`(?m)^@@FCB [0-9a-f]{16} HELLO v=[0-9]`)
	naming = diag.NewPattern(`^[a-z0-9_]{1,40}$`)
)

// IsBundle says whether a file that begins so is a bundle.
func IsBundle(head []byte) bool {
	return hello.Match(head[:min(len(head), mostBefore)])
}

// Read takes a bundle apart. One that was cut off, or lost a part on its way, is
// read as far as it goes and is not Complete. One that carries what the
// collector cannot have written is refused with one of the errors above.
func Read(r io.Reader) (Bundle, error) {
	p := parser{out: Bundle{Complete: true}}
	in := bufio.NewReaderSize(io.LimitReader(r, mostInput), lineBuffer)
	continued, before := false, 0
	for !p.ended {
		line, err := in.ReadSlice('\n')
		if err != nil && err != io.EOF && !errors.Is(err, bufio.ErrBufferFull) {
			return Bundle{}, fmt.Errorf("read bundle: %w", err)
		}
		if failed := p.take(line, continued); failed != nil {
			return Bundle{}, failed
		}
		if before += len(line); p.nonce == "" && before > mostBefore {
			return Bundle{}, ErrNotBundle
		}
		continued = err != nil
		if err == io.EOF {
			break
		}
	}
	return p.finish()
}

// parser is where in a bundle one is.
type parser struct {
	out      Bundle
	nonce    string // "" before the first marker
	ended    bool
	open     *Section // nil between sections
	fresh    bool     // the next line of the section is its command
	cap      int      // as the collector says it; 0 not told
	packed   []byte
	shelf    shelf
	hostname string
}

// take reads a line, or the continuation of one longer than the buffer.
func (p *parser) take(line []byte, continued bool) error {
	word := bytes.TrimRight(line, "\r\n")
	if !continued && bytes.HasPrefix(word, []byte("@@FCB ")) {
		return p.mark(string(word), len(word) == len(line))
	}
	if p.open == nil {
		return nil
	}
	if command, ok := bytes.CutPrefix(word, []byte("@@cmd ")); ok && p.fresh {
		p.open.Command = diag.Clean(string(command[:min(len(command), mostCommand)]), mostCommand)
		p.fresh = false
		return nil
	}
	if len(p.packed)+len(word) > mostPacked {
		p.open.Truncated = true
		return nil
	}
	p.packed = append(p.packed, word...)
	return nil
}

// mark takes a marker; cut: the file ends within its line.
func (p *parser) mark(line string, cut bool) error {
	m := marker.FindStringSubmatch(line)
	switch {
	case p.nonce == "" && (m == nil || m[2] != "HELLO"):
		return ErrNotBundle
	case m == nil && cut:
		p.out.Complete = false
		return nil
	case m == nil || p.nonce != "" && m[1] != p.nonce:
		return ErrNonce
	}
	id, _, _ := strings.Cut(m[3], " ")
	values := attributes(m[3])
	switch m[2] {
	case "HELLO":
		return p.greet(m[1], values)
	case "BEGIN":
		if err := p.close(); err != nil {
			return err
		}
		return p.begin(id, values)
	case "END":
		return p.end(id, values)
	}
	p.ended = true
	return nil
}

// attributes are the «name=value» of a marker.
func attributes(s string) map[string]string {
	all := map[string]string{}
	for _, word := range strings.Fields(s) {
		if name, value, ok := strings.Cut(word, "="); ok {
			all[name] = value
		}
	}
	return all
}

func (p *parser) greet(nonce string, values map[string]string) error {
	if p.nonce != "" {
		return ErrDuplicate
	}
	if values["v"] != "1" {
		return ErrVersion
	}
	p.nonce, p.out.Mode = nonce, Live
	if values["mode"] == Rescue || values["root"] != "" && values["root"] != "/" {
		p.out.Mode = Rescue
	}
	p.out.Root = values["uid"] == "0"
	p.out.Started = instant(values["t"])
	p.hostname = values["host"]
	return nil
}

// instant reads seconds since 1970; zero if there are none.
func instant(s string) time.Time {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n <= 0 || n > 1<<33 { // the year 2242
		return time.Time{}
	}
	return time.Unix(n, 0).UTC()
}

func (p *parser) begin(id string, values map[string]string) error {
	if !naming.MatchString(id) {
		p.out.Complete = false
		return nil
	}
	if p.out.Started.IsZero() {
		p.out.Started = instant(values["t"])
	}
	p.cap, _ = strconv.Atoi(values["cap"])
	p.open, p.fresh, p.packed = &Section{ID: id, Exit: -1}, true, p.packed[:0]
	return nil
}

func (p *parser) end(id string, values map[string]string) error {
	if p.open == nil || p.open.ID != id {
		p.out.Complete = false
		return p.close()
	}
	if n, err := strconv.Atoi(values["rc"]); err == nil && n >= 0 && n < 256 {
		p.open.Exit = n
	}
	// timeout(1) ends with 124, and with 137 if it had to kill.
	p.open.Truncated = p.open.Truncated || p.open.Exit == 124 || p.open.Exit == 137
	return p.shelve()
}

// close ends a section without an END of its own.
func (p *parser) close() error {
	if p.open == nil {
		return nil
	}
	p.open.Truncated, p.out.Complete = true, false
	return p.shelve()
}

func (p *parser) shelve() error {
	text, whole := unpack(p.packed)
	p.open.Text = text
	p.open.Truncated = p.open.Truncated || !whole || p.cap > 0 && len(text) >= p.cap
	p.out.Complete = p.out.Complete && whole
	s := *p.open
	p.open = nil
	return p.shelf.add(s)
}

// unpack gives the text behind base64 and gzip, as much as is sound and within
// bounds; whole if that is all.
func unpack(packed []byte) (text []byte, whole bool) {
	z, err := gzip.NewReader(base64.NewDecoder(base64.StdEncoding, bytes.NewReader(packed)))
	if err != nil {
		return nil, false
	}
	text, err = io.ReadAll(io.LimitReader(z, mostSection+1))
	if len(text) > mostSection {
		return text[:mostSection], false
	}
	return text, err == nil
}

func (p *parser) finish() (Bundle, error) {
	if p.nonce == "" {
		return Bundle{}, ErrNotBundle
	}
	if err := p.close(); err != nil {
		return Bundle{}, err
	}
	p.out.Complete = p.out.Complete && p.ended
	p.out.Sections = p.shelf.sections
	p.out.Hostname = diag.Clean(cmp.Or(p.hostname, p.kernelName()), 253)
	return p.out, nil
}

// kernelName is the host name as uname -a prints it, which in rescue is that of
// the rescue system.
func (p *parser) kernelName() string {
	for _, s := range p.shelf.sections {
		if words := strings.Fields(string(s.Text[:min(len(s.Text), 300)])); s.ID == "uname" && len(words) > 1 && p.out.Mode == Live {
			return words[1]
		}
	}
	return ""
}
