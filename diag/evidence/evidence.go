// Package evidence answers «what does the server say of itself?»: it reaches a
// machine over SSH, hands the collector to its shell and takes in what comes
// back, from a server that may lie, stall or flood. It writes nothing there,
// opens no terminal, forwards no agent and no port. What the outputs say is left
// to package checklist, secrets and trust to whoever calls, words to app/.
package evidence

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"
)

// Why a server was not reached or nothing was brought home.
var (
	ErrHost        = errors.New("no host to connect to")
	ErrUnreachable = errors.New("no connection to the server")
	ErrNoSSH       = errors.New("what answers is no SSH server")
	ErrDenied      = errors.New("the server accepts none of the keys and passwords")
	ErrNotTrusted  = errors.New("the server's key was not confirmed")
	ErrNoSecret    = errors.New("nobody is there to be asked for a secret")
	ErrLost        = errors.New("the connection broke off")
	ErrStalled     = errors.New("the server does not answer any more")
	ErrTooMuch     = errors.New("the server sends more than it may")
	ErrTooLong     = errors.New("the server takes longer than it may")
	ErrNoCollector = errors.New("the server's shell did not run the collector")
	ErrPath        = errors.New("such a file is not fetched")
	ErrNoFile      = errors.New("the file is not there or cannot be read")
	ErrDiffers     = errors.New("what arrived is not what the server read")
)

// ChangedKeyError says that a server known before shows another key: it was set
// up anew, or somebody stands in between. Nothing was sent to it.
type ChangedKeyError struct {
	Contact
	Known []string // fingerprints on record for the alias
	File  string   // where they are on record
	Line  int
}

func (e *ChangedKeyError) Error() string {
	return fmt.Sprintf("%s shows the key %s instead of the known one", e.Alias, e.Fingerprint)
}

// Contact is a server's key that is not on record yet.
type Contact struct {
	Host    Host
	Alias   string // under which the key is recorded
	Address string // IP address and port that answered; "" behind a jump host
	Kind    string // «ssh-ed25519»
	// Fingerprint is «SHA256:…» as ssh-keygen and providers' panels print it.
	Fingerprint string
	Rescue      bool
}

// SecretKind is what a Question asks for.
type SecretKind string

// The kinds of secrets.
const (
	Password   SecretKind = "password"
	Passphrase SecretKind = "passphrase" // of a key file
	Answer     SecretKind = "answer"     // to something the server asks by itself
)

// Question asks for a secret.
type Question struct {
	Kind SecretKind
	Host Host
	File string // key file of a Passphrase
	// Prompt and Instruction are the server's own words, cleaned and cut to 200
	// characters; a hostile server may ask for anything.
	Prompt, Instruction string
	Echo                bool // the answer may be shown while it is typed
	Again               int  // how often an answer was wrong already
}

// Asker answers a Question, from a person or a keyring. An error ends the
// attempt; it is given back as it is.
type Asker func(context.Context, Question) (string, error)

// Truster decides about a key that is not on record; it has all the time it
// wants, no connection is open meanwhile.
type Truster func(context.Context, Contact) (bool, error)

// Options say how a server is reached.
type Options struct {
	Host   Host
	Jump   *Host // goes through this host; nil: straight
	Rescue bool  // the rescue system runs there: it has a key of its own
	// KnownHosts is our own record of keys, made when missing; AlsoKnown are
	// further ones that are only read, and passed over when they are damaged.
	KnownHosts string
	AlsoKnown  []string
	// Agent is the agent's socket or pipe, "" for none. Only its keys are used.
	Agent string
	// Identities are key files, offered in this order; of those that Optional
	// lists a missing one is no error.
	Identities []string
	Optional   []string
	Ask        Asker   // nil: no secrets
	Trust      Truster // nil: only known keys
	Limits     Limits
}

// Limits bound a hostile or dying server; zero values stand for the usual ones.
type Limits struct {
	Connect   time.Duration // to reach it and log in, without the time people take (30 s)
	Run       time.Duration // for the collection (11 min; the collector's own limit is 10)
	KeepAlive time.Duration // between two signs of life (15 s); three missing ones end it
	Bytes     int64         // taken in of a collection (192 MB)
}

func (l Limits) usual() Limits {
	for _, d := range []struct {
		to    *time.Duration
		usual time.Duration
	}{{&l.Connect, 30 * time.Second}, {&l.Run, 11 * time.Minute}, {&l.KeepAlive, 15 * time.Second}} {
		if *d.to <= 0 {
			*d.to = d.usual
		}
	}
	if l.Bytes <= 0 {
		l.Bytes = mostStream
	}
	return l
}

// mostStream is as much as a bundle may have; its reader takes no more.
const mostStream = 192 << 20

// counted is a writer that takes a number of bytes and then ErrTooMuch.
type counted struct {
	w    io.Writer
	left int64
	got  int64
}

func (c *counted) Write(p []byte) (int, error) {
	room := min(int64(len(p)), c.left)
	n, err := c.w.Write(p[:room])
	c.left -= int64(n)
	c.got += int64(n)
	if err == nil && room < int64(len(p)) {
		err = ErrTooMuch
	}
	return n, err
}
