package ui

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"fyne.io/fyne/v2"
)

// smallDisk is a file system of 512 KB of its own.
func smallDisk(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("latchkey-test", dir, "tmpfs", 0, "size=512k"); err != nil {
		t.Skipf("no file system can be mounted here: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// fill leaves no room on a disk; the file it gives is in the way.
func fill(t testing.TB, dir string) string {
	t.Helper()
	path := filepath.Join(dir, "other")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	for err == nil {
		_, err = f.Write(make([]byte, 4096))
	}
	if !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
	_ = f.Close() // it is full: that is what the test is about
	return path
}

// The disk fills while somebody works: it is said, what was typed and read stays
// on screen, and with some room again all of it is stored.
func TestTheDiskIsFull(t *testing.T) {
	home := smallDisk(t)
	w, s := newStageAt(t, home, ordinary())
	finished(silence, locked()...)(t, w, s)
	w.open(screenCause)
	if err := w.saveAll(); err != nil {
		t.Fatal(err)
	}
	inTheWay := fill(t, home)
	w.current.cause.item = "F3"
	w.takeOutputOf(t, "F3", sockets)
	w.current.cause.of("F1").typed = "what I began to type"
	if err := w.saveAll(); !isFull(err) {
		t.Fatalf("saved on a full disk: %v", err)
	}
	w.build()
	h := handsOn(t, w)
	h.sees("Not saved", "The disk is full. What you see stays here", "kswapd00")
	w.current.cause.item = "F1"
	w.build()
	h.sees("The disk is full")
	if e, ok := w.focuses["output"].(*entry); !ok || e.Text != "what I began to type" {
		t.Error("what was typed is gone")
	}
	w.onClose()
	h.sees("Close the window again to quit without saving")
	if err := os.Remove(inTheWay); err != nil {
		t.Fatal(err)
	}
	h.canvas().Unfocus()
	h.tabTo("Try now")
	h.press(fyne.KeyReturn)
	if err := w.saveAll(); err != nil {
		t.Fatal(err)
	}
	if m := models(t, s); len(m) != 1 || len(m[0].Evidence) != 1 || m[0].Checks["F3"].State != stateDone {
		t.Errorf("%+v", m)
	}
}

// A folder that became read-only: the same.
func TestTheFolderIsReadOnly(t *testing.T) {
	home := smallDisk(t)
	w, s := newStageAt(t, home, ordinary())
	finished(silence, locked()...)(t, w, s)
	if err := w.saveAll(); err != nil {
		t.Fatal(err)
	}
	readOnly := func(flags uintptr) {
		t.Helper()
		if err := syscall.Mount("", home, "", syscall.MS_REMOUNT|flags, "size=512k"); err != nil {
			t.Skipf("it cannot be made read-only: %v", err)
		}
	}
	readOnly(syscall.MS_RDONLY)
	w.open(screenCause)
	w.current.cause.item = "F3"
	w.takeOutputOf(t, "F3", sockets)
	_ = w.saveAll() // said on screen
	w.build()
	handsOn(t, w).sees("Not saved", "may not write into its folder", "kswapd00")
	readOnly(0)
	w.onSaved() // as the next try does
	if err := w.saveAll(); err != nil {
		t.Fatal(err)
	}
	w.onSaved()
	if err := w.saveAll(); err != nil {
		t.Fatal(err)
	}
	if m := models(t, s); len(m) != 1 || len(m[0].Evidence) != 1 {
		t.Errorf("%+v", m)
	}
}

// A list that does not fit onto the disk one chose is said, not lost silently.
func TestTheListDoesNotFit(t *testing.T) {
	dir := smallDisk(t)
	w, s := newStage(t, ordinary())
	finished(silence, locked()...)(t, w, s)
	w.open(screenCause)
	fill(t, dir)
	w.chooseTarget = intoFolder(dir)
	h := handsOn(t, w)
	h.canvas().Unfocus()
	h.tabTo("Save checklist")
	h.press(fyne.KeyReturn)
	h.sees("The file was not saved", "The disk is full. Choose another place")
}
