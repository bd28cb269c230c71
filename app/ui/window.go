package ui

import (
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"

	"latchkey/app"
	"latchkey/diag/checklist"
)

// screen names what the window shows.
type screen string

// The screens. The five steps belong to a case.
const (
	screenHome      screen = "home"
	screenCheck     screen = "check"
	screenReport    screen = "report"
	screenCause     screen = "cause"
	screenStatement screen = "statement"
	screenUnlock    screen = "unlock"
	screenSettings  screen = "settings"
	screenHelp      screen = "help"
	screenPaste     screen = "paste"
)

// steps are the five steps in order.
func steps() []screen {
	return []screen{screenCheck, screenReport, screenCause, screenStatement, screenUnlock}
}

// The window's sizes in the design.
const (
	startWidth, startHeight = 1280, 800
	leastWidth, leastHeight = 1024, 700
	// leastContent is how low the content may be: the least height less what
	// the menu, a title bar and a desktop's own bar take of a small screen.
	leastContent = leastHeight - 130
	mostContent  = 1416
)

// window is the one window and what it shows.
type window struct {
	Params
	win     fyne.Window
	drawn   drawings
	view    *view
	show    screen
	back    screen // from where the paste sheet was opened
	cases   []*record
	current *record
	typed   string // in Home's field
	trouble string // under Home's field: key of the sentence
	pasted  string // in the paste sheet
	notRead *notRead
	hops    bool // «All hops» is open
	copied  bool // «Copied» is shown
	live    *running
	shell   *shell
	dialog  dialog.Dialog // the last that was shown
	focus   string        // key of what shall have the focus after the next building; "": what has it now
	focuses map[string]fyne.Focusable
	presses presses // all that the screen has to press
	mail    *mailbox
	// stopWaiting ends the waiting for a connection; nil when nobody waits.
	stopWaiting context.CancelFunc
	taking      *taking         // an input that is being read; nil when none is
	checklist   *checklist.List // loaded when step 3 is first opened
	order       []string        // focuses of the rows of step 3's list
	building    bool            // the screen is being drawn
	ticking     bool            // a timer for the deadline's clock runs
	deleted     *record         // what «Undo» brings back; nil when nothing was deleted
	listTrouble string          // key of the sentence over the list of cases
	notKept     bool            // the settings could not be kept
	leaving     bool            // it was told that something is not saved
	saved       string          // what «Save» says in step 3; "" nothing was saved
	looked      *lookup         // nil: nobody asked for a newer version
	told        func()          // the saving of a case met an obstacle, or does no longer
	logins      loginState
	watches     watcher
	notices     *app.Notices
	tray        *tray // nil where the desktop has none
	now         func() time.Time
	launch      func(input string, o app.CheckOptions, onChange func(app.Check)) stopper
	// behind runs work in a goroutine of the session and then, on Fyne's thread,
	// what shows its result.
	behind func(work func(context.Context), then func()) stopper
	// chooseTarget asks where a file goes; to is nil if it shall go nowhere.
	chooseTarget func(name string, then func(to io.WriteCloser, where string, err error))
	// onThread calls f on Fyne's thread, from a goroutine of the session.
	onThread func(f func())
	// after calls f on Fyne's thread later; nil in tests, which do not wait.
	after func(d time.Duration, f func())
}

// stopper is a check in progress.
type stopper interface{ Stop() }

// New makes the window; the caller shows it.
func New(p Params) (fyne.Window, error) {
	w, err := newWindow(p)
	if err != nil {
		return nil, err
	}
	w.listCases()
	w.openTray()
	w.watchClocks()
	if len(p.Files) > 0 {
		w.openFiles(p.Files)
	}
	if p.OnReady != nil {
		p.OnReady(w.openFiles)
	}
	return w.win, nil
}

func newWindow(p Params) (*window, error) {
	d, err := loadDrawings(p.Icons)
	if err != nil {
		return nil, fmt.Errorf("open the window: %w", err)
	}
	w := &window{Params: p, drawn: d, show: screenHome, focus: "field", mail: &mailbox{}, presses: presses{}, now: p.Now}
	if w.now == nil {
		w.now = time.Now
	}
	w.told = func() { fyne.Do(w.onSaved) }
	w.launch = func(input string, o app.CheckOptions, onChange func(app.Check)) stopper {
		return p.Session.Start(input, o, onChange)
	}
	w.behind = func(work func(context.Context), then func()) stopper {
		return p.Session.Behind(func(ctx context.Context) {
			work(ctx)
			fyne.Do(then)
		})
	}
	w.after = func(d time.Duration, f func()) { time.AfterFunc(d, func() { fyne.Do(f) }) }
	w.chooseTarget = w.askTarget
	w.onThread = fyne.Do
	w.notices = p.Session.Notices(func(n app.Notice) { w.onThread(func() { w.tell(n) }) }, w.now)
	w.watches = p.Session.Watches(func(id string, s app.Watch) { w.onThread(func() { w.onWatch(id, s) }) })
	w.win = p.App.NewWindow("Latchkey")
	w.win.SetPadded(false)
	w.win.Resize(fyne.NewSize(startWidth, startHeight))
	w.win.SetMaster()
	w.win.SetOnDropped(w.onDropped)
	w.win.SetCloseIntercept(w.onClose)
	w.restyle()
	w.addShortcuts(w.win.Canvas())
	w.win.Canvas().SetOnTypedKey(w.onKey)
	p.App.Settings().AddListener(func(fyne.Settings) { w.followSystem() })
	return w, nil
}

// restyle takes language and look from the settings and builds everything anew.
func (w *window) restyle() {
	w.view = newView(w.Params, w.drawn)
	w.view.onFocus = w.onFocus
	w.view.onPress = func(p *press) { w.presses.add(p) }
	useFyneLanguage(w.view.text)
	if w.App.Settings().Theme() != w.view.look {
		w.App.Settings().SetTheme(w.view.look)
	}
	before := w.shell
	w.shell = newShell(w)
	if before != nil {
		w.shell.page, w.shell.shown = before.page, before.shown
	}
	w.win.SetContent(w.shell.object)
	w.win.SetMainMenu(w.menu())
	w.build()
	w.paintTray()
}

// followSystem rebuilds when the desktop changed between light and dark.
func (w *window) followSystem() {
	if w.view != nil && newView(w.Params, w.drawn).dark != w.view.dark {
		fyne.Do(w.restyle)
	}
}

// open goes to a screen.
func (w *window) open(s screen) {
	if w.show == screenHome {
		w.trouble = ""
	}
	w.show, w.hops, w.copied, w.notRead, w.notKept = s, false, false, nil, false
	w.deleted, w.listTrouble, w.leaving, w.saved = nil, "", false, ""
	if w.current != nil && w.current.report != nil {
		w.current.report.copied = false
	}
	w.focus = map[screen]string{screenHome: "field", screenPaste: "paste"}[s]
	w.build()
}

// build draws the current screen.
func (w *window) build() {
	if w.live != nil {
		w.live.chain.stop()
		w.live = nil
	}
	if w.focus == "" {
		w.focus = w.focused()
	}
	twin := w.presses.twinOf(w.win.Canvas().Focused())
	w.presses = presses{}
	w.focuses = map[string]fyne.Focusable{}
	w.building = true
	if w.show == screenStatement && w.current != nil {
		w.gather(w.current) // before header and rail, which say how far it is
	}
	w.shell.build()
	w.building = false
	w.refocus(twin)
	if w.shell.width > 0 { // else nothing was built yet
		w.focus = ""
	}
	if w.OnBuilt != nil {
		w.OnBuilt()
	}
}

// refocus gives the focus to what shall have it, else to what now stands for what
// had it, else to nothing: whatever had it is no longer drawn, and would swallow every key without a canvas to hand it to.
func (w *window) refocus(twin func() *press) {
	c := w.win.Canvas()
	if f, ok := w.focuses[w.focus]; ok {
		c.Focus(f)
	} else if p := twin(); p != nil && w.focus == "" {
		c.Focus(p)
	} else if c.Overlays().Top() == nil { // else an open menu would lose its keys
		c.Unfocus()
	}
}

// focused is the key of what has the focus, "" if that has none.
func (w *window) focused() string {
	f := w.win.Canvas().Focused()
	for key, known := range w.focuses {
		if f != nil && f == known {
			return key
		}
	}
	return ""
}

// known gives a thing to press a key, by which it keeps the focus when it is
// built anew.
func (w *window) known(key string, p *press) *press {
	w.focuses[key] = p
	return p
}

// onChange shows a new state of a check.
func (w *window) onChange(r *record, c app.Check) {
	if c.Provider == nil {
		c.Provider = r.check.Provider // the report may have told who it is
	}
	final := c.Final && !r.check.Final
	renamed := c.Addr != r.check.Addr || c.Provider != r.check.Provider
	r.check = c
	if c.Final {
		r.running = nil
	}
	w.storeChange(r, renamed, final)
	if final {
		w.awaitConnection(r)
	}
	switch {
	case r != w.current:
		if w.show == screenHome && final {
			w.build()
		}
	case final && w.refused(r, c):
	case final || w.live == nil:
		w.build()
	case w.show == screenCheck:
		w.live.update(c)
		if renamed {
			w.shell.rename()
		}
	}
}

// begin checks what is in Home's field: in the case about that server, if there
// is one.
func (w *window) begin(input string) {
	w.typed, w.trouble = input, ""
	if r := w.caseAbout(input); r != nil {
		w.load(r, func() {
			r.continued = true
			r.check.Input = input
			w.start(r)
		})
		return
	}
	w.beginNew(input)
}

// beginNew checks a server in a case of its own.
func (w *window) beginNew(input string) {
	r := &record{invoice: -1}
	r.check = app.Check{Input: input, Started: w.now()}
	w.start(r)
}

func (w *window) start(r *record) {
	if r.running != nil {
		return
	}
	w.startBehind(r)
	w.open(screenCheck)
}

// startBehind checks without leaving the screen.
func (w *window) startBehind(r *record) {
	if w.stopWaiting != nil {
		w.stopWaiting()
		w.stopWaiting = nil
	}
	input := r.check.Input
	r.check = app.Check{Input: input, Name: r.check.Name, Addr: r.check.Addr, Provider: r.check.Provider, Started: w.now()}
	r.format, r.example, r.input = "", false, ""
	w.keep(r)
	r.running = w.launch(input, app.CheckOptions{NoNames: w.view.settings.NoNames}, func(c app.Check) { w.post(r, c) })
}

// keep puts a record at the top of the list.
func (w *window) keep(r *record) {
	cases := []*record{r}
	for _, old := range w.cases {
		if old != r {
			cases = append(cases, old)
		}
	}
	w.cases, w.current = cases, r
}

// mistyped reports whether there is nothing but an input that cannot be checked.
func (w *window) mistyped(r *record, c app.Check) bool {
	return troubleOf(c.Err) != "" && !c.Addr.IsValid() && r.report == nil && r.kept == nil
}

// refused sends a person back to the field when nothing could be checked because
// of what they typed, with a sentence under it.
func (w *window) refused(r *record, c app.Check) bool {
	if !w.mistyped(r, c) {
		return false
	}
	w.cases = slices.DeleteFunc(w.cases, func(old *record) bool { return old == r })
	w.current = nil
	w.trouble = troubleOf(c.Err)
	if w.show == screenCheck {
		w.open(screenHome)
	}
	return true
}

// stopCheck ends the running check of the current record.
func (w *window) stopCheck() {
	if w.current != nil && w.current.running != nil {
		w.current.running.Stop()
	}
}

// again checks the current server once more.
func (w *window) again() {
	if r := w.current; r != nil && !r.check.Printed && r.check.Input != "" {
		w.start(r)
	} else if r != nil && r.check.Addr.IsValid() {
		w.begin(r.check.Addr.String())
	} else if r != nil { // the printed trace does not say where it went
		w.open(screenHome)
	}
}
