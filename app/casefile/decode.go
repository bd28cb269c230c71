package casefile

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Sentinels of damaged and foreign files.
var (
	ErrDamaged = errors.New("the case file is damaged")
	ErrNewer   = errors.New("the case was written by a newer version")
)

// Damage says which parts of a case could not be read. What could be is there.
type Damage struct {
	Fields []string // of the JSON; empty: the file as a whole
	Backup bool     // an older copy was read instead
}

func (d *Damage) Error() string {
	switch {
	case d.Backup:
		return ErrDamaged.Error() + ": the copy before the last change was read"
	case len(d.Fields) > 0:
		return ErrDamaged.Error() + ": " + strings.Join(d.Fields, ", ")
	}
	return ErrDamaged.Error()
}

// Is makes every Damage an ErrDamaged.
func (d *Damage) Is(target error) bool { return target == ErrDamaged }

// decode reads a case field by field, so that one damaged part costs only
// itself. The error is a *Damage, ErrNewer, or nil.
func decode(data []byte) (Case, error) {
	var parts map[string]json.RawMessage
	if err := json.Unmarshal(data, &parts); err != nil {
		return Case{}, &Damage{}
	}
	c := Case{Unknown: map[string]json.RawMessage{}}
	if err := json.Unmarshal(parts["schema"], &c.Schema); err != nil || c.Schema < 1 {
		return Case{}, &Damage{Fields: []string{"schema"}}
	}
	if c.Schema < Schema {
		if err := lift(parts, c.Schema); err != nil {
			return Case{}, &Damage{Fields: []string{"schema"}}
		}
	}
	ours := known()
	var lost []string
	for name, value := range parts {
		if !ours[name] {
			c.Unknown[name] = value
			continue
		}
		one, err := json.Marshal(map[string]json.RawMessage{name: value})
		if err == nil {
			err = json.Unmarshal(one, (*plain)(&c))
		}
		if err != nil {
			lost = append(lost, name)
			c.Unknown["damaged-"+name] = value // kept for whoever can mend it
		}
	}
	switch {
	case len(lost) > 0:
		slices.Sort(lost)
		return c, &Damage{Fields: lost}
	case c.Schema > Schema:
		return c, ErrNewer
	}
	return c, nil
}

// migrations lift a case by one version each; migrations()[0] leads from 1 to 2.
func migrations() []func(map[string]json.RawMessage) error { return nil }

// lift brings the parts of an older case to Schema.
func lift(parts map[string]json.RawMessage, from int) error {
	for v := from; v < Schema; v++ {
		if err := migrations()[v-1](parts); err != nil {
			return fmt.Errorf("lift from version %d: %w", v, err)
		}
	}
	b, err := json.Marshal(Schema)
	parts["schema"] = b
	return err
}
