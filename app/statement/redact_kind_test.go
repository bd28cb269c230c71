package statement

import "testing"

// TestRedactKinds: what tells who is meant goes in each of the ways that logs
// write it, and its neighbour in the line does not hide it.
func TestRedactKinds(t *testing.T) {
	known := []Identifier{{"IP", "192.0.2.10"}, {"HOST", "web-1"}, {"NAME", "Kim Example"}}
	const key = "AAAAC3NzaC1lZDI1NTE5AAAAIJ4mGkWn0V0XpQ9s7m0oC1v"
	for _, row := range []struct{ text, want string }{
		// /proc/net/tcp and tcp6: hexadecimal, the bytes of a word reversed.
		{"0: 0A0200C0:0016 116433C6:A1B2 01", "0: IP-1:0016 IP-2:A1B2 01"},
		{"0: 0000000000000000FFFF00000A0200C0:0016", "0: IP-1:0016"},
		{"0: B80D0120000000000000000010000000:0016 2001:db8::10", "0: IP-2:0016 IP-2"},
		{"0: 00000000:0016 0100007F:0035 00000000000000000000000001000000:0035", "0: 00000000:0016 0100007F:0035 00000000000000000000000001000000:0035"},
		{"vm192.0.2.10x 192.000.002.010", "vmIP-1x IP-1"},
		{"ssh-ed25519 " + key + " kim@laptop", "ssh-ed25519 KEY-1"},
		{"ED25519 SHA256:Zk3mQhVbYc0q2nJ8s7m0oC1vTtU5w9xAbCdEfGhIjKl", "ED25519 SHA256:KEY-1"},
		{"from kim@laptop", "from MAIL-1"},
		{"sshd: alice@pts/0", "sshd: USER-1@pts/0"},
		{"sshd: alice [priv]", "sshd: USER-1 [priv]"},
		{"sshd: root@notty, root@pts/0", "sshd: root@notty, root@pts/0"},
		{"ls ~alice/.ssh", "ls ~USER-1/.ssh"},
		{"www.firma.pl, shop.firma.md", "HOST-1, HOST-2"},
		{"script.pl, run.sh, libssl.so, libc.2.so", "script.pl, run.sh, libssl.so, libc.2.so"},
		{"Kd.-Nr. 998877, Ticket#2026111712345678", "Kd.-Nr. NUMBER-1, Ticket#REF-1"},
		// One letter whose lower case has another length, one byte that is none.
		{"STRAẞE 4, KIM EXAMPLE on WEB-1", "STRAẞE 4, NAME-1 on HOST-1"},
		{"Stra\xdfe 4, KIM EXAMPLE on WEB-1", "Stra\xdfe 4, NAME-1 on HOST-1"},
	} {
		r := newRedactor(known)
		r.placeholder("IP", "192.0.2.10")
		if got := r.text(row.text); got != row.want {
			t.Errorf("%q became %q, want %q", row.text, got, row.want)
		}
	}
}

// The domains of the server's name tell as much as the name.
func TestIdentifiersHoldTheDomains(t *testing.T) {
	r := newRedactor(Identifiers(Facts{Name: "web1.firma.pl"}, Form{}))
	if got := r.text("/srv/www/firma.pl/script.pl on web1.firma.pl"); got != "/srv/www/HOST-1/script.pl on HOST-2" {
		t.Error(got)
	}
}

func FuzzRedact(f *testing.F) {
	f.Add("Kim Example on 192.0.2.10", "web-1")
	f.Add("\xff\xfe STRAẞE 0A0200C0:0016 ssh-rsa AAAA", "\u202e")
	f.Fuzz(func(t *testing.T, text, name string) {
		known := Identifiers(Facts{Address: "192.0.2.10", Name: name, Users: []string{name}}, Form{})
		d := Document{Title: text, Letter: []Block{{Text: []Span{{Text: text + " 192.0."}, {Text: "2.10 "}}}}, Exhibits: []Exhibit{{Data: []byte(text + " 192.0.2.10 " + text)}}}
		r, _ := Redact(d, known)
		for _, s := range []string{plainText(r.Letter), string(r.Exhibits[0].Data)} {
			if len(occurrences(lowered(s), "192.0.2.10", func(rune) bool { return false })) > 0 {
				t.Fatalf("the address is left in %q", s)
			}
		}
	})
}
