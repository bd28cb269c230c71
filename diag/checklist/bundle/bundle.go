// Package bundle answers «what did the collector bring home?»: it takes apart
// the one file the collector script writes, and the archives of UAC, into the
// outputs of single commands. Everything in them may be forged by an intruder,
// so every bound is enforced again here. What an output says is left to package
// checklist.
package bundle

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"time"
)

// Why a file is not read.
var (
	ErrNotBundle = errors.New("not a bundle of the collector")
	ErrVersion   = errors.New("bundle of an unknown version")
	ErrNonce     = errors.New("bundle with markers of another bundle")
	ErrDuplicate = errors.New("bundle with two sections of one name")
	ErrTooLarge  = errors.New("bundle beyond its bounds")
	ErrEncrypted = errors.New("archive is encrypted")
)

// The modes of a collection.
const (
	Live   = "live"   // on the running system
	Rescue = "rescue" // from its disk, mounted in a rescue system
)

// The bounds. The collector itself writes at most 4 MB a section and about 60
// sections; more can only come from somebody else.
const (
	mostSections = 200
	mostSection  = 8 << 20
	mostTotal    = 128 << 20
	mostCommand  = 4 << 10
)

// Bundle is what was collected on one machine at one time.
type Bundle struct {
	Mode     string // Live or Rescue
	Complete bool   // reaches its end, and no section lacks its own
	Root     bool   // collected as root: otherwise owners of foreign sockets are missing
	Started  time.Time
	Hostname string // cleaned; "" if not told
	Sections []Section
}

// Section is the output of one command.
type Section struct {
	ID      string // lower-case letters, digits and «_»; of an archive the file's path
	Command string // as it was run
	Text    []byte // at most 8 MB
	SHA256  string // of Text, in hex
	// Truncated: cut off by a bound or its time limit, or damaged.
	Truncated bool
	Exit      int // status of the command, -1 not told
}

// shelf takes sections in, within the bounds.
type shelf struct {
	sections []Section
	known    map[string]bool
	total    int
}

func (s *shelf) add(x Section) error {
	if s.known[x.ID] {
		return ErrDuplicate
	}
	if len(s.sections) == mostSections || s.total+len(x.Text) > mostTotal {
		return ErrTooLarge
	}
	s.total += len(x.Text)
	if s.known == nil {
		s.known = map[string]bool{}
	}
	sum := sha256.Sum256(x.Text)
	x.SHA256 = hex.EncodeToString(sum[:])
	s.known[x.ID] = true
	s.sections = append(s.sections, x)
	return nil
}
