package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"latchkey/diag/checklist/bundle"
)

// input is what is read, at hand for as long as somebody looks at it.
type input struct {
	io.ReaderAt
	size  int64
	file  *os.File // nil if held
	spool bool     // the file is ours and goes when it is closed
}

// MostStream is the longest stream that is read, in bytes: it is written to a
// temporary file, and most disks can spare as much. A file may be of any size.
const MostStream = 8 << 30

// intake is how much of an input goes where.
type intake struct {
	held  int64  // bytes up to which an input is held in memory
	spool int64  // bytes a stream may fill of the disk
	dir   string // for temporary files; "" for the system's own
}

// usual holds mails and most logs.
func usual() intake { return intake{held: 8 << 20, spool: MostStream} }

// open opens a file; a small one is held, so that nothing stays open.
func (k intake) open(ctx context.Context, path string) (input, error) {
	f, err := os.Open(path)
	if err != nil {
		return input{}, err
	}
	info, err := f.Stat()
	if err == nil && info.IsDir() {
		err = ErrFolder
	}
	if err != nil {
		return input{}, errors.Join(err, f.Close())
	}
	if info.Mode().IsRegular() && info.Size() > k.held {
		return input{ReaderAt: f, size: info.Size(), file: f}, nil
	}
	in, err := k.take(ctx, f)
	if err = errors.Join(err, f.Close()); err != nil {
		return input{}, errors.Join(err, in.close())
	}
	return in, nil
}

// take reads a stream: what is short is held, the rest goes to a temporary
// file.
func (k intake) take(ctx context.Context, r io.Reader) (input, error) {
	var held bytes.Buffer
	s := &stream{ctx: ctx, r: r, buffer: make([]byte, 64<<10)}
	n, err := io.Copy(&held, io.LimitReader(s, k.held+1))
	if err != nil {
		return input{}, err
	}
	if n <= k.held {
		return input{ReaderAt: bytes.NewReader(held.Bytes()), size: n}, nil
	}
	f, err := os.CreateTemp(k.dir, "latchkey-*.txt")
	if err != nil {
		return input{}, fmt.Errorf("make a temporary file: %w", err)
	}
	in := input{ReaderAt: f, file: f, spool: true}
	in.size, err = io.Copy(f, io.LimitReader(io.MultiReader(&held, s), k.spool+1))
	if err == nil && in.size > k.spool {
		err = ErrTooLarge
	}
	if err != nil {
		return input{}, errors.Join(err, in.close())
	}
	return in, nil
}

// stream ends a copy when its context does, even while r waits for somebody to
// type. The read that waits is left behind and ends with its source; what it
// reads lands in a buffer that nobody looks at any more.
type stream struct {
	ctx    context.Context
	r      io.Reader
	buffer []byte
}

func (s *stream) Read(b []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	var n int
	var err error
	read := make(chan struct{})
	go func() {
		defer close(read)
		n, err = s.r.Read(s.buffer[:min(len(b), len(s.buffer))])
	}()
	select {
	case <-read:
		copy(b, s.buffer[:n])
		return n, err
	case <-s.ctx.Done():
		return 0, s.ctx.Err()
	}
}

// blank reports whether a short input holds nothing but blanks.
func (in input) blank() bool {
	if in.size > 4096 {
		return false
	}
	b := make([]byte, in.size)
	n, err := in.ReadAt(b, 0)
	return (err == nil || err == io.EOF) && len(bytes.TrimSpace(b[:n])) == 0
}

// close gives back what the input holds open. A file is closed before it is
// removed: Windows removes none that is open.
func (in input) close() error {
	if in.file == nil {
		return nil
	}
	err := in.file.Close()
	if in.spool {
		err = errors.Join(err, os.Remove(in.file.Name()))
	}
	return err
}

// isBundle reports whether an input is what the collector writes.
func (in input) isBundle() bool {
	head := make([]byte, min(in.size, 4096))
	n, err := in.ReadAt(head, 0)
	return (err == nil || err == io.EOF) && bundle.IsBundle(head[:n])
}

// isArchive reports whether an input is a zip or gzip.
func (in input) isArchive() bool {
	head := make([]byte, 4)
	n, err := in.ReadAt(head, 0)
	return (err == nil || err == io.EOF) && n == 4 && (string(head) == "PK\x03\x04" || head[0] == 0x1f && head[1] == 0x8b)
}
