package app

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
)

// little holds 8 bytes and spools 32, into a folder of the test.
func little(t *testing.T) intake {
	t.Helper()
	return intake{held: 8, spool: 32, dir: t.TempDir()}
}

// left lists what lies in the folder of temporary files.
func left(t *testing.T, k intake) []string {
	t.Helper()
	entries, err := os.ReadDir(k.dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// whole reads an input as its users do, from any place.
func whole(t *testing.T, in input) string {
	t.Helper()
	b, err := io.ReadAll(io.NewSectionReader(in, 0, in.size))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestStreams(t *testing.T) {
	for _, row := range []struct {
		name, text string
		spooled    bool
		err        error
	}{
		{"empty", "", false, nil},
		{"held", "1234567", false, nil},
		{"as much as is held", "12345678", false, nil},
		{"one byte more", "123456789", true, nil},
		{"as much as is spooled", strings.Repeat("x", 32), true, nil},
		{"too large", strings.Repeat("x", 33), true, ErrTooLarge},
		{"far too large", strings.Repeat("x", 1<<20), true, ErrTooLarge},
	} {
		t.Run(row.name, func(t *testing.T) {
			k := little(t)
			in, err := k.take(context.Background(), strings.NewReader(row.text))
			if !errors.Is(err, row.err) {
				t.Fatalf("error %v, want %v", err, row.err)
			}
			if err == nil {
				if got := whole(t, in); got != row.text {
					t.Errorf("got %q", got)
				}
				if (len(left(t, k)) == 1) != row.spooled || in.spool != row.spooled {
					t.Errorf("temporary files: %v, spooled: %v", left(t, k), in.spool)
				}
				if err := in.close(); err != nil {
					t.Error(err)
				}
			}
			if names := left(t, k); len(names) > 0 {
				t.Errorf("left behind: %v", names)
			}
		})
	}
}

func TestFiles(t *testing.T) {
	k := little(t)
	folder := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	short, long := write("short", "12345678"), write("long", strings.Repeat("0123456789", 10))
	for _, path := range []string{short, long} {
		in, err := k.open(context.Background(), path)
		if err != nil {
			t.Fatal(err)
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if got := whole(t, in); got != string(want) {
			t.Errorf("%s: got %q", path, got)
		}
		if (in.file != nil) != (path == long) {
			t.Errorf("%s: stays open: %v", path, in.file != nil)
		}
		if err := in.close(); err != nil {
			t.Error(err)
		}
		if _, err := os.Stat(path); err != nil {
			t.Errorf("a file of the person's is gone: %v", err)
		}
	}
	if names := left(t, k); len(names) > 0 {
		t.Errorf("a file was copied: %v", names)
	}
	for path, want := range map[string]error{folder: ErrFolder, filepath.Join(folder, "none"): fs.ErrNotExist} {
		if _, err := k.open(context.Background(), path); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", path, err, want)
		}
	}
}

// failing gives so many bytes, then an error.
type failing struct {
	bytes int
	err   error
}

func (f *failing) Read(b []byte) (int, error) {
	if f.bytes == 0 {
		return 0, f.err
	}
	n := min(f.bytes, len(b))
	f.bytes -= n
	return n, nil
}

// A source that breaks is an error, and nothing stays on the disk.
func TestStreamBreaks(t *testing.T) {
	broken := errors.New("the cable is out")
	for _, after := range []int{0, 5, 20} {
		k := little(t)
		if _, err := k.take(context.Background(), &failing{after, broken}); !errors.Is(err, broken) {
			t.Errorf("after %d bytes: %v", after, err)
		}
		if names := left(t, k); len(names) > 0 {
			t.Errorf("after %d bytes left behind: %v", after, names)
		}
	}
	k := little(t)
	k.dir = filepath.Join(k.dir, "missing")
	if _, err := k.take(context.Background(), strings.NewReader("more than is held")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no folder for temporary files: %v", err)
	}
}

// Whoever stops gets out at once, even while the source waits for somebody to
// type, and the temporary file is gone.
func TestStreamStops(t *testing.T) {
	for name, given := range map[string]string{"at once": "", "while held": "1234", "while spooled": "0123456789abcdef"} {
		t.Run(name, func(t *testing.T) {
			k := little(t)
			synctest.Test(t, func(t *testing.T) {
				source, keyboard := io.Pipe()
				ctx, stop := context.WithCancel(t.Context())
				result := make(chan error, 1)
				go func() {
					_, err := k.take(ctx, source)
					result <- err
				}()
				if _, err := io.WriteString(keyboard, given); err != nil {
					t.Error(err)
				}
				synctest.Wait()
				if spooled := len(left(t, k)) == 1; spooled != (len(given) > int(k.held)) {
					t.Errorf("spooled: %v", spooled)
				}
				stop()
				synctest.Wait()
				select {
				case err := <-result:
					if !errors.Is(err, context.Canceled) {
						t.Errorf("error %v", err)
					}
				default:
					t.Error("it still waits for its source")
				}
				if err := keyboard.Close(); err != nil { // lets the read end that was left behind
					t.Error(err)
				}
			})
			if names := left(t, k); len(names) > 0 {
				t.Errorf("left behind: %v", names)
			}
		})
	}
}

func TestBlank(t *testing.T) {
	for text, want := range map[string]bool{
		"": true, " \r\n\t\n": true, "x": false, strings.Repeat(" ", 4096): true, strings.Repeat(" ", 4095) + "x": false,
		strings.Repeat(" ", 5000): false, // long ones are not looked through
	} {
		in := input{ReaderAt: bytes.NewReader([]byte(text)), size: int64(len(text))}
		if got := in.blank(); got != want {
			t.Errorf("%d bytes: %v, want %v", len(text), got, want)
		}
	}
}
