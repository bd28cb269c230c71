package trace

import (
	"context"
	"time"

	"golang.org/x/sys/unix"
)

// waker lets a context end a poll at once.
type waker struct{ fd int }

func newWaker() (waker, error) {
	fd, err := unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK)
	return waker{fd}, err
}

func (w waker) close() { _ = unix.Close(w.fd) }

// poll waits until one of fds is ready, limit has passed or ctx has ended. Its
// first entry is the waker's own.
func (w waker) poll(ctx context.Context, fds []unix.PollFd, limit time.Duration) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	fds[0] = unix.PollFd{Fd: int32(w.fd), Events: unix.POLLIN}
	if limit > 0 {
		done := make(chan struct{})
		stop := context.AfterFunc(ctx, func() {
			defer close(done)
			_, _ = unix.Write(w.fd, []byte{1, 0, 0, 0, 0, 0, 0, 0})
		})
		defer func() {
			if !stop() {
				<-done // the descriptor must not be closed before
			}
		}()
	}
	limit = max(limit, 0)
	ts := unix.NsecToTimespec(int64(limit))
	if _, err := unix.Ppoll(fds, &ts, nil); err != nil && err != unix.EINTR {
		return err
	}
	return ctx.Err()
}
