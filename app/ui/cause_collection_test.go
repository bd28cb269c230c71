package ui

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"latchkey/app"
	"latchkey/app/casefile"
)

// collected writes what the collector brings home: id, command and output of
// each section.
func collected(t testing.TB, host string, sections ...[3]string) string {
	t.Helper()
	const nonce = "0123456789abcdef"
	var b strings.Builder
	fmt.Fprintf(&b, "@@FCB %s HELLO v=1 mode=live root=/ uid=0 host=%s t=1773493696\n", nonce, host)
	for _, s := range sections {
		var packed bytes.Buffer
		z := gzip.NewWriter(&packed)
		if _, err := z.Write([]byte(s[2])); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "@@FCB %s BEGIN %s t=1773493696\n@@cmd %s\n%s\n@@FCB %s END %s rc=0 t=1773493697\n",
			nonce, s[0], s[1], base64.StdEncoding.EncodeToString(packed.Bytes()), nonce, s[0])
	}
	fmt.Fprintf(&b, "@@FCB %s BYE t=1773493700\n", nonce)
	return b.String()
}

// programs run on the server of the tests; the last is none of the kernel's.
const programs = `USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND
root           1  0.0  0.1 102000  9000 ?        Ss   10:11   0:00 /sbin/init
root         811  0.0  0.1  15400  6900 ?        Ss   10:12   0:00 sshd: /usr/sbin/sshd -D
www-data    2417 88.0  1.1  99600 45600 ?        Sl   10:22  99:09 [kswapd00]
`

const (
	accounts  = "root:x:0:0:root:/root:/bin/bash\nwww-data:x:33:33::/var/www:/usr/sbin/nologin\n"
	kernelNow = "Linux web1 6.1.0-31-amd64 #1 SMP PREEMPT_DYNAMIC Debian 6.1.128-1 (2025-02-07) x86_64 GNU/Linux\n"
	kernelOld = "Linux web2 6.1.0-28-amd64 #1 SMP PREEMPT_DYNAMIC Debian 6.1.119-1 (2024-11-22) x86_64 GNU/Linux\n"
)

// ofServer is a collection of the server the tests are about, ofTwin one of its
// healthy twin.
func ofServer(t testing.TB) string {
	return collected(t, "web1.example.org", [3]string{"uname", "uname -a", kernelNow}, [3]string{"ps_auxf", "ps auxwwf", programs}, [3]string{"ss", "ss -tuanp", sockets},
		[3]string{"passwd", "cat /etc/passwd", accounts}, [3]string{"strange", "strange --all", "nobody knows this\n"})
}

func ofTwin(t testing.TB) string {
	return collected(t, "web2.example.org", [3]string{"uname", "uname -a", kernelOld}, [3]string{"passwd", "cat /etc/passwd", accounts})
}

// dropFile hands a file in as a drop does.
func (w *window) dropFile(t testing.TB, name, text string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	w.readFile(path)
}

// A collection is dropped: it is kept, shown, answers steps and names the
// program; a finding becomes the cause by keyboard, and all of it is there again
// after a restart.
func TestACollectionInTheWindow(t *testing.T) {
	home := t.TempDir()
	w, s := newStageAt(t, home, ordinary())
	finished(silence, locked()...)(t, w, s)
	w.open(screenReport)
	w.readText(mailHead + netscan(509))
	w.open(screenCause)
	before := w.current.cause.of("F3").state
	w.dropFile(t, "server.fcb", ofServer(t))
	h := handsOn(t, w)
	h.at(screenCause)
	h.sees("Collection of web1.example.org", "Complete: nothing was cut off", "Collected as root", "2026-03-14 13:08:16 UTC", "5 outputs, 4 read", "No reader knows: strange",
		"Critical", "kswapd00", "Match with the report")
	if before != "" || w.current.cause.of("F3").state != stateDone {
		t.Errorf("F3 was %q and is %q", before, w.current.cause.of("F3").state)
	}
	if state := w.current.cause.of("R7").state; state != "" {
		t.Errorf("a step about what comes after mending is %s", state)
	}
	if m := w.current.cause.match; m == nil || len(m.Processes) == 0 || m.Processes[0].Name != "kswapd00" {
		t.Errorf("the match: %+v", m)
	}
	h.canvas().Unfocus()
	h.tabTo("Use as cause")
	h.press(fyne.KeyL)
	if k := w.current.cause.collection(); k == nil || k.section == "" {
		t.Fatal("L shows no line")
	}
	if list, ok := h.canvas().Focused().(*rows); !ok || list.selected() < 0 {
		t.Errorf("after L the focus is on %v", named(h.canvas().Focused()))
	}
	h.canvas().Unfocus()
	h.tabTo("Use as cause")
	h.press(fyne.KeySpace)
	taken := w.current.cause.cause
	if taken == nil || sourcePart(*taken) == "" {
		t.Fatalf("taken: %+v", taken)
	}
	item, _ := w.checklist.ByID("F3")
	w.current.cause.item = "F3"
	w.build()
	h.sees(item.Title.In("en"), "Answered by: Collection of web1.example.org (ss).")
	w.release()

	w, _ = newStageAt(t, home, ordinary())
	w.openCase(w.cases[0])
	c := &w.current.cause
	if len(c.collections) != 1 || c.collections[0].role != "" || c.of("F3").state != stateDone || c.match == nil {
		t.Fatalf("after a restart: %+v", c)
	}
	if c.cause == nil || !isSame(*c.cause, *taken) {
		t.Errorf("the cause is %+v, was %+v", c.cause, taken)
	}
	m := w.current.kept.Model()
	if len(m.Evidence) != 1 || m.Evidence[0].Kind != app.KindBundle || m.Evidence[0].Name != "server.fcb" {
		t.Errorf("kept: %+v", m.Evidence)
	}
}

// The twin's collection is told from the server's, compared, and never matched.
func TestATwinInTheWindow(t *testing.T) {
	home := t.TempDir()
	w, s := newStageAt(t, home, ordinary())
	finished(silence, locked()...)(t, w, s)
	w.open(screenCause)
	h := handsOn(t, w)
	h.canvas().Unfocus()
	h.tabTo("Compare with a twin")
	h.press(fyne.KeyReturn)
	h.sees("First hand in a collection of this server")
	w.current.cause.item = itemCollect
	w.dropFile(t, "server.fcb", ofServer(t))
	w.dropFile(t, "again.fcb", ofServer(t)) // the same bytes
	w.dropFile(t, "healthy.fcb", ofTwin(t))
	h.sees("Compared with web2.example.org", "6.1.0-31-amd64", "6.1.0-28-amd64", "Equal on both", "Accounts", "speaks against a break-in", "Not compared")
	if n := len(w.current.cause.counting()); n != 1 {
		t.Errorf("%d collections count", n)
	}
	h.canvas().Unfocus()
	h.tabTo("Use as cause: Other than on the twin (kernel)")
	h.press(fyne.KeySpace)
	if f := w.current.cause.cause; f == nil || f.Code != "twin.kernel" {
		t.Fatalf("taken: %+v", f)
	}
	w.release()

	w, _ = newStageAt(t, home, ordinary())
	w.openCase(w.cases[0])
	w.open(screenCause)
	h = handsOn(t, w)
	h.sees("Compared with web2.example.org", "Equal on both")
	c := &w.current.cause
	if c.cause == nil || c.cause.Code != "twin.kernel" || c.comparison == nil || !isSame(*c.cause, differenceFinding(c.comparison.Differences[0])) {
		t.Errorf("the cause: %+v", c.cause)
	}
	roles := []string{}
	for _, in := range w.current.kept.Model().Evidence {
		roles = append(roles, in.Role)
	}
	if fmt.Sprint(roles) != fmt.Sprint([]string{"", casefile.RoleTwin}) {
		t.Errorf("roles %q", roles)
	}
	// The other way round: a press says whose it is.
	w.current.cause.item = itemCollection + "0"
	w.build()
	h.canvas().Unfocus()
	h.tabTo("Whose collection is it: Not used")
	h.press(fyne.KeySpace)
	if len(c.counting()) != 0 || c.comparison != nil || c.of("F3").state != "" {
		t.Errorf("it still counts: %+v, F3 %q", c, c.of("F3").state)
	}
	if got := w.current.kept.Model().Evidence[0].Role; got != casefile.RoleUnused {
		t.Errorf("stored as %q", got)
	}
}

// An archive of UAC is a collection too; what is no archive of its own is said.
func TestAnArchiveInTheWindow(t *testing.T) {
	w, s := newStage(t, ordinary())
	finished(silence, locked()...)(t, w, s)
	w.open(screenCause)
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range map[string]string{"live_response/process/ps_auxwwwf.txt": programs, "live_response/network/ss_-tanp.txt": sockets,
		"live_response/system/uname_-a.txt": kernelNow, "[root]/etc/passwd": accounts, "[root]/etc/group": "root:x:0:\n"} {
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
	w.dropFile(t, "uac-web1-linux.zip", b.String())
	handsOn(t, w).sees("5 outputs, 5 read", "kswapd00")
	w.dropFile(t, "torn.fcb", strings.Replace(ofServer(t), "END ss", "END no", 1))
	if n := len(w.current.cause.collections); n == 0 || w.show != screenCause {
		t.Errorf("%d collections, at %s", n, w.show)
	}
	w.dropFile(t, "forged.fcb", strings.Replace(ofServer(t), "@@FCB 0123456789abcdef BYE", "@@FCB 1123456789abcdef BYE", 1))
	handsOn(t, w).sees("This could not be read", "what the collector does not write")
	if w.show != screenCause {
		t.Errorf("at %s", w.show)
	}
}

// The list is walked by arrows, and left to the right.
func TestTheListIsWalkedByArrows(t *testing.T) {
	w, s := newStage(t, ordinary())
	finished(silence, locked()...)(t, w, s)
	w.open(screenCause)
	h := handsOn(t, w)
	h.canvas().Unfocus()
	h.tabTo("Collect by hand")
	h.press(fyne.KeyDown)
	h.on("Compare with a twin")
	h.press(fyne.KeyDown)
	h.press(fyne.KeyUp)
	h.press(fyne.KeyReturn)
	h.press(fyne.KeyRight)
	h.on("Choose a file")
}

// A report that comes after the outputs is matched with them too.
func TestTheReportComesLast(t *testing.T) {
	w, s := newStage(t, ordinary())
	finished(silence, locked()...)(t, w, s)
	w.open(screenCause)
	w.takeOutputOf(t, "F3", sockets)
	if w.current.cause.match != nil {
		t.Error("matched with nothing")
	}
	w.readText(mailHead + netscan(509))
	w.open(screenCause)
	handsOn(t, w).sees("Match with the report", "kswapd00")
}

// Where the list stands above what is open, opening a step leads there.
func TestOpeningAStepLeadsToIt(t *testing.T) {
	settings := ordinary()
	settings.TextSize = "largest"
	w, s := newStage(t, settings)
	resize(w, leastWidth, leastHeight)
	finished(silence, locked()...)(t, w, s)
	w.open(screenCause)
	h := handsOn(t, w)
	h.canvas().Unfocus()
	h.tabTo("C What happened?")
	h.press(fyne.KeyReturn)
	h.tabTo("Who opens connections?")
	h.press(fyne.KeyReturn)
	h.on("Who opens connections?: Done")
	if w.shell.page.scroll.Offset.Y == 0 {
		t.Error("the page was not scrolled there")
	}
}

// On Home a collection begins the case of its machine.
func TestACollectionOnHome(t *testing.T) {
	w, _ := newStage(t, ordinary())
	w.readText(ofServer(t))
	handsOn(t, w).sees("Collection of web1.example.org")
	if len(w.cases) != 1 || w.current.check.Name != "web1.example.org" {
		t.Errorf("%d cases, the first about %q", len(w.cases), w.current.check.Name)
	}
	w.open(screenHome)
	w.readText(ofServer(t))
	if len(w.cases) != 1 {
		t.Errorf("%d cases after the second", len(w.cases))
	}
}

// Whatever a machine calls itself, its outputs and its programs: only text of it
// reaches the screen.
func TestHostileCollectionsAreOnlyText(t *testing.T) {
	w, s := newStage(t, ordinary())
	finished(silence, locked()...)(t, w, s)
	w.readText(mailHead + netscan(20))
	w.open(screenCause)
	for name, texts := range map[string][2]string{
		"server.fcb": {"web1" + strings.ReplaceAll(nasties, " ", ""), strings.ReplaceAll(programs, "kswapd00", "x"+nasties) + nasties + "\n"},
		"twin.fcb":   {"web2" + strings.Repeat("a", 300), strings.ReplaceAll(programs, "kswapd00", strings.Repeat("W", 5000))},
	} {
		w.dropFile(t, name, collected(t, texts[0], [3]string{"ps_auxf", "ps " + nasties, texts[1]}, [3]string{"ss", "ss -tuanp", strings.ReplaceAll(sockets, "kswapd00", "k"+nasties)},
			[3]string{"strange", nasties, nasties}, [3]string{"uname", "uname -a", "Linux " + nasties + " 6.1.0" + nasties + " #1 SMP\n"},
			[3]string{"passwd", "cat /etc/passwd", accounts + "x" + nasties + ":x:0:0:" + nasties + ":/:/bin/sh\n"}))
	}
	c := &w.current.cause
	if len(c.collections) != 2 {
		t.Fatalf("%d collections", len(c.collections))
	}
	for n, k := range c.collections {
		c.item = itemCollection + fmt.Sprint(n)
		for _, section := range k.reading.Sections {
			w.openSection(section.ID)
			onlyText(t, w, k.name+", "+section.ID)
		}
	}
	for _, item := range []string{itemTwin, itemCollect, "P3", "F3"} {
		c.item = item
		w.build()
		onlyText(t, w, item)
	}
	w.takeOutputOf(t, "F3", strings.ReplaceAll(sockets, "kswapd00", "k"+nasties))
	onlyText(t, w, "pasted")
}

// onlyText looks at all that is drawn, said or copied: it can do nothing but be
// seen, and stays in its place.
func onlyText(t testing.TB, w *window, where string) {
	t.Helper()
	seen := lookAt(w.win.Canvas())
	for _, p := range seen.texts {
		if !drawable(p.text) {
			t.Errorf("%s: %q is drawn", where, p.text)
		}
	}
	for _, stop := range seen.order {
		if a, ok := stop.Focusable.(fyne.Accessible); ok && !drawable(a.AccessibilityLabel()) {
			t.Errorf("%s: %q is said", where, a.AccessibilityLabel())
		}
	}
	for _, key := range []string{"lines", "sections"} {
		list, ok := w.focuses[key].(*rows)
		for line := range listLength(list, ok) {
			list.show(line)
			if !drawable(list.AccessibilityLabel()) || list.spec.onCopy != nil && !drawable(list.spec.onCopy(line)) {
				t.Errorf("%s: line %d is said as %q", where, line, list.AccessibilityLabel())
			}
		}
	}
	atTop(w)
	inspect(t, w)
}

func listLength(list *rows, ok bool) int {
	if !ok {
		return 0
	}
	return list.count()
}

// Own fixtures and, where they are at hand, whole hostile machines.
func TestHostileEvidenceChangesNoLayout(t *testing.T) {
	files, err := filepath.Glob("../../../shared/cases/evidence/hostile/*")
	if err != nil || len(files) == 0 {
		t.Skip("no hostile evidence beside the checkout")
	}
	w, s := newStage(t, ordinary())
	finished(silence, locked()...)(t, w, s)
	w.open(screenCause)
	for _, path := range files {
		if info, err := os.Stat(path); err != nil || info.IsDir() {
			continue
		}
		w.open(screenCause)
		w.readFile(path)
		onlyText(t, w, filepath.Base(path))
	}
}
