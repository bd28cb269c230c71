package checklist

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"sort"
	"strings"

	"github.com/BurntSushi/toml"
)

// Phase is a part of the checklist; they are worked through in order.
type Phase string

// The phases.
const (
	Contain  Phase = "contain"  // get access, keep it from getting worse
	Preserve Phase = "preserve" // save what a restart or rotation destroys
	Find     Phase = "find"     // what runs, who came in, what stays behind
	Fix      Phase = "fix"      // remove the cause, set up anew
	Prevent  Phase = "prevent"  // so that it does not come back
	Ask      Phase = "ask"      // what to tell and to ask
)

// Phases lists all, in order.
func Phases() []Phase { return []Phase{Contain, Preserve, Find, Fix, Prevent, Ask} }

// Words is a text of the checklist in the languages its file has, by tag.
type Words map[string]string

// In gives the text in a language, else in English.
func (w Words) In(tag string) string {
	if s, ok := w[tag]; ok {
		return s
	}
	return w["en"]
}

// Item is one step of the checklist.
type Item struct {
	ID    string `toml:"id"` // lasting, never used again: «F3»
	Phase Phase  `toml:"phase"`
	Title Words  `toml:"title"` // a question or an order, short
	Why   Words  `toml:"why"`
	// Live and Rescue are commands for the running system and for its disk
	// mounted below /mnt in a rescue system. They only read.
	Live   []string `toml:"live"`
	Rescue []string `toml:"rescue"`
	// Short is a shorter form for typing into a console.
	Short string `toml:"short"`
	Look  Words  `toml:"look"`     // what to look for
	False Words  `toml:"harmless"` // common false positives
	// Reads are the readers whose outputs answer it.
	Reads []string `toml:"reads"`
	// Kinds are the incident kinds it applies to; «all» for every one.
	Kinds []string `toml:"kinds"`
	// Feeds are the parts of the statement it fills: cause, fix, prevent, time,
	// annex, verdict, request.
	Feeds []string `toml:"feeds"`
	From  string   `toml:"from"` // who asks for it: guide, story, practice
}

// Kinds lists the incident kinds of the checklist.
func Kinds() []string {
	return []string{"scan", "flood", "spam", "mac", "hardware", "cms", "miner", "amplifier", "phishing"}
}

// feeds lists the parts of a statement.
func feeds() []string {
	return []string{"cause", "fix", "prevent", "time", "annex", "verdict", "request"}
}

// List is the checklist.
type List struct {
	Items  []Item
	orders []sequence
}

// sequence says which items decide an incident kind, in which order.
type sequence struct {
	Kind  string   `toml:"kind"`
	First []string `toml:"first"`
	Then  []string `toml:"then"`
	// Decides is the item that settles the case.
	Decides string `toml:"decides"`
}

type definition struct {
	Item  []Item     `toml:"item"`
	Order []sequence `toml:"order"`
}

// Problem is a fault in a file of the checklist.
type Problem struct {
	File string
	Err  error
}

func (p Problem) Error() string { return p.File + ": " + p.Err.Error() }

// Load reads every *.toml of the folders, the shipped one first. A faulty file
// is left out as a whole and named; an item of a later file with the id of an
// earlier one replaces it.
func Load(folders ...fs.FS) (*List, []Problem) {
	l := &List{}
	var problems []Problem
	for _, folder := range folders {
		names, err := fs.Glob(folder, "*.toml")
		if err != nil {
			continue
		}
		for _, name := range names {
			var d definition
			text, err := fs.ReadFile(folder, name)
			if err == nil {
				err = d.decode(text)
			}
			if err != nil {
				problems = append(problems, Problem{path.Base(name), err})
				continue
			}
			l.add(d)
		}
	}
	slices.SortStableFunc(l.Items, func(a, b Item) int {
		return slices.Index(Phases(), a.Phase) - slices.Index(Phases(), b.Phase)
	})
	return l, problems
}

func (l *List) add(d definition) {
	for _, item := range d.Item {
		if i := slices.IndexFunc(l.Items, func(old Item) bool { return old.ID == item.ID }); i >= 0 {
			l.Items[i] = item
			continue
		}
		l.Items = append(l.Items, item)
	}
	l.orders = append(l.orders, d.Order...)
}

func (d *definition) decode(text []byte) error {
	meta, err := toml.Decode(string(text), d)
	if err != nil {
		return err
	}
	if extra := meta.Undecoded(); len(extra) > 0 {
		return fmt.Errorf("unknown key %q", extra[0])
	}
	seen := map[string]bool{}
	for _, item := range d.Item {
		if seen[item.ID] {
			return fmt.Errorf("item %s: defined twice", item.ID)
		}
		seen[item.ID] = true
		if err := item.check(); err != nil {
			return fmt.Errorf("item %s: %w", item.ID, err)
		}
	}
	return nil
}

// check finds what is missing or unknown in an item.
func (i Item) check() error {
	if i.ID == "" || i.Title["en"] == "" || i.Why["en"] == "" {
		return errors.New("id, title.en and why.en are needed")
	}
	if !slices.Contains(Phases(), i.Phase) {
		return fmt.Errorf("unknown phase %q", i.Phase)
	}
	for _, kind := range i.Kinds {
		if kind != "all" && !slices.Contains(Kinds(), kind) {
			return fmt.Errorf("unknown kind %q", kind)
		}
	}
	for _, f := range i.Feeds {
		if !slices.Contains(feeds(), f) {
			return fmt.Errorf("unknown part of the statement %q", f)
		}
	}
	for _, id := range i.Reads {
		if !slices.Contains(Commands(), id) {
			return fmt.Errorf("unknown reader %q", id)
		}
	}
	for _, c := range append(slices.Clone(i.Live), i.Rescue...) {
		if strings.ContainsAny(c, "\r\n\t") {
			return fmt.Errorf("command on several lines: %q", c)
		}
	}
	return nil
}

// For gives the items of an incident kind in the order in which to ask: the
// deciding ones of each phase first. «» gives all.
func (l *List) For(kind string) []Item {
	var order sequence
	for _, o := range l.orders {
		if o.Kind == kind {
			order = o
		}
	}
	rank := func(id string) int {
		if i := slices.Index(order.First, id); i >= 0 {
			return i
		}
		if i := slices.Index(order.Then, id); i >= 0 {
			return 100 + i
		}
		return 1000
	}
	var all []Item
	for _, item := range l.Items {
		if kind == "" || slices.Contains(item.Kinds, "all") || slices.Contains(item.Kinds, kind) {
			all = append(all, item)
		}
	}
	sort.SliceStable(all, func(i, j int) bool {
		a, b := slices.Index(Phases(), all[i].Phase), slices.Index(Phases(), all[j].Phase)
		if a != b {
			return a < b
		}
		return rank(all[i].ID) < rank(all[j].ID)
	})
	return all
}

// Decides gives the item that settles a case of a kind, "" if none is known.
func (l *List) Decides(kind string) string {
	for _, o := range l.orders {
		if o.Kind == kind {
			return o.Decides
		}
	}
	return ""
}

// ByID finds an item.
func (l *List) ByID(id string) (Item, bool) {
	i := slices.IndexFunc(l.Items, func(item Item) bool { return item.ID == id })
	if i < 0 {
		return Item{}, false
	}
	return l.Items[i], true
}
