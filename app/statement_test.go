package app

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/png"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"latchkey/app/casefile"
	"latchkey/app/statement"
	"latchkey/assets"
	"latchkey/diag/checklist"
)

// exampleCase is a case on disk with the inputs of the example.
func exampleCase(t *testing.T, s *Session, names ...string) string {
	t.Helper()
	now := ExampleTime().Add(-2 * time.Hour)
	f, err := s.Cases().Create(casefile.Server{Input: "192.0.2.10", Address: "192.0.2.10", Provider: "hetzner"}, now)
	if err != nil {
		t.Fatal(err)
	}
	id := f.Case.ID
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		data, err := assets.FS.ReadFile("example/" + name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.AddToCase(context.Background(), id, name, bytes.NewReader(data), now); err != nil {
			t.Fatal(err)
		}
	}
	return id
}

func draftOf(t *testing.T, s *Session, id string) (statement.Facts, Draft) {
	t.Helper()
	f, err := s.Cases().Load(id)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	facts, d, err := s.Statement(context.Background(), StoredCase(f), DraftOptions{}, ExampleTime())
	if err != nil {
		t.Fatal(err)
	}
	return facts, d
}

// The facts of the example: the report in figures, the process of the first
// collection, the quiet of the second, and where each stands.
func TestStatementFacts(t *testing.T) {
	s := open(t, nil)
	facts, d := draftOf(t, s, exampleCase(t, s, ExampleFiles()...))
	r := facts.Report
	if r == nil || r.Reference != "ABCDEF:1A" || r.Rows != 600 || !r.Capped || !slices.Equal(r.Ports, []int{22}) || r.Language != "en" || len(r.Excerpt) != 10 ||
		!strings.Contains(r.RetryLink, "token=EXAMPLE0") || r.ReplyTo != "abuse@example.org" || !facts.ZoneKnown {
		t.Errorf("%+v", r)
	}
	if facts.Matching.Grade != checklist.Proven || facts.Matching.Processes[0].PID != 4127 {
		t.Errorf("%+v", facts.Matching)
	}
	if q := facts.Quiet; q == nil || q.Looks != 1 || len(q.Exhibits) != 1 || !q.Since.Equal(time.Date(2026, 11, 17, 15, 2, 30, 0, time.UTC)) {
		t.Errorf("%+v", q)
	}
	for _, e := range facts.Exhibits {
		if e.SHA256 == "" || e.Time.IsZero() || e.Lines == 0 {
			t.Errorf("%+v", e)
		}
	}
	first := facts.Matching.Processes[0].Because[0]
	if id := statement.ExhibitOf(facts.Exhibits, first); id != "E3" {
		t.Errorf("the connection is in %q: %+v", id, first)
	}
	if d.Language != "en" || d.Pages != 1 || d.Questions.ID != "hetzner" || d.Proposed[statement.FieldCertainty] != "proven" {
		t.Errorf("%+v", d.Proposed)
	}
}

// A collection that shows what is set up does not say that the person did it.
func TestStatementClaimsNothingNobodyDid(t *testing.T) {
	s := open(t, nil)
	id := exampleCase(t, s, "abuse-mail.eml", "collection-before.fcb")
	set := func(item string, at time.Time) {
		t.Helper()
		err := s.changeCase(id, at, func(f *casefile.File) error {
			f.Case.Checks[item] = casefile.Check{State: "done", Changed: at}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	mended := func() (ids []string) {
		facts, _ := draftOf(t, s, id)
		for _, step := range facts.Done {
			if step.Phase == checklist.Fix || step.Phase == checklist.Prevent {
				ids = append(ids, step.ID)
			}
		}
		return ids
	}
	set("R7", ExampleTime().Add(-2*time.Hour)) // in one go with the collection
	if ids := mended(); len(ids) > 0 {
		t.Errorf("done: %v", ids)
	}
	set("R4", ExampleTime().Add(-time.Hour))
	if ids := mended(); !slices.Equal(ids, []string{"R4"}) {
		t.Errorf("done: %v", ids)
	}
}

// A finding that the person knows and wants is not the cause, and stands in the
// annex with its reason.
func TestKnownFindings(t *testing.T) {
	s := open(t, nil)
	id := exampleCase(t, s, "abuse-mail.eml", "collection-before.fcb")
	if _, err := s.SetInCase(id, map[string]string{"known.w01": "our own contact form"}, ExampleTime()); err != nil {
		t.Fatal(err)
	}
	facts, d := draftOf(t, s, id)
	if len(facts.Known) != 1 || facts.Known[0].Finding.Rule != "W01" || strings.Contains(d.Proposed[statement.FieldCause], "form.php") {
		t.Errorf("%+v\n%s", facts.Known, d.Proposed[statement.FieldCause])
	}
}

func TestExports(t *testing.T) {
	s := open(t, nil)
	id := exampleCase(t, s, ExampleFiles()...)
	facts, d := draftOf(t, s, id)
	form := statement.Form{"name": "Kim Example"}
	for _, format := range []ExportFormat{ExportPDF, ExportText, ExportMail, ExportBundle} {
		var one, two, black bytes.Buffer
		e, err := s.Export(context.Background(), &one, facts, form, d, ExportOptions{Format: format, Attach: true})
		again, err2 := s.Export(context.Background(), &two, facts, form, d, ExportOptions{Format: format, Attach: true})
		if err != nil || err2 != nil || e.SHA256 != again.SHA256 || !bytes.Equal(one.Bytes(), two.Bytes()) || e.Size != one.Len() {
			t.Errorf("%s: %v %v %+v", format, err, err2, e)
		}
		if r, err := s.Export(context.Background(), &black, facts, form, d, ExportOptions{Format: format, Redact: true, Attach: true}); err != nil || len(r.Replaced) == 0 || bytes.Contains(black.Bytes(), []byte("192.0.2.10")) {
			t.Errorf("%s: %v %v", format, err, r.Replaced)
		}
	}
	if _, err := s.Export(context.Background(), &bytes.Buffer{}, facts, form, d, ExportOptions{Format: "papyrus"}); !errors.Is(err, ErrFormat) {
		t.Errorf("%v", err)
	}
	stopped, stop := context.WithCancel(context.Background())
	stop()
	var none bytes.Buffer
	if _, err := s.Export(stopped, &none, facts, form, d, ExportOptions{Format: ExportPDF}); !errors.Is(err, context.Canceled) || none.Len() > 0 {
		t.Errorf("stopped: %v, %d bytes", err, none.Len())
	}
	f, err := s.Cases().Load(id)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, _, err := s.Statement(stopped, StoredCase(f), DraftOptions{}, ExampleTime()); !errors.Is(err, context.Canceled) {
		t.Errorf("gathering goes on: %v", err)
	}
}

// The picture of the signature goes with the case through export and import, onto
// the page, and into no redacted copy.
func TestSignatureGoesWithTheCase(t *testing.T) {
	s := open(t, nil)
	id := exampleCase(t, s, ExampleFiles()[0])
	var picture, archive bytes.Buffer
	if err := png.Encode(&picture, image.NewNRGBA(image.Rect(0, 0, 60, 20))); err != nil {
		t.Fatal(err)
	}
	err := s.changeCase(id, ExampleTime(), func(f *casefile.File) error {
		in, err := f.Keep(bytes.NewReader(picture.Bytes()), "signature.png", ExampleTime())
		return errors.Join(err, s.SetField(&f.Case, "signature", in.SHA256))
	})
	if err = errors.Join(err, s.Cases().Export(id, &archive)); err != nil {
		t.Fatal(err)
	}
	other, err := s.Cases().Import(bytes.NewReader(archive.Bytes()), int64(archive.Len()), ExampleTime())
	if err != nil {
		t.Fatal(err)
	}
	images := func(d statement.Document) (n int) {
		for _, b := range d.Letter {
			if b.Sign != nil && bytes.Equal(b.Sign.Image, picture.Bytes()) {
				n++
			}
		}
		return n
	}
	facts, d := draftOf(t, s, other)
	if images(d.Document) != 1 {
		t.Error("the imported case lost it")
	}
	if black, _ := statement.Redact(d.Document, statement.Identifiers(facts, statement.Form{})); images(black) != 0 {
		t.Error("it is in the redacted copy")
	}
	var wrong *FieldError
	if err := s.SetField(&casefile.Case{}, "signature", "../../etc/passwd"); !errors.As(err, &wrong) {
		t.Errorf("no checksum: %v", err)
	}
}

// What was sent stays as it was, whatever the facts say later.
func TestSentVersionsStay(t *testing.T) {
	s := open(t, nil)
	_, d := draftOf(t, s, exampleCase(t, s, ExampleFiles()...))
	var m casefile.Case
	form := statement.Form{"fix": "Bot removed."}
	RecordStatement(&m, d, form, Exported{SHA256: "ab"}, "statement.pdf", "form", ExampleTime())
	form["fix"] = "changed"
	v := m.Statements[0]
	if !v.Sent || v.Language != "en" || v.SHA256 != "ab" || v.Fields["fix"] != "Bot removed." || !strings.Contains(v.Fields["cause"], "kswapd00") || m.Timeline[0].Code != EventSent || m.Timeline[0].With["by"] != "form" {
		t.Errorf("%+v %+v", v, m.Timeline)
	}
	RecordStatement(&m, d, form, Exported{}, "statement.txt", "", ExampleTime())
	if m.Statements[1].Sent || m.Timeline[1].Code != EventSaved {
		t.Errorf("%+v", m)
	}
}

// An input that is gone costs itself, not the statement.
func TestStatementWithoutAnInput(t *testing.T) {
	s := open(t, nil)
	id := exampleCase(t, s, ExampleFiles()...)
	f, err := s.Cases().Load(id)
	if err != nil {
		t.Fatal(err)
	}
	for _, in := range append(f.Case.Evidence, f.Case.Reports...) {
		path, err := f.Path(in.SHA256)
		if err == nil {
			err = os.Remove(path)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	facts, d := draftOf(t, s, id)
	if facts.Report != nil || len(facts.Exhibits) > 0 || d.Document.Title == "" {
		t.Errorf("%+v", facts)
	}
}
