package ui

import (
	"fmt"
	"io"
	"strings"

	"latchkey/diag"
	"latchkey/diag/checklist"
)

// checklistText is the list of steps as a page to print, or to read on a
// telephone beside the console: numbered, with the shortest form of each command
// and what is done already.
func (w *window) checklistText(items []checklist.Item) string {
	v, tag := w.view, w.language()
	var b strings.Builder
	line := func(indent, text string) { b.WriteString(folded(diag.Clean(text, 2000), indent)) }
	line("", v.t("ui.cause.list.title", "server", w.title(w.current.check)))
	line("", v.t("ui.cause.list.text"))
	number := 0
	for _, phase := range checklist.Phases() {
		first := true
		for _, i := range items {
			if i.Phase != phase {
				continue
			}
			if first {
				b.WriteString("\n")
				line("", v.t("ui.cause.phase."+string(phase)))
				first = false
			}
			number++
			line("    ", fmt.Sprintf("%s %2d  %s", boxOf(w.current.cause.of(i.ID).state), number, i.Title.In(tag)))
			for _, command := range shortest(i) {
				b.WriteString("         # " + command + "\n") // never folded: it is typed as it stands
			}
			if look := i.Look.In(tag); look != "" {
				line("         ", look)
			}
		}
	}
	return b.String()
}

// boxOf is the box to tick of a step.
func boxOf(state string) string {
	switch state {
	case stateDone:
		return "[x]"
	case stateNot:
		return "[-]"
	}
	return "[ ]"
}

// shortest are the commands of a step to type: its short form, else those for
// the running server, else those for the rescue system.
func shortest(i checklist.Item) []string {
	switch {
	case i.Short != "":
		return []string{i.Short}
	case len(i.Live) > 0:
		return i.Live
	}
	return i.Rescue
}

// pageWidth is how many characters stand in a printed line: A4 with margins in
// the usual fixed font.
const pageWidth = 72

// folded breaks a text at its blanks; lines after the first are indented. An
// indent wider than the head of an item also stands before its first line.
func folded(text, indent string) string {
	var b strings.Builder
	used := 0
	if len(indent) > 4 {
		b.WriteString(indent)
		used = len(indent)
	}
	blank := ""
	for _, word := range strings.SplitAfter(text, " ") {
		bare := strings.TrimRight(word, " ")
		if n := len([]rune(bare)); used+len(blank)+n > pageWidth && used > len(indent) {
			b.WriteString("\n" + indent)
			used, blank = len(indent), ""
		}
		b.WriteString(blank + bare)
		used += len(blank) + len([]rune(bare))
		blank = word[len(bare):]
	}
	return strings.TrimRight(b.String(), " ") + "\n"
}

// saveText asks where to and writes a text of ours there.
func (w *window) saveText(name string, text []byte) {
	w.saved, w.notRead = "", nil
	w.chooseTarget(name, func(to io.WriteCloser, where string, err error) {
		switch {
		case err != nil:
			w.notSaved(err)
			return
		case to == nil:
			return // nothing chosen
		}
		_, err = to.Write(text)
		if closed := to.Close(); err == nil {
			err = closed
		}
		if err != nil {
			w.notSaved(err)
			return
		}
		w.saved = w.view.t("ui.saved", "file", diag.Clean(where, 200))
		w.build()
	})
}

// notSaved says why a file could not be written.
func (w *window) notSaved(err error) {
	w.notRead = &notRead{key: "ui.notsaved." + obstacle(err), text: err.Error(), title: "ui.notsaved.title"}
	w.build()
}
