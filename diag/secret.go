package diag

import (
	"encoding"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
)

// Secret is a password, a token or a key. Nothing that prints, logs or stores
// values shows it: whoever needs it asks with Reveal. The text stands behind a
// pointer, so that not even a structure with a Secret in an unexported field,
// where fmt calls no method, prints more than an address. The zero value is
// «none».
type Secret struct{ text *string }

// The doors a value could leave by.
var (
	_ fmt.Formatter          = Secret{}
	_ fmt.Stringer           = Secret{}
	_ fmt.GoStringer         = Secret{}
	_ json.Marshaler         = Secret{}
	_ encoding.TextMarshaler = Secret{}
	_ slog.LogValuer         = Secret{}
)

// hidden is what stands for a secret wherever it is printed.
const hidden = "(hidden)"

// NewSecret takes a text into keeping; "" gives the zero value.
func NewSecret(text string) Secret {
	if text == "" {
		return Secret{}
	}
	return Secret{&text}
}

// Reveal gives the text itself, to the one call that sends it.
func (s Secret) Reveal() string {
	if s.text == nil {
		return ""
	}
	return *s.text
}

// IsZero says that there is none.
func (s Secret) IsZero() bool { return s.text == nil }

// Format prints no secret, whatever the verb.
func (Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, hidden) }

// String prints no secret.
func (Secret) String() string { return hidden }

// GoString prints no secret.
func (Secret) GoString() string { return hidden }

// MarshalJSON writes no secret.
func (Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + hidden + `"`), nil }

// MarshalText writes no secret.
func (Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// LogValue logs no secret.
func (Secret) LogValue() slog.Value { return slog.StringValue(hidden) }
