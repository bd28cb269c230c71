package statement

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"
)

// The form in testdata/form was made by ReportLab 3.6, its protected copies and
// the one with an XFA entry by qpdf 11.
func formFile(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "form", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func field(t testing.TB, f PDFForm, name string) PDFField {
	t.Helper()
	for _, x := range f.Fields {
		if x.Name == name {
			return x
		}
	}
	t.Fatalf("no field %q in %+v", name, f.Fields)
	return PDFField{}
}

func TestReadForm(t *testing.T) {
	f, err := ReadForm(bytes.NewReader(formFile(t, "form.pdf")))
	if err != nil {
		t.Fatal(err)
	}
	if len(f.Fields) != 9 {
		t.Errorf("%d fields, want 9: %+v", len(f.Fields), f.Fields)
	}
	cause, box, choice := field(t, f, "ursache"), field(t, f, "confirm"), field(t, f, "urgency")
	if cause.Label != "Ursache des Vorfalls" || !cause.Lines || cause.Max != 4000 || cause.Kind != PDFFieldText {
		t.Errorf("%+v", cause)
	}
	if box.Kind != PDFFieldCheck || box.Value != "false" {
		t.Errorf("%+v", box)
	}
	if choice.Kind != PDFFieldChoice || strings.Join(choice.Options, ",") != "normal,hoch" || choice.Value != "normal" {
		t.Errorf("%+v", choice)
	}
}

func TestProposedMapping(t *testing.T) {
	f, err := ReadForm(bytes.NewReader(formFile(t, "form.pdf")))
	if err != nil {
		t.Fatal(err)
	}
	proposal := f.Propose()
	for name, want := range map[string]Section{
		"abuse_id": SectionReference, "ip": SectionReference, "ursache": SectionCause, "q2": SectionFix,
		"q3": SectionPrevention, "name": FormName, "ort_datum": FormDate, "confirm": "", "urgency": "",
	} {
		if got := proposal[field(t, f, name).ID]; got != want {
			t.Errorf("%s is filled from %q, want %q", name, got, want)
		}
	}
}

func TestSectionsByWords(t *testing.T) {
	for label, want := range map[string]Section{
		"Was war der Grund?": SectionCause, "causeOfIncident": SectionCause, "Quelle est la cause ?": SectionCause,
		"Wie haben Sie das Problem gelöst?": SectionFix, "Quelles mesures avez-vous prises ?": SectionFix, "frm_fix_1": SectionFix,
		"Wie verhindern Sie die Ursache künftig?": SectionPrevention, "How will you prevent this?": SectionPrevention, "Comment éviter cela": SectionPrevention,
		"Description": SectionSummary, "IP": SectionReference, "E-Mail": SectionContact, "Date de signature": FormDate, "Lieu": FormPlace,
		"Fax": "", "": "", "Text1": "",
	} {
		if got := sectionOf(label); got != want {
			t.Errorf("%q: %q, want %q", label, got, want)
		}
	}
}

func TestFillForm(t *testing.T) {
	original := formFile(t, "form.pdf")
	f, err := ReadForm(bytes.NewReader(original))
	if err != nil {
		t.Fatal(err)
	}
	values := FormValues(letter(), f.Propose())
	values[field(t, f, "confirm").ID] = "true"
	values[field(t, f, "urgency").ID] = "hoch"
	values[field(t, f, "q3").ID] = "äöü ß € Łódź Київ Ελληνικά\nzweite Zeile \x1b[31m 日本"
	var out bytes.Buffer
	if err := FillForm(&out, bytes.NewReader(original), values); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(original, formFile(t, "form.pdf")) {
		t.Error("the original was changed")
	}
	again, err := ReadForm(bytes.NewReader(out.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"confirm": "true", "urgency": "hoch", "name": "A. Example", "ort_datum": "17 November 2026", "abuse_id": values[field(t, f, "abuse_id").ID],
		"q2": "fail2ban installed and SSH port changed at 15:10.",
		"q3": "äöü ß € Łódź Київ Ελληνικά\nzweite Zeile \uFFFD[31m [U+65E5][U+672C]",
	} {
		if got := field(t, again, name).Value; got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if dir := os.Getenv("LATCHKEY_PICTURES"); dir != "" {
		tool(t, out.Bytes(), "pdftoppm", "-r", "80", "-png", "FILE", filepath.Join(dir, "form"))
	}
	if text := tool(t, out.Bytes(), "qpdf", "--check", "FILE"); !strings.Contains(text, "No syntax") {
		t.Error(text)
	}
	text := tool(t, out.Bytes(), "pdftotext", "-layout", "FILE", "-")
	for _, want := range []string{"äöü ß € Łódź Київ Ελληνικά", "zweite Zeile", "fail2ban installed", "A. Example", "hoch"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in the text:\n%s", want, text)
		}
	}
}

func TestFormsThatCannotBeFilled(t *testing.T) {
	own := written(t, letter(), PDFOptions{})
	for name, c := range map[string]struct {
		data []byte
		want error
	}{
		"locked by a password":      {formFile(t, "locked.pdf"), ErrFormEncrypted},
		"restricted by its owner":   {formFile(t, "restricted.pdf"), ErrFormEncrypted},
		"without fields":            {own, ErrFormNone},
		"XFA":                       {formFile(t, "xfa.pdf"), ErrFormXFA},
		"no PDF":                    {[]byte("hello"), ErrFormDamaged},
		"empty":                     {nil, ErrFormDamaged},
		"cut off":                   {formFile(t, "form.pdf")[:5000], ErrFormDamaged},
		"larger than a form can be": {append([]byte("%PDF-1.4\n"), make([]byte, maxForm)...), ErrFormTooLarge},
	} {
		if _, err := ReadForm(bytes.NewReader(c.data)); !errors.Is(err, c.want) {
			t.Errorf("%s: read: %v, want %v", name, err, c.want)
		}
		var out bytes.Buffer
		if err := FillForm(&out, bytes.NewReader(c.data), nil); !errors.Is(err, c.want) || out.Len() > 0 {
			t.Errorf("%s: fill: %v and %d bytes, want %v", name, err, out.Len(), c.want)
		}
	}
}

func TestValuesAFieldDoesNotTake(t *testing.T) {
	data := formFile(t, "form.pdf")
	f, err := ReadForm(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]string{"abuse_id": strings.Repeat("ä", 61), "urgency": "sofort", "confirm": "perhaps"} {
		var wrong *FormValueError
		err := FillForm(new(bytes.Buffer), bytes.NewReader(data), map[string]string{field(t, f, name).ID: value})
		if !errors.As(err, &wrong) || wrong.Field != name {
			t.Errorf("%s: %v", name, err)
		}
	}
	var unknown *FormValueError
	if err := FillForm(new(bytes.Buffer), bytes.NewReader(data), map[string]string{"999": "x"}); !errors.As(err, &unknown) {
		t.Errorf("unknown field: %v", err)
	}
}

// Nothing of the library's settings may appear in the person's home.
func TestFormsLeaveNothingBehind(t *testing.T) {
	home, temp := t.TempDir(), t.TempDir()
	for _, name := range []string{"HOME", "XDG_CONFIG_HOME", "AppData"} {
		t.Setenv(name, home)
	}
	t.Setenv("TMPDIR", temp)
	if _, err := ReadForm(bytes.NewReader(formFile(t, "form.pdf"))); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{home, temp} {
		if left, _ := os.ReadDir(dir); len(left) > 0 {
			t.Errorf("left behind: %v", left)
		}
	}
}

func TestAPanicOfTheLibraryIsAnError(t *testing.T) {
	err := withLibrary(model.EXPORTFORMFIELDS, func(*model.Configuration) error { panic("index out of range") })
	if !errors.Is(err, ErrFormDamaged) {
		t.Errorf("%v, want ErrFormDamaged", err)
	}
}

func FuzzReadForm(f *testing.F) {
	for _, name := range []string{"form.pdf", "locked.pdf", "restricted.pdf", "xfa.pdf"} {
		f.Add(formFile(f, name))
	}
	f.Add([]byte("%PDF-1.4\ntrailer<</Root 1 0 R>>"))
	f.Fuzz(func(_ *testing.T, data []byte) {
		if got, err := ReadForm(bytes.NewReader(data)); err == nil {
			got.Propose()
		}
	})
}

func BenchmarkReadForm(b *testing.B) {
	data := formFile(b, "form.pdf")
	for b.Loop() {
		if _, err := ReadForm(bytes.NewReader(data)); err != nil {
			b.Fatal(err)
		}
	}
}
