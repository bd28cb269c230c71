package checklist

import (
	"strings"

	"latchkey/diag"
)

// judgeMaskedFile: I10, a file's name steers the screen or is not what it looks
// like. Emoji are joined by an invisible character too, so it is but a notice.
func judgeMaskedFile(h *Host, found finder) {
	told := 0
	for _, f := range h.Files {
		if f.Masked && told < mostOfRule {
			told++
			found(diag.Notice, f.Where, "path", shown(f.Path), "user", given(f.Owner))
		}
	}
}

// actingName is a name that something else than a person is meant to read: an
// option («-rf», «--checkpoint-action=…» where a script writes «*»), a command
// for a shell, a formula for a spreadsheet, markup for a page.
var actingName = diag.NewPattern("^--?[A-Za-z]|\\$\\(|`|^[=@+][A-Za-z.]+\\(|(?i)<(?:script|img|iframe|svg|object)\\b|!\\[[^\\]]*\\]\\(")

// judgeActingName: I10b, a file's name acts on a program that handles it without
// care: a nightly backup, a list that is opened as a table. Sources and tests
// hold such names too.
func judgeActingName(h *Host, found finder) {
	seen := map[string]bool{}
	for _, f := range h.Files {
		name := actingPart(f.Path)
		if name == "" || seen[name] || len(seen) >= mostOfRule {
			continue
		}
		seen[name] = true
		found(diag.Notice, f.Where, "path", shown(name), "user", given(f.Owner))
	}
}

// actingPart is a path up to its first such name, "" if it has none or lies where
// packages put it.
func actingPart(path string) string {
	if !strings.ContainsAny(path, "-$`=@+<!") || within(aboard(path), "/usr", "/lib", "/opt", "/snap") || within(aboard(path), images...) {
		return ""
	}
	for end := 0; end < len(path); end++ {
		start := end
		if i := strings.IndexByte(path[start:], '/'); i >= 0 {
			end = start + i
		} else {
			end = len(path)
		}
		if actingName.MatchString(path[start:end]) {
			return path[:end]
		}
	}
	return ""
}
