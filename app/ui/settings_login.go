package ui

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"latchkey/app"
	"latchkey/app/credential"
	"latchkey/diag"
)

// loginState is what a person does with the logins; no case keeps it, and what
// is typed into its fields is nowhere but there.
type loginState struct {
	kind      credential.Kind // whose form is open; "" none
	name      string
	secrets   map[credential.Field]*entry
	replacing bool                 // another secret for a login that is there
	once      bool                 // use it in this run alone
	condition credential.Condition // of the keyring, as it was last seen
	looked    bool
	busy      stopper // the keyring or a provider is being asked
	doing     string  // key of what is being done
	trouble   error
	about     string // the login that trouble is about
	done      string // key of what went well
	page      *url.URL
}

// loginsCard lists the logins and lets one add, test, replace and delete them.
func (w *window) loginsCard() fyne.CanvasObject {
	v, s := w.view, &w.logins
	w.lookAtKeyring()
	lines := []fyne.CanvasObject{v.para(v.t("ui.logins.lead"), roleDense, tokInk2)}
	if s.looked {
		lines = append(lines, w.keyringLine()...)
	}
	all, err := w.Session.Logins()
	if err != nil {
		lines = append(lines, v.problem(v.t("ui.logins.unread"), err.Error()))
	}
	if len(all) == 0 && err == nil && s.kind == "" {
		lines = append(lines, v.bullet(iconKey, tokInk2, v.t("ui.logins.empty")))
	}
	for _, e := range all {
		lines = append(lines, w.loginLine(e), v.rule())
	}
	switch {
	case s.busy != nil:
		lines = append(lines, w.loginBusy())
	case s.trouble != nil:
		lines = append(lines, v.problem(v.t("ui.logins.trouble"), w.loginTrouble()))
	case s.done != "":
		lines = append(lines, v.bullet(iconOK, tokOK, v.t(s.done)))
	}
	if s.kind != "" {
		return v.titled(v.t("ui.logins.title"), append(lines, w.loginForm()...)...)
	}
	return v.titled(v.t("ui.logins.title"), append(lines, w.loginAdd())...)
}

// loginKinds are the logins that ask a provider.
func loginKinds() []credential.Kind {
	return []credential.Kind{credential.Robot, credential.Cloud, credential.OVH}
}

// loginAdd are the kinds of logins one can add.
func (w *window) loginAdd() fyne.CanvasObject {
	v := w.view
	var acts []fyne.CanvasObject
	for _, kind := range loginKinds() {
		acts = append(acts, w.known("login-add-"+string(kind), v.button(buttonSpec{kind: secondary, icon: iconPlus, height: heightSmall,
			text: v.t("account.service." + string(kind)), onTap: func() { w.openLogin(kind, "") }})))
	}
	return vstack(6, v.line(v.t("ui.logins.add"), roleCaption, tokInk2), wrap(8, acts...))
}

// lookAtKeyring asks once how the keyring is; nobody is asked for its password.
func (w *window) lookAtKeyring() {
	s := &w.logins
	if s.looked {
		return
	}
	s.looked = true
	var c credential.Condition
	w.behind(func(ctx context.Context) { c = w.Session.Keyring(ctx) }, func() {
		if c != s.condition {
			s.condition = c
			if w.show == screenSettings && !w.building {
				w.build()
			}
		}
	})
}

// keyringLine says how the keyring is, and what to do where it is not open.
func (w *window) keyringLine() []fyne.CanvasObject {
	v, c := w.view, w.logins.condition
	switch c.State {
	case credential.Usable:
		return []fyne.CanvasObject{v.bullet(iconOK, tokOK, v.t("keyring.state.usable"))}
	case credential.Locked:
		open := w.known("keyring-open", v.button(buttonSpec{kind: primary, icon: iconUnlock, text: v.t("ui.logins.open-keyring"), height: heightSmall, onTap: w.openKeyring}))
		once := w.known("login-once", v.button(buttonSpec{kind: secondary, text: v.t("ui.logins.once"), height: heightSmall, onTap: func() { w.openLogin(credential.Robot, "") }}))
		return []fyne.CanvasObject{v.problem(v.t("ui.logins.locked"), v.t("ui.logins.locked.text"), open, once)}
	case credential.Absent:
		return []fyne.CanvasObject{v.problem(v.t("keyring.state.absent"), app.AccountErrorWords(v.text, &credential.Trouble{Condition: c}, ""))}
	}
	return nil
}

// openKeyring asks the system to open it; its question is the system's own.
func (w *window) openKeyring() {
	var c credential.Condition
	w.loginWork("ui.logins.opening", "", func(ctx context.Context) error {
		c = w.Session.OpenKeyring(ctx)
		if c.State != credential.Usable {
			return &credential.Trouble{Condition: c}
		}
		return nil
	}, func() { w.logins.condition = c })
}

// loginLine is one login: what it is, how it stands, what one can do with it.
func (w *window) loginLine(e credential.Entry) fyne.CanvasObject {
	v, id := w.view, e.ID()
	where := v.t("ui.logins.in-keyring")
	if e.Once {
		where = v.t("ui.logins.this-run")
	}
	badge, word := mark{iconDot, toneNone}, v.t("ui.logins.unused")
	switch e.Outcome {
	case credential.Works:
		badge, word = mark{iconOK, toneOK}, v.t("ui.logins.works")
	case credential.Refused:
		badge, word = mark{iconWarn, toneLock}, v.t("ui.logins.refused")
	}
	words := vstack(2, v.para("**"+v.t("account.kind."+string(e.Kind))+"**", roleBody, tokInk), v.para(diag.Clean(e.Name, 120), roleMono, tokInk2), v.para(where, roleCaption, tokInk2))
	var acts []fyne.CanvasObject
	small := func(key, text string, i icon, do func()) {
		acts = append(acts, w.known(key+id, v.button(buttonSpec{kind: secondary, icon: i, text: v.t(text), height: heightSmall, off: w.logins.busy != nil, onTap: do})))
	}
	if _, asks := app.ServiceOf(e.Kind); asks {
		small("login-test-", "ui.logins.test", iconRefresh, func() { w.testLogin(e) })
		small("login-replace-", "ui.logins.replace", iconEdit, func() { w.openLogin(e.Kind, e.Name) })
	}
	small("login-delete-", "ui.logins.delete", iconNo, func() { w.deleteLogin(e) })
	return vstack(8, flow(apart{8, 120 * v.scale}, words, v.badge(badge, word)), wrap(8, acts...))
}

// loginForm takes a new login, or another secret for one that is there.
func (w *window) loginForm() []fyne.CanvasObject {
	v, s := w.view, &w.logins
	kind := string(s.kind)
	lines := []fyne.CanvasObject{v.para("**"+v.t("account.kind."+kind)+"**", roleBody, tokInk), v.para(v.t("ui.logins.help."+kind), roleDense, tokInk2)}
	if !s.replacing {
		var words []string
		for _, k := range loginKinds() {
			words = append(words, v.t("account.service."+string(k)))
		}
		lines = append([]fyne.CanvasObject{v.choice(words, slices.Index(loginKinds(), s.kind), w.chipWords, func(i int) { w.openLogin(loginKinds()[i], "") })}, lines...)
	}
	name := newEntry(v.t("ui.logins.name."+kind), w.onShortcut)
	name.SetText(s.name)
	name.OnChanged = func(text string) { s.name = text }
	name.OnSubmitted = func(string) { w.saveLogin() }
	w.focuses["login-name"] = name
	lines = append(lines, vstack(4, v.line(v.t("ui.logins.name."+kind), roleCaption, tokInk2), v.field(iconKey, name)))
	for _, f := range s.kind.Fields() {
		if f == credential.ConsumerKey {
			continue // it comes from the browser
		}
		label := v.t("account.field." + string(f))
		lines = append(lines, vstack(4, v.line(label, roleCaption, tokInk2), v.secretField(w.secretEntry(f, label))))
	}
	lines = append(lines, v.setting(v.t("ui.logins.keep"), v.choice([]string{v.t("ui.logins.keep.keyring"), v.t("ui.logins.keep.once")}, map[bool]int{false: 0, true: 1}[s.once], w.chipWords, func(i int) {
		s.once = i == 1
		w.build()
	})))
	save := "ui.logins.save"
	if s.kind == credential.OVH {
		save = "ui.logins.connect"
	}
	return append(lines, wrap(8,
		w.known("login-save", v.button(buttonSpec{kind: secondary, icon: iconCheck, text: v.t(save), height: heightSmall, off: s.busy != nil, onTap: w.saveLogin})),
		v.button(buttonSpec{kind: quiet, text: v.t("ui.unlock.cancel"), height: heightSmall, onTap: w.closeLogin})))
}

// secretEntry is the field of a secret. It is made once for each opening of the
// form, so that what is typed stands nowhere else.
func (w *window) secretEntry(f credential.Field, label string) *entry {
	s := &w.logins
	if s.secrets[f] == nil {
		e := newEntry(label, w.onShortcut)
		e.Password = true
		e.OnSubmitted = func(string) { w.saveLogin() }
		s.secrets[f] = e
	}
	w.focuses["login-"+string(f)] = s.secrets[f]
	return s.secrets[f]
}

func (w *window) openLogin(kind credential.Kind, name string) {
	w.logins.clear()
	s := &w.logins
	s.kind, s.name, s.secrets, s.once = kind, name, map[credential.Field]*entry{}, s.condition.State != credential.Usable
	s.replacing = name != ""
	if kind == credential.OVH && name == "" {
		s.name = "ovh-eu"
	}
	w.focus = "login-name"
	w.build()
}

func (w *window) closeLogin() {
	w.logins.clear()
	w.build()
}

// clear forgets what was typed.
func (s *loginState) clear() {
	for _, e := range s.secrets {
		e.SetText("")
	}
	s.kind, s.name, s.secrets, s.trouble, s.about, s.done, s.page = "", "", nil, nil, "", "", nil
}

// typedLogin is what stands in the form.
func (s *loginState) typedLogin() credential.Login {
	l := credential.Login{Kind: s.kind, Name: strings.TrimSpace(s.name), Secrets: map[credential.Field]diag.Secret{}}
	for f, e := range s.secrets {
		if secret := diag.NewSecret(strings.TrimSpace(e.Text)); !secret.IsZero() {
			l.Secrets[f] = secret
		}
	}
	return l
}

// confirmTime is how long a person has for the page in the browser: to sign in
// there may take a second factor.
const confirmTime = 15 * time.Minute

// saveLogin keeps what was typed: in the keyring, or for this run.
func (w *window) saveLogin() {
	s := &w.logins
	l, once := s.typedLogin(), s.once
	doing := "ui.logins.saving"
	if s.kind == credential.OVH {
		doing = "ui.logins.connecting"
	}
	w.loginWork(doing, l.Name, func(ctx context.Context) error {
		if l.Kind == credential.OVH {
			if l.Secrets[credential.AppKey].IsZero() || l.Secrets[credential.AppSecret].IsZero() {
				return credential.ErrInvalid
			}
			ctx, cancel := context.WithTimeout(ctx, confirmTime)
			defer cancel()
			connected, err := w.Session.ConnectOVH(ctx, l, true, func(page string) { w.onPage(page) })
			if err != nil {
				return err
			}
			l = connected
		}
		if once {
			_, err := w.Session.UseLogin(l)
			return err
		}
		return w.Session.SaveLogin(ctx, l)
	}, func() {
		w.logins.clear()
		w.logins.done = "ui.logins.saved"
		w.logins.looked = false
	})
}

// onPage shows the page on which a person confirms the key, from the session's
// goroutine.
func (w *window) onPage(page string) {
	u, err := url.Parse(page)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" {
		return
	}
	w.onThread(func() {
		w.logins.page = u
		w.build()
	})
}

func (w *window) testLogin(e credential.Entry) {
	w.loginWork("ui.logins.testing", e.Name, func(ctx context.Context) error { return w.Session.TestLogin(ctx, e.ID()) },
		func() { w.logins.done = "ui.logins.tested" })
}

func (w *window) deleteLogin(e credential.Entry) {
	w.loginWork("ui.logins.deleting", e.Name, func(ctx context.Context) error { return w.Session.DeleteLogin(ctx, e.ID()) },
		func() { w.logins.done = "ui.logins.deleted" })
}

// loginWork does something that reaches the keyring or a provider behind the
// window; then comes when it went well.
func (w *window) loginWork(doing, about string, work func(context.Context) error, then func()) {
	s := &w.logins
	if s.busy != nil {
		return
	}
	s.trouble, s.done, s.doing, s.about = nil, "", doing, about
	var err error
	over := false
	stop := w.behind(func(ctx context.Context) { err = work(ctx) }, func() {
		over = true
		s.busy, s.page = nil, nil
		switch {
		case errors.Is(err, context.Canceled):
		case err != nil:
			s.trouble = err
		default:
			then()
		}
		if w.show == screenSettings {
			w.build()
		}
	})
	if !over {
		s.busy = stop
	}
	w.build()
}

// loginBusy says what goes on and lets one end it.
func (w *window) loginBusy() fyne.CanvasObject {
	v, s := w.view, &w.logins
	acts := []fyne.CanvasObject{w.known("login-stop", v.button(buttonSpec{kind: secondary, icon: iconStop, text: v.t("ui.said.stop"), height: heightSmall, onTap: func() {
		if s.busy != nil {
			s.busy.Stop()
		}
	}}))}
	if page := s.page; page != nil {
		acts = append(acts, w.known("login-page", v.button(buttonSpec{kind: secondary, icon: iconOpen, text: v.t("ui.logins.page"), height: heightSmall, onTap: func() {
			if w.App.OpenURL(page) != nil {
				w.App.Clipboard().SetContent(page.String())
			}
		}})))
	}
	return vstack(8, v.bullet(iconRefresh, tokPrimary, v.t(s.doing)), wrap(8, acts...))
}

// loginTrouble is a sentence about what went wrong.
func (w *window) loginTrouble() string {
	v, err := w.view, w.logins.trouble
	var large *credential.TooLarge
	var later *app.AskLater
	switch {
	case errors.As(err, &large):
		return v.t("ui.logins.large", "size", large.Size, "limit", large.Limit)
	case errors.Is(err, credential.ErrInvalid):
		return v.t("ui.logins.incomplete")
	case errors.Is(err, credential.ErrUnknown), errors.Is(err, credential.ErrForeign):
		return v.t("ui.logins.gone")
	case errors.As(err, &later):
		return v.t("ui.said.later", "time", w.moment(later.Until))
	}
	return app.AccountErrorWords(v.text, err, diag.Clean(w.logins.about, 120))
}
