// Command latchkey helps people whose server was locked by their provider: a
// window when it is started without arguments, the same verbs in the terminal.
package main

import (
	"context"
	"os"
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
	if len(os.Args) > 1 {
		return cli.Run(context.Background(), os.Args[1:], cli.System(config))
	}
	return openWindow(config)
}
