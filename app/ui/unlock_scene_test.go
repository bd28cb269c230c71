package ui

import (
	"net/netip"
	"testing"
	"time"

	"latchkey/app"
	"latchkey/app/casefile"
	"latchkey/app/credential"
	"latchkey/diag"
	"latchkey/diag/account"
	"latchkey/diag/verdict"
)

// unlockScenes are the states of step 5 and of the logins.
func unlockScenes() []scene {
	open := func(change func(*window, *stage)) func(testing.TB, *window, *stage) {
		return func(t testing.TB, w *window, s *stage) {
			finished(silence, locked()...)(t, w, s)
			w.open(screenReport)
			w.readText(mailHead + netscan(509))
			w.setField("own-address", "203.0.113.77")
			change(w, s)
			w.open(screenUnlock)
			atTop(w)
		}
	}
	return []scene{
		{name: "unlock-before", sizes: true, play: open(func(*window, *stage) {})},
		{name: "unlock-waiting", sizes: true, play: open(func(w *window, s *stage) { waitingFor(w, s) })},
		{name: "unlock-promise-over", play: open(func(w *window, s *stage) {
			waitingFor(w, s)
			w.storeWith(w.current, func(m *casefile.Case) { m.Promise.From = afternoon.Add(-90 * time.Minute) })
		})},
		{name: "unlock-note", sizes: true, play: func(t testing.TB, w *window, s *stage) {
			open(func(w *window, s *stage) { waitingFor(w, s) })(t, w, s)
			w.openForm("entry", map[string]string{"kind": app.EventCall, "text": "Spoke to the abuse desk; they look into it.", "when": "13:20"})
			atTop(w)
		}},
		{name: "unlock-promise-form", sizes: true, play: func(t testing.TB, w *window, s *stage) {
			open(func(*window, *stage) {})(t, w, s)
			w.openPromise(w.model(w.current))
			atTop(w)
		}},
		{name: "unlock-reminder", sizes: true, play: func(t testing.TB, w *window, s *stage) {
			open(func(w *window, s *stage) { waitingFor(w, s) })(t, w, s)
			w.openReminder()
			atTop(w)
		}},
		{name: "unlock-address", sizes: true, play: func(t testing.TB, w *window, s *stage) {
			open(func(*window, *stage) {})(t, w, s)
			w.openForm("address", map[string]string{"address": "192.168.1.7"})
			w.saveAddress()
			atTop(w)
		}},
		{name: "unlock-invoice", sizes: true, play: open(func(w *window, s *stage) {
			w.current.invoice = invoiceYes
			w.store(w.current)
		})},
		{name: "unlock-again", sizes: true, play: open(func(w *window, s *stage) {
			waitingFor(w, s)
			w.storeWith(w.current, func(m *casefile.Case) {
				event(m, afternoon, app.EventReachable, map[string]string{"verdict": "reachable"})
			})
			w.answersAgain(s)
		})},
		{name: "unlock-refused", sizes: true, play: open(func(w *window, s *stage) {
			login(w)
			w.current.unlock.refused = &account.Error{Service: account.Robot, Code: account.LoginRefused, Status: 401}
		})},
		{name: "unlock-ovh", sizes: true, play: open(func(w *window, s *stage) {
			atOVH(w, s, true)
			w.current.unlock.logs = []app.Log{{Name: "ovh.log", Text: "x"}}
			w.current.unlock.mails = []account.Mail{{ID: 7, Date: afternoon.Add(-26 * time.Hour), Subject: "Anti-hack: your IP 192.0.2.10 was blocked"}}
		})},
		{name: "unlock-ovh-early", play: open(func(w *window, s *stage) { atOVH(w, s, false) })},
		{name: "unlock-example", sizes: true, play: func(_ testing.TB, w *window, _ *stage) {
			w.openExample()
			w.open(screenUnlock)
			atTop(w)
		}},
		{name: "settings-logins", sizes: true, play: func(_ testing.TB, w *window, _ *stage) {
			login(w)
			w.logins.looked, w.logins.condition = true, credential.Condition{State: credential.Usable}
			w.open(screenSettings)
		}},
		{name: "settings-keyring-locked", sizes: true, play: func(_ testing.TB, w *window, _ *stage) {
			w.logins.looked, w.logins.condition = true, credential.Condition{State: credential.Locked, Reason: credential.NotOpened}
			w.open(screenSettings)
		}},
		{name: "settings-login-form", sizes: true, play: func(_ testing.TB, w *window, _ *stage) {
			w.logins.looked, w.logins.condition = true, credential.Condition{State: credential.Absent, Reason: credential.NoService}
			w.open(screenSettings)
			w.openLogin(credential.OVH, "")
		}},
	}
}

// login keeps a login for this run: no test may reach a keyring.
func login(w *window) {
	_, err := w.Session.UseLogin(credential.Login{Kind: credential.Robot, Name: "#ws+example", Secrets: map[credential.Field]diag.Secret{credential.Password: diag.NewSecret("a secret of the test")}})
	if err != nil {
		panic(err)
	}
}

// waitingFor is a case whose statement was sent, with a watch, an answer of the
// provider and promised times.
func waitingFor(w *window, s *stage) {
	login(w)
	w.storeWith(w.current, func(m *casefile.Case) {
		at := func(minutes int) time.Time { return afternoon.Add(-time.Duration(minutes) * time.Minute) }
		event(m, at(120), app.EventAccess, map[string]string{"way": "own-ip"})
		event(m, at(70), app.EventRetest, map[string]string{"minutes": "10"})
		event(m, at(46), app.EventSent, map[string]string{"by": "form", "name": "statement.pdf"})
		m.Promise = casefile.Promise{GTI: time.Hour, GTR: 2 * time.Hour, From: at(46)}
		m.Accounts = append(m.Accounts, casefile.Account{Time: at(1), Service: account.Robot, States: []account.State{{Service: account.Robot,
			Address: netip.PrefixFrom(server, 32), Locked: diag.Yes, Reason: account.Flag, PaidUntil: "2026-03-31"}}})
		if _, err := app.AddEntry(m, app.EventCall, "Spoke to the abuse desk; they look into it.", at(20)); err != nil {
			panic(err)
		}
	})
	w.startWatch(w.current)
	id := w.current.kept.Model().ID
	state := app.Watch{Server: w.model(w.current).Server, Case: id, State: app.WatchWaiting, Every: time.Minute, Started: afternoon.Add(-46 * time.Minute),
		Next: afternoon.Add(41 * time.Second), Code: verdict.Locked, Confidence: verdict.Likely, Since: afternoon.Add(-46 * time.Minute), Checks: 46}
	for i := range 46 {
		state.History = append(state.History, app.WatchResult{Time: afternoon.Add(time.Duration(i-46) * time.Minute), Code: verdict.Locked})
	}
	s.watches.states[id] = state
}

// answersAgain plays what a watch hands out when the server answers.
func (w *window) answersAgain(s *stage) {
	id := w.current.kept.Model().ID
	state := s.watches.states[id]
	state.State, state.Why, state.Code, state.Since = app.WatchOver, "reachable", verdict.Reachable, afternoon
	state.History = append(state.History, app.WatchResult{Time: afternoon, Code: verdict.Reachable})
	s.watches.states[id] = state
	w.onWatch(id, state)
}

// atOVH is a case of a server at OVHcloud that says it is locked; over: the time
// it set is over.
func atOVH(w *window, s *stage, over bool) {
	_, err := w.Session.UseLogin(credential.Login{Kind: credential.OVH, Name: "ovh-eu", Secrets: map[credential.Field]diag.Secret{
		credential.AppKey: diag.NewSecret("key-of-the-test"), credential.AppSecret: diag.NewSecret("secret-of-the-test"), credential.ConsumerKey: diag.NewSecret("consumer-of-the-test")}})
	if err != nil {
		panic(err)
	}
	until, at := afternoon.Add(time.Hour), afternoon.Add(-2*time.Minute)
	if over {
		until, at = afternoon.Add(-time.Minute), afternoon.Add(-time.Minute)
	}
	w.current.check.Provider = s.Providers().ByID("ovh")
	w.storeWith(w.current, func(m *casefile.Case) {
		m.Accounts = append(m.Accounts, casefile.Account{Time: at, Service: account.OVH, States: []account.State{{Service: account.OVH,
			Address: netip.PrefixFrom(server, 32), Locked: diag.Yes, Reason: account.AntiHack, Since: afternoon.Add(-26 * time.Hour), Until: until}}})
	})
}
