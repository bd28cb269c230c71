package ui

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"latchkey/app"
	"latchkey/app/casefile"
)

// openFiles shows the window and opens files that came with a start of the
// program: given to it by a file manager, or handed over by a later start. It
// runs on Fyne's thread.
func (w *window) openFiles(files []string) {
	w.comeBack()
	if len(files) == 0 {
		return
	}
	// They belong to whatever case they name, not to the one on the screen.
	w.open(screenHome)
	w.openFile(files[0], func() {
		if len(files) > 1 {
			w.openFiles(files[1:])
		}
	})
}

// openFile opens an exported case, else reads the file as if it was dropped.
func (w *window) openFile(path string, then func()) {
	s := source{name: filepath.Base(path), path: path}
	if !strings.EqualFold(filepath.Ext(path), ".zip") {
		w.readThen(s, then)
		return
	}
	var id string
	var err error
	w.take(s.name, job{
		read: func(context.Context, app.ReadOptions) { id, err = w.importCase(path) },
		then: func() {
			switch {
			case errors.Is(err, casefile.ErrArchive): // a mail or a log that is packed
				w.readThen(s, then)
				return
			case err != nil:
				w.fail("ui.notread.file", err)
			default:
				w.showImported(id)
			}
			then()
		},
		drop: func() {}, // what was stored stays in the list
	})
}

func (w *window) importCase(path string) (id string, err error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return "", err
	}
	return w.Session.ImportCase(f, info.Size(), w.now())
}

// showImported puts a case into the list and opens it.
func (w *window) showImported(id string) {
	if r := w.byID(id); r != nil {
		w.openCase(r)
		return
	}
	all, err := w.Session.Cases().List()
	if err != nil {
		w.listTrouble = "ui.list.unread"
	}
	for _, s := range all {
		if s.ID == id {
			r := w.listing(s)
			w.keep(r)
			w.openCase(r)
			return
		}
	}
	w.build()
}
