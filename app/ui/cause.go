package ui

import (
	"maps"
	"slices"

	"fyne.io/fyne/v2"

	"latchkey/app"
	"latchkey/app/statement"
	"latchkey/diag"
	"latchkey/diag/checklist"
)

// causeState is how far a person got with the checklist. It stays with its case.
type causeState struct {
	item        string // id of the step that is open, or one of those below
	items       map[string]*itemState
	collections []*collection            // the newest last
	cause       *diag.Finding            // what was taken as the cause
	suspect     int                      // of the programs that match: whose reasons are shown
	unfolded    map[checklist.Phase]bool // as a person set them; others are folded unless they hold what is open
	// match and comparison are worked out behind the window, at each change of
	// what they are made of; nil before, or where there is nothing to compare.
	match      *checklist.Matching
	comparison *checklist.Comparison
	aftermath  *checklist.Aftermath // nil with fewer than two collections of the server
	thought    int                  // counts the changes
	ssh        sshState
}

// What can be open instead of a step.
const (
	itemCollect    = "collect"     // how to collect by hand
	itemTwin       = "twin"        // the comparison with a twin
	itemCollection = "collection-" // and its place in the list
)

// itemState is one step of the checklist.
type itemState struct {
	state    string // "", done, not-applicable
	typed    string // in the field for the output
	evidence *output
	large    string // the command that is shown large, for typing
}

// The states of a step.
const (
	stateDone = "done"
	stateNot  = "not-applicable"
)

func (c *causeState) of(id string) *itemState {
	if c.items == nil {
		c.items = map[string]*itemState{}
	}
	if c.items[id] == nil {
		c.items[id] = &itemState{}
	}
	return c.items[id]
}

// evidence lists all outputs of the case's server. Of its collections the newest
// of the running system counts, and the newest of its disk.
func (c *causeState) evidence() []app.Evidence {
	var all []app.Evidence
	for _, id := range slices.Sorted(maps.Keys(c.items)) {
		if s := c.items[id]; s.evidence != nil {
			all = append(all, s.evidence.Evidence)
		}
	}
	for _, k := range c.counting() {
		all = append(all, k.reading.Evidence(k.name))
	}
	return all
}

// steps are the items that fit the incident, in the order in which to ask.
func (w *window) causeItems() []checklist.Item {
	if w.checklist == nil {
		w.checklist, _ = w.Session.Checklist()
	}
	return w.checklist.For(w.incidentKind())
}

// incidentKind is the checklist's word for what the case is about.
func (w *window) incidentKind() string {
	r := w.current
	if r.report != nil {
		rep := r.report.reading.Report
		return statement.GroupOf(rep.Incident)
	}
	return statement.GroupOf(r.reason)
}

// causeScreen is step 3: the checklist left, the open step right.
func (w *window) causeScreen() fyne.CanvasObject {
	c := &w.current.cause
	items := w.causeItems()
	if len(items) == 0 {
		return w.noChecklist()
	}
	if _, ok := w.checklist.ByID(c.item); !ok && !c.special() {
		c.item = w.firstOpen(items)
	}
	lines := []fyne.CanvasObject{w.causeHead(items)}
	if w.notRead != nil {
		lines = append(lines, w.notReadBox())
	}
	list := w.causeList(items)
	step, side := w.causeColumn()
	switch {
	case w.stacked():
		lines = append(append(append(lines, list), step...), side...)
	case w.wide() && len(side) > 0:
		lines = append(lines, hsplit(14, threeColumns[:], flow(stack{}, list), vstack(14, step...), vstack(14, side...)))
	default:
		lines = append(lines, hsplit(14, []float32{2, 5}, flow(stack{}, list), vstack(14, append(step, side...)...)))
	}
	return flow(centred{mostContent + 48}, padded(22, 24, vstack(14, lines...)))
}

// threeColumns are the shares of the list, the open step and what was found.
var threeColumns = [3]float32{3, 6, 6}

// itemWidth is how wide the card of the open step is.
func (w *window) itemWidth() float32 {
	switch width := w.contentWidth(); {
	case w.stacked():
		return width
	case w.wide() && !w.current.cause.special():
		return (width - 28) * threeColumns[1] / (threeColumns[0] + threeColumns[1] + threeColumns[2])
	default:
		return (width - 14) * 5 / 7
	}
}

// stacked reports whether what is open stands below the list, not beside it.
func (w *window) stacked() bool { return w.narrow() && w.view.scale > scaleNormal }

// noChecklist says that the program's own list of steps is missing. What was
// found so far stays in the case.
func (w *window) noChecklist() fyne.CanvasObject {
	v := w.view
	_, problems := w.Session.Checklist()
	text := v.t("ui.cause.broken.text")
	if len(problems) > 0 {
		text += " (" + diag.Clean(problems[0].Error(), 200) + ")"
	}
	again := v.button(buttonSpec{kind: secondary, icon: iconRefresh, text: v.t("ui.cause.broken.again"), height: heightSmall, onTap: func() {
		w.checklist = nil
		w.build()
	}})
	lines := []fyne.CanvasObject{v.line(v.t("ui.cause.title"), roleTitle, tokInk), v.problem(v.t("ui.cause.broken.title"), text, again, nil)}
	return flow(centred{mostContent + 48}, padded(22, 24, vstack(14, lines...)))
}

// causeHead is the title with what can be done beside the steps.
func (w *window) causeHead(items []checklist.Item) fyne.CanvasObject {
	v := w.view
	lead := v.t("ui.cause.text")
	title := vstack(2, v.line(v.t("ui.cause.title"), roleTitle, tokInk), v.para(lead, roleBody, tokInk2))
	save := w.known("save-list", v.button(buttonSpec{kind: secondary, icon: iconPage, text: v.t("ui.cause.list.save"), height: heightSmall, onTap: func() {
		w.saveText("latchkey-checklist.txt", []byte(w.checklistText(items)))
	}}))
	enter := w.known("enter", v.button(buttonSpec{kind: secondary, text: v.t("ui.cause.enter"), height: heightSmall, onTap: func() { w.open(screenUnlock) }}))
	acts := []fyne.CanvasObject{w.accessBadge(), enter, save}
	head := vstack(10, title, wrap(8, acts...))
	if beside := row(8, acts...); w.contentWidth()-beside.MinSize().Width-24 >= measure(lead, v.size(roleBody), roleBody.style()) {
		head = hsplit(24, []float32{1, 0}, title, flow(topLeft{}, padded(4, 0, beside)))
	}
	if w.saved == "" {
		return head
	}
	return vstack(10, head, v.bullet(iconOK, tokOK, w.saved))
}

// special reports whether something else than a step is open.
func (c *causeState) special() bool {
	return c.item == itemSSH || c.item == itemCollect || c.item == itemTwin || c.collection() != nil
}

// causeColumn is what is open, and what stands beside or below it.
func (w *window) causeColumn() (step, side []fyne.CanvasObject) {
	c := &w.current.cause
	switch {
	case c.item == itemSSH:
		return w.sshColumn(), nil
	case c.item == itemCollect:
		return w.collectColumn(), nil
	case c.item == itemTwin:
		return w.twinColumn(), nil
	case c.collection() != nil:
		return w.collectionColumn(c.collection()), nil
	}
	return w.itemColumn()
}

// firstOpen is the step to begin with: the deciding one if nothing was done.
func (w *window) firstOpen(items []checklist.Item) string {
	c := &w.current.cause
	if id := w.checklist.Decides(w.incidentKind()); id != "" && c.of(id).state == "" && len(c.evidence()) == 0 {
		return id
	}
	for _, i := range items {
		if c.of(i.ID).state == "" {
			return i.ID
		}
	}
	return items[0].ID
}

// findingsOf are what was found for a step: in its output, else in the
// collections that answer it.
func (w *window) findingsOf(i checklist.Item) []diag.Finding {
	c := &w.current.cause
	if e := c.of(i.ID).evidence; e != nil {
		return e.Findings
	}
	var all []diag.Finding
	for _, k := range c.counting() {
		all = append(all, k.reading.FindingsIn(k.reading.Answers(i.Reads))...)
	}
	return all
}

// worstOf is the highest severity among findings, "" for none.
func worstOf(list []diag.Finding) diag.Severity {
	for _, s := range []diag.Severity{diag.Critical, diag.Warning, diag.Notice} {
		for _, f := range list {
			if f.Severity == s {
				return s
			}
		}
	}
	return ""
}

// language is the tag of the language on screen.
func (w *window) language() string { return w.view.text.Tag }
