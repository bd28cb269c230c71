package abuse

import (
	"bytes"

	"latchkey/diag/abuse/grammar"
)

// looksLikeRow reports whether a line that no grammar understood holds what
// rows hold: an address, masked or not, and no sentence.
func looksLikeRow(line []byte) bool { return !isProse(line) && holdsAddress(line) }

// holdsAddress reports whether a line holds something in the shape of an
// address: four parts with dots, or six and more with colons.
func holdsAddress(line []byte) bool { return addresses(line, 1) == 1 }

// addresses counts what has the shape of an address, at most most.
func addresses(line []byte, most int) int {
	n, dots, colons := 0, 0, 0
	for i, c := range line {
		switch {
		case c == '.' && i > 0 && i+1 < len(line) && addressByte(line[i-1]) && addressByte(line[i+1]):
			dots++
		case c == ':':
			colons++
		case !addressByte(c):
			dots, colons = 0, 0
		}
		if dots == 3 || colons == 5 {
			if n++; n >= most {
				return n
			}
			dots, colons = 0, 0
		}
	}
	return n
}

func addressByte(c byte) bool {
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'f' || c|0x20 == 'x' || c|0x20 == 'y' || c == '*' || c == '?'
}

// isProse reports whether a line is a sentence, a title about one host («Attack
// from 192.0.2.10»), a label with its value («Server: 192.0.2.10»), or nothing
// but ornament.
func isProse(line []byte) bool {
	words, long, letters, digits := 0, 0, 0, 0
	for _, c := range line {
		if c|0x20 >= 'a' && c|0x20 <= 'z' || c >= 0x80 {
			switch letters++; letters {
			case 3:
				words++
			case 4: // no protocol, flag or month
				long++
			}
			continue
		}
		letters = 0
		if c >= '0' && c <= '9' {
			digits++
		}
	}
	switch {
	case digits < 4, words >= 4 && digits < 3*words:
		return true
	case long >= 2 && digits <= 12 && addresses(line, 2) == 1 && oneNumber(line):
		return true
	}
	return isLabelled(line)
}

// oneNumber reports whether all digits of a line are in one word, the address.
func oneNumber(line []byte) bool {
	words := 0
	for len(line) > 0 {
		var word []byte
		if word, line = grammar.Cut(line); digitsOf(word) > 0 {
			words++
		}
	}
	return words == 1
}

// isLabelled reports whether a line is words, a colon, and a value that names
// one host or one range at most.
func isLabelled(line []byte) bool {
	const longest = 40 // a label is a few words
	for i, c := range line {
		switch {
		case c == ':':
			ended := i+1 == len(line) || line[i+1] == ' ' || line[i+1] == '\t'
			return i > 1 && ended && namesOne(line)
		case i >= longest || !labelByte(c):
			return false
		}
	}
	return false
}

// namesOne reports whether a line names one address at most, or a range.
func namesOne(line []byte) bool {
	return addresses(line, 2) < 2 || bytes.Contains(line, []byte(" - "))
}

func labelByte(c byte) bool {
	return c|0x20 >= 'a' && c|0x20 <= 'z' || c >= 0x80 || c == ' ' || c == '-' || c == '_' || c == '/'
}

func digitsOf(line []byte) int {
	n := 0
	for _, c := range line {
		if c >= '0' && c <= '9' {
			n++
		}
	}
	return n
}
