// Command latchkey helps people whose server was locked by their provider: a
// window when it is started without arguments or with files to open, the same
// verbs in the terminal.
package main

import (
	"context"
	"os"
	"path/filepath"
	_ "time/tzdata" // Windows knows no «Europe/Berlin», which logs are printed in

	"latchkey/app"
	"latchkey/app/cli"
	"latchkey/assets"
)

// version is raised with every release, together with FyneApp.toml and
// CHANGELOG.md.
const version = "0.1.0"

func main() {
	os.Exit(run())
}

func run() int {
	home, _ := app.Home(os.Getenv) // without one, each face says what to do
	config := app.Config{Home: home, Assets: assets.FS, Version: version}
	args := os.Args[1:]
	if len(args) == 0 {
		return openWindow(config, nil)
	}
	if files, ok := asFiles(args); ok {
		return openWindow(config, files)
	}
	return cli.Run(context.Background(), args, cli.System(config))
}

// asFiles gives the absolute paths of what a file manager starts the program
// with. A verb is a verb even where a file has its name.
func asFiles(args []string) (files []string, ok bool) {
	if cli.Knows(args[0]) {
		return nil, false
	}
	for _, name := range args {
		path, err := filepath.Abs(name)
		if err != nil {
			return nil, false
		}
		if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
			return nil, false
		}
		files = append(files, path)
	}
	return files, true
}
