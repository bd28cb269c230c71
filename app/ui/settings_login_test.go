package ui

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"latchkey/app/credential"
	"latchkey/diag"
	"latchkey/diag/account"
)

func credentialOf(kind credential.Kind, name string, secrets map[credential.Field]string) credential.Login {
	l := credential.Login{Kind: kind, Name: name, Secrets: map[credential.Field]diag.Secret{}}
	for f, text := range secrets {
		l.Secrets[f] = diag.NewSecret(text)
	}
	return l
}

// shut is a keyring that a test can lock: the real one is tested where the
// logins are kept, here it is about what the window says.
type shut struct {
	kept   map[string]string
	locked bool
}

func (k *shut) Look() credential.Condition {
	if k.locked {
		return credential.Condition{State: credential.Locked, Reason: credential.NotOpened}
	}
	return credential.Condition{State: credential.Usable}
}

func (k *shut) trouble() error {
	if k.locked {
		return &credential.Trouble{Condition: k.Look()}
	}
	return nil
}

func (k *shut) Set(name, secret string) error {
	if err := k.trouble(); err != nil {
		return err
	}
	k.kept[name] = secret
	return nil
}

func (k *shut) Get(name string) (string, error) { return k.kept[name], k.trouble() }

func (k *shut) Delete(name string) error {
	delete(k.kept, name)
	return k.trouble()
}

const typedSecret = "hunter2-of-the-form"

// nowhereShown looks for a secret in everything drawn and in every file.
func nowhereShown(t *testing.T, h hands, home string) {
	t.Helper()
	if strings.Contains(h.text(), typedSecret) || strings.Contains(h.w.App.Clipboard().Content(), typedSecret) {
		t.Error("the secret is on the screen")
	}
	for _, f := range h.w.focuses {
		if e, ok := f.(*entry); ok && strings.Contains(e.Text, typedSecret) {
			t.Error("the secret is still in a field")
		}
	}
	_ = filepath.WalkDir(home, func(path string, d os.DirEntry, _ error) error {
		if d.Type().IsRegular() {
			if b, err := os.ReadFile(path); err != nil || strings.Contains(string(b), typedSecret) {
				t.Errorf("%s: the secret, or %v", path, err)
			}
		}
		return nil
	})
}

// A login is typed, used for this run and forgotten by the form; one that lacks
// something is not taken.
func TestALoginForThisRun(t *testing.T) {
	home := t.TempDir()
	accounts := accountsAt(account.Robot, deskOn(t, nil).URL)
	accounts.Keyring = &shut{locked: true}
	w, s := newStageOf(t, home, accounts, ordinary())
	w.open(screenSettings)
	h := handsOn(t, w)
	h.sees("Your keyring is locked", "No login saved")
	h.does("Use a login once, do not save")
	h.on("field Webservice user")
	h.write("#ws+example")
	h.press(fyne.KeyReturn)
	h.sees("Please fill in all fields.")
	h.tabTo("field Password")
	secret := h.canvas().Focused().(*entry)
	h.write(typedSecret)
	if !secret.Password {
		t.Error("the secret is shown while it is typed")
	}
	h.press(fyne.KeyReturn)
	h.sees("The login is there.", "#ws+example", "For this run only, not saved", "Not tried")
	if secret.Text != "" {
		t.Errorf("%q is still in the field", secret.Text)
	}
	nowhereShown(t, h, home)
	if all, err := s.Logins(); err != nil || len(all) != 1 || !all[0].Once {
		t.Errorf("%+v, %v", all, err)
	}
	h.does("Delete")
	h.sees("The login is deleted.", "No login saved")
}

// A login is kept in the keyring, tested, replaced and deleted; Esc leaves the
// form and forgets what was typed.
func TestALoginInTheKeyring(t *testing.T) {
	home, ring := t.TempDir(), &shut{kept: map[string]string{}}
	robot := deskOn(t, map[string]string{"GET /server": `[]`})
	accounts := accountsAt(account.Robot, robot.URL)
	accounts.Keyring = ring
	w, s := newStageOf(t, home, accounts, ordinary())
	w.open(screenSettings)
	h := handsOn(t, w)
	h.does("Hetzner Robot")
	h.write("#ws+example")
	h.tabTo("field Password")
	h.write(typedSecret)
	h.press(fyne.KeyEscape)
	h.does("Hetzner Robot")
	h.write("#ws+example")
	h.does("Save the login")
	h.sees("Please fill in all fields.")
	h.tabTo("field Password")
	h.write(typedSecret)
	h.does("Save the login")
	h.sees("The login is there.", "In the keyring")
	if len(ring.kept) != 1 {
		t.Errorf("the keyring has %d entries", len(ring.kept))
	}
	nowhereShown(t, h, home)
	h.does("Test")
	h.sees("That did not work", "Refused")
	h.does("Replace")
	h.sees("Hetzner Robot (webservice user)")
	h.tabTo("field Password")
	h.write("a secret of the test")
	h.press(fyne.KeyReturn)
	h.does("Test")
	h.sees("The provider takes the login.", "Works")
	ring.locked = true
	h.does("Test")
	h.sees("That did not work. Nothing was lost")
	ring.locked = false
	h.does("Delete")
	if all, _ := s.Logins(); len(all) != 0 || len(ring.kept) != 0 {
		t.Errorf("%+v, %d kept", all, len(ring.kept))
	}
}

// Connecting OVHcloud shows the page on which the key is confirmed, and can be
// stopped.
func TestConnectingOVH(t *testing.T) {
	answers := ovhAnswers()
	ovh := deskOn(t, answers)
	answers["POST /auth/credential"] = `{"consumerKey":"consumer","state":"pendingValidation","validationUrl":"` + ovh.URL + `/confirm"}`
	answers["GET /auth/currentCredential"] = `{"status":"validated","rules":[]}`
	w, s := newStageOf(t, t.TempDir(), accountsAt(account.OVH, ovh.URL), ordinary())
	w.logins.looked = true
	w.open(screenSettings)
	h := handsOn(t, w)
	w.openLogin(credential.OVH, "")
	h.does("Use once, do not save")
	h.does("Connect")
	h.sees("Please fill in all fields.")
	if ovh.asked.Load() != 0 {
		t.Errorf("%d requests without a key", ovh.asked.Load())
	}
	h.tabTo("field Application key")
	h.write("key")
	h.tabTo("field Application secret")
	h.write(typedSecret)
	pages := 0
	behind := w.behind
	w.behind = func(work func(context.Context), then func()) stopper {
		if pages == 0 { // as it is while the session works
			w.logins.busy = stopFunc(func() {})
		}
		return behind(work, then)
	}
	w.OnBuilt = func() {
		if w.logins.page != nil {
			pages++
			h.sees("Confirm the key on OVHcloud's page", "Open the page")
		}
	}
	h.does("Connect")
	w.OnBuilt = nil
	if pages == 0 {
		t.Error("the page was not shown")
	}
	h.sees("The login is there.", "ovh-eu")
	h.lacks("Open the page")
	if all, err := s.Logins(); err != nil || len(all) != 1 || all[0].Kind != credential.OVH {
		t.Errorf("%+v, %v", all, err)
	}
}
