package app

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/BurntSushi/toml"

	"latchkey/diag"
	"latchkey/diag/checklist"
	"latchkey/diag/provider"
)

// genericWays is the file for providers that have none of their own.
const genericWays = "generic"

// The bounds of a file of ways; the largest of ours has 9 kB.
const (
	mostWayFiles = 100
	longWayFile  = 64 << 10
	longWayLine  = 4000 // bytes
	longWayText  = 400  // characters
	mostWays     = 30
	mostWaySteps = 12
)

// waySet is all files by their provider, with the words for unknown values.
type waySet struct {
	files map[string]*wayFile
	words map[string]checklist.Words
}

// wayFile is a file as written. Keys that are not here are refused.
type wayFile struct {
	Provider string      `toml:"provider"`
	Checked  string      `toml:"checked"`
	Sources  []string    `toml:"sources"`
	Inherits []string    `toml:"inherits"` // ways of the generic file
	Words    []wayWord   `toml:"word"`     // of the generic file alone
	Ways     []wayItem   `toml:"way"`
	Samples  []waySample `toml:"sample"`
}

type wayWord struct {
	Name string          `toml:"name"`
	Text checklist.Words `toml:"text"`
}

type wayItem struct {
	ID        string          `toml:"id"`
	Kind      WayKind         `toml:"kind"`
	Product   string          `toml:"product"` // server, cloud; "" both
	Reasons   []string        `toml:"reasons"` // it is for; none: all but payment
	Last      bool            `toml:"last"`    // to be tried last
	Waits     bool            `toml:"waits"`   // until a block's own time is over
	Title     checklist.Words `toml:"title"`
	Note      checklist.Words `toml:"note"`
	Why       checklist.Words `toml:"why"`
	Otherwise checklist.Words `toml:"otherwise"` // why it is not for other reasons
	Steps     []wayStepItem   `toml:"step"`
}

type wayStepItem struct {
	Text checklist.Words `toml:"text"`
	Menu checklist.Words `toml:"menu"`
	URL  string          `toml:"url"`
	Link string          `toml:"link"`
	Copy string          `toml:"copy"`
}

// waySample says what comes out: «own-ip possible».
type waySample struct {
	Reason  string   `toml:"reason"`
	Product string   `toml:"product"`
	InUse   string   `toml:"in_use"`
	Refused []string `toml:"refused"`
	Waiting bool     `toml:"waiting"`
	Ways    []string `toml:"ways"`
}

// wayReasons are the codes of the profiles' reasons.
func wayReasons() []string {
	return []string{"payment", "attack", "scan", "content", "spam", "network-config", "hacked", "hacked-blocked"}
}

// wayFault is what is wrong with a file: where, what, and what was found.
type wayFault struct{ key, code, detail string }

func (f *wayFault) Error() string { return f.key + ": " + f.code + ": " + f.detail }

func wayWrong(key, code, detail string) *wayFault { return &wayFault{key, code, detail} }

// loadWays reads the ways (*.toml) of a shipped and of the person's own folder.
// An own file replaces the shipped one of its provider; a faulty one is told and
// left out.
func loadWays(shipped, own fs.FS) (waySet, []provider.Problem) {
	set := waySet{files: map[string]*wayFile{}, words: map[string]checklist.Words{}}
	var problems []provider.Problem
	for i, folder := range []fs.FS{shipped, own} {
		names, err := fs.Glob(folder, "*.toml")
		if err != nil {
			continue
		}
		if i == 0 { // the words and what is inherited come first
			slices.SortStableFunc(names, func(a, b string) int { return rankOfFile(a) - rankOfFile(b) })
		}
		if len(names) > mostWayFiles {
			problems = append(problems, provider.Problem{File: diag.Clean(names[mostWayFiles], longWayText), Code: provider.TooLarge, User: i > 0})
			names = names[:mostWayFiles]
		}
		for _, name := range names {
			file, line, fault := readWays(folder, name)
			if fault == nil {
				fault = set.take(file)
			}
			if fault != nil {
				problems = append(problems, provider.Problem{File: diag.Clean(name, longWayText), Line: line, Key: diag.Clean(fault.key, longWayText),
					Code: fault.code, Detail: diag.Clean(fault.detail, longWayText), User: i > 0})
			}
		}
	}
	return set, problems
}

func rankOfFile(name string) int {
	if name == genericWays+".toml" {
		return 0
	}
	return 1
}

// readWays reads a file as it is written; line is where it is no TOML.
func readWays(folder fs.FS, name string) (file *wayFile, line int, fault *wayFault) {
	info, err := fs.Stat(folder, name)
	if err != nil || !info.Mode().IsRegular() {
		return nil, 0, wayWrong("", provider.Unreadable, "")
	}
	if info.Size() > longWayFile {
		return nil, 0, wayWrong("", provider.TooLarge, "")
	}
	data, err := fs.ReadFile(folder, name)
	if err != nil {
		return nil, 0, wayWrong("", provider.Unreadable, "")
	}
	if line, ok := wayBounds(string(data)); !ok {
		return nil, line, wayWrong("", provider.TooLarge, "")
	}
	file = &wayFile{}
	meta, err := toml.Decode(string(data), file)
	var syntax toml.ParseError
	switch {
	case errors.As(err, &syntax):
		return nil, syntax.Position.Line, wayWrong(syntax.LastKey, provider.BadSyntax, syntax.Message)
	case err != nil:
		return nil, 0, wayWrong("", provider.BadSyntax, err.Error())
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		return nil, 0, wayWrong(unknown[0].String(), provider.UnknownKey, "")
	}
	return file, 0, nil
}

// wayBounds keeps files away from the TOML reader that cost it much: it is
// quadratic in dotted keys and recursive in nested lists.
func wayBounds(text string) (line int, ok bool) {
	for l := range strings.Lines(text) {
		line++
		key, _, _ := strings.Cut(l, "=")
		if len(l) > longWayLine || strings.Count(key, ".") > 20 || strings.Count(l, "[")+strings.Count(l, "{") > 100 {
			return line, false
		}
	}
	if strings.Count(text, "[")+strings.Count(text, "{") > 2000 {
		return 0, false
	}
	return 0, true
}

// generic gives a way of the generic file.
func (set waySet) generic(id string) (wayItem, bool) {
	file := set.files[genericWays]
	if file == nil {
		return wayItem{}, false
	}
	i := slices.IndexFunc(file.Ways, func(w wayItem) bool { return w.ID == id })
	if i < 0 {
		return wayItem{}, false
	}
	return file.Ways[i], true
}

// take checks a file and takes it in if it is sound.
func (set waySet) take(file *wayFile) *wayFault {
	if f := file.head(); f != nil {
		return f
	}
	words, f := file.ownWords(set.words)
	if f != nil {
		return f
	}
	ids := map[string]bool{}
	for i, w := range file.Ways {
		key := fmt.Sprintf("way[%d]", i+1)
		if ids[w.ID] {
			return wayWrong(key+".id", provider.Duplicate, w.ID)
		}
		ids[w.ID] = true
		if f := w.check(key, words); f != nil {
			return f
		}
	}
	next := waySet{files: map[string]*wayFile{genericWays: set.files[genericWays], file.Provider: file}, words: words}
	for i, id := range file.Inherits {
		if _, ok := next.generic(id); !ok || ids[id] || slices.Index(file.Inherits, id) < i {
			return wayWrong(fmt.Sprintf("inherits[%d]", i+1), provider.BadValue, id)
		}
	}
	if f := next.prove(file); f != nil {
		return f
	}
	set.files[file.Provider] = file
	maps.Copy(set.words, words)
	return nil
}

// ownWords are the words for unknown values: those that are there, with those
// of the generic file.
func (file *wayFile) ownWords(known map[string]checklist.Words) (map[string]checklist.Words, *wayFault) {
	words := maps.Clone(known)
	for i, w := range file.Words {
		key := fmt.Sprintf("word[%d]", i+1)
		if file.Provider != genericWays || !codeForm().MatchString(w.Name) {
			return nil, wayWrong(key, provider.BadValue, w.Name)
		}
		if f := checkWords(key, w.Text, nil); f != nil {
			return nil, f
		}
		words[w.Name] = w.Text
	}
	return words, nil
}

func (file *wayFile) head() *wayFault {
	if !codeForm().MatchString(file.Provider) {
		return wayWrong("provider", provider.BadValue, file.Provider)
	}
	if _, err := time.Parse(time.DateOnly, file.Checked); err != nil {
		return wayWrong("checked", provider.BadValue, file.Checked)
	}
	for i, s := range file.Sources {
		if !secureURL(s) {
			return wayWrong(fmt.Sprintf("sources[%d]", i+1), provider.BadValue, s)
		}
	}
	switch {
	case len(file.Ways) > mostWays || len(file.Inherits) > mostWays || len(file.Words) > mostWays || len(file.Samples) > mostWays:
		return wayWrong("way", provider.TooLarge, "")
	case len(file.Ways)+len(file.Inherits) == 0:
		return wayWrong("way", provider.Missing, "")
	case len(file.Samples) == 0:
		return wayWrong("sample", provider.NoSample, "")
	}
	return nil
}

func codeForm() *regexp.Regexp { return regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`) }

// shown reports a text that a screen can show as it is.
func shown(s string) bool { return s != "" && diag.Clean(s, longWayText) == s }

// secureURL reports an https address without a user's name: nothing else is opened.
func secureURL(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.Scheme == "https" && u.Host != "" && u.User == nil && shown(s)
}

// check checks one way.
func (i wayItem) check(key string, words map[string]checklist.Words) *wayFault {
	switch {
	case !codeForm().MatchString(i.ID) || len(i.ID) > 40:
		return wayWrong(key+".id", provider.BadValue, i.ID)
	case !slices.Contains([]WayKind{WayPay, WayAccess, WayRelease}, i.Kind):
		return wayWrong(key+".kind", provider.BadValue, string(i.Kind))
	case !slices.Contains([]string{"", "server", "cloud"}, i.Product):
		return wayWrong(key+".product", provider.BadValue, i.Product)
	case len(i.Steps) == 0 || len(i.Steps) > mostWaySteps:
		return wayWrong(key+".step", provider.Missing, fmt.Sprint(len(i.Steps)))
	}
	for _, r := range i.Reasons {
		if !slices.Contains(wayReasons(), r) {
			return wayWrong(key+".reasons", provider.BadValue, r)
		}
	}
	for n, s := range i.Steps {
		if f := s.check(fmt.Sprintf("%s.step[%d]", key, n+1), words); f != nil {
			return f
		}
	}
	for name, w := range map[string]checklist.Words{"title": i.Title, "note": i.Note, "why": i.Why, "otherwise": i.Otherwise} {
		if name == "otherwise" && w == nil {
			continue
		}
		if f := checkWords(key+"."+name, w, words); f != nil {
			return f
		}
	}
	return nil
}

// check checks one step.
func (s wayStepItem) check(key string, words map[string]checklist.Words) *wayFault {
	_, known := words[s.Copy]
	switch {
	case s.URL != "" && !secureURL(s.URL):
		return wayWrong(key+".url", provider.BadValue, s.URL)
	case !slices.Contains([]string{"", "retest", "statement"}, s.Link):
		return wayWrong(key+".link", provider.BadValue, s.Link)
	case s.Copy != "" && !known:
		return wayWrong(key+".copy", provider.BadValue, s.Copy)
	}
	for tag, text := range s.Menu {
		if len(tag) != 2 || !shown(text) {
			return wayWrong(key+".menu", provider.BadValue, text)
		}
	}
	return checkWords(key, s.Text, words)
}

// checkWords wants a text in English, which stands in for a language that is
// missing, and known placeholders.
func checkWords(key string, w checklist.Words, words map[string]checklist.Words) *wayFault {
	if w["en"] == "" {
		return wayWrong(key, provider.Missing, "")
	}
	for tag, text := range w {
		if len(tag) != 2 || !shown(text) {
			return wayWrong(key, provider.BadValue, text)
		}
		for _, m := range regexp.MustCompile(`{([^{}]*)}`).FindAllStringSubmatch(text, -1) {
			if _, ok := words[m[1]]; !ok {
				return wayWrong(key, provider.BadValue, m[0])
			}
		}
	}
	return nil
}

// prove runs the samples of a file.
func (set waySet) prove(file *wayFile) *wayFault {
	for i, s := range file.Samples {
		f := wayFacts{reason: s.Reason, product: s.Product, inUse: s.InUse, refused: s.Refused, waiting: s.Waiting}
		var got []string
		for _, w := range set.choose(file.Provider, f) {
			got = append(got, w.ID+" "+string(w.State))
		}
		if !slices.Equal(got, s.Ways) {
			return wayWrong(fmt.Sprintf("sample[%d]", i+1), provider.BadSample, strings.Join(got, ", "))
		}
	}
	return nil
}
