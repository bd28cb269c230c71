package statement

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"mime"
	"mime/multipart"
	"net/mail"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"
)

func TestTicketKeepsTheLimit(t *testing.T) {
	l, f := shipped(t), scan("hetzner", "Hetzner")
	d := l.Compose(f, filled(), l.For("hetzner"), "de")
	whole := utf8.RuneCountInString(l.Ticket(d, true, 0).Text)
	for limit := 1; limit < whole+100; limit += 37 {
		got := l.Ticket(d, true, limit)
		if n := utf8.RuneCountInString(got.Text); n > limit || !utf8.ValidString(got.Text) {
			t.Fatalf("limit %d: %d characters", limit, n)
		}
		if limit > whole && len(got.Cut) > 0 || limit < whole-1 && len(got.Cut) == 0 {
			t.Fatalf("limit %d of %d: cut %v", limit, whole, got.Cut)
		}
		letter := utf8.RuneCountInString(l.Ticket(d, false, 0).Text)
		if limit > 200 && limit < letter && !strings.Contains(got.Text, "Gekürzt wegen der Längengrenze") {
			t.Fatalf("limit %d: it does not say that it was cut", limit)
		}
	}
	if got := l.Ticket(d, false, 1500); !strings.Contains(got.Text, "Behebung") || !strings.Contains(got.Text, "kswapd00") {
		t.Errorf("what matters went first:\n%s", got.Text)
	}
}

func TestMail(t *testing.T) {
	l, f := shipped(t), scan("ovh", "OVH")
	d := l.Compose(f, filled(), l.For("ovh"), "fr")
	pdf := bytes.Repeat([]byte("%PDF\x00\xff"), 100)
	var b, again bytes.Buffer
	o := MailOptions{InReplyTo: "example-1@example.org", Attachments: []Attachment{{Name: "déclaration.pdf", Type: "application/pdf", Data: pdf}}}
	if err := l.Mail(&b, d, o); err != nil {
		t.Fatal(err)
	}
	if err := l.Mail(&again, d, o); err != nil || !bytes.Equal(b.Bytes(), again.Bytes()) {
		t.Error("not the same bytes twice")
	}
	// The reference stands in the raw subject, letter by letter.
	if !strings.Contains(b.String(), "Subject: [AbuseID:ABCDEF:1A] ") || strings.Contains(b.String(), "\nFrom:") {
		t.Errorf("%.400s", b.String())
	}
	for line := range strings.SplitSeq(b.String(), "\r\n") {
		if len(line) > 998 || strings.Contains(line, "\n") {
			t.Errorf("a line of %d bytes, or a bare line end", len(line))
		}
	}
	m, err := mail.ReadMessage(&b)
	if err != nil {
		t.Fatal(err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil || subject != d.Subject || m.Header.Get("X-Unsent") != "1" || m.Header.Get("To") != "<abuse@example.org>" || m.Header.Get("In-Reply-To") != "<example-1@example.org>" {
		t.Errorf("%q %v %v", subject, err, m.Header)
	}
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	parts := multipart.NewReader(m.Body, params["boundary"])
	text, err := parts.NextPart()
	if err != nil {
		t.Fatal(err)
	}
	said, err := io.ReadAll(text)
	if err != nil || strings.ReplaceAll(string(said), "\r\n", "\n") != l.Ticket(d, false, 0).Text {
		t.Errorf("%v\n%s", err, said)
	}
	file, err := parts.NextPart()
	if err != nil || file.FileName() != "déclaration.pdf" {
		t.Fatal(err)
	}
}

// Whatever stands in the fields of a header, it stays in its line.
func TestMailHeadersCannotBeForged(t *testing.T) {
	d := Document{Language: "en", Subject: "x\r\nBcc: all@example.org", To: "a@example.org>\r\nBcc: b@example.org", Letter: []Block{para(SectionCause, "x")}}
	var b bytes.Buffer
	if err := shipped(t).Mail(&b, d, MailOptions{InReplyTo: "x\r\nBcc: c@example.org"}); err != nil {
		t.Fatal(err)
	}
	m, err := mail.ReadMessage(&b)
	if err != nil || m.Header.Get("Bcc") != "" || m.Header.Get("To") != "" || m.Header.Get("In-Reply-To") != "" {
		t.Errorf("%v %v", err, m.Header)
	}
}

func TestBundle(t *testing.T) {
	l, f := shipped(t), scan("hetzner", "Hetzner")
	d := l.Compose(f, filled(), l.For("hetzner"), "en")
	d.Exhibits[0].Name, d.Exhibits[1].Name = "../../etc/passwd", "E1-x.txt"
	var b, again bytes.Buffer
	files := []Attachment{{Name: "statement.txt", Data: []byte("text")}}
	if err := Bundle(&b, d, files); err != nil {
		t.Fatal(err)
	}
	if err := Bundle(&again, d, files); err != nil || !bytes.Equal(b.Bytes(), again.Bytes()) {
		t.Error("not the same bytes twice")
	}
	z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	sums := map[string]string{}
	manifest := ""
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil || strings.Contains(f.Name, "..") || strings.HasPrefix(f.Name, "/") {
			t.Errorf("%s: %v", f.Name, err)
		}
		if f.Name == manifestName {
			manifest = string(data)
			continue
		}
		sum := sha256.Sum256(data)
		sums[f.Name] = hex.EncodeToString(sum[:])
	}
	if len(sums) != 5 || strings.Count(manifest, "\n") != len(sums) {
		t.Errorf("%v\n%s", sums, manifest)
	}
	for name, sum := range sums {
		if !strings.Contains(manifest, sum+"  "+name+"\n") {
			t.Errorf("%s is not in the manifest", name)
		}
	}
}

func TestAnswersForABoxEach(t *testing.T) {
	l, f := shipped(t), scan("hetzner", "Hetzner")
	q := l.For("hetzner")
	list := l.Compose(f, good(), q, "de").Answers(q, false)
	if len(list) != 3 || !strings.Contains(list[0].Text, "kswapd00") || !strings.Contains(list[1].Text, "Process stopped") || !strings.Contains(list[2].Text, "Bereits aktiv") {
		t.Errorf("%+v", list)
	}
	if list := l.Compose(f, Form{"not-valid": "because"}, q, "de").Answers(q, true); len(list) != 1 || !strings.Contains(list[0].Text, "because") {
		t.Errorf("%+v", list)
	}
}

// A user's own questions replace the shipped ones; a faulty file is left out and
// named.
func TestOwnQuestions(t *testing.T) {
	const sound = `id = "hetzner"
languages = ["en"]
via = "mail"
opening = { en = "Hello," }
subject = { en = "{tag} {address}" }
[[question]]
id = "all"
ask = { en = "What happened?" }
sections = ["cause"]
[[sample]]
language = "en"
reference = "R1"
address = "192.0.2.10"
subject = "R1 192.0.2.10"
`
	change := func(from, to string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte(strings.Replace(sound, from, to, 1))}
	}
	own := fstest.MapFS{
		"good.toml": change("", ""), "key.toml": change("via", "surprise = 1\nvia"), "via.toml": change(`"mail"`, `"pigeon"`), "section.toml": change(`["cause"]`, `["gossip"]`),
		"sample.toml": change(`"R1 192.0.2.10"`, `"R2"`), "none.toml": change("[[sample]]", "[[question]]"), "language.toml": change(`["en"]`, `["tlh"]`),
		"large.toml": {Data: bytes.Repeat([]byte("#"), longQuestions+1)}, "torn.toml": {Data: []byte("id = ")}, "id.toml": change(`"hetzner"`, `"../x"`),
	}
	shippedFiles := libraryFiles(t)
	l, problems, err := Load(shippedFiles, own)
	if err != nil {
		t.Fatal(err)
	}
	if q := l.For("hetzner"); !q.User || q.Via != ViaMail {
		t.Errorf("%+v", q)
	}
	if len(problems) != 9 {
		t.Errorf("%d problems: %v", len(problems), problems)
	}
	if q := l.For("nobody"); q.ID != "generic" {
		t.Errorf("%+v", q)
	}
}

func FuzzQuestions(f *testing.F) {
	f.Add([]byte("id = \"x\"\n[[sample]]\n"))
	f.Add([]byte("languages = [\"en\"]\nsubject = { en = \"{tag}{tag}\" }"))
	f.Fuzz(func(t *testing.T, data []byte) {
		// A file is refused or sound, never a panic.
		if q, err := readQuestions(fstest.MapFS{"x.toml": {Data: data}}, "x.toml"); err == nil && len(q.Asked(false)) == 0 {
			t.Fatal("sound, but asks nothing")
		}
	})
}
