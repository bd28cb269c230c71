//go:build !cli

package main

import "runtime"

// hasDisplay reports whether a window can open. Without a display server the
// window library would end in a panic; Windows and macOS always have one.
func hasDisplay(getenv func(string) string) bool {
	if runtime.GOOS == "windows" || runtime.GOOS == "darwin" {
		return true
	}
	return getenv("DISPLAY") != "" || getenv("WAYLAND_DISPLAY") != ""
}
