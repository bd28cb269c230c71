package app

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"latchkey/app/casefile"
)

// HomeVariable names the environment variable that moves all files of the
// program to another folder.
const HomeVariable = "LATCHKEY_HOME"

// Home gives the folder of all files: LATCHKEY_HOME if set, else the system's
// place for application data (XDG_DATA_HOME on Linux).
func Home(getenv func(string) string) (string, error) {
	if home := getenv(HomeVariable); home != "" {
		return filepath.Abs(home)
	}
	if runtime.GOOS == "linux" {
		if data := getenv("XDG_DATA_HOME"); filepath.IsAbs(data) {
			return filepath.Join(data, "latchkey"), nil
		}
		home, err := os.UserHomeDir()
		if err != nil {
			return "", fmt.Errorf("find the home folder: %w", err)
		}
		return filepath.Join(home, ".local", "share", "latchkey"), nil
	}
	config, err := os.UserConfigDir()
	if err != nil {
		return "", fmt.Errorf("find the folder for settings: %w", err)
	}
	return filepath.Join(config, "Latchkey"), nil
}

// writeFile replaces a file as a whole or not at all. The folder is made if it
// is missing.
func writeFile(path string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return casefile.Replace(path, func(w io.Writer) error { _, err := w.Write(data); return err })
}

// readFile reads a file of ours, at most limit bytes; a missing file is no
// error and gives nil.
func readFile(path string, limit int64) ([]byte, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if info.Size() > limit {
		return nil, fmt.Errorf("%s: %w", filepath.Base(path), ErrTooLarge)
	}
	return os.ReadFile(path)
}
