package casefile

import (
	"errors"
	"fmt"
	"io/fs"
	"runtime"
	"slices"
	"syscall"
)

// Sentinels of the disk; what was there before is still there.
var (
	ErrFull       = errors.New("the disk is full")
	ErrUnwritable = errors.New("the folder cannot be written to")
)

// The numbers of Windows for a full disk, which package syscall does not name:
// ERROR_HANDLE_DISK_FULL, ERROR_DISK_FULL.
var fullOnWindows = []syscall.Errno{39, 112}

// onDisk names why a disk took nothing, if that is it.
func onDisk(err error) error {
	var number syscall.Errno
	errno := errors.As(err, &number)
	switch {
	case err == nil:
		return nil
	case errno && (number == syscall.ENOSPC || number == syscall.EDQUOT || runtime.GOOS == "windows" && slices.Contains(fullOnWindows, number)):
		return fmt.Errorf("%w: %w", ErrFull, err)
	case errno && number == syscall.EROFS, errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("%w: %w", ErrUnwritable, err)
	}
	return err
}
