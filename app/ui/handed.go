package ui

import (
	"context"
	"io"
	"os"
	"strings"

	"latchkey/app"
	"latchkey/app/casefile"
)

// source is what a person hands in: a file, or a text if there is no path.
type source struct{ name, path, text string }

// open gives its bytes; nil for what is no plain file and cannot be kept.
func (s source) open() (io.ReadCloser, error) {
	if s.path == "" {
		return io.NopCloser(strings.NewReader(s.text)), nil
	}
	if info, err := os.Stat(s.path); err != nil || !info.Mode().IsRegular() {
		return nil, err
	}
	return os.Open(s.path)
}

// handed is an input on its way into a case: its bytes are kept before anybody
// reads them, in the case it is meant for or in a new one.
type handed struct {
	into  *app.OpenCase // nil: it is not kept
	fresh bool          // into was made for it
	in    casefile.Input
	from  source
}

// handIn begins with an input for a record; nil: for whom shows later.
func (w *window) handIn(r *record) *handed {
	switch {
	case r == nil:
		return &handed{into: w.newFile(), fresh: true}
	case r.example || w.fileOf(r).ReadOnly():
		return &handed{}
	}
	return &handed{into: r.kept}
}

// keep stores the bytes. Where that cannot be, the case tells it, and the input
// is read all the same.
func (h *handed) keep(ctx context.Context, s source) {
	h.from = s
	if h.into == nil {
		return
	}
	r, err := s.open()
	if err != nil || r == nil {
		return // reading it says why
	}
	defer r.Close()
	if in, err := h.into.Keep(until{ctx, r}, s.name); err == nil {
		h.in = in
	}
}

// until ends a copy when its context does.
type until struct {
	ctx context.Context
	io.Reader
}

func (u until) Read(b []byte) (int, error) {
	if err := u.ctx.Err(); err != nil {
		return 0, err
	}
	return u.Reader.Read(b)
}

// drop forgets what was kept: it was not what a case is made of.
func (h *handed) drop() {
	switch {
	case h.into == nil:
	case h.fresh:
		_ = h.into.Discard() // an empty case in the list says it
	case h.in.SHA256 != "":
		_ = h.into.Drop(h.in.SHA256) // some bytes too many do no harm
	}
	h.into, h.in = nil, casefile.Input{}
}

// bring gives the input to the record it turned out to be for.
func (h *handed) bring(w *window, r *record) casefile.Input {
	switch {
	case h.into == nil || r.kept == h.into:
	case r.kept == nil && h.fresh && !r.example:
		r.kept = h.into
	case r.example || w.fileOf(r).ReadOnly():
		h.leave()
	default:
		h.move(r.kept)
	}
	return h.in
}

// leave keeps the bytes at hand where they are read from, but in no case.
func (h *handed) leave() { h.into, h.in = nil, casefile.Input{} }

// move keeps the bytes in another case instead.
func (h *handed) move(to *app.OpenCase) {
	before := *h
	h.into, h.fresh, h.in = to, false, casefile.Input{}
	from := before.from
	if path, err := before.into.Path(before.in.SHA256); err == nil {
		from.path = path
	}
	h.keep(context.Background(), from)
	before.drop()
}

// unkept is an input that could not be stored when it was handed in, and where
// it goes in the case.
type unkept struct {
	from source
	put  func(*casefile.Case, casefile.Input)
}

// storeKept puts an input into the case, at once or as soon as it can be kept.
func (w *window) storeKept(r *record, h *handed, put func(*casefile.Case, casefile.Input)) {
	switch in := h.in; {
	case in.SHA256 != "":
		w.storeWith(r, func(m *casefile.Case) { put(m, in) })
	case h.into != nil:
		r.unkept = append(r.unkept, unkept{h.from, put})
	}
}

// keepAgain stores what could not be stored before.
func (w *window) keepAgain() {
	for _, r := range w.cases {
		list := r.unkept
		if r.kept == nil || len(list) == 0 || r.kept.Trouble() != nil {
			continue
		}
		r.unkept = nil
		again := make([]*handed, len(list))
		w.behind(func(ctx context.Context) {
			for i, u := range list {
				again[i] = &handed{into: r.kept}
				again[i].keep(ctx, u.from)
			}
		}, func() {
			for i, u := range list {
				w.storeKept(r, again[i], u.put)
			}
		})
	}
}

// onSaved shows that saving meets an obstacle, or does no longer.
func (w *window) onSaved() {
	w.keepAgain()
	w.build()
}

// readKept keeps an input and reads what was kept.
func (w *window) readKept(ctx context.Context, h *handed, s source, o app.ReadOptions) (app.Reading, error) {
	h.keep(ctx, s)
	if h.in.SHA256 != "" {
		if path, err := h.into.Path(h.in.SHA256); err == nil {
			reading, err := w.Session.ReadFile(ctx, path, o)
			reading.Name = s.name
			return reading, err
		}
	}
	if s.path != "" {
		return w.Session.ReadFile(ctx, s.path, o)
	}
	return w.Session.Read(ctx, s.name, strings.NewReader(s.text), o)
}
