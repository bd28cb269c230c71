package statement

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// identifiers are all that tells who is meant in told.
func identifiers() []string {
	return []string{"192.0.2.10", "192.0.2.150", "198.51.100", "203.0.113", "2001:db8", "fe80::", "web1", "router.home", "nix-gw", "deploy", "alice", "02:00:5e", "0200.5e00",
		"ABCDEF", "L0123ABCD", "1234567", "K0098765432", "Kim", "Example City", "owner@", "abuse@", "+49 30", "AKIA", "hunter22", "EXAMPLE0", "192-0-2-10", "10.2.0.192"}
}

// told is a document that has them everywhere, written in many ways.
func told(t *testing.T) (Document, []Identifier) {
	l, f, form := shipped(t), scan("hetzner", "Hetzner"), filled()
	f.Users = append(f.Users, "alice")
	f.Exhibits[0].Name = "ss-192-0-2-10.txt"
	f.Exhibits[1].Data = []byte(`alice 4127 /home/alice/.cache/kswapd00 --password=hunter22
Nov 17 04:00:00 web1 sshd[1]: Accepted password for alice from 192.0.2.150 port 22 ssh2
host static.10.2.0.192.clients.your-server.de 2001:DB8:0:0::10 [2001:db8::10]:22 fe80::1%eth0 link 02:00:5E:00:53:0A 0200.5e00.530a
Kundennummer: K0098765432, Locking L0123ABCD, call +49 30 1234567, see https://abuse.example.org/retries/?token=EXAMPLE0EXAMPLE0
aws AKIAABCDEFGHIJKLMNOP
`)
	form["cause"] = "alice@web1.example.org ran it on WEB1, see ABUSEID: ABCDEF:1A, 198.51.100.xxx and 203.0.113.0/24.\nKim Example in Example City, +49 30 1234567."
	d := l.Compose(f, form, l.For("hetzner"), "en")
	for i := range d.Letter {
		if d.Letter[i].Kind == KindParagraph { // an identifier that runs through two spans
			d.Letter[i].Text = append(d.Letter[i].Text, Span{Text: " 192.0."}, Span{Text: "2.10", Bold: true, Link: "https://web1.example.org/"})
			break
		}
	}
	return d, Identifiers(f, form)
}

func TestRedactLeavesNothing(t *testing.T) {
	d, known := told(t)
	r, list := Redact(d, known)
	l := shipped(t)
	var eml, bundle bytes.Buffer
	if err := l.Mail(&eml, r, MailOptions{}); err != nil {
		t.Fatal(err)
	}
	if err := Bundle(&bundle, r, nil); err != nil {
		t.Fatal(err)
	}
	all := fmt.Sprintf("%+v", r) + l.Ticket(r, true, 0).Text + eml.String()
	object, err := json.Marshal(r) // blocks, tables, charts, paths behind their pointers
	if err != nil {
		t.Fatal(err)
	}
	all += string(object)
	for _, e := range r.Exhibits {
		all += e.ID + e.Name + e.Command + string(e.Data)
	}
	for _, gone := range identifiers() {
		left(t, gone, all)
		left(t, gone, bundle.String())
	}
	// Stable: one address, one word, wherever and however it is written.
	places := map[string]int{}
	for _, x := range list {
		if strings.Contains(r.Subject+all, x.Original) && x.Kind != "KEY" {
			t.Errorf("%+v is left", x)
		}
		places[x.Placeholder]++
		if x.Original == "192.0.2.10" && x.Placeholder != "IP-1" {
			t.Errorf("the server is %s", x.Placeholder)
		}
	}
	for place, n := range places {
		if n > 1 {
			t.Errorf("%s stands for %d", place, n)
		}
	}
	if !strings.Contains(all, "IP-1") || !strings.Contains(r.Subject, "REF-1") || !strings.Contains(all, "kswapd00") || !strings.Contains(all, "04:05:06") && !strings.Contains(all, "05:05:06") {
		t.Errorf("too much is gone, or too little put in its place:\n%s", plainText(r.Letter))
	}
}

func left(t *testing.T, gone, in string) {
	t.Helper()
	if i := strings.Index(strings.ToLower(in), strings.ToLower(gone)); i >= 0 {
		t.Errorf("%q is left: …%s…", gone, in[max(0, i-60):min(len(in), i+60)])
	}
}

// Neither the text of a redacted PDF nor its streams, metadata and attachments
// hold anything of the original.
func TestRedactedPDF(t *testing.T) {
	d, known := told(t)
	r, _ := Redact(d, known)
	var pdf bytes.Buffer
	if err := PDF(&pdf, r, PDFOptions{Fonts: fonts(t), Annex: true, Attach: true}); err != nil {
		t.Fatal(err)
	}
	text := tool(t, pdf.Bytes(), "pdftotext", "-layout", "FILE", "-")
	streams := tool(t, pdf.Bytes(), "qpdf", "--qdf", "--object-streams=disable", "FILE", "-")
	if !strings.Contains(text, "IP-1") || !strings.Contains(streams, "kswapd00") {
		t.Fatal("the tools show nothing")
	}
	for _, gone := range identifiers() {
		left(t, gone, text)
		left(t, gone, streams)
	}
}

// The document that was handed in stays as it was.
func TestRedactChangesNothingGiven(t *testing.T) {
	d, known := told(t)
	before, _ := json.Marshal(d)
	Redact(d, known)
	if after, _ := json.Marshal(d); !bytes.Equal(before, after) {
		t.Error("the original was changed")
	}
}

func TestWhatIsNoIdentifierStays(t *testing.T) {
	for _, s := range []string{"/etc/ssh/sshd_config", "auth.log", "systemd-resolved.service", "net.ipv4.ip_forward", "127.0.0.1", "0.0.0.0:22", "04:05:06", "2026-11-17",
		"root", "www-data", "uid:33", "kswapd00", "6.1.0-47-amd64", "E1, E2", "::", "e.g. this", "cgroup:/system.slice/ssh.service"} {
		if got := newRedactor(nil).text(s); got != s {
			t.Errorf("%q became %q", s, got)
		}
	}
}

// A log of a megabyte with a thousand users.
func BenchmarkRedactLog(b *testing.B) {
	var log bytes.Buffer
	var known []Identifier
	for i := range 10_000 {
		fmt.Fprintf(&log, "2026-11-17T04:05:06+00:00 web1 sshd[%d]: Failed password for user%d from 198.51.%d.%d port %d ssh2\n", i, i%1000, i%256, i%200, 1024+i)
	}
	for i := range 1000 {
		known = append(known, Identifier{"USER", fmt.Sprintf("user%d", i)})
	}
	d := Document{Exhibits: []Exhibit{{ID: "E1", Data: log.Bytes()}}}
	b.SetBytes(int64(log.Len()))
	for b.Loop() {
		Redact(d, known)
	}
}

func BenchmarkMaskLog(b *testing.B) {
	log := strings.Repeat("2026-11-17T04:05:06+00:00 web1 sshd[1]: Failed password for user from 198.51.100.7 port 1024 ssh2\n", 10_000)
	b.SetBytes(int64(len(log)))
	for b.Loop() {
		maskSecrets(log)
	}
}
