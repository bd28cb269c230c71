package diag

import (
	"regexp"
	"sync"
)

// Pattern is a regular expression that is compiled when it is first used. The
// readers of command outputs have some two hundred: compiling them takes longer
// than the whole rest of a start, and most starts read no output.
type Pattern struct {
	text     string
	once     sync.Once
	compiled *regexp.Regexp
}

// NewPattern keeps an expression in the syntax of package regexp. It is for
// expressions written in the program: a wrong one panics when it is first used.
func NewPattern(text string) *Pattern { return &Pattern{text: text} }

func (p *Pattern) regexp() *regexp.Regexp {
	p.once.Do(func() { p.compiled = regexp.MustCompile(p.text) })
	return p.compiled
}

// The methods are those of regexp.Regexp.

func (p *Pattern) Match(b []byte) bool { return p.regexp().Match(b) }

func (p *Pattern) MatchString(s string) bool { return p.regexp().MatchString(s) }

func (p *Pattern) FindSubmatch(b []byte) [][]byte { return p.regexp().FindSubmatch(b) }

func (p *Pattern) FindStringSubmatch(s string) []string { return p.regexp().FindStringSubmatch(s) }

func (p *Pattern) Find(b []byte) []byte { return p.regexp().Find(b) }

func (p *Pattern) FindString(s string) string { return p.regexp().FindString(s) }

func (p *Pattern) FindAllStringSubmatch(s string, n int) [][]string {
	return p.regexp().FindAllStringSubmatch(s, n)
}

func (p *Pattern) FindAllStringSubmatchIndex(s string, n int) [][]int {
	return p.regexp().FindAllStringSubmatchIndex(s, n)
}

func (p *Pattern) ReplaceAll(b, with []byte) []byte { return p.regexp().ReplaceAll(b, with) }

func (p *Pattern) ReplaceAllString(s, with string) string {
	return p.regexp().ReplaceAllString(s, with)
}

func (p *Pattern) Split(s string, n int) []string { return p.regexp().Split(s, n) }
