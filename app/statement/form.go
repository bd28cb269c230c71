package statement

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/pdfcpu/pdfcpu/pkg/api"
	"github.com/pdfcpu/pdfcpu/pkg/font"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/form"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"
	"golang.org/x/text/unicode/norm"
)

// Why a form cannot be filled in here.
var (
	ErrFormDamaged   = errors.New("not a PDF, or a damaged one")
	ErrFormTooLarge  = errors.New("PDF is larger than 20 MB")
	ErrFormEncrypted = errors.New("PDF is protected by a password")
	ErrFormSigned    = errors.New("PDF is signed; filling it in would break the signature")
	ErrFormXFA       = errors.New("PDF holds an XFA form, which only its maker's reader can fill in")
	ErrFormNone      = errors.New("PDF has no fields")
)

// FormValueError names a field and why it does not take a value.
type FormValueError struct {
	Field string // name, or ID of one that is not in the form
	Max   int    // characters it takes; 0 if the length is not the reason
}

func (e *FormValueError) Error() string {
	if e.Max > 0 {
		return fmt.Sprintf("field %q takes %d characters", e.Field, e.Max)
	}
	return fmt.Sprintf("field %q does not take this value", e.Field)
}

// PDFForm is what can be filled in in a PDF of somebody else (AcroForm, ISO
// 32000-1, 12.7).
type PDFForm struct {
	Fields []PDFField
}

// PDFField is a field of a PDFForm.
type PDFField struct {
	ID      string // what FillForm takes; lasting within the file
	Name    string // as its author named it
	Label   string // as people see it; "" if the file has none
	Kind    PDFFieldKind
	Options []string // of a choice
	Value   string   // what stands in it; «true» or «false» of a check
	Lines   bool     // takes more than one line
	Max     int      // characters; 0 for no limit
	Locked  bool
	Pages   []int
}

// PDFFieldKind says what a PDFField takes.
type PDFFieldKind int

// The kinds of fields.
const (
	PDFFieldText PDFFieldKind = iota
	PDFFieldCheck
	PDFFieldChoice
	PDFFieldDate
)

const (
	maxForm       = 20 << 20 // bytes; a form of a provider has some hundred kB
	maxFormFields = 2000
)

// library guards pdfcpu, which keeps its folder and fonts in variables of its
// own: two calls at once would take each other's.
var library sync.Mutex

// withLibrary runs work with a folder for pdfcpu that is gone afterwards. Left
// to itself it would write into the folder for settings of the person's home;
// without any folder it has no font beyond Latin-1. Its panics become errors.
func withLibrary(cmd model.CommandMode, work func(*model.Configuration) error) (err error) {
	library.Lock()
	defer library.Unlock()
	dir, err := os.MkdirTemp("", "latchkey-form-*")
	if err != nil {
		return fmt.Errorf("make folder for fonts: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%w: %v", ErrFormDamaged, r)
		}
	}()
	if err := api.EnsureDefaultConfigAt(dir); err != nil {
		return fmt.Errorf("make folder for fonts: %w", err)
	}
	conf := model.NewDefaultConfiguration()
	conf.Cmd = cmd
	conf.Offline = true // no lookup of certificates: nothing leaves the machine
	conf.Limits = model.ResourceLimits{
		MaxStreamBytes: maxForm, MaxDecodeBytes: 2 * maxForm, MaxImagePixels: 50 << 20, MaxImageBytes: 4 * maxForm,
		MaxObjectCount: 200_000, MaxObjectStreamCount: 10_000, MaxObjectStreamFirst: 1 << 20, MaxXRefEntries: 200_000, MaxRecursionDepth: 50,
	}
	return work(conf)
}

// readForm reads at most maxForm bytes.
func readForm(r io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxForm+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("read form: %w", err)
	case len(data) > maxForm:
		return nil, ErrFormTooLarge
	case !bytes.Contains(data[:min(len(data), 1024)], []byte("%PDF-")):
		return nil, ErrFormDamaged
	}
	return data, nil
}

// ReadForm reads the fields of a PDF. Its errors are the sentinels above.
func ReadForm(r io.Reader) (PDFForm, error) {
	data, err := readForm(r)
	if err != nil {
		return PDFForm{}, err
	}
	var f PDFForm
	err = withLibrary(model.EXPORTFORMFIELDS, func(conf *model.Configuration) error {
		raw, err := exported(data, conf)
		if err == nil {
			f = fieldsOf(raw)
		}
		return err
	})
	return f, err
}

// exported gives the form as the library tells it, after a look at what would
// make filling it in vain.
func exported(data []byte, conf *model.Configuration) (*form.Form, error) {
	ctx, err := api.ReadValidateAndOptimize(bytes.NewReader(data), conf)
	switch {
	case errors.Is(err, pdfcpu.ErrWrongPassword), errors.Is(err, pdfcpu.ErrEncrypted):
		return nil, ErrFormEncrypted
	case err != nil:
		return nil, fmt.Errorf("%w: %s", ErrFormDamaged, cleanLine(err.Error(), 300))
	case ctx.Encrypt != nil:
		return nil, ErrFormEncrypted
	}
	if _, xfa := ctx.Form.Find("XFA"); xfa {
		return nil, ErrFormXFA
	}
	if ctx.SignatureExist || ctx.AppendOnly {
		return nil, ErrFormSigned
	}
	if len(ctx.Form) == 0 {
		return nil, ErrFormNone
	}
	group, ok, err := form.ExportForm(ctx.XRefTable, "")
	if err != nil {
		return nil, fmt.Errorf("%w: %s", ErrFormDamaged, cleanLine(err.Error(), 300))
	}
	if !ok || len(group.Forms) == 0 {
		return nil, ErrFormNone
	}
	return &group.Forms[0], nil
}

// fieldsOf gives the fields in the order of the pages, as far as a form tells.
func fieldsOf(raw *form.Form) PDFForm {
	var f PDFForm
	add := func(kind PDFFieldKind, p PDFField) {
		if len(f.Fields) < maxFormFields {
			p.Kind, p.Name, p.Label = kind, cleanLine(p.Name, 200), cleanLine(p.Label, 300)
			f.Fields = append(f.Fields, p)
		}
	}
	for _, t := range raw.TextFields {
		add(PDFFieldText, PDFField{ID: t.ID, Name: t.Name, Label: t.AltName, Value: t.Value, Lines: t.Multiline, Max: max(t.MaxLen, 0), Locked: t.Locked, Pages: t.Pages})
	}
	for _, t := range raw.DateFields {
		add(PDFFieldDate, PDFField{ID: t.ID, Name: t.Name, Label: t.AltName, Value: t.Value, Locked: t.Locked, Pages: t.Pages})
	}
	for _, t := range raw.CheckBoxes {
		add(PDFFieldCheck, PDFField{ID: t.ID, Name: t.Name, Label: t.AltName, Value: fmt.Sprint(t.Value), Locked: t.Locked, Pages: t.Pages})
	}
	for _, t := range raw.RadioButtonGroups {
		add(PDFFieldChoice, PDFField{ID: t.ID, Name: t.Name, Label: t.AltName, Value: t.Value, Options: t.Options, Locked: t.Locked, Pages: t.Pages})
	}
	for _, t := range raw.ComboBoxes {
		add(PDFFieldChoice, PDFField{ID: t.ID, Name: t.Name, Label: t.AltName, Value: t.Value, Options: t.Options, Locked: t.Locked, Pages: t.Pages})
	}
	for _, t := range raw.ListBoxes {
		add(PDFFieldChoice, PDFField{ID: t.ID, Name: t.Name, Label: t.AltName, Value: strings.Join(t.Values, ", "), Options: t.Options, Locked: t.Locked, Pages: t.Pages})
	}
	slices.SortStableFunc(f.Fields, func(a, b PDFField) int { return slices.Compare(a.Pages, b.Pages) })
	return f
}

// FillForm writes a copy of the PDF in r with the values, by ID of the field, to
// w; r is only read. Fields without a value stay as they are. A value a field
// does not take gives a FormValueError and nothing is written. Letters the
// form's font lacks are named by their code points. A choice from a drop-down
// list that was changed is read-only in the copy.
func FillForm(w io.Writer, r io.Reader, values map[string]string) error {
	data, err := readForm(r)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	err = withLibrary(model.FILLFORMFIELDS, func(conf *model.Configuration) error {
		raw, err := exported(data, conf)
		if err != nil {
			return err
		}
		if err := enter(raw, values); err != nil {
			return err
		}
		filled, err := json.Marshal(form.FormGroup{Forms: []form.Form{*raw}})
		if err != nil {
			return fmt.Errorf("fill form: %w", err)
		}
		err = api.FillForm(bytes.NewReader(data), bytes.NewReader(filled), &out, conf)
		if errors.Is(err, api.ErrNoFormFieldsAffected) { // everything stands there already
			out.Reset()
			_, err = out.Write(data)
		}
		if err != nil {
			return fmt.Errorf("fill form: %w", err)
		}
		return nil
	})
	if err != nil {
		return err
	}
	_, err = w.Write(out.Bytes())
	return err
}

// enter puts the values into the exported form.
func enter(raw *form.Form, values map[string]string) error {
	fields := fieldsOf(raw)
	for id, value := range values {
		i := slices.IndexFunc(fields.Fields, func(f PDFField) bool { return f.ID == id })
		if i < 0 {
			return &FormValueError{Field: id}
		}
		if err := fields.Fields[i].takes(value); err != nil {
			return err
		}
	}
	for _, t := range raw.TextFields {
		set(values, t.ID, func(v string) { t.Value = fieldText(v, t.Multiline) })
	}
	for _, t := range raw.DateFields {
		set(values, t.ID, func(v string) { t.Value = cleanLine(v, 100) })
	}
	for _, t := range raw.CheckBoxes {
		set(values, t.ID, func(v string) { t.Value = v == "true" })
	}
	for _, t := range raw.RadioButtonGroups {
		set(values, t.ID, func(v string) { t.Value = v })
	}
	for _, t := range raw.ComboBoxes {
		// Only with the lock does the library draw the new choice; without it the
		// page would go on showing the old one.
		set(values, t.ID, func(v string) { t.Locked, t.Value = t.Locked || v != t.Value, v })
	}
	for _, t := range raw.ListBoxes {
		set(values, t.ID, func(v string) { t.Values = []string{v} })
	}
	return nil
}

func set(values map[string]string, id string, put func(string)) {
	if v, ok := values[id]; ok {
		put(v)
	}
}

// takes reports why a field cannot have a value.
func (f PDFField) takes(value string) error {
	switch {
	case f.Locked,
		f.Kind == PDFFieldCheck && value != "true" && value != "false",
		f.Kind == PDFFieldChoice && !slices.Contains(f.Options, value):
		return &FormValueError{Field: f.Name}
	case f.Max > 0 && f.Kind == PDFFieldText && utf8.RuneCountInString(fieldText(value, f.Lines)) > f.Max:
		return &FormValueError{Field: f.Name, Max: f.Max}
	}
	return nil
}

// fieldFont is the font pdfcpu brings for letters beyond Latin-1.
const fieldFont = "Roboto-Regular"

// fieldText makes a value safe for a field: its lines kept only where it takes
// lines, no steering characters, letters without a picture named.
func fieldText(value string, multiline bool) string {
	lines := strings.Split(strings.ReplaceAll(value, "\r\n", "\n"), "\n")
	known, _, err := font.UserFont(fieldFont)
	has := func(r rune) bool {
		_, ok := known.Chars[uint32(r)]
		return ok || err != nil || r < 0x100
	}
	for i, l := range lines {
		var b strings.Builder
		for _, r := range norm.NFC.String(cleanLine(l, maxForm)) {
			if r == '\uFFFD' && !has(r) {
				r = '?'
			}
			if has(r) {
				b.WriteRune(r)
			} else {
				fmt.Fprintf(&b, "[U+%04X]", r)
			}
		}
		lines[i] = b.String()
	}
	if multiline {
		return strings.TrimRight(strings.Join(lines, "\n"), "\n")
	}
	return strings.TrimSpace(strings.Join(lines, " "))
}
