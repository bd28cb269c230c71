package ui

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"latchkey/app"
	"latchkey/app/casefile"
	"latchkey/diag"
	"latchkey/diag/checklist"
	"latchkey/diag/checklist/bundle"
)

// collection is what the collector, or UAC, brought home, as a part of a case.
type collection struct {
	name    string // of its file
	sha     string // of its bytes; "" as long as they could not be stored
	role    string // whose it is, as in casefile.Input
	reading app.BundleReading
	over    *app.Collected // what else is known of one that came over SSH in this run; nil else
	section string         // id of the output that is shown, "" none
	lines   lines          // of that
}

// roleWord is the key of the role's name.
func (k *collection) roleWord() string {
	if k.role == "" {
		return "server"
	}
	return k.role
}

// collection is the one that is open; nil if none is.
func (c *causeState) collection() *collection {
	n, err := strconv.Atoi(strings.TrimPrefix(c.item, itemCollection))
	if err != nil || !strings.HasPrefix(c.item, itemCollection) || n < 0 || n >= len(c.collections) {
		return nil
	}
	return c.collections[n]
}

// newest is the newest collection of a role in a mode; nil if there is none.
func (c *causeState) newest(role, mode string) *collection {
	for _, k := range slices.Backward(c.collections) {
		if k.role == role && (mode == "" || k.reading.Mode == mode) {
			return k
		}
	}
	return nil
}

// counting are the collections that say how the case's server is.
func (c *causeState) counting() (all []*collection) {
	for _, mode := range []string{bundle.Live, bundle.Rescue} {
		if k := c.newest("", mode); k != nil {
			all = append(all, k)
		}
	}
	return all
}

// collectionTitle names a collection in the list.
func (w *window) collectionTitle(k *collection) string {
	host := diag.Clean(k.reading.Hostname, 60)
	if host == "" {
		host = diag.Clean(k.name, 60)
	}
	title := w.view.t("ui.collection.title", "host", host)
	for _, other := range w.current.cause.collections {
		if other != k && other.reading.Hostname == k.reading.Hostname && !k.reading.Started.IsZero() {
			return w.view.t("ui.collection.title.time", "title", title, "time", k.reading.Started.UTC().Format("15:04")+" UTC")
		}
	}
	return title
}

// takeCollection puts a collection into a case: the one that is open, the one
// about the machine it is from, or a new one.
func (w *window) takeCollection(reading app.Reading, h *handed) {
	r := w.addressee()
	onTwin := r != nil && r.cause.item == itemTwin && (w.show == screenCause || w.show == screenPaste && w.back == screenCause)
	if r == nil {
		r = w.caseOfHost(diag.Clean(reading.Bundle.Hostname, 253))
	}
	w.load(r, func() {
		w.keep(r)
		h.bring(w, r)
		k := &collection{name: reading.Name, reading: *reading.Bundle, role: r.cause.roleFor(reading.Bundle.Hostname, onTwin)}
		w.giveCollection(r, k, h)
		w.open(screenCause)
	})
}

// caseOfHost finds the case about a machine, or begins one.
func (w *window) caseOfHost(host string) *record {
	for _, old := range w.cases {
		if host != "" && !old.example && strings.EqualFold(old.check.Name, host) {
			return old
		}
	}
	r := &record{invoice: -1}
	r.check.Name = host
	if strings.Contains(host, ".") {
		r.check.Input = host
	}
	return r
}

// roleFor guesses whose a collection is: what comes in beside a collection of
// another machine is that machine's twin. A press corrects it.
func (c *causeState) roleFor(host string, onTwin bool) string {
	if onTwin {
		return casefile.RoleTwin
	}
	var servers []string
	for _, k := range c.collections {
		if k.role == "" {
			servers = append(servers, k.reading.Hostname)
		}
	}
	return app.RoleFor(host, servers)
}

// giveCollection puts a collection that was read into the case. Steps it has
// outputs for are answered by it.
func (w *window) giveCollection(r *record, k *collection, h *handed) {
	c := &r.cause
	k.sha = h.in.SHA256
	c.collections = append(slices.DeleteFunc(c.collections, func(old *collection) bool { return old.sha != "" && old.sha == k.sha }), k)
	c.item, w.notRead = itemCollection+strconv.Itoa(len(c.collections)-1), nil
	if k.role == casefile.RoleTwin {
		c.item = itemTwin
	}
	w.focus = "item-" + c.item
	w.answerSteps(r)
	w.storeKept(r, h, func(m *casefile.Case, in casefile.Input) {
		k.sha, in.Role = in.SHA256, k.role
		if k.over == nil {
			w.Session.FileBundle(m, in, k.reading, w.now())
			return
		}
		over := *k.over
		over.Input.SHA256, over.Input.Role = in.SHA256, in.Role
		w.Session.FileCollected(m, over, w.now())
	})
	w.rethink(r)
}

// answerSteps marks the open steps that collections answer as done.
func (w *window) answerSteps(r *record) {
	list, _ := w.Session.Checklist() // faulty files are told in the settings
	for _, i := range list.Items {
		s := r.cause.of(i.ID)
		for _, k := range r.cause.counting() {
			if s.state == "" && k.reading.Settles(i) {
				s.state = stateDone
			}
		}
	}
	w.store(r)
}

// setRole says whose a collection is.
func (w *window) setRole(r *record, k *collection, role string) {
	c := &r.cause
	before := map[string]bool{}
	list, _ := w.Session.Checklist() // faulty files are told in the settings
	for _, i := range list.Items {
		before[i.ID] = len(w.answeredBy(i)) > 0
	}
	k.role = role
	for _, i := range list.Items { // what nothing answers any more is open again
		if s := c.of(i.ID); before[i.ID] && len(w.answeredBy(i)) == 0 && s.evidence == nil && s.state == stateDone {
			s.state = ""
		}
	}
	w.answerSteps(r)
	w.storeWith(r, func(m *casefile.Case) {
		for i := range m.Evidence {
			if m.Evidence[i].Kind == app.KindBundle && m.Evidence[i].SHA256 == k.sha {
				m.Evidence[i].Role = role
			}
		}
	})
	w.rethink(r)
	w.build()
}

// answeredBy are the collections that answer a step.
func (w *window) answeredBy(i checklist.Item) (all []*collection) {
	for _, k := range w.current.cause.counting() {
		if len(k.reading.Answers(i.Reads)) > 0 {
			all = append(all, k)
		}
	}
	return all
}

// answeredLines say which outputs of which collection answer a step.
func (w *window) answeredLines(i checklist.Item) (lines []fyne.CanvasObject) {
	v := w.view
	for _, k := range w.answeredBy(i) {
		var ids []string
		for _, s := range k.reading.Answers(i.Reads) {
			ids = append(ids, diag.Clean(s.ID, 60))
		}
		if more := len(ids) - mostIDs; more > 0 {
			ids = append(ids[:mostIDs], v.t("ui.cause.more", "count", more))
		}
		lines = append(lines, v.bullet(iconOK, tokOK, v.t("ui.collection.answers", "title", w.collectionTitle(k), "list", ids)))
	}
	return lines
}

// mostIDs is how many outputs are named in a sentence.
const mostIDs = 6

// openSection opens the collection that holds an output, at that output; false
// if none does.
func (w *window) openSection(id string) bool {
	c := &w.current.cause
	k := c.collection()
	if k == nil || !k.show(id) {
		k = nil
		for _, other := range c.counting() {
			if other.show(id) {
				k = other
				break
			}
		}
	}
	if k == nil {
		return false
	}
	c.item = itemCollection + strconv.Itoa(slices.Index(c.collections, k))
	w.focus = "lines"
	w.build()
	return true
}

// show chooses an output of the collection; false if it has none of that name.
func (k *collection) show(id string) bool {
	i := slices.IndexFunc(k.reading.Sections, func(s app.SectionReading) bool { return s.ID == id })
	if i < 0 {
		return false
	}
	k.section, k.lines = id, linesOf(k.reading.Sections[i].Text)
	return true
}

// collected is when a collection was made, as its machine told.
func (w *window) collected(k *collection) string {
	if k.reading.Started.IsZero() {
		return w.view.t("ui.collection.time.unknown")
	}
	return k.reading.Started.UTC().Format(time.DateTime) + " UTC"
}
