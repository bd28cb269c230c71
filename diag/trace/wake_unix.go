//go:build linux || darwin

package trace

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/sys/unix"
)

// waker is a pipe that lets a context end a poll at once.
type waker struct{ read, write int }

func newWaker() (waker, error) {
	var p [2]int
	if err := unix.Pipe(p[:]); err != nil {
		return waker{}, fmt.Errorf("open pipe: %w", err)
	}
	for _, fd := range p {
		unix.CloseOnExec(fd)
		_ = unix.SetNonblock(fd, true)
	}
	return waker{p[0], p[1]}, nil
}

func (w waker) close() {
	_ = unix.Close(w.read)
	_ = unix.Close(w.write)
}

// poll waits until one of fds is ready, limit has passed or ctx has ended. The
// first entry is the waker's own.
func (w waker) poll(ctx context.Context, fds []unix.PollFd, limit time.Duration) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	fds[0] = unix.PollFd{Fd: int32(w.read), Events: unix.POLLIN}
	if limit > 0 {
		done := make(chan struct{})
		stop := context.AfterFunc(ctx, func() {
			defer close(done)
			_, _ = unix.Write(w.write, []byte{0})
		})
		defer func() {
			if !stop() {
				<-done // the pipe must not be closed before
			}
		}()
	}
	if err := pollFor(fds, max(limit, 0)); err != nil && err != unix.EINTR {
		return err
	}
	return ctx.Err()
}
