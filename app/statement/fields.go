package statement

import (
	"cmp"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Field is the name of a part of the form.
type Field string

// The fields. Times are RFC 3339 or «2026-11-17 15:10» in the report's zone.
const (
	FieldReference Field = "reference"
	FieldNumber    Field = "server-number"
	FieldAddress   Field = "address"
	FieldCause     Field = "cause"
	FieldCertainty Field = "certainty" // proven, likely, possible, not-found
	FieldFixed     Field = "fix"
	FieldFixTime   Field = "fix-time"
	FieldQuiet     Field = "quiet"     // proof that nothing goes out any more
	FieldReinstall Field = "reinstall" // installed anew, or why not
	FieldRetest    Field = "retest"    // when the provider's test passed
	FieldNotValid  Field = "not-valid" // why the report is not valid; "" if it is
	FieldRequest   Field = "request"
	FieldAccess    Field = "access" // address to be let in under the lock
	FieldName      Field = "name"   // who signs
	FieldContact   Field = "contact"
	FieldPlaceName Field = "place"
	FieldLanguage  Field = "language" // of the statement
	FieldTo        Field = "to"       // mail address
	FieldTitle     Field = "title"
	FieldSummary   Field = "summary"
)

// FieldSignature is the SHA-256, in hex, of the picture of the signature among
// the case's inputs. It is chosen, not typed, and so no part of Fields.
const FieldSignature Field = "signature"

// Prefixes of fields that come in any number.
const (
	// PreventPrefix: «prevent.h2» is «active», «active 2026-11-20», or the day by
	// which it is planned; «planned» without a day is a promise without a date.
	PreventPrefix = "prevent."
	// textSuffix: «prevent.x1.text» names a measure of the person's own.
	textSuffix = ".text"
	// KnownPrefix: «known.p09» is why findings of that rule are wanted.
	KnownPrefix = "known."
	// OfferedPrefix: «offered.cause» is the proposal as it stood when the person
	// wrote or kept the own words.
	OfferedPrefix = "offered."
	// EmptyPrefix: «empty.title», «yes», says that a field was emptied on purpose:
	// nothing is proposed for it.
	EmptyPrefix = "empty."
)

// Fields lists all fields in the order of the form, without those that come in
// any number.
func Fields() []Field {
	return []Field{FieldReference, FieldNumber, FieldAddress, FieldCause, FieldCertainty, FieldFixed, FieldFixTime, FieldQuiet,
		FieldReinstall, FieldRetest, FieldNotValid, FieldRequest, FieldAccess, FieldName, FieldContact, FieldPlaceName, FieldLanguage,
		FieldTo, FieldTitle, FieldSummary}
}

// FieldNames are Fields and the prefixes, as they can be typed.
func FieldNames() []string {
	var names []string
	for _, f := range Fields() {
		names = append(names, string(f))
	}
	return append(names, PreventPrefix+"ID", PreventPrefix+"ID"+textSuffix, KnownPrefix+"RULE", EmptyPrefix+"FIELD")
}

// KnownField says whether there is such a field.
func KnownField(name string) bool {
	if slices.Contains(Fields(), Field(name)) || Field(name) == FieldSignature {
		return true
	}
	return regexp.MustCompile(`^(?:prevent\.[a-z0-9][a-z0-9-]{0,31}(?:\.text)?|known\.[a-z0-9-]{1,16}|(?:offered|empty)\.[a-z-]{1,32})$`).MatchString(name)
}

// longField is the most a field holds, in bytes; a page has 4 KB.
const longField = 64 << 10

// FieldFits says whether a value can stand in a field. "" always can.
func FieldFits(name, value string) bool {
	switch {
	case !KnownField(name) || len(value) > longField || !utf8.ValidString(value):
		return false
	case value == "":
		return true
	case strings.HasPrefix(name, EmptyPrefix):
		return value == "yes"
	case strings.HasPrefix(name, PreventPrefix) && !strings.HasSuffix(name, textSuffix):
		_, ok := readMeasure(value)
		return ok
	}
	switch Field(name) {
	case FieldCertainty:
		return slices.Contains(Certainties(), Certainty(value))
	case FieldLanguage:
		return slices.Contains(Languages(), value)
	case FieldSignature:
		return regexp.MustCompile(`^[0-9a-f]{64}$`).MatchString(value)
	case FieldFixTime, FieldRetest:
		_, ok := readTime(value, time.UTC)
		return ok
	case FieldAccess, FieldAddress:
		_, err := netip.ParseAddr(value)
		return err == nil || Field(name) == FieldAddress
	}
	return true
}

// Form is the form as typed: by the name of the field. "" is «nothing typed».
type Form map[string]string

func (f Form) get(name Field) string { return strings.TrimSpace(f[string(name)]) }

// Emptied reports whether the person wants nothing to stand in a field.
func (f Form) Emptied(name Field) bool { return f[EmptyPrefix+string(name)] != "" }

// Empty takes words and proposal out of a field. Type brings either back.
func (f Form) Empty(name Field) {
	f.Type(name, "", "")
	f[EmptyPrefix+string(name)] = "yes"
}

// Certainty is how sure the cause is.
type Certainty string

// The certainties.
const (
	CauseProven   Certainty = "proven"
	CauseLikely   Certainty = "likely"
	CausePossible Certainty = "possible"
	CauseNotFound Certainty = "not-found"
)

// Certainties lists all, surest first.
func Certainties() []Certainty {
	return []Certainty{CauseProven, CauseLikely, CausePossible, CauseNotFound}
}

// Measure is something that prevents a repetition.
type Measure struct {
	ID     string
	Text   string    // of the person's own; "" for one of the known
	Active bool      // else planned
	Day    time.Time // since when, or by when; zero if not told
}

// KnownMeasures are the ids of the measures with words of their own, those that
// fit an incident first.
func KnownMeasures(kind string) []string {
	first := map[string][]string{
		"scan":      {"outgoing", "h3", "h2", "plugins", "uploads", "passwords"},
		"flood":     {"outgoing", "h3", "plugins", "uploads", "passwords"},
		"spam":      {"h5", "plugins", "passwords", "uploads"},
		"cms":       {"plugins", "uploads", "h5", "passwords"},
		"phishing":  {"plugins", "uploads", "h5", "passwords"},
		"amplifier": {"service", "h4"},
		"mac":       {"macs", "h4"},
	}[kind]
	for _, id := range []string{"h1", "h2", "h3", "h4", "h5", "h6", "h7", "monitoring", "plugins", "uploads", "outgoing", "passwords", "service", "macs"} {
		if !slices.Contains(first, id) {
			first = append(first, id)
		}
	}
	return first
}

// Measures reads the measures of a form, in the order of their ids.
func (f Form) Measures() []Measure {
	var list []Measure
	for name, value := range f {
		id, ok := strings.CutPrefix(name, PreventPrefix)
		if !ok || strings.HasSuffix(id, textSuffix) || value == "" {
			continue
		}
		if m, ok := readMeasure(value); ok {
			m.ID, m.Text = id, strings.TrimSpace(f[name+textSuffix])
			list = append(list, m)
		}
	}
	slices.SortFunc(list, func(a, b Measure) int { return cmp.Compare(a.ID, b.ID) })
	return list
}

// readMeasure reads «active», «active 2026-11-20», «planned», «2026-11-23».
func readMeasure(value string) (m Measure, ok bool) {
	word, day, _ := strings.Cut(strings.TrimSpace(value), " ")
	switch word {
	case "active", "planned":
		m.Active = word == "active"
		if day == "" {
			return m, true
		}
	default:
		day = value
	}
	at, err := time.Parse(time.DateOnly, strings.TrimSpace(day))
	m.Day = at
	return m, err == nil
}

// readTime reads a time of the form; without an offset it is in zone.
func readTime(value string, zone *time.Location) (time.Time, bool) {
	if zone == nil {
		zone = time.UTC
	}
	value = strings.TrimSpace(value)
	for _, layout := range []string{time.RFC3339, "2006-01-02 15:04:05 -07:00", "2006-01-02 15:04 -07:00", "2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02T15:04", "2006-01-02"} {
		if t, err := time.ParseInLocation(layout, value, zone); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}
