package ui

import (
	"slices"
	"strconv"

	"fyne.io/fyne/v2"

	"latchkey/app"
	"latchkey/diag"
)

// sshColumn is the page of a collection over SSH: where to, what is run there,
// what goes on; below it a single file.
func (w *window) sshColumn() []fyne.CanvasObject {
	s := &w.current.cause.ssh
	var cards []fyne.CanvasObject
	switch run := s.run; {
	case run == nil:
		cards = append(cards, w.sshForm(s))
		if s.rescue && !s.twin {
			cards = append(cards, w.mountCard())
		}
		if !s.twin {
			cards = append(cards, w.fetchCard(s))
		}
	case run.meet != nil:
		cards = append(cards, w.meetCard(run))
	case run.ask != nil:
		cards = append(cards, w.askCard(run))
	default:
		cards = append(cards, w.liveCard(run))
	}
	if a := w.aftermathCard(); a != nil && s.run == nil && !s.twin {
		cards = append(cards, a)
	}
	return cards
}

// sshForm asks where to, and says what will happen there.
func (w *window) sshForm(s *sshState) fyne.CanvasObject {
	v := w.view
	title, text := "ui.ssh.title", "ui.ssh.text"
	if s.twin {
		title, text = "ui.ssh.title.twin", "ui.ssh.text.twin"
	}
	lines := []fyne.CanvasObject{v.para("**"+v.t(title)+"**", roleCard, tokInk), v.para(v.t(text), roleBody, tokInk2)}
	if s.trouble != nil {
		lines = append(lines, w.sshTroubleBox(s.trouble))
	}
	if s.unkept != nil {
		lines = append(lines, v.bullet(iconWarn, tokWarn, v.t("ui.ssh.unkept")))
	}
	lines = append(lines, w.sshFields(s)...)
	if s.wrong != "" {
		lines = append(lines, v.bullet(iconWarn, tokWarn, v.t(s.wrong)))
	}
	lines = append(lines, v.bullet(iconShield, tokOK, v.t("ui.ssh.reads")), v.bullet(iconShield, tokOK, v.t("ui.ssh.forwards")),
		v.bullet(iconKey, tokInk2, v.t("ui.ssh.keys")))
	run := v.button(buttonSpec{kind: primary, icon: iconServer, text: v.t(w.sshRunWord(s)), off: w.sshOff() != "", onTap: w.collectSSH})
	w.known("ssh-collect", run)
	if off := w.sshOff(); off != "" {
		lines = append(lines, v.bullet(iconHelp, tokPrimary, v.t(off)))
	}
	lines = append(append(lines, row(0, run, nil)), w.sshCommands(s)...)
	return v.card(toneNone, vstack(12, lines...))
}

// sshRunWord is what the button says.
func (w *window) sshRunWord(s *sshState) string {
	switch {
	case s.twin:
		return "ui.ssh.run.twin"
	case w.current.cause.newest("", "") != nil:
		return "ui.ssh.run.again"
	}
	return "ui.ssh.run"
}

// sshOff is the key of why nothing can be collected now, "" if it can.
func (w *window) sshOff() string {
	switch r := w.current; {
	case r.example:
		return "ui.ssh.off.example"
	case r.kept != nil && r.kept.ReadOnly():
		return "ui.ssh.off.open"
	}
	return ""
}

// sshFields are the fields of the form.
func (w *window) sshFields(s *sshState) []fyne.CanvasObject {
	v := w.view
	field := func(key string, i icon, text string, change func(string)) fyne.CanvasObject {
		label := v.t("ui.ssh." + key)
		e := newEntry(label, w.onShortcut)
		e.PlaceHolder = v.t("ui.ssh." + key + ".for")
		e.SetText(text)
		e.OnChanged = change
		e.OnSubmitted = func(string) { w.collectSSH() }
		w.focuses["ssh-"+key] = e
		return vstack(4, v.line(label, roleCaption, tokInk2), v.field(i, e))
	}
	address := field("address", iconServer, w.sshAddress(), func(text string) { s.address = text })
	port := field("port", iconDot, s.port, func(text string) { s.port = text })
	identity := field("identity", iconKey, s.identity, func(text string) { s.identity = text })
	choose := w.known("ssh-choose", v.button(buttonSpec{kind: secondary, icon: iconFolder, text: v.t("ui.ssh.identity.choose"), height: heightSmall, onTap: w.chooseKey}))
	jump := field("jump", iconRouter, s.jump, func(text string) { s.jump = text })
	key := vstack(8, identity, row(0, choose, nil))
	lines := []fyne.CanvasObject{hsplit(12, []float32{3, 1}, address, port), hsplit(12, []float32{1, 1}, key, jump)}
	switch {
	case v.scale > scaleNormal:
		lines = []fyne.CanvasObject{address, port, key, jump}
	case w.narrow():
		lines = []fyne.CanvasObject{lines[0], key, jump}
	}
	toggle := func(key string, on *bool) {
		word := v.t("ui.ssh." + key)
		system := w.known("ssh-"+key, v.toggle(*on, word, w.chipWords(word, *on), func() {
			*on = !*on
			w.build()
		}))
		lines = append(lines, vstack(2, row(0, system, nil), v.para(v.t("ui.ssh."+key+".text"), roleCaption, tokInk2)))
	}
	if !s.twin {
		toggle("rescue", &s.rescue)
	}
	toggle("packages", &s.packages)
	return lines
}

// chooseKey asks for a key file.
func (w *window) chooseKey() {
	s := &w.current.cause.ssh
	w.pickFile(func(f fyne.URIReadCloser, err error) {
		if err != nil || f == nil {
			return // nothing chosen: the field stands beside it
		}
		s.identity = f.URI().Path()
		_ = f.Close() // nothing was read
		w.focus = "ssh-identity"
		w.build()
	})
}

// sshCommands lists what is run. Before the first run it stands there; later it
// can be opened.
func (w *window) sshCommands(s *sshState) (lines []fyne.CanvasObject) {
	v := w.view
	commands := w.collectorCommands(s.rescue && !s.twin, s.packages)
	open := !s.over || s.listed
	if s.over {
		key := "ui.ssh.commands.show"
		if open {
			key = "ui.ssh.commands.hide"
		}
		lines = append(lines, row(0, w.known("ssh-listed", v.button(buttonSpec{kind: quiet, icon: iconList, text: v.t(key), height: heightSmall, onTap: func() {
			s.listed = !s.listed
			w.build()
		}})), nil))
	}
	if open {
		lines = append(lines, v.bold(v.t("ui.ssh.commands", "count", len(commands)), roleDense, tokInk),
			box(0, 190*v.scale, v.sheet(toneNone, padding1(w.commandRows(commands, nil)))))
	}
	return lines
}

// collectorCommands are the commands of the collector; of two with one id the
// server runs the one that fits, and the first stands for both.
func (w *window) collectorCommands(rescue, packages bool) []app.CollectorSection {
	all, err := w.Session.CollectorSections(rescue, packages)
	if err != nil {
		return nil // running it says why
	}
	seen := map[string]bool{}
	return slices.DeleteFunc(all, func(c app.CollectorSection) bool {
		again := seen[c.ID]
		seen[c.ID] = true
		return again
	})
}

// commandRows lists commands, with marks while they run.
func (w *window) commandRows(all []app.CollectorSection, live *sshLive) *rows {
	v := w.view
	list := v.newRows(rowsSpec{
		name: v.t("ui.ssh.commands", "count", len(all)), dense: true, sorted: -1,
		columns: []column{{width: 170, mono: true}, {mono: true}},
		count:   func() int { return len(all) },
		cell: func(row, col int) cell {
			if col == 1 {
				return cell{text: diag.Clean(all[row].Command, 400), ink: tokInk2}
			}
			c := cell{text: all[row].ID}
			if live != nil {
				c.mark, c.markInk = live.mark(row)
			}
			return c
		},
		say:    func(row int) string { return all[row].ID + ": " + all[row].Command },
		onCopy: func(row int) string { return all[row].Command },
	})
	w.focuses["ssh-commands"] = list
	return list
}

// mountCard shows what to type in a rescue system first: the program mounts
// nothing by itself.
func (w *window) mountCard() fyne.CanvasObject {
	v, tag := w.view, w.language()
	state := w.current.cause.of(itemSSH)
	lines := []fyne.CanvasObject{v.para(v.t("ui.ssh.mount.text"), roleBody, tokInk2)}
	steps, err := w.Session.MountSteps()
	if err != nil {
		return v.titled(v.t("ui.ssh.mount"), v.problem(v.t("ui.ssh.mount.broken"), diag.Clean(err.Error(), 200)))
	}
	for i, step := range steps {
		part := []fyne.CanvasObject{v.para("**"+step.Title.In(tag)+"**", roleBody, tokInk), v.para(step.Why.In(tag), roleDense, tokInk2)}
		if step.When != "" {
			part = append(part, v.para(v.t("ui.ssh.mount.when", "type", step.When), roleDense, tokInk2))
		}
		if step.One {
			part = append(part, v.para(v.t("ui.ssh.mount.one"), roleDense, tokInk2))
		}
		for _, c := range step.Commands {
			part = append(part, w.command(c, state))
		}
		lines = append(lines, v.numbered(strconv.Itoa(i+1), vstack(6, part...)))
	}
	return v.titled(v.t("ui.ssh.mount"), lines...)
}
