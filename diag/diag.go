// Package diag holds the words every diagnosis shares: a Finding (one fact,
// named by a code and carrying parameters), its Severity and its Source, and
// the three-state Answer. It knows no language, no network and no file; the
// packages below it find facts, app/ turns them into sentences.
package diag

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Severity says how much a Finding matters to the person, not how sure it is.
type Severity string

// The severities, mildest first.
const (
	Info     Severity = "info"
	Notice   Severity = "notice"
	Warning  Severity = "warning"
	Critical Severity = "critical"
)

// Source points at the raw bytes a Finding came from, so that every sentence
// can be traced back to them. Zero fields are not known.
type Source struct {
	File string `json:"file,omitempty"` // name in the case, never a path of this computer
	Part string `json:"part,omitempty"` // MIME part or section of a bundle
	Line int    `json:"line,omitempty"` // 1-based
}

// Params are the values a Finding's sentence needs. Values are strings,
// integers, floats, durations or lists of those; "count" selects the plural.
type Params map[string]any

// Finding is one fact. Code («trace.ends-at-border») is lasting: texts, rules
// and saved cases refer to it.
type Finding struct {
	Code     string   `json:"code"`
	Severity Severity `json:"severity"`
	Params   Params   `json:"params"`
	Source   *Source  `json:"source,omitempty"`
	// Rule is the lasting id of the rule that found it in a command's output
	// («P01»), Attack what MITRE ATT&CK calls it; both empty elsewhere.
	Rule   string   `json:"rule,omitempty"`
	Attack []string `json:"attack,omitempty"`
}

// Answer is a fact with three states: not asked (the zero value), yes, no.
type Answer uint8

// The states of an Answer.
const (
	NotAsked Answer = iota
	Yes
	No
)

// AnswerOf turns a bool that was asked for into an Answer.
func AnswerOf(b bool) Answer {
	if b {
		return Yes
	}
	return No
}

// MarshalJSON gives true, false or null (not asked).
func (a Answer) MarshalJSON() ([]byte, error) {
	switch a {
	case Yes:
		return []byte("true"), nil
	case No:
		return []byte("false"), nil
	}
	return []byte("null"), nil
}

// UnmarshalJSON reads what MarshalJSON writes; anything else is not asked.
func (a *Answer) UnmarshalJSON(b []byte) error {
	switch string(b) {
	case "true":
		*a = Yes
	case "false":
		*a = No
	default:
		*a = NotAsked
	}
	return nil
}

// Clean makes hostile text (host names, log lines, command output) safe for a
// screen or a document: at most limit runes, no control or formatting
// characters (escape sequences, bidirectional overrides), no invalid UTF-8.
// What is left out is replaced by U+FFFD so that nobody mistakes it for whole.
// The two no-break spaces stay: French has them before «:» and in quotations.
func Clean(s string, limit int) string {
	var b strings.Builder
	n := 0
	for _, r := range s {
		if n == limit {
			b.WriteRune('…')
			break
		}
		if r == utf8.RuneError || !unicode.IsPrint(r) && r != '\u00A0' && r != '\u202F' {
			r = '\uFFFD'
		}
		b.WriteRune(r)
		n++
	}
	return b.String()
}
