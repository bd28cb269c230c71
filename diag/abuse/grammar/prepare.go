package grammar

import "bytes"

// Prepare takes off a line what mails and forums put around it: the line end,
// byte order marks, quoting («> », «>> »), and turns no-break spaces into
// spaces and links that a mail filter rewrote back into what they wrapped. The
// result points into line wherever nothing in its middle has to change.
func Prepare(line []byte) []byte {
	for len(line) > 0 && (line[len(line)-1] == '\n' || line[len(line)-1] == '\r') {
		line = line[:len(line)-1]
	}
	line = unquote(line)
	if bytes.IndexByte(line, 0xC2) >= 0 || bytes.IndexByte(line, 0xEF) >= 0 {
		line = bytes.ReplaceAll(line, []byte("\u00a0"), []byte(" "))
		line = bytes.ReplaceAll(line, bom(), nil)
	}
	if bytes.Contains(line, []byte("urldefense.")) {
		line = unwrapLinks(line)
	}
	return line
}

// unquote takes marks of quoting and byte order marks off the start of a line.
// «>=» quotes nothing.
func unquote(line []byte) []byte {
	const indent = 4 // blanks before a mark: « > »
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case c == '>' && (i+1 == len(line) || line[i+1] != '='):
			line, i = line[i+1:], -1
			if len(line) > 0 && line[0] == ' ' {
				line = line[1:]
			}
		case c == 0xEF && bytes.HasPrefix(line[i:], bom()):
			line, i = line[i+3:], -1
		case !blank(c) || i >= indent:
			return line
		}
	}
	return line
}

func bom() []byte { return []byte{0xEF, 0xBB, 0xBF} }

// unwrapLinks undoes «https://urldefense.com/v3/__http://192.0.2.10__;!!…$».
func unwrapLinks(line []byte) []byte {
	const open, shut = "/__", "__;"
	for {
		at := bytes.Index(line, []byte("https://urldefense."))
		if at < 0 {
			return line
		}
		from := bytes.Index(line[at:], []byte(open))
		if from < 0 {
			return line
		}
		from += at + len(open)
		to := bytes.Index(line[from:], []byte(shut))
		if to < 0 {
			return line
		}
		to += from
		end := to
		for end < len(line) && !blank(line[end]) {
			end++
		}
		inner := line[from:to]
		for _, scheme := range []string{"http://", "https://"} {
			inner = bytes.TrimPrefix(inner, []byte(scheme))
		}
		inner = bytes.TrimSuffix(inner, []byte("/"))
		line = bytes.Join([][]byte{line[:at], inner, line[end:]}, nil)
	}
}
