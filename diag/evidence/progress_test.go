package evidence

import (
	"bufio"
	"bytes"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

const whole = "motd\n@@FCB 0123456789abcdef HELLO v=1 mode=live root=/ uid=0 host=x t=1\n@@FCB 0123456789abcdef BEGIN ss t=1 cap=9\n@@cmd ss\nH4sI\n" +
	"@@FCB 0123456789abcdef END ss rc=0 t=2\n@@FCB 0123456789abcdef BYE t=2\n"

func followed(t *testing.T, r io.Reader) (Progress, []string, int) {
	t.Helper()
	var seen []string
	f := follower{told: func(p Progress) { seen = append(seen, p.Section) }}
	var kept bytes.Buffer
	if err := f.copy(&kept, r); err != nil {
		t.Fatal(err)
	}
	return f.Progress, seen, kept.Len()
}

func TestFollow(t *testing.T) {
	want := Progress{Begun: true, Done: 1, Complete: true, Live: true, Root: true}
	for name, r := range map[string]io.Reader{
		"at once": strings.NewReader(whole), "byte by byte": iotest.OneByteReader(strings.NewReader(whole)),
		"windows": strings.NewReader(strings.ReplaceAll(whole, "\n", "\r\n")),
	} {
		if got, seen, _ := followed(t, r); got != want || strings.Join(seen, ",") != ",ss,," {
			t.Errorf("%s: %+v %q", name, got, seen)
		}
	}
	for name, c := range map[string]struct {
		text string
		want Progress
	}{
		"nothing":           {"", Progress{}},
		"before hello":      {strings.Replace(whole, "HELLO", "HELL", 1), Progress{}},
		"another's number":  {strings.Replace(whole, "@@FCB 0123456789abcdef BYE", "@@FCB 0000000000000000 BYE", 1), Progress{Begun: true, Done: 1, Live: true, Root: true}},
		"not at the start":  {strings.Replace(whole, "@@FCB 0123456789abcdef BYE", " @@FCB 0123456789abcdef BYE", 1), Progress{Begun: true, Done: 1, Live: true, Root: true}},
		"too long a marker": {strings.Replace(whole, "BYE t=2", "BYE "+strings.Repeat("x", 10_000), 1), Progress{Begun: true, Done: 1, Live: true, Root: true}},
		"rescue as user":    {strings.Replace(whole, "mode=live root=/ uid=0", "mode=rescue root=/mnt uid=1000", 1), Progress{Begun: true, Done: 1, Complete: true}},
		"cut off":           {whole[:strings.Index(whole, "H4sI")], Progress{Begun: true, Section: "ss", Live: true, Root: true}},
		"escape in an id":   {strings.Replace(whole, "BEGIN ss", "BEGIN \x1b[2J", 1), want},
	} {
		if got, _, _ := followed(t, strings.NewReader(c.text)); got != c.want {
			t.Errorf("%s: %+v", name, got)
		}
	}
	// What comes after the goodbye is not taken in any more.
	if _, _, n := followed(t, io.MultiReader(strings.NewReader(whole), strings.NewReader("more"))); n != len(whole) {
		t.Errorf("%d bytes", n)
	}
}

func FuzzFollow(f *testing.F) {
	f.Add([]byte(whole))
	f.Add([]byte(strings.ReplaceAll(whole, "ss", "\x1b]0;x")))
	f.Add(bytes.Repeat([]byte("@@FCB 0123456789abcdef HELLO "), 100))
	f.Fuzz(func(t *testing.T, data []byte) {
		at, apart := follower{}, follower{}
		at.follow(data)
		for i := range data {
			apart.follow(data[i : i+1])
		}
		if at.Progress != apart.Progress {
			t.Errorf("%+v at once, %+v byte by byte", at.Progress, apart.Progress)
		}
		if len(at.line) > mostMarker || strings.ContainsFunc(at.Section, func(r rune) bool { return r < '0' || r > 'z' }) {
			t.Errorf("%d bytes of a line, section %q", len(at.line), at.Section)
		}
	})
}

func FuzzFetched(f *testing.F) {
	f.Add([]byte("hello\n@@FILE 0123456789abcdef size=3 bytes=3 sha256=ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\nabc"))
	f.Add([]byte("@@FILE 0123456789abcdef size=999999999999999999 bytes=999999999999999999 sha256="))
	f.Fuzz(func(t *testing.T, data []byte) {
		const most = 1 << 16
		var file Fetched
		r, out := bufio.NewReader(bytes.NewReader(data)), bytes.Buffer{}
		sum, err := file.open(r, "0123456789abcdef", most)
		if err == nil {
			err = file.take(r, &out, sum, nil)
		}
		if out.Len() > most || err == nil && int64(out.Len()) != file.Bytes {
			t.Errorf("%d bytes of %d", out.Len(), file.Bytes)
		}
	})
}
