package diag_test

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"latchkey/diag"
)

// Whatever somebody prints by mistake, and however deep it lies, a secret does
// not come out.
func TestSecretIsNeverPrinted(t *testing.T) {
	const text = "correct horse battery"
	s := diag.NewSecret(text)
	type login struct {
		User     string
		Password diag.Secret
		hidden   diag.Secret
		list     []diag.Secret
		byName   map[string]diag.Secret
	}
	l := login{"anna", s, s, []diag.Secret{s}, map[string]diag.Secret{"a": s}}
	var out strings.Builder
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d", "%T", "%p", "%w"} {
		for _, value := range []any{s, &s, l, &l, []login{l}, map[string]login{"x": l}, any(l)} {
			out.WriteString(fmt.Sprintf(verb, value))
		}
	}
	out.WriteString(errors.Join(fmt.Errorf("sign in %v", l)).Error())
	for _, marshal := range []func(any) ([]byte, error){json.Marshal, xml.Marshal} {
		b, _ := marshal(struct{ L login }{l}) // xml may refuse a map; what it wrote counts
		out.Write(b)
	}
	var log, binary bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "secret", s, "login", l)
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "secret", s, "login", l)
	_ = gob.NewEncoder(&binary).Encode(l)
	out.Write(log.Bytes())
	out.Write(binary.Bytes())
	for _, form := range []string{text, "correct", "636f7272656374", `\x63`} {
		if strings.Contains(out.String(), form) {
			t.Errorf("a secret came out as %q", form)
		}
	}
	if s.Reveal() != text || s.IsZero() {
		t.Error("Reveal does not give the text")
	}
	if none := diag.NewSecret(""); !none.IsZero() || none.Reveal() != "" || none.String() != "(hidden)" {
		t.Error("no secret is not the zero value")
	}
}
