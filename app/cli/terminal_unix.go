//go:build !windows

package cli

import "os"

// obeysSequences: every terminal of these systems does, but for TERM=dumb.
func obeysSequences(*os.File) bool { return true }

// systemLanguage: these systems say it in the environment or not at all.
func systemLanguage() string { return "" }
