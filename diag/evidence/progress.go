package evidence

import (
	"bytes"
	"io"
	"regexp"
)

// Progress is how far a collection has come.
type Progress struct {
	Begun    bool   // the collector has said hello
	Section  string // id of the one that runs, "" between two
	Done     int    // sections that ended
	Complete bool   // the collector has said goodbye
	Live     bool   // of the running system; false: of a mounted disk
	Root     bool   // the collector runs as root
}

// follower reads the collector's markers in a stream and lets everything else
// pass: it keeps no more of a line than a marker may have.
type follower struct {
	Progress
	told  func(Progress)
	nonce string
	line  []byte
	long  bool // the line is longer than any marker
}

// mostMarker is above the longest marker, which has a host's name of up to 253
// characters.
const mostMarker = 600

// mark is a marker of the collector; see package bundle. Its number was drawn
// for this run, so that no output can pretend to be one.
var mark = regexp.MustCompile(`^@@FCB ([0-9a-f]{16}) (HELLO|BEGIN|END|BYE)(?: (.*))?$`)

// copy takes in a stream until the collector says goodbye: what comes after that
// is not its own.
func (f *follower) copy(to io.Writer, from io.Reader) error {
	buffer := make([]byte, 32<<10)
	for !f.Complete {
		n, err := from.Read(buffer)
		if _, failed := to.Write(buffer[:n]); failed != nil {
			return failed
		}
		f.follow(buffer[:n])
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (f *follower) follow(p []byte) {
	for len(p) > 0 {
		line, rest, ended := bytes.Cut(p, []byte("\n"))
		p = rest
		f.long = f.long || len(f.line)+len(line) > mostMarker
		if !f.long {
			f.line = append(f.line, line...)
		}
		if ended {
			f.take()
			f.line, f.long = f.line[:0], false
		}
	}
}

var (
	liveMode  = regexp.MustCompile(`(?:^| )mode=live(?: |$)`)
	rootUser  = regexp.MustCompile(`(?:^| )uid=0(?: |$)`)
	sectionID = regexp.MustCompile(`^[a-z0-9_]{1,40}\b`)
)

// take takes a whole line.
func (f *follower) take() {
	if f.long || f.Complete || !bytes.HasPrefix(f.line, []byte("@@FCB ")) {
		return
	}
	m := mark.FindSubmatch(bytes.TrimRight(f.line, "\r"))
	if m == nil || f.nonce != "" && string(m[1]) != f.nonce {
		return
	}
	switch word := string(m[2]); {
	case word == "HELLO" && !f.Begun:
		f.nonce, f.Begun = string(m[1]), true
		f.Live, f.Root = liveMode.Match(m[3]), rootUser.Match(m[3])
	case !f.Begun:
		return
	case word == "BEGIN":
		f.Section = string(sectionID.Find(m[3]))
	case word == "END":
		f.Section = ""
		f.Done++
	case word == "BYE":
		f.Section, f.Complete = "", true
	}
	if f.told != nil {
		f.told(f.Progress)
	}
}
