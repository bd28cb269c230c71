// Command latchkey helps people whose server was locked by their provider: a
// window when it is started without arguments, the same verbs in the terminal.
package main

import "os"

func main() {
	os.Exit(run())
}
