package statement

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// masked stands where a secret was, in every file that leaves the program.
const masked = "[MASKED]"

// secretForms are what no statement may carry.
var secretForms = sync.OnceValue(func() []secretForm {
	// Open repetitions: a bounded one is copied as often, and logs are long.
	c := regexp.MustCompile
	return []secretForm{
		{"-", c(`(?s)-----BEGIN [A-Z ]*PRIVATE KEY(?: BLOCK)?-----.*?(?:-----END [A-Z ]*PRIVATE KEY(?: BLOCK)?-----|$)`)},
		{"=:", c(`(?i)\b(?:password|passwd|passwort|pwd|passphrase|kennwort|mot de passe|secret|api[_-]?key|access[_-]?key|token|auth[_-]?token)["']?\s*[=:]\s*["']?([^\s"'&;,]{3}[^\s"'&;,]*)`)},
		{"-", c(`(?i)--?(?:password|passwd|pass|token|secret)[= ]["']?([^\s"'-][^\s"']{2}[^\s"']*)`)},
		{"-", c(`(?i)\b(?:mysql|mysqldump|mariadb|mariadb-dump|sshpass)\b[^\n]*?\s-p([^\s-]\S\S+)`)},
		{"=:", c(`(?i)\bauthorization["']?\s*[:=]\s*["']?(?:basic|bearer|token)?\s*([A-Za-z0-9._~+/=-]{6}[A-Za-z0-9._~+/=-]*)`)},
		{"", c(`\b(?:AKIA|ASIA)[0-9A-Z]{16}\b`)},
		{"_-", c(`\b(?:gh[pousr]_[A-Za-z0-9]{20}[A-Za-z0-9]*|github_pat_[A-Za-z0-9_]+|glpat-[A-Za-z0-9_-]+|xox[abprs]-[A-Za-z0-9-]+|sk_live_[A-Za-z0-9]+)`)},
		{".", c(`\beyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+`)},
		{"$", c(`(?m)^[^\s:]+:(\$(?:1|2[aby]?|5|6|7|y|gy)\$[^:\s]+)`)},
		{"@", c(`(?i)[a-z][a-z0-9+.-]*://[^\s/:@]+:([^\s/@]+)@`)},
		{"?&", c(`(?i)https?://[^\s"'<>]*?[?&](?:token|key|sig|signature|auth|hash|secret|code|t)=([^\s"'<>&]{4}[^\s"'<>&]*)`)},
	}
})

// secretForm is what a secret looks like. Where the form has a group only the
// group is the secret. A text without any character of hint holds none.
type secretForm struct {
	hint string
	form *regexp.Regexp
}

func (f secretForm) maybe(s string) bool { return f.hint == "" || strings.ContainsAny(s, f.hint) }

// secretSpans gives the places of secrets in a text, in no order.
func secretSpans(s string) [][2]int {
	var spans [][2]int
	for _, form := range secretForms() {
		if !form.maybe(s) {
			continue
		}
		for _, m := range form.form.FindAllStringSubmatchIndex(s, -1) {
			at := [2]int{m[0], m[1]}
			if len(m) > 3 && m[2] >= 0 {
				at = [2]int{m[2], m[3]}
			}
			if isSecret(s[at[0]:at[1]]) {
				spans = append(spans, at)
			}
		}
	}
	return spans
}

// isSecret leaves out what was masked before, and the words in front of one.
func isSecret(word string) bool {
	return !strings.HasPrefix(word, "[") && !slices.Contains([]string{"basic", "bearer", "token", "digest"}, strings.ToLower(word))
}

// holdsSecret says whether a text carries a secret.
func holdsSecret(s string) bool { return len(secretSpans(s)) > 0 }

// maskSecrets takes the secrets out of a text. It is repeated, for what one form
// leaves may be one of another.
func maskSecrets(s string) string {
	for range 3 {
		before := s
		for _, form := range secretForms() {
			if form.maybe(s) {
				s = maskForm(s, form.form)
			}
		}
		if s == before {
			break
		}
	}
	return s
}

func maskForm(s string, form *regexp.Regexp) string {
	found := form.FindAllStringSubmatchIndex(s, -1)
	if found == nil {
		return s
	}
	var b strings.Builder
	end := 0
	for _, m := range found {
		from, to := m[0], m[1]
		if len(m) > 3 && m[2] >= 0 {
			from, to = m[2], m[3]
		}
		b.WriteString(s[end:from])
		if word := s[from:to]; isSecret(word) {
			b.WriteString(masked)
		} else {
			b.WriteString(word)
		}
		end = to
	}
	b.WriteString(s[end:])
	return b.String()
}

// Mask takes the secrets out of an output before it is cited or attached. What
// was changed says so.
func (e Exhibit) Mask() Exhibit {
	e.Command = maskSecrets(e.Command)
	if e.Data != nil {
		data := []byte(maskSecrets(string(e.Data)))
		e.Masked = !bytes.Equal(data, e.Data)
		e.Data = data
	}
	return e
}
