package cli_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"latchkey/app"
	"latchkey/app/cli"
	"latchkey/assets"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"latchkey": func() {
			config := app.Config{Home: os.Getenv("LATCHKEY_HOME"), Assets: assets.FS, Version: "0.0.0-test"}
			os.Exit(cli.Run(context.Background(), os.Args[1:], cli.System(config)))
		},
	})
}

// TestStories runs testdata/story/*.txtar: whole calls of the program as
// somebody types them. «exits N latchkey …» runs a call and wants status N.
func TestStories(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:           "testdata/story",
		UpdateScripts: os.Getenv("LATCHKEY_UPDATE") != "",
		Setup: func(e *testscript.Env) error {
			e.Setenv("LATCHKEY_HOME", e.WorkDir+"/home")
			e.Setenv("LANG", "en_US.UTF-8")
			e.Setenv("LC_ALL", "")
			e.Setenv("LC_MESSAGES", "")
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"exits": exits},
	})
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
