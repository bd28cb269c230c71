package ui

import (
	"slices"
	"strconv"

	"fyne.io/fyne/v2"

	"latchkey/app"
	"latchkey/app/casefile"
	"latchkey/diag"
	"latchkey/diag/checklist/bundle"
)

// collectionColumn shows a collection: what it is, what was found in it, and its
// outputs.
func (w *window) collectionColumn(k *collection) []fyne.CanvasObject {
	cards := []fyne.CanvasObject{w.collectionCard(k)}
	if a := w.aftermathCard(); a != nil && k.role == "" {
		cards = append(cards, a)
	}
	if m := w.matchCard(); m != nil && k.role == "" {
		cards = append(cards, m)
	}
	return append(cards, w.collectionFindings(k), w.sectionsCard(k))
}

// collectionCard says whose it is, from when, and what is missing in it.
func (w *window) collectionCard(k *collection) fyne.CanvasObject {
	v, b := w.view, k.reading
	read := 0
	for _, s := range b.Sections {
		if s.Known {
			read++
		}
	}
	lines := []fyne.CanvasObject{v.para("**"+w.collectionTitle(k)+"**", roleCard, tokInk), w.roleChips(k),
		v.bullet(iconClock, tokInk2, v.t("ui.collection.time", "time", w.collected(k))),
		v.bullet(iconServer, tokInk2, v.t("ui.collection.mode."+modeWord(b.Mode)))}
	if b.Complete {
		lines = append(lines, v.bullet(iconOK, tokOK, v.t("ui.collection.complete")))
	} else {
		lines = append(lines, v.bullet(iconWarn, tokWarn, v.t("cli.bundle.incomplete")))
	}
	if b.Root {
		lines = append(lines, v.bullet(iconOK, tokOK, v.t("ui.collection.root")))
	} else {
		lines = append(lines, v.bullet(iconWarn, tokWarn, v.t("cli.bundle.not-root")))
	}
	lines = append(lines, v.bullet(iconList, tokInk2, v.t("ui.collection.read", "read", int64(read), "count", len(b.Sections))))
	if unknown := b.Unknown(); len(unknown) > 0 {
		ids := make([]string, 0, mostIDs+1)
		for _, id := range unknown[:min(len(unknown), mostIDs)] {
			ids = append(ids, diag.Clean(id, 60))
		}
		if more := len(unknown) - mostIDs; more > 0 {
			ids = append(ids, v.t("ui.cause.more", "count", more))
		}
		lines = append(lines, v.bullet(iconHelp, tokInk2, v.t("cli.bundle.unknown", "list", ids)))
	}
	if n := w.answeredSteps(k); n > 0 && k.role == "" {
		lines = append(lines, v.bullet(iconCheck, tokOK, v.t("ui.collection.steps", "count", n)))
	}
	return v.card(toneNone, vstack(10, append(lines, w.overSSH(k)...)...))
}

// overSSH says what is known of a collection because it came over SSH, and lets
// one make it again: the second one shows what is gone.
func (w *window) overSSH(k *collection) (lines []fyne.CanvasObject) {
	v := w.view
	if k.over != nil {
		for _, f := range k.over.Facts {
			if f.Code != "collect.not-root" { // stands above
				mark, ink := iconHelp, tokInk2
				if f.Severity == diag.Warning {
					mark, ink = iconWarn, tokWarn
				}
				words := plainStars(v.finding(f))
				if why, ok := f.Params["reason"].(string); ok {
					words += " " + v.t("collect.reason."+why)
				}
				lines = append(lines, v.bullet(mark, ink, words))
			}
		}
		lines = append(lines, v.bullet(iconKey, tokInk2, v.t("ui.ssh.key", "host", plainStars(diag.Clean(k.over.Host.String(), 120)), "key", k.over.Fingerprint)))
		if k.over.Banner != "" {
			lines = append(lines, v.bullet(iconHelp, tokInk2, v.t("ui.ssh.banner", "text", plainStars(diag.Clean(k.over.Banner, 300)))))
		}
	}
	if k.role == "" {
		lines = append(lines, row(0, w.act("collect-again", iconRefresh, v.t("ui.ssh.collect-again"), func() { w.openSSH(false) }), nil))
	}
	return lines
}

func modeWord(mode string) string {
	if mode == bundle.Rescue {
		return "rescue"
	}
	return "live"
}

// answeredSteps counts the steps a collection has outputs for.
func (w *window) answeredSteps(k *collection) (n int) {
	for _, i := range w.causeItems() {
		if k.reading.Settles(i) {
			n++
		}
	}
	return n
}

// roleChips say whose a collection is.
func (w *window) roleChips(k *collection) fyne.CanvasObject {
	v := w.view
	var chips []fyne.CanvasObject
	for _, role := range []string{"", casefile.RoleTwin, casefile.RoleUnused} {
		word := (&collection{role: role}).roleWord()
		text := v.t("ui.cause.role." + word)
		chips = append(chips, w.known("role-"+word, v.chip(text, k.role == role, v.t("ui.collection.role")+": "+text, func() { w.setRole(w.current, k, role) })))
	}
	return wrap(choiceGap, chips...)
}

// mostOfOne is how many findings of one severity are listed.
const mostOfOne = 12

// collectionFindings lists what was found, by severity.
func (w *window) collectionFindings(k *collection) fyne.CanvasObject {
	v := w.view
	var lines []fyne.CanvasObject
	for _, severity := range []diag.Severity{diag.Critical, diag.Warning, diag.Notice, diag.Info} {
		n := 0
		for _, f := range k.reading.Findings {
			if f.Severity != severity {
				continue
			}
			if n++; n > mostOfOne {
				continue
			}
			if len(lines) > 0 {
				lines = append(lines, v.rule())
			}
			lines = append(lines, w.findingLine(f))
		}
		if n > mostOfOne {
			lines = append(lines, v.line(v.t("ui.cause.more", "count", n-mostOfOne), roleCaption, tokInk2))
		}
	}
	if len(lines) == 0 {
		lines = append(lines, v.bullet(iconOK, tokOK, v.t("ui.collection.clean")))
	}
	return v.titled(v.t("ui.collection.findings", "count", len(k.reading.Findings)), lines...)
}

// sectionsCard lists the outputs; Enter opens one below.
func (w *window) sectionsCard(k *collection) fyne.CanvasObject {
	v, all := w.view, k.reading.Sections
	flags := map[string]diag.Severity{}
	for _, f := range k.reading.Findings {
		if f.Source != nil && flags[f.Source.Part] == "" { // the gravest stand first
			flags[f.Source.Part] = f.Severity
		}
	}
	list := v.newRows(rowsSpec{
		name: v.t("ui.collection.sections"), headed: true, sorted: -1,
		columns: []column{{title: v.t("ui.collection.section"), width: 200, mono: true}, {title: v.t("ui.collection.command"), mono: true}, {title: v.t("ui.collection.reader"), width: 150}},
		count:   func() int { return len(all) },
		cell: func(row, col int) cell {
			s := all[row]
			switch col {
			case 0:
				mark, ink := severityMark(flags[s.ID])
				return cell{text: diag.Clean(s.ID, 80), mark: mark, markInk: ink}
			case 1:
				return cell{text: diag.Clean(s.Command, 300)}
			}
			return cell{text: w.sectionState(s), ink: tokInk2}
		},
		say:    func(row int) string { return diag.Clean(all[row].ID, 80) + ": " + w.sectionState(all[row]) },
		onOpen: func(row int) { w.openSection(all[row].ID) },
	})
	if i := slices.IndexFunc(all, func(s app.SectionReading) bool { return s.ID == k.section }); i >= 0 {
		list.restore(max(i-2, 0), i)
	}
	w.focuses["sections"] = list
	lines := []fyne.CanvasObject{v.para(v.t("ui.collection.sections.text"), roleDense, tokInk2), box(0, 240*v.scale, v.sheet(toneNone, padding1(list)))}
	if k.section != "" {
		var here []diag.Finding
		for _, f := range k.reading.Findings {
			if f.Source != nil && f.Source.Part == k.section {
				here = append(here, f)
			}
		}
		lines = append(lines, v.bold(v.t("ui.collection.output", "section", diag.Clean(k.section, 80)), roleDense, tokInk), w.outputRows(diag.Clean(k.section, 80), k.lines, flagsOf(here)))
	}
	return v.titled(v.t("ui.collection.sections"), lines...)
}

// sectionState says how an output of a collection was read.
func (w *window) sectionState(s app.SectionReading) string {
	v := w.view
	switch {
	case s.Exit == 127:
		return v.t("ui.collection.state.missing")
	case s.Foreign:
		return v.t("ui.collection.state.foreign")
	case s.Known:
		return s.Reader + " (" + strconv.Itoa(s.Rows) + ")"
	case len(s.Text) == 0:
		return v.t("ui.collection.state.empty")
	}
	return v.t("ui.collection.state.unknown")
}
