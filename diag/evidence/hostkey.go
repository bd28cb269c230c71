package evidence

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"

	"github.com/skeema/knownhosts"
	"golang.org/x/crypto/ssh"
	xknownhosts "golang.org/x/crypto/ssh/knownhosts"

	"latchkey/diag"
)

// record is what is known about one server's keys.
type record struct {
	o      Options
	host   Host
	rescue bool
	known  *knownhosts.HostKeyDB
	file   string
	// shown is the key that was met and is not on record.
	shown *Contact
	key   ssh.PublicKey
	// met is the fingerprint of the key that was accepted.
	met   string
	asked bool // about a key; nobody is asked about one key after the other
}

// errFirst ends a handshake with a server whose key nobody confirmed yet.
var errFirst = errors.New("the key is not on record")

// readRecord looks up the keys of a host. Our own file must be sound: what a
// damaged line said of a key would be lost. Those of others need not be, and
// know nothing of our names for rescue systems.
func readRecord(o Options, h Host, rescue bool) (*record, error) {
	r := &record{o: o, host: h, rescue: rescue, file: o.KnownHosts}
	var files []string
	if _, err := os.Stat(o.KnownHosts); err == nil {
		files = []string{o.KnownHosts}
	}
	var err error
	if r.known, err = knownhosts.NewDB(files...); err != nil {
		return nil, fmt.Errorf("read known hosts: %w", err)
	}
	if rescue || len(r.known.HostKeys(h.alias(rescue))) > 0 {
		return r, nil
	}
	for _, file := range o.AlsoKnown {
		also, err := knownhosts.NewDB(file)
		if err == nil && len(also.HostKeys(h.alias(false))) > 0 {
			r.known, r.file = also, file
			return r, nil
		}
	}
	return r, nil
}

func (r *record) alias() string { return r.host.alias(r.rescue) }

// algorithms are those of the keys on record, so that the server shows one of
// them (golang/go #29286); without any, the ones panels list first.
func (r *record) algorithms() []string {
	if known := r.known.HostKeyAlgorithms(r.alias()); len(known) > 0 {
		return known
	}
	return []string{ssh.KeyAlgoED25519, ssh.KeyAlgoECDSA256, ssh.KeyAlgoECDSA384, ssh.KeyAlgoECDSA521, ssh.KeyAlgoRSASHA512, ssh.KeyAlgoRSASHA256}
}

// check is the ssh.HostKeyCallback.
func (r *record) check(_ string, remote net.Addr, key ssh.PublicKey) error {
	// Records go by the name that was asked for, never by the address that answered.
	err := r.known.HostKeyCallback()(r.alias(), &net.TCPAddr{IP: net.IPv4zero}, key)
	if err == nil {
		r.met = ssh.FingerprintSHA256(key)
		return nil
	}
	c := Contact{Host: r.host, Alias: knownhosts.Normalize(r.alias()), Kind: diag.Clean(key.Type(), 60), Fingerprint: ssh.FingerprintSHA256(key), Rescue: r.rescue}
	if tcp, ok := remote.(*net.TCPAddr); ok && !tcp.IP.IsUnspecified() {
		c.Address = tcp.String()
	}
	if knownhosts.IsHostUnknown(err) {
		r.shown, r.key = &c, key
		return errFirst
	}
	changed := &ChangedKeyError{Contact: c, File: r.file}
	var keys *xknownhosts.KeyError
	if errors.As(err, &keys) {
		for _, want := range keys.Want {
			changed.Known, changed.Line = append(changed.Known, ssh.FingerprintSHA256(want.Key)), want.Line
		}
		return changed
	}
	var revoked *xknownhosts.RevokedError
	if errors.As(err, &revoked) {
		changed.Line = revoked.Revoked.Line
		return changed
	}
	return err
}

// confirmed asks about the key that was met, puts it on record and gives the
// record anew.
func (r *record) confirmed(ctx context.Context) (*record, error) {
	if r.o.Trust == nil || r.asked {
		return nil, ErrNotTrusted
	}
	ok, err := r.o.Trust(ctx, *r.shown)
	switch {
	case err != nil:
		return nil, err
	case !ok:
		return nil, ErrNotTrusted
	}
	if err := r.write(); err != nil {
		return nil, err
	}
	again, err := readRecord(r.o, r.host, r.rescue)
	if err == nil {
		again.asked = true
	}
	return again, err
}

// write appends the key to our own record.
func (r *record) write() (err error) {
	if err := os.MkdirAll(filepath.Dir(r.o.KnownHosts), 0o700); err != nil {
		return fmt.Errorf("record the key: %w", err)
	}
	f, err := os.OpenFile(r.o.KnownHosts, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("record the key: %w", err)
	}
	line := knownhosts.Line([]string{r.alias()}, r.key) + "\n"
	if !endsLine(r.o.KnownHosts) { // somebody edited it, or a write was cut off
		line = "\n" + line
	}
	_, err = f.WriteString(line)
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("record the key: %w", err)
	}
	return nil
}

// endsLine reports whether a file is empty or ends with a line's end.
func endsLine(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return true
	}
	defer f.Close()
	last := []byte{'\n'}
	if info, err := f.Stat(); err == nil && info.Size() > 0 {
		_, _ = f.ReadAt(last, info.Size()-1) // what cannot be read is told when it is used
	}
	return last[0] == '\n'
}
