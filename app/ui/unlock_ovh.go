package ui

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"

	"latchkey/app"
	"latchkey/app/casefile"
	"latchkey/app/credential"
	"latchkey/diag"
	"latchkey/diag/account"
)

// ovhActs are what only OVHcloud offers: to ask for the unlocking, which changes
// something there and says so, and its mails.
func (w *window) ovhActs(m casefile.Case) []fyne.CanvasObject {
	v, s := w.view, &w.current.unlock
	login := w.ovhLogin(m)
	if login == "" || s.asking != nil {
		return nil
	}
	var lines []fyne.CanvasObject
	if state, _, ok := app.SaidOf(m); ok && w.mayUnblock(state) {
		lines = append(lines, w.act("said-unblock", iconUnlock, v.t("ui.ovh.unblock"), func() { w.unblock(login, state) }),
			v.para(v.t("ui.ovh.unblock.note"), roleCaption, tokInk2))
	}
	for i, log := range s.logs {
		lines = append(lines, w.act("said-log-"+strconv.Itoa(i), iconPage, v.t("ui.ovh.log"), func() { w.read(source{name: log.Name, text: log.Text}) }))
	}
	if s.mails == nil {
		lines = append(lines, w.act("said-mails", iconMail, v.t("ui.ovh.mails"), func() { w.fetchMails(login) }))
	} else if len(s.mails) == 0 {
		lines = append(lines, v.para(v.t("ui.ovh.mails.none"), roleDense, tokInk2))
	} else {
		lines = append(lines, v.para(v.t("ui.ovh.mails.found", "count", len(s.mails)), roleDense, tokInk2))
	}
	for i, o := range lines {
		if _, button := o.(*press); button {
			lines[i] = wrap(0, o) // at its own width
		}
	}
	for _, mail := range s.mails[:min(len(s.mails), fewMails)] {
		lines = append(lines, w.mailLine(mail))
	}
	return lines
}

// fewMails is how many mails are offered: the newest are what one looks for.
const fewMails = 5

// mailLine is one mail, to be read as a report.
func (w *window) mailLine(mail account.Mail) fyne.CanvasObject {
	v := w.view
	subject := diag.Clean(mail.Subject, 120)
	when := w.moment(mail.Date)
	words := vstack(0, v.para("**"+plain(subject)+"**", roleDense, tokInk), v.para(when, roleCaption, tokInk2))
	content := v.item(v.icon(iconMail, tokPrimary, 17), 26, words)
	return w.known(fmt.Sprintf("mail-%d", mail.ID), v.press(over(v.ground(tokSurface, tokBorder, 10), pad(10, content)), 10,
		v.t("ui.ovh.mails.read", "subject", subject, "time", when), func() {
			w.read(source{name: fmt.Sprintf("ovh-mail-%d.eml", mail.ID), text: string(mail.Text)})
		}))
}

// ovhLogin is the login with which OVHcloud is asked about a case; "" if there
// is none, or the server is not there.
func (w *window) ovhLogin(m casefile.Case) string {
	for _, id := range w.loginsFor(m) {
		if strings.HasPrefix(id, string(credential.OVH)+"/") {
			return id
		}
	}
	return ""
}

// mayUnblock reports whether OVHcloud takes the question now: it names the lock,
// and the time it set for it is over.
func (w *window) mayUnblock(s account.State) bool {
	locks := []account.Reason{account.AntiHack, account.ARP, account.Spam}
	return s.Service == account.OVH && (s.Locked == diag.Yes || s.Reason == account.Spam) && slices.Contains(locks, s.Reason) && !s.Until.After(w.now())
}

// unblock asks OVHcloud to lift the lock, and notes what came of it.
func (w *window) unblock(login string, s account.State) {
	r, address := w.current, s.Address.Addr()
	if a, err := netip.ParseAddr(w.model(r).Server.Address); err == nil && s.Covers(a) {
		address = a
	}
	w.askWork("ui.ovh.unblocking", func(ctx context.Context) error { return w.Session.Unblock(ctx, login, address, s.Reason) }, func(err error) {
		code := app.EventUnblock
		switch {
		case errors.Is(err, context.Canceled):
			return
		case err != nil:
			code = app.EventNoUnblock
		}
		w.storeWith(r, func(m *casefile.Case) {
			event(m, w.now(), code, map[string]string{"service": string(account.OVH), "address": address.String()})
		})
	})
}

// fetchMails asks OVHcloud for the notices it sent.
func (w *window) fetchMails(login string) {
	r := w.current
	var mails []account.Mail
	w.askWork("ui.ovh.fetching", func(ctx context.Context) (err error) {
		mails, err = w.Session.AbuseMails(ctx, login, nil)
		return err
	}, func(err error) {
		if err == nil {
			r.unlock.mails = append([]account.Mail{}, mails...) // asked: never nil again
		}
	})
}
