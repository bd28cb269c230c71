package bundle_test

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"latchkey/diag/checklist/bundle"
)

const nonce = "0123456789abcdef"

func packed(t testing.TB, text []byte) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(text); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	var lines strings.Builder
	for s := base64.StdEncoding.EncodeToString(b.Bytes()); s != ""; {
		n := min(len(s), 76)
		lines.WriteString(s[:n] + "\n")
		s = s[n:]
	}
	return lines.String()
}

func mark(nonce, rest string) string { return "@@FCB " + nonce + " " + rest + "\n" }

func greeting() string { return mark(nonce, "HELLO v=1 mode=live root=/ uid=0") }

func section(t testing.TB, id, command, text string) string {
	return mark(nonce, "BEGIN "+id+" t=1795300196 cap=4000000") + "@@cmd " + command + "\n" + packed(t, []byte(text)) + mark(nonce, "END "+id+" rc=0 t=1795300197")
}

func small(t testing.TB) string {
	return greeting() + section(t, "uname", "uname -a", "Linux web1 6.1.0 #1 SMP\n") +
		section(t, "ss", "ss -tuanpOH -e", "") + mark(nonce, "BYE t=1795300200")
}

func TestReadSmall(t *testing.T) {
	for name, text := range map[string]string{
		"plain":          small(t),
		"banner before":  "Authorised use only.\n\n" + small(t),
		"windows lines":  strings.ReplaceAll(small(t), "\n", "\r\n"),
		"noise after":    small(t) + "Connection closed.\n",
		"unwrapped":      greeting() + mark(nonce, "BEGIN uname t=1795300196") + "@@cmd uname -a\n" + strings.ReplaceAll(packed(t, []byte("Linux web1 6.1.0 #1 SMP\n")), "\n", "") + "\n" + mark(nonce, "END uname rc=0 t=1") + section(t, "ss", "ss -tuanpOH -e", "") + mark(nonce, "BYE"),
		"no end of line": strings.TrimSuffix(small(t), "\n"),
	} {
		b, err := bundle.Read(iotest.OneByteReader(strings.NewReader(text)))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !b.Complete || b.Mode != bundle.Live || !b.Root || b.Hostname != "web1" || !b.Started.Equal(time.Unix(1795300196, 0)) || len(b.Sections) != 2 {
			t.Errorf("%s: %+v", name, b)
			continue
		}
		s := b.Sections[0]
		if s.ID != "uname" || s.Command != "uname -a" || string(s.Text) != "Linux web1 6.1.0 #1 SMP\n" || s.Truncated || s.Exit != 0 ||
			s.SHA256 != fmt.Sprintf("%x", sha256.Sum256(s.Text)) {
			t.Errorf("%s: section %+v", name, s)
		}
	}
}

func TestReadRescue(t *testing.T) {
	text := mark(nonce, "HELLO v=1 mode=rescue root=/mnt uid=0 host=web1 t=1795300000") + section(t, "passwd", "cat /mnt/etc/passwd", "root:x:0:0::/root:/bin/sh\n") + mark(nonce, "BYE")
	b, err := bundle.Read(strings.NewReader(text))
	if err != nil || b.Mode != bundle.Rescue || b.Hostname != "web1" || b.Started.Unix() != 1795300000 || !b.Complete {
		t.Errorf("%+v, %v", b, err)
	}
}

func TestReadIncomplete(t *testing.T) {
	whole := small(t)
	for name, c := range map[string]struct {
		text      string
		sections  int
		truncated bool // the last section
	}{
		"no BYE":           {strings.TrimSuffix(whole, mark(nonce, "BYE t=1795300200")), 2, false},
		"no END":           {greeting() + strings.Replace(section(t, "ss", "ss", "x\n"), mark(nonce, "END ss rc=0 t=1795300197"), "", 1) + mark(nonce, "BYE"), 1, true},
		"END of another":   {greeting() + strings.Replace(section(t, "ss", "ss", "x\n"), "END ss", "END ps", 1) + mark(nonce, "BYE"), 1, true},
		"cut in payload":   {greeting() + mark(nonce, "BEGIN ss t=1") + "@@cmd ss\n" + packed(t, []byte("x\n"))[:10], 1, true},
		"damaged payload":  {greeting() + mark(nonce, "BEGIN ss t=1") + "@@cmd ss\n" + "!!!\n" + mark(nonce, "END ss rc=0 t=1") + mark(nonce, "BYE"), 1, true},
		"cut in a marker":  {strings.TrimSuffix(whole, "BYE t=1795300200\n"), 2, false},
		"name not allowed": {greeting() + section(t, "../../x", "ss", "x\n") + mark(nonce, "BYE"), 0, false},
	} {
		b, err := bundle.Read(strings.NewReader(c.text))
		if err != nil || b.Complete || len(b.Sections) != c.sections {
			t.Errorf("%s: complete %v, %d sections, %v", name, b.Complete, len(b.Sections), err)
			continue
		}
		if n := len(b.Sections); n > 0 && b.Sections[n-1].Truncated != c.truncated {
			t.Errorf("%s: truncated %v", name, b.Sections[n-1].Truncated)
		}
	}
}

func TestReadTruncated(t *testing.T) {
	for rc, want := range map[int]bool{0: false, 1: false, 124: true, 137: true} {
		text := strings.ReplaceAll(small(t), "rc=0", fmt.Sprint("rc=", rc))
		b, err := bundle.Read(strings.NewReader(text))
		if err != nil || !b.Complete || b.Sections[0].Truncated != want || b.Sections[0].Exit != rc {
			t.Errorf("status %d: %+v, %v", rc, b, err)
		}
	}
	text := strings.ReplaceAll(small(t), "cap=4000000", "cap=24")
	if b, err := bundle.Read(strings.NewReader(text)); err != nil || !b.Complete || !b.Sections[0].Truncated || b.Sections[1].Truncated {
		t.Errorf("at its cap: %+v, %v", b, err)
	}
}

func TestReadRefuses(t *testing.T) {
	other := "fedcba9876543210"
	var many strings.Builder
	many.WriteString(greeting())
	for i := range 201 {
		many.WriteString(section(t, fmt.Sprint("s", i), "x", "x"))
	}
	for name, c := range map[string]struct {
		text string
		want error
	}{
		"empty":                 {"", bundle.ErrNotBundle},
		"a log":                 {strings.Repeat("Nov 22 03:12:00 web1 sshd[1]: x\n", 5000), bundle.ErrNotBundle},
		"section before HELLO":  {section(t, "ss", "ss", "x") + small(t), bundle.ErrNotBundle},
		"later version":         {strings.Replace(small(t), "v=1", "v=2", 1), bundle.ErrVersion},
		"two sections the same": {greeting() + section(t, "ss", "ss", "x") + section(t, "ss", "ss", "y"), bundle.ErrDuplicate},
		"two greetings":         {greeting() + small(t), bundle.ErrDuplicate},
		"forged section":        {greeting() + strings.ReplaceAll(section(t, "ss", "ss", "x"), nonce, other), bundle.ErrNonce},
		"forged end":            {greeting() + mark(nonce, "BEGIN ss t=1") + mark(other, "END ss rc=0 t=1"), bundle.ErrNonce},
		"forged, no nonce":      {greeting() + "@@FCB  END ss\n", bundle.ErrNonce},
		"two bundles":           {strings.TrimSuffix(small(t), mark(nonce, "BYE t=1795300200")) + strings.ReplaceAll(small(t), nonce, other), bundle.ErrNonce},
		"201 sections":          {many.String(), bundle.ErrTooLarge},
	} {
		if b, err := bundle.Read(strings.NewReader(c.text)); !errors.Is(err, c.want) || len(b.Sections) > 0 {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	broken := errors.New("line is dead")
	if _, err := bundle.Read(io.MultiReader(strings.NewReader(greeting()), iotest.ErrReader(broken))); !errors.Is(err, broken) {
		t.Errorf("broken stream: %v", err)
	}
}

// A section of 100 MB of zeros takes 100 kB packed.
func TestReadBomb(t *testing.T) {
	bomb := packed(t, make([]byte, 100<<20))
	one := greeting() + mark(nonce, "BEGIN ss t=1") + "@@cmd ss\n" + bomb + mark(nonce, "END ss rc=0 t=1") + mark(nonce, "BYE")
	b, err := bundle.Read(strings.NewReader(one))
	if err != nil || b.Complete || len(b.Sections[0].Text) != 8<<20 || !b.Sections[0].Truncated {
		t.Errorf("bomb: %v, complete %v", err, b.Complete)
	}
	var many strings.Builder
	many.WriteString(greeting())
	for i := range 20 {
		fmt.Fprintf(&many, "@@FCB %s BEGIN s%d t=1\n@@cmd x\n%s@@FCB %s END s%d rc=0\n", nonce, i, bomb, nonce, i)
	}
	if _, err := bundle.Read(strings.NewReader(many.String())); !errors.Is(err, bundle.ErrTooLarge) {
		t.Errorf("20 bombs: %v", err)
	}
	// 14 MB of base64 in one section: what is beyond the bound is passed over.
	noise := make([]byte, 11<<20)
	for i, r := 0, rand.New(rand.NewPCG(1, 2)); i < len(noise); i++ {
		noise[i] = byte(r.Uint32())
	}
	long := greeting() + mark(nonce, "BEGIN ss t=1") + "@@cmd ss\n" + packed(t, noise) + mark(nonce, "END ss rc=0 t=1") + mark(nonce, "BYE")
	if b, err := bundle.Read(strings.NewReader(long)); err != nil || !b.Sections[0].Truncated || len(b.Sections[0].Text) != 8<<20 {
		t.Errorf("long: %v", err)
	}
}

func TestCommandIsCleaned(t *testing.T) {
	text := greeting() + section(t, "ss", "ss \x1b]0;title\x07"+strings.Repeat("x", 100_000), "x") + mark(nonce, "BYE")
	b, err := bundle.Read(strings.NewReader(text))
	if err != nil || strings.ContainsAny(b.Sections[0].Command, "\x1b\x07") || len(b.Sections[0].Command) > 5000 {
		t.Errorf("%v: %d bytes", err, len(b.Sections[0].Command))
	}
}

func TestIsBundle(t *testing.T) {
	for text, want := range map[string]bool{
		small(t): true, "motd\n\n" + greeting(): true, "": false,
		"@@FCB": false, "> " + greeting(): false, strings.Repeat("x\n", 40_000) + greeting(): false,
	} {
		if bundle.IsBundle([]byte(text)) != want {
			t.Errorf("%.40q: want %v", text, want)
		}
	}
}

// laboratory opens a collection of the laboratory, if there is one.
func laboratory(t testing.TB, host string) []byte {
	data, err := os.ReadFile("../../../../shared/cases/evidence/" + host + "/bundle.fcb")
	if err != nil {
		t.Skip("the laboratory's bundles are not here")
	}
	return data
}

func TestLaboratory(t *testing.T) {
	for _, host := range []string{"clean", "incident"} {
		data := laboratory(t, host)
		b, err := bundle.Read(bytes.NewReader(data))
		if err != nil || !b.Complete || b.Mode != bundle.Live || len(b.Sections) != 52 || b.Started.Year() != 2026 || !bundle.IsBundle(data) {
			t.Errorf("%s: complete %v, %d sections, %v", host, b.Complete, len(b.Sections), err)
		}
		// Cut off anywhere, it is read up to there.
		for _, n := range []int{100, 10_000, len(data) / 2, len(data) - 30} {
			if b, err := bundle.Read(bytes.NewReader(data[:n])); err != nil || b.Complete {
				t.Errorf("%s cut at %d: complete %v, %v", host, n, b.Complete, err)
			}
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(small(f)))
	f.Add([]byte(greeting() + section(f, "ss", "ss", "x") + section(f, "ss", "ss", "y")))
	f.Add([]byte("@@FCB"))
	f.Fuzz(func(t *testing.T, data []byte) {
		b, err := bundle.Read(bytes.NewReader(data))
		if err != nil {
			return
		}
		known := map[string]bool{}
		for _, s := range b.Sections {
			if known[s.ID] || len(s.Text) > 8<<20 || len(s.SHA256) != 64 {
				t.Errorf("section %q", s.ID)
			}
			known[s.ID] = true
		}
		if len(known) > 200 {
			t.Errorf("%d sections", len(known))
		}
	})
}
