package mail

import "bytes"

const (
	armourSigned = "-----BEGIN PGP SIGNED MESSAGE-----"
	armourBegin  = "-----BEGIN PGP SIGNATURE-----"
	armourEnd    = "-----END PGP SIGNATURE-----"
	armourSecret = "-----BEGIN PGP MESSAGE-----"
)

// unarmour takes the frame of a clear-signed text off (RFC 9580 section 7):
// the header, the escapes «- », and the signature.
func unarmour(text []byte) []byte {
	if !bytes.Contains(text, []byte(armourSigned)) {
		return text
	}
	out := make([]byte, 0, len(text))
	const (
		outside = iota
		heading // «Hash: SHA256», up to a blank line
		signed
		signature
	)
	state := outside
	for len(text) > 0 {
		line, next := cutLine(text)
		whole := text[:len(text)-len(next)]
		text = next
		switch bare := bytes.TrimRight(line, " \t"); {
		case string(bare) == armourSigned && state == outside:
			state = heading
		case state == heading:
			if len(bare) == 0 {
				state = signed
			}
		case string(bare) == armourBegin && state == signed:
			state = signature
		case state == signature:
			if string(bare) == armourEnd {
				state = outside
			}
		case state == signed:
			out = append(out, bytes.TrimPrefix(whole, []byte("- "))...)
		default:
			out = append(out, whole...)
		}
	}
	return out
}
