package app

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"latchkey/diag"
	"latchkey/diag/checklist/bundle"
)

const (
	bundleNonce = "0123456789abcdef"
	fakeThread  = `USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND
root           1  0.0  0.1 102000  9000 ?        Ss   22:11   0:00 /sbin/init
root         592  0.0  0.0    996   656 ?        S    22:22   0:00 [kworker/0:1]
`
	secondRoot = "root:x:0:0:root:/root:/bin/bash\nbackup2:x:0:0::/var/tmp:/bin/bash\nwww-data:x:33:33::/var/www:/usr/sbin/nologin\n"
)

// collected writes a bundle: id, command and output of each section.
func collected(t *testing.T, mode string, sections ...[3]string) string {
	t.Helper()
	var b strings.Builder
	fmt.Fprintf(&b, "@@FCB %s HELLO v=1 mode=%s root=/ uid=0 host=web1 t=1795300196\n", bundleNonce, mode)
	for _, s := range sections {
		var packed bytes.Buffer
		z := gzip.NewWriter(&packed)
		if _, err := z.Write([]byte(s[2])); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "@@FCB %s BEGIN %s t=1795300196\n@@cmd %s\n%s\n@@FCB %s END %s rc=0 t=1795300197\n",
			bundleNonce, s[0], s[1], base64.StdEncoding.EncodeToString(packed.Bytes()), bundleNonce, s[0])
	}
	fmt.Fprintf(&b, "@@FCB %s BYE t=1795300200\n", bundleNonce)
	return b.String()
}

func usualSections() [][3]string {
	return [][3]string{
		{"ps_auxf", "ps auxwwf", fakeThread},
		{"ss", "ss -tuanp", ssTable},
		{"passwd", "cat /etc/passwd", secondRoot},
		{"suid", `find / -perm /6000 -printf "%C+ %m %u:%g %s %p\0"`, "2026-11-21+22:22:25.0000000000 4755 root:root 1000 /usr/bin/passwd\x00"},
		{"more_suid", `find / -perm /6000 -printf "%C+ %m %u:%g %s %p\0"`, "2026-11-21+22:22:25.0000000000 4755 root:root 1000 /usr/bin/su\x002026-11-21+22:22:25.0000000000 4755 root:root 1000 /var/tmp/.x/bash\x00"},
		{"strange", "strange", "nobody knows this\n"},
	}
}

func foundRule(r BundleReading, rule string) (diag.Finding, bool) {
	i := slices.IndexFunc(r.Findings, func(f diag.Finding) bool { return f.Rule == rule })
	if i < 0 {
		return diag.Finding{}, false
	}
	return r.Findings[i], true
}

// A finding names the section it is from, though two have the same reader.
func TestReadBundle(t *testing.T) {
	r, err := open(t, nil).ReadBundle(context.Background(), strings.NewReader(collected(t, "live", usualSections()...)))
	if err != nil || !r.Complete || r.Mode != bundle.Live || r.Hostname != "web1" || len(r.Sections) != 6 {
		t.Fatalf("%+v, %v", r, err)
	}
	for rule, want := range map[string]diag.Source{"P01": {Part: "ps_auxf", Line: 3}, "A01": {Part: "passwd", Line: 2}, "I04": {Part: "more_suid", Line: 2}} {
		if f, ok := foundRule(r, rule); !ok || *f.Source != want {
			t.Errorf("%s: %v %+v, want %+v", rule, ok, f.Source, want)
		}
	}
	if got := r.Unknown(); !slices.Equal(got, []string{"strange"}) {
		t.Errorf("unknown: %v", got)
	}
	if n := len(r.Host.Files); n != 3 || r.Host.Files[2].Line != 2 || len(r.Host.Sockets) != 4 {
		t.Errorf("host: %d files", n)
	}
	if s := r.Sections[3]; s.Reader != "find" || s.Rows != 1 || !s.Known || s.Foreign {
		t.Errorf("section: %+v", s)
	}
}

// What listens within a container is known to no other output, and open to nobody
// outside.
func TestReadBundleWithContainers(t *testing.T) {
	const inside = `udp UNCONN 0 0 0.0.0.0:11211 0.0.0.0:* users:(("memcached",pid=4711,fd=26))` + "\n"
	for id, want := range map[string]bool{"netns_ss": false, "ss": true} {
		r, err := open(t, nil).ReadBundle(context.Background(), strings.NewReader(collected(t, "live", [3]string{id, "ss -H -tuanpO", inside})))
		if err != nil || len(r.Host.Sockets) != 1 || r.Host.Sockets[0].PID != 4711 || r.Host.Sockets[0].Line != 1 {
			t.Fatalf("%s: %+v, %v", id, r.Host.Sockets, err)
		}
		if _, ok := foundRule(r, "N05"); ok != want {
			t.Errorf("%s: an amplifier: %v", id, ok)
		}
	}
}

// In a rescue system processes and sockets are those of the rescue system.
func TestReadBundleOfRescue(t *testing.T) {
	r, err := open(t, nil).ReadBundle(context.Background(), strings.NewReader(collected(t, "rescue", usualSections()...)))
	if err != nil || r.Mode != bundle.Rescue || len(r.Host.Processes) != 0 || len(r.Host.Sockets) != 0 {
		t.Fatalf("%v: %d processes, %d sockets", err, len(r.Host.Processes), len(r.Host.Sockets))
	}
	if _, ok := foundRule(r, "P01"); ok {
		t.Error("a process of the rescue system is accused")
	}
	if _, ok := foundRule(r, "A01"); !ok {
		t.Error("the second root account is not found")
	}
	if !r.Sections[0].Foreign || !r.Sections[1].Foreign || r.Sections[2].Foreign {
		t.Errorf("%+v", r.Sections)
	}
}

func TestReadBundleRefuses(t *testing.T) {
	s := open(t, nil)
	whole := collected(t, "live", usualSections()...)
	for name, c := range map[string]struct {
		text string
		want error
	}{
		"a text": {"nothing\n", ErrNotBundle},
		"forged": {strings.Replace(whole, bundleNonce+" END", "ffffffffffffffff END", 1), ErrBundleForged},
		"later":  {strings.Replace(whole, "v=1", "v=3", 1), ErrBundleVersion},
	} {
		if _, err := s.ReadBundle(context.Background(), strings.NewReader(c.text)); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := s.ReadBundle(ctx, strings.NewReader(whole)); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestReadArchive(t *testing.T) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range map[string]string{"live_response/process/ps_auxwwwf.txt": fakeThread, "[root]/etc/passwd": secondRoot} {
		f, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	r, err := open(t, nil).ReadArchive(context.Background(), bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	for _, rule := range []string{"P01", "A01"} {
		if _, ok := foundRule(r, rule); !ok {
			t.Errorf("%s is not found", rule)
		}
	}
}

func laboratoryBundle(t testing.TB, host string) []byte {
	data, err := os.ReadFile("../../shared/cases/evidence/" + host + "/bundle.fcb")
	if err != nil {
		t.Skip("the laboratory's bundles are not here")
	}
	return data
}

// What was planted in the laboratory is named, with the process or file it is
// about. Two facts are not in the bundle: the mounts were taken out of it, and
// no scanner was run.
func TestLaboratoryBundles(t *testing.T) {
	s := open(t, nil)
	r, err := s.ReadBundle(context.Background(), bytes.NewReader(laboratoryBundle(t, "incident")))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"P01 141539", "P02 141539", "P03 141623", "P03 141634", "P04 141630", "P06 141634", "P09 141655", "P11 141676", "P12 141649",
		"N01 141539", "N01 141623", "N01 141630", "N02 48103", "N03 141539", "N05 141892", "N05 141899", "N07 141638", "N08 141655", "M01 de:ad:be:ef:66:66",
		"S01 42", "S02 support", "L01 /var/log/auth.log", "L02 /root/.bash_history", "L03 support", "A01 sysupd", "A02 netadm2", "A03 mdrfckr",
		"C01 curl -fsSL", "C01 base64 -d", "C02 /var/tmp/.cache-x/netwrk", "C02 /dev/shm/.x/upd", "C03 systemd-netwrk", "C04 systemd-netwrk", "C05 /etc/ld.so.preload",
		"I01 /usr/bin/pstree", "I01 /usr/bin/lsof", "I04 /var/tmp/.cache-x/bash", "I08 /dev/shm/.x", "X01 40", "X02 www-data", "W01 /uploads/cache.php", "W02 cmd=id",
	} {
		rule, about, _ := strings.Cut(want, " ")
		if !slices.ContainsFunc(r.Findings, func(f diag.Finding) bool { return f.Rule == rule && strings.Contains(fmt.Sprint(f.Params), about) }) {
			t.Errorf("%s is not named", want)
		}
	}
	r, err = s.ReadBundle(context.Background(), bytes.NewReader(laboratoryBundle(t, "vm/incident")))
	for _, rule := range []string{"P01", "P02", "N01", "N03"} {
		if f, ok := foundRule(r, rule); !ok || f.Params["pid"] != 592 {
			t.Errorf("virtual machine, %s: %v %v", rule, f.Params, err)
		}
	}
	r, err = s.ReadBundle(context.Background(), bytes.NewReader(laboratoryBundle(t, "clean")))
	if err != nil || len(r.Host.Processes) == 0 {
		t.Fatal("nothing read", err)
	}
	for _, f := range r.Findings {
		if f.Severity == diag.Critical {
			t.Errorf("critical on a clean machine: %+v", f)
		}
	}
}

func BenchmarkReadBundle(b *testing.B) {
	data := laboratoryBundle(b, "incident")
	s, err := Open(Config{Home: b.TempDir(), Assets: os.DirFS("../assets")})
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if _, err := s.ReadBundle(context.Background(), bytes.NewReader(data)); err != nil {
			b.Fatal(err)
		}
	}
}
