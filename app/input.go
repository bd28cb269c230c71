package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
)

// input is what is read, at hand for as long as somebody looks at it.
type input struct {
	io.ReaderAt
	size  int64
	file  *os.File // nil if held
	spool bool     // the file is ours and goes when it is closed
}

const (
	// heldSize is up to which size an input is held: mails and most logs.
	heldSize = 8 << 20
	// spoolLimit bounds what a stream may fill of the disk for temporary files.
	spoolLimit = 8 << 30
)

// openInput opens a file; a small one is held, so that nothing stays open.
func openInput(ctx context.Context, path string) (input, error) {
	f, err := os.Open(path)
	if err != nil {
		return input{}, err
	}
	info, err := f.Stat()
	if err == nil && info.IsDir() {
		err = fmt.Errorf("%s: %w", path, ErrFolder)
	}
	if err != nil {
		return input{}, errors.Join(err, f.Close())
	}
	if !info.Mode().IsRegular() || info.Size() <= heldSize {
		in, err := takeIn(ctx, f)
		return in, errors.Join(err, f.Close())
	}
	return input{ReaderAt: f, size: info.Size(), file: f}, nil
}

// takeIn reads a stream: what is short is held, the rest goes to a temporary
// file.
func takeIn(ctx context.Context, r io.Reader) (input, error) {
	var held bytes.Buffer
	r = cancellable{ctx, r}
	n, err := io.Copy(&held, io.LimitReader(r, heldSize+1))
	if err != nil {
		return input{}, err
	}
	if n <= heldSize {
		return input{ReaderAt: bytes.NewReader(held.Bytes()), size: n}, nil
	}
	f, err := os.CreateTemp("", "latchkey-*.txt")
	if err != nil {
		return input{}, fmt.Errorf("make a temporary file: %w", err)
	}
	in := input{ReaderAt: f, file: f, spool: true}
	in.size, err = io.Copy(f, io.LimitReader(io.MultiReader(&held, r), spoolLimit+1))
	if err == nil && in.size > spoolLimit {
		err = ErrTooLarge
	}
	if err != nil {
		return input{}, errors.Join(err, in.close())
	}
	return in, nil
}

// cancellable ends a copy when its context does.
type cancellable struct {
	ctx context.Context
	r   io.Reader
}

func (c cancellable) Read(b []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(b)
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
