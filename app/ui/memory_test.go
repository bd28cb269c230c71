package ui

import (
	"os"
	"runtime/debug"
	"testing"
)

// mostMemory keeps the tests of the window on a machine with 8 GB: the text shaper
// holds its last 32 fonts, some 70 MB each once their glyphs were read, and the
// collector lets the heap grow to twice of what is held.
const mostMemory = 4 << 30

func TestMain(m *testing.M) {
	debug.SetMemoryLimit(mostMemory)
	os.Exit(m.Run())
}
