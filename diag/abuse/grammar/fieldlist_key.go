package grammar

import "bytes"

// cutField takes a line «Name: value» apart, also as «- Name = value»,
// «Name ....: value» and «"name": "value",»; false if it is none.
func cutField(line []byte) (key, value []byte, ok bool) {
	bare := bytes.TrimLeft(line, " \t-*")
	line = bytes.TrimLeft(bare, "\"")
	if len(line) < len(bare) { // JSON
		line = bytes.TrimRight(line, ", \t")
	}
	i := bytes.IndexAny(line, ":=")
	if i < 2 || i+1 < len(line) && !blank(line[i+1]) && line[i+1] != '"' && line[i] == ':' {
		return nil, nil, false // «http://», «10:20:30»
	}
	key = bytes.TrimRight(line[:i], " \t.\"")
	if len(key) < 2 || len(key) > maxColumnName {
		return nil, nil, false
	}
	if !isFieldName(key) {
		return nil, nil, false
	}
	value = Trim(line[i+1:])
	if len(value) > 0 && value[0] == '"' {
		value = bytes.Trim(value, "\"")
	}
	return key, value, true
}

// isFieldName reports whether a name holds nothing that names do not.
func isFieldName(key []byte) bool {
	for _, c := range key {
		if !letter(c) && !digit(c) && c < 0x80 && bytes.IndexByte([]byte(" -_()/.+"), c) < 0 {
			return false
		}
	}
	return true
}

// lowerKey writes a key in lower case into room; it is short by cutField.
func lowerKey(room *[maxColumnName]byte, key []byte) []byte {
	n := copy(room[:], key)
	for i := range n {
		room[i] = lower(room[i])
	}
	return room[:n]
}

// isRecordEnd reports whether a line only parts records: a rule, a brace.
func isRecordEnd(line []byte) bool {
	return len(bytes.Trim(line, "-=*_#+{}[],. \t")) == 0
}
