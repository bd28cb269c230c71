package checklist

import (
	"fmt"
	"io/fs"
	"slices"

	"github.com/BurntSushi/toml"
)

// MountStep is a step on the way to a server's disk, mounted read-only below
// /mnt in a rescue system. The commands are for a person to type: which disk is
// the right one only they can see.
type MountStep struct {
	ID    string `toml:"id"` // lasting
	Title Words  `toml:"title"`
	Why   Words  `toml:"why"`
	// When is the type of file system in lsblk's list for which it applies, "" for
	// all.
	When     string   `toml:"when"`
	Commands []string `toml:"commands"`
	One      bool     `toml:"one"` // only one of the commands is to be typed
}

// MountSteps reads the steps from mount.toml, in their order.
func MountSteps(files fs.FS) ([]MountStep, error) {
	text, err := fs.ReadFile(files, "mount.toml")
	if err != nil {
		return nil, fmt.Errorf("read mount steps: %w", err)
	}
	var d struct {
		Step []MountStep `toml:"step"`
	}
	meta, err := toml.Decode(string(text), &d)
	if err != nil {
		return nil, fmt.Errorf("read mount steps: %w", err)
	}
	if extra := meta.Undecoded(); len(extra) > 0 {
		return nil, fmt.Errorf("read mount steps: unknown key %q", extra[0])
	}
	var ids []string
	for _, s := range d.Step {
		if s.ID == "" || slices.Contains(ids, s.ID) || len(s.Commands) == 0 || s.Title["en"] == "" || s.Why["en"] == "" {
			return nil, fmt.Errorf("read mount steps: step %q is not complete, or there twice", s.ID)
		}
		ids = append(ids, s.ID)
	}
	return d.Step, nil
}
