//go:build cli

package main

import (
	"context"

	"latchkey/app"
	"latchkey/app/cli"
)

// openWindow stands in for the window in a build without one: it prints what
// the program can be asked for, and counts as a wrong call.
func openWindow(config app.Config, files []string) int {
	return cli.Run(context.Background(), files, cli.System(config))
}
