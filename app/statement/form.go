package statement

// Form is what can be filled in in a PDF of somebody else.
type Form struct {
	Fields []FormField
}

// FormField is a field of a Form.
type FormField struct {
	ID      string // what FillForm takes; lasting within the file
	Name    string // as its author named it
	Label   string // as people see it; "" if the file has none
	Kind    FieldKind
	Options []string // of a choice
	Value   string   // what stands in it; «true» or «false» of a check
	Lines   bool     // more than one line
	Max     int      // characters; 0 for no limit
	Locked  bool
	Pages   []int
}

// FieldKind says what a FormField takes.
type FieldKind int

// The kinds of fields.
const (
	FieldText FieldKind = iota
	FieldCheck
	FieldChoice
	FieldDate
)

// What a form asks for beside the sections of a statement.
const (
	FormDate  Section = "date"  // of the signature
	FormPlace Section = "place" // of the signature
	FormName  Section = "name"  // who signs
)
