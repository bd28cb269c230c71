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

// secretForms are what no statement may carry. Where a group is set only the
// group is the secret, else all that matched.
var secretForms = sync.OnceValue(func() []*regexp.Regexp {
	return []*regexp.Regexp{
		regexp.MustCompile(`(?s)-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----.*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)`),
		regexp.MustCompile(`(?i)\b(?:password|passwd|passwort|pwd|passphrase|kennwort|secret|api[_-]?key|access[_-]?key|token|auth[_-]?token)["']?\s*[=:]\s*["']?([^\s"'&;,]{3,200})`),
		regexp.MustCompile(`(?i)--?(?:password|passwd|pass|token|secret)[= ]["']?([^\s"'-][^\s"']{2,200})`),
		regexp.MustCompile(`(?i)\b(?:mysql|mysqldump|mariadb|mariadb-dump|sshpass)\b[^\n]{0,200}?\s-p([^\s-]\S{2,100})`),
		regexp.MustCompile(`(?i)\bauthorization["']?\s*[:=]\s*["']?(?:basic|bearer|token)?\s*([A-Za-z0-9._~+/=-]{6,})`),
		regexp.MustCompile(`\b(?:AKIA|ASIA)[0-9A-Z]{16}\b`),
		regexp.MustCompile(`\b(?:gh[pousr]_[A-Za-z0-9]{20,255}|github_pat_[A-Za-z0-9_]{20,255}|glpat-[A-Za-z0-9_-]{16,64}|xox[abprs]-[A-Za-z0-9-]{10,200}|sk_live_[A-Za-z0-9]{16,100})`),
		regexp.MustCompile(`\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}`),
		regexp.MustCompile(`(?m)^[^\s:]{1,64}:(\$(?:1|2[aby]?|5|6|7|y|gy)\$[^:\s]{8,300})`),
		regexp.MustCompile(`(?i)[a-z][a-z0-9+.-]{1,20}://[^\s/:@]{1,100}:([^\s/@]{1,200})@`),
		regexp.MustCompile(`(?i)https?://[^\s"'<>]{0,500}[?&](?:token|key|sig|signature|auth|hash|secret|code|t)=([^\s"'<>&]{4,500})`),
	}
})

// secretSpans gives the places of secrets in a text, in no order.
func secretSpans(s string) [][2]int {
	var spans [][2]int
	for _, form := range secretForms() {
		for _, m := range form.FindAllStringSubmatchIndex(s, -1) {
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
			s = maskForm(s, form)
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

// maskExhibits gives copies without the secrets in command lines and data.
func maskExhibits(list []Exhibit) []Exhibit {
	out := make([]Exhibit, len(list))
	for i, e := range list {
		e.Command = maskSecrets(e.Command)
		if e.Data != nil {
			data := []byte(maskSecrets(string(e.Data)))
			e.Masked = !bytes.Equal(data, e.Data)
			e.Data = data
		}
		out[i] = e
	}
	return out
}
