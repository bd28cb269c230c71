package cli_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"latchkey/app"
	"latchkey/app/cli"
	"latchkey/assets"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"latchkey": func() {
			config := app.Config{Home: os.Getenv("LATCHKEY_HOME"), Assets: assets.FS, Version: "0.0.0-test", Accounts: storyAccounts()}
			env := cli.System(config)
			if os.Getenv("LATCHKEY_STORY_CLOCK") == "" { // else it is that of this machine, as for what really runs
				env.Now = storyTime
			}
			os.Exit(cli.Run(context.Background(), os.Args[1:], env))
		},
	})
}

// storyTime is when all stories happen, by a clock in Berlin.
func storyTime() time.Time {
	return time.Date(2026, 3, 4, 9, 0, 0, 0, time.FixedZone("CET", 3600))
}

// TestStories runs testdata/story/*.txtar: whole calls of the program as
// somebody types them. «exits N latchkey …» runs a call and wants status N;
// «rows N FILE» writes a scan table of N rows, «bytes FILE» a file that is no
// text; «vacant DIR» wants nothing in a folder; «takes NAME FILE» sets a variable to
// the id in an object; «collects FILE DIR» writes what the collector would bring
// home: a section for each file of DIR, whose first line is the command.
func TestStories(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:           "testdata/story",
		UpdateScripts: os.Getenv("LATCHKEY_UPDATE") != "",
		Setup:         stage,
		Cmds:          commands(),
	})
}

// stage is where a story happens: a home, a language and temporary files of its
// own.
func stage(e *testscript.Env) error {
	e.Setenv("LATCHKEY_HOME", e.WorkDir+"/home")
	e.Setenv("LANG", "en_US.UTF-8")
	e.Setenv("LC_ALL", "")
	e.Setenv("LC_MESSAGES", "")
	temporary := filepath.Join(e.WorkDir, "temporary")
	for _, name := range []string{"TMPDIR", "TMP", "TEMP"} { // the last two are Windows'
		e.Setenv(name, temporary)
	}
	return os.Mkdir(temporary, 0o700)
}

func commands() map[string]func(*testscript.TestScript, bool, []string) {
	return map[string]func(*testscript.TestScript, bool, []string){
		"exits": exits, "rows": rows, "bytes": someBytes, "vacant": vacant, "takes": takes, "collects": collects,
	}
}

func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits N latchkey …")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit status %d, want %d", got, want)
	}
}

func rows(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: rows N FILE")
	}
	n, err := strconv.Atoi(args[0])
	ts.Check(err)
	var b strings.Builder
	b.WriteString("TIME (UTC)           SRC        SRC-PORT -> DST          DST-PORT SIZE PROT\n")
	for i := range n {
		at := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC).Add(time.Duration(i/100) * time.Second)
		fmt.Fprintf(&b, "%s  192.0.2.10 %5d ->    198.51.100.%-3d    22   74 TCP\n", at.Format(time.DateTime), 40000+i%20000, i%256)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(b.String()), 0o600))
}

func someBytes(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: bytes FILE")
	}
	b := make([]byte, 64<<10)
	for i := range b {
		b[i] = byte(i * i >> 3)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), b, 0o600))
}

func vacant(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: vacant DIR")
	}
	entries, err := os.ReadDir(ts.MkAbs(args[0]))
	ts.Check(err)
	if len(entries) > 0 {
		ts.Fatalf("%s holds %v", args[0], entries)
	}
}

func takes(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: takes NAME FILE")
	}
	var object struct{ ID string }
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[1])), &object))
	if object.ID == "" {
		ts.Fatalf("%s has no id", args[1])
	}
	ts.Setenv(args[0], object.ID)
}

func collects(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: collects FILE DIR")
	}
	const mark = "@@FCB 364192d878b821d7 "
	entries, err := os.ReadDir(ts.MkAbs(args[1]))
	ts.Check(err)
	var b strings.Builder
	b.WriteString(mark + "HELLO v=1 mode=live root=/ uid=0\n")
	for _, e := range entries {
		command, output, _ := strings.Cut(ts.ReadFile(args[1]+"/"+e.Name()), "\n")
		var packed bytes.Buffer
		z := gzip.NewWriter(&packed)
		_, err := z.Write([]byte(output))
		ts.Check(errors.Join(err, z.Close()))
		fmt.Fprintf(&b, "%sBEGIN %s t=1772611200\n@@cmd %s\n%s\n%sEND %[2]s rc=0 t=1772611201\n", mark, e.Name(), command,
			base64.StdEncoding.EncodeToString(packed.Bytes()), mark)
	}
	b.WriteString(mark + "BYE t=1772611202\n")
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(b.String()), 0o600))
}
