package mail

import (
	"bytes"
	"strings"
)

// split cuts a multipart body at its boundary lines. Pieces point into body.
// sound is false if the last boundary is missing or none was found. No more
// than most are looked for.
func split(body []byte, boundary string, most int) (pieces [][]byte, sound bool) {
	delimiter := []byte("--" + boundary)
	open := -1 // where the current piece begins
	for at := 0; at < len(body); {
		found := bytes.Index(body[at:], delimiter)
		if found < 0 {
			break
		}
		found += at
		at = found + len(delimiter)
		if found > 0 && body[found-1] != '\n' {
			continue
		}
		line, next := cutLine(body[at:])
		line = bytes.TrimRight(line, " \t\r")
		if len(line) != 0 && string(line) != "--" {
			continue
		}
		at = len(body) - len(next)
		if open >= 0 {
			pieces = append(pieces, trimEnd(body[open:found]))
		}
		if len(pieces) == most {
			return pieces, true
		}
		open, sound = at, false
		if len(line) > 0 {
			open, sound = -1, true
		}
	}
	if open >= 0 {
		pieces = append(pieces, body[open:])
	}
	return pieces, sound
}

// trimEnd takes off the line end that belongs to the boundary after it.
func trimEnd(piece []byte) []byte {
	return bytes.TrimSuffix(bytes.TrimSuffix(piece, []byte("\n")), []byte("\r"))
}

// guessBoundary finds a line «--…» with a field of a part below it.
func guessBoundary(body []byte) (string, bool) {
	const lines = 200 // preambles are short
	for range lines {
		line, next := cutLine(body)
		if len(next) == 0 {
			break
		}
		if mark, ok := bytes.CutPrefix(bytes.TrimRight(line, " \t"), []byte("--")); ok && len(mark) > 0 && len(mark) <= 200 {
			below, _ := cutLine(next)
			if name, _, ok := cutField(below); ok && strings.HasPrefix(name, "content-") {
				return string(mark), true
			}
		}
		body = next
	}
	return "", false
}

// alternative keeps one of several bodies that say the same: the plain text,
// unless another one says far more or keeps the rows of tables together. Files
// of all of them are kept.
func alternative(children [][]Part) []Part {
	best := preferred(children)
	var kept []Part
	for i, parts := range children {
		for _, p := range parts {
			if i == best || !isBody(p) {
				kept = append(kept, p)
			}
		}
	}
	return kept
}

// preferred is the index of the body to keep, -1 if there is none.
func preferred(children [][]Part) int {
	const farMore = 3 // a stub «please use another program» against a report
	heaviest, plain := -1, -1
	weights := make([]int, len(children))
	for i, parts := range children {
		for _, p := range parts {
			if !isBody(p) {
				continue
			}
			weights[i] += weight(p.Text)
			if plain < 0 && p.Type == "text/plain" {
				plain = i
			}
		}
		if heaviest < 0 || weights[i] > weights[heaviest] {
			heaviest = i
		}
	}
	if plain < 0 || weights[plain]*farMore < weights[heaviest] {
		return heaviest
	}
	for i, parts := range children {
		if i != plain && torn(children[plain], parts) {
			return i
		}
	}
	return plain
}

// torn says that the rows of tables of page are not lines of plain: many
// programs put every cell on a line of its own there.
func torn(plain, page []Part) bool {
	const sample = 3
	seen := 0
	for _, p := range page {
		if !isBody(p) || p.Type != "text/html" {
			continue
		}
		for line := range bytes.Lines(p.Text) {
			cells := bytes.Split(bytes.TrimSpace(line), []byte{'\t'})
			if len(cells) < 3 {
				continue
			}
			if holds(plain, cells[0], cells[len(cells)-1]) {
				return false
			}
			if seen++; seen == sample {
				return true
			}
		}
	}
	return false
}

// holds says that a line has both words.
func holds(parts []Part, first, last []byte) bool {
	for _, p := range parts {
		if !isBody(p) {
			continue
		}
		for line := range bytes.Lines(p.Text) {
			if at := bytes.Index(line, first); at >= 0 && bytes.Contains(line[at+len(first):], last) {
				return true
			}
		}
	}
	return false
}

func isBody(p Part) bool {
	return p.Name == "" && (p.Kind == Body || p.Kind == Original)
}

// weight counts the bytes that are not blank.
func weight(text []byte) int {
	n := 0
	for _, c := range text {
		if c > ' ' {
			n++
		}
	}
	return n
}
