package provider

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/BurntSushi/toml"

	"latchkey/diag"
)

// Problem is why a file was not used, or not wholly. The rest of the set works
// without it.
type Problem struct {
	File   string // name in its folder
	Line   int    // 1-based; 0 if it has no single place
	Key    string // «router[2].host»; "" if it has none
	Code   string // key of its text: «provider.problem.<code>»
	Detail string // what was found, cleaned; no sentence for people
	User   bool   // in the user's own folder
}

// The codes of a Problem.
const (
	Unreadable = "unreadable"  // the system refuses to read it
	TooLarge   = "too-large"   // file, line, list or number of files beyond the bounds
	BadSyntax  = "syntax"      // not TOML, or a value of the wrong type
	UnknownKey = "unknown-key" // a key this version does not know
	Missing    = "missing"     // a key that must be there
	BadValue   = "bad-value"   // a value outside its range or form
	BadPattern = "bad-pattern" // not a regular expression (RE2)
	BadNetwork = "bad-network" // not a prefix, or one too wide to be a provider's
	BadSample  = "bad-sample"  // a sample that does not come out as it says
	NoSample   = "no-sample"   // a definition that no sample proves
	Duplicate  = "duplicate"   // an id, name or network another file has
)

// Error gives the problem for a log: «my.toml:3: router[1].host: bad-pattern: …».
func (p Problem) Error() string {
	s := p.File
	if p.Line > 0 {
		s += fmt.Sprintf(":%d", p.Line)
	}
	for _, part := range []string{p.Key, p.Code, p.Detail} {
		if part != "" {
			s += ": " + part
		}
	}
	return s
}

// The bounds of a folder. A shipped profile has 8 kB, its networks 20 kB.
const (
	maxFiles      = 200
	maxDefinition = 64 << 10
	maxNetworks   = 1 << 20
	maxLine       = 2000  // bytes
	maxDots       = 100   // a line; the TOML reader is quadratic in dotted keys
	maxBrackets   = 10000 // and recursive in nested lists
)

// source is a definition that was read, with what the later checks need.
type source struct {
	profile *Profile
	alone   *Set // of this profile only: what it claims by itself
	samples []sample
	file    string
}

// Load reads the profiles (*.toml) in the root of shipped and of the user's
// own folders. A user's profile with the id of a shipped one replaces it. A
// faulty file is left out and told as a Problem, never fatal; a folder that
// does not exist is no problem. The Set is never nil.
func Load(shipped fs.FS, own ...fs.FS) (*Set, []Problem) {
	var l loader
	if shipped != nil {
		l.folder(shipped, false)
	}
	for _, folder := range own {
		l.folder(folder, true)
	}
	profiles := make([]*Profile, len(l.sources))
	for i, s := range l.sources {
		profiles[i] = s.profile
	}
	slices.SortStableFunc(profiles, func(a, b *Profile) int {
		if a.User != b.User {
			return map[bool]int{true: -1, false: 1}[a.User]
		}
		return cmp.Compare(a.ID, b.ID)
	})
	return newSet(profiles), l.problems
}

type loader struct {
	sources  []source
	problems []Problem
}

func (l *loader) problem(file string, user bool, line int, f *fault) {
	l.problems = append(l.problems, Problem{diag.Clean(file, maxText), line,
		diag.Clean(f.key, maxText), f.code, diag.Clean(f.detail, maxText), user})
}

func (l *loader) folder(folder fs.FS, user bool) {
	names, err := fs.Glob(folder, "*.toml")
	if err == nil && len(names) == 0 {
		_, err = fs.ReadDir(folder, ".") // Glob keeps quiet about folders it cannot read
	}
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			l.problem(".", user, 0, faultf("", Unreadable, "%v", err))
		}
		return
	}
	if len(names) > maxFiles {
		l.problem(names[maxFiles], user, 0, faultf("", TooLarge, "more than %d files", maxFiles))
		names = names[:maxFiles]
	}
	for _, name := range names {
		s, line, f := read(folder, name)
		if f == nil {
			s.profile.User = user
			f = l.clash(s)
		}
		if f != nil {
			l.problem(name, user, line, f)
			continue
		}
		l.sources = slices.DeleteFunc(l.sources, func(o source) bool { return o.profile.ID == s.profile.ID })
		l.sources = append(l.sources, s)
	}
}

// clash reports what a new file must not share with one read before: its id,
// unless it replaces a shipped one, and another provider's names.
func (l *loader) clash(s source) *fault {
	for _, o := range l.sources {
		if o.profile.ID == s.profile.ID {
			if o.profile.User == s.profile.User {
				return faultf("id", Duplicate, "%q is in %s", s.profile.ID, o.file)
			}
			continue
		}
		if name := cmp.Or(claimed(s.alone, o.samples), claimed(o.alone, s.samples)); name != "" {
			return faultf("router", Duplicate, "%q is in %s", name, o.file)
		}
	}
	return nil
}

// read reads one definition and its networks. The line is 0 where the fault
// has none.
func read(folder fs.FS, name string) (source, int, *fault) {
	text, f := readFile(folder, name, maxDefinition)
	if f != nil {
		return source{}, 0, f
	}
	d, line, f := decode(text)
	if f != nil {
		return source{}, line, f
	}
	p, f := d.profile()
	if f != nil {
		return source{}, lineOf(text, f.key), f
	}
	if d.NetworksFile != "" {
		data, f := readFile(folder, path.Join(path.Dir(name), d.NetworksFile), maxNetworks)
		if f != nil {
			f.key = "networks_file"
			return source{}, lineOf(text, f.key), f
		}
		nets, date, n, err := readNetworks([]byte(data))
		if err != nil {
			return source{}, lineOf(text, "networks_file"), faultf("networks_file", BadNetwork, "%s:%d: %v", d.NetworksFile, n, err)
		}
		p.Networks, p.NetworksDate = append(p.Networks, nets...), date
	}
	alone := newSet([]*Profile{p})
	if f := checkSamples(p, alone, d.Samples); f != nil {
		return source{}, lineOf(text, f.key), f
	}
	return source{p, alone, d.Samples, name}, 0, nil
}

func readFile(folder fs.FS, name string, limit int64) (string, *fault) {
	file, err := folder.Open(name)
	if err != nil {
		return "", faultf("", Unreadable, "%v", err)
	}
	defer func() { _ = file.Close() }() // read only: nothing is lost
	data, err := io.ReadAll(io.LimitReader(file, limit+1))
	switch {
	case err != nil:
		return "", faultf("", Unreadable, "%v", err)
	case int64(len(data)) > limit:
		return "", faultf("", TooLarge, "more than %d bytes", limit)
	}
	return string(data), nil
}

// decode reads TOML, refusing unknown keys and what would cost the reader too
// much time or stack.
func decode(text string) (*definition, int, *fault) {
	line := 0
	for l := range strings.Lines(text) {
		if line++; len(l) > maxLine || strings.Count(l, ".") > maxDots {
			return nil, line, faultf("", TooLarge, "line of %d bytes, %d dots", len(l), strings.Count(l, "."))
		}
	}
	if strings.Count(text, "[")+strings.Count(text, "{") > maxBrackets {
		return nil, 0, faultf("", TooLarge, "more than %d brackets", maxBrackets)
	}
	var d definition
	meta, err := toml.Decode(text, &d)
	if err != nil {
		var at toml.ParseError
		if errors.As(err, &at) {
			return nil, at.Position.Line, faultf(at.LastKey, BadSyntax, "%s", at.Message)
		}
		// A wrong type comes as a plain error: its place is only in the text.
		if m := typeError.FindStringSubmatch(err.Error()); m != nil {
			n, _ := strconv.Atoi(m[1])
			return nil, n, faultf(m[2], BadSyntax, "%s", m[3])
		}
		return nil, 0, faultf("", BadSyntax, "%v", err)
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		key := unknown[0]
		return nil, lineOf(text, key[len(key)-1]), faultf(key.String(), UnknownKey, "")
	}
	return &d, 0, nil
}

var typeError = regexp.MustCompile(`^toml: line (\d+) \(last key "([^"]*)"\): (.*)$`)

var keyForm = regexp.MustCompile(`^([a-z_]+)\[(\d+)\](?:\.([a-z_]+))?$`)

// lineOf finds the line of a key («router[2].host», «checked») in a TOML text,
// 0 if it is not found: the reader keeps no places of values.
func lineOf(text, key string) int {
	table, skip := "", 0
	if m := keyForm.FindStringSubmatch(key); m != nil {
		// An item without its key, or of a plain list, is shown by its head.
		skip, _ = strconv.Atoi(m[2])
		table, key = m[1], m[3]
	}
	line, head := 0, 0
	for l := range strings.Lines(text) {
		line++
		l = strings.TrimSpace(l)
		name, value, isPair := strings.Cut(l, "=")
		name = strings.Trim(strings.TrimSpace(name), `"'`)
		switch {
		case table != "" && strings.HasPrefix(l, "[["+table+"]]"):
			if skip--; skip == 0 {
				head = line
			} else if skip < 0 {
				return head
			}
		case table != "" && isPair && name == table && value != "":
			return line // a plain list: «networks = […]»
		case isPair && name == key && (table == "" || head > 0):
			return line
		}
	}
	return head
}
