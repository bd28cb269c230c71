// Package credential answers «which logins are there, and what is their
// secret?». Secrets are kept by the system's keyring alone, or for this run in
// memory; what is on disk is an index of names, which a locked keyring cannot
// tell. It is the only package that sees go-keyring. What a login is used for,
// and where the index lies, is left to app.
package credential

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"latchkey/diag"
)

// Kind is what a login opens.
type Kind string

// The kinds, and what the name of such a login is.
const (
	Robot       Kind = "robot"        // Hetzner Robot webservice; the name is its user
	Cloud       Kind = "cloud"        // Hetzner Cloud; the name is chosen, a token has none
	OVH         Kind = "ovh"          // OVH; the name is the endpoint («ovh-eu»)
	SSHKey      Kind = "ssh-key"      // a key file's passphrase; the name is the file
	SSHPassword Kind = "ssh-password" // the name is user@host
)

// Field is one secret of a login.
type Field string

// The fields.
const (
	Password    Field = "password"
	Token       Field = "token"
	AppKey      Field = "application-key"
	AppSecret   Field = "application-secret"
	ConsumerKey Field = "consumer-key"
	Passphrase  Field = "passphrase"
)

// Kinds are all kinds, in the order of lists.
func Kinds() []Kind { return []Kind{Robot, Cloud, OVH, SSHKey, SSHPassword} }

// Fields are the secrets a login of that kind has, in the order to ask for them;
// nil for an unknown kind.
func (k Kind) Fields() []Field {
	switch k {
	case Robot, SSHPassword:
		return []Field{Password}
	case Cloud:
		return []Field{Token}
	case OVH:
		return []Field{AppKey, AppSecret, ConsumerKey}
	case SSHKey:
		return []Field{Passphrase}
	}
	return nil
}

// Login is a login with its secrets.
type Login struct {
	Kind    Kind
	Name    string // at most longestName bytes, printable
	Secrets map[Field]diag.Secret
}

// longestName bounds a name: a path may have 4096 bytes, user@host far fewer,
// and Windows wants the whole name of an entry below 512.
const longestName = 400

// Sentinels a face turns into a sentence.
var (
	ErrUnknown = errors.New("no such login")
	ErrInvalid = errors.New("the login is not complete")
	ErrForeign = errors.New("the keyring's entry is not ours")
)

// check says whether a login can be kept.
func (l Login) check() error {
	fields := l.Kind.Fields()
	if fields == nil || l.Name == "" || len(l.Name) > longestName || diag.Clean(l.Name, longestName) != l.Name {
		return ErrInvalid
	}
	for _, f := range fields {
		if l.Secrets[f].IsZero() {
			return fmt.Errorf("%w: %s", ErrInvalid, f)
		}
	}
	for f := range l.Secrets {
		if !slices.Contains(fields, f) {
			return fmt.Errorf("%w: %s", ErrInvalid, f)
		}
	}
	return nil
}

// pack is what the keyring keeps: the fields as JSON.
func (l Login) pack() (string, error) {
	plain := map[Field]string{}
	for f, s := range l.Secrets {
		plain[f] = s.Reveal()
	}
	b, err := json.Marshal(plain)
	return string(b), err
}

// unpack reads what pack wrote.
func (l Login) unpack(packed string) (Login, error) {
	var plain map[Field]string
	if json.Unmarshal([]byte(packed), &plain) != nil { // the error would quote the text
		return Login{}, ErrForeign
	}
	l.Secrets = map[Field]diag.Secret{}
	for f, text := range plain {
		l.Secrets[f] = diag.NewSecret(text)
	}
	if l.check() != nil {
		return Login{}, ErrForeign
	}
	return l, nil
}

func (l Login) clone() Login {
	l.Secrets = maps.Clone(l.Secrets)
	return l
}

// Outcome is what became of a login when it was last used.
type Outcome string

// The outcomes; the empty one is «not used yet».
const (
	Works   Outcome = "works"
	Refused Outcome = "refused" // not to be tried again before somebody says so
)

// Entry is a line of the index: a login without its secrets.
type Entry struct {
	Kind    Kind      `json:"kind"`
	Name    string    `json:"name"`
	Saved   time.Time `json:"saved"`
	Used    time.Time `json:"used,omitzero"`
	Outcome Outcome   `json:"outcome,omitempty"`
	// Wait is until when the provider wants no more questions; zero if it does
	// not say.
	Wait time.Time `json:"wait,omitzero"`
	Once bool      `json:"-"` // in memory for this run, saved nowhere
}

// ID names a login: «robot/#ws+abc».
func (e Entry) ID() string { return IDOf(e.Kind, e.Name) }

// IDOf is the ID of a login of that kind and name.
func IDOf(k Kind, name string) string { return string(k) + "/" + name }

// readIndex reads the index. What cannot be read is no entry: the index is
// there to list, and a secret can be entered again.
func readIndex(data []byte) []Entry {
	var raw []json.RawMessage
	if json.Unmarshal(data, &raw) != nil {
		return nil
	}
	var all []Entry
	for _, one := range raw[:min(len(raw), mostEntries)] {
		var e Entry
		if json.Unmarshal(one, &e) != nil || e.Kind.Fields() == nil || e.Name == "" ||
			len(e.Name) > longestName || diag.Clean(e.Name, longestName) != e.Name ||
			slices.ContainsFunc(all, func(have Entry) bool { return have.ID() == e.ID() }) {
			continue
		}
		all = append(all, e)
	}
	return all
}

// mostEntries bounds the index: a person has a handful.
const mostEntries = 1000

func sortEntries(all []Entry) {
	kinds := Kinds()
	slices.SortFunc(all, func(a, b Entry) int {
		if d := slices.Index(kinds, a.Kind) - slices.Index(kinds, b.Kind); d != 0 {
			return d
		}
		return strings.Compare(a.Name, b.Name)
	})
}
