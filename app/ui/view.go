// Package ui is the window: it answers «what does a person see, and what can
// they press?». Screens draw snapshots of app.Check; what they mean is decided
// below. Nothing here starts a goroutine: what comes from one of the session's
// goes through window.post, which hands it to Fyne's own thread.
//
// A change of language, look, text size or width of the window builds the whole
// content anew; no widget has to follow such changes.
package ui

import (
	"context"
	"io"
	"io/fs"
	"net/netip"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"latchkey/app"
	"latchkey/app/casefile"
	"latchkey/app/credential"
	"latchkey/diag"
	"latchkey/diag/abuse"
	"latchkey/diag/account"
	"latchkey/diag/checklist"
	"latchkey/diag/provider"
	"latchkey/i18n"
)

// Session is what the window needs of app.Session.
type Session interface {
	Start(input string, o app.CheckOptions, onChange func(app.Check)) *app.Running
	Read(ctx context.Context, name string, r io.Reader, o app.ReadOptions) (app.Reading, error)
	ReadFile(ctx context.Context, path string, o app.ReadOptions) (app.Reading, error)
	ReadEvidence(ctx context.Context, name string, r io.Reader, command string) (app.Evidence, error)
	Checklist() (*checklist.List, []checklist.Problem)
	Match(r *abuse.Report, list []app.Evidence) checklist.Matching
	Twin(locked, twin []app.Evidence) checklist.Comparison
	Collector() ([]byte, error)
	CollectorSections(rescue, packages bool) ([]app.CollectorSection, error)
	MountSteps() ([]checklist.MountStep, error)
	Collect(ctx context.Context, o app.CollectOptions, keep app.Keeper, progress func(app.CollectProgress)) (app.Collected, error)
	FetchExhibit(ctx context.Context, o app.CollectOptions, name string, most int64, keep app.Keeper, progress func(done, total int64)) (app.Exhibit, error)
	SSHSecrets(person func(context.Context, app.SSHQuestion) (diag.Secret, bool, error)) *app.SSHSecrets
	FileBundle(m *casefile.Case, in casefile.Input, b app.BundleReading, now time.Time)
	FileCollected(m *casefile.Case, c app.Collected, now time.Time)
	Aftermath(r *abuse.Report, collections []app.BundleReading) checklist.Aftermath
	Behind(work func(ctx context.Context)) *app.Running
	Example() (trace, report app.Reading, err error)
	WhenConnected(ctx context.Context, addr netip.Addr, f func())
	Cases() casefile.Store
	ImportCase(r io.ReaderAt, size int64, now time.Time) (id string, err error)
	NewCase(app.CaseOptions) *app.OpenCase
	LoadCase(id string, o app.CaseOptions) (*app.OpenCase, error)
	CheckOf(casefile.Case) app.Check
	SetField(m *casefile.Case, name, value string) error
	Ways(m casefile.Case, now time.Time) []app.Way
	UnlockStages(m casefile.Case, now time.Time) []app.UnlockStage
	Watches(onChange func(id string, w app.Watch)) *app.Watches
	Notices(tell func(app.Notice), now func() time.Time) *app.Notices
	ProviderOf(casefile.Case) *provider.Profile
	FlagOf(context.Context, casefile.Case) (diag.Answer, error)
	AskAboutCase(context.Context, *app.OpenCase, app.AskOptions) (app.Asked, error)
	Logins() ([]credential.Entry, error)
	Keyring(context.Context) credential.Condition
	OpenKeyring(context.Context) credential.Condition
	SaveLogin(context.Context, credential.Login) error
	UseLogin(credential.Login) (credential.Entry, error)
	TestLogin(ctx context.Context, id string) error
	DeleteLogin(ctx context.Context, id string) error
	ConnectOVH(ctx context.Context, l credential.Login, write bool, onURL func(string)) (credential.Login, error)
	AbuseMails(ctx context.Context, id string, onStep func(account.Step)) ([]account.Mail, error)
	Unblock(ctx context.Context, id string, address netip.Addr, reason account.Reason) error
	Settings() app.Settings
	SetSettings(app.Settings) error
	Problems() []provider.Problem
	Damage() error
	Version() string
	LatestRelease(ctx context.Context) (app.Release, error)
	crashes
	statements
}

// Params is what main hands in.
type Params struct {
	App      fyne.App
	Session  Session
	Texts    *i18n.Catalogue
	Icons    fs.FS
	Language string           // of the system, e.g. «de_DE.UTF-8»
	Now      func() time.Time // nil: the clock
	OnBuilt  func()           // called when a screen was built; nil: nobody listens
	Files    []string         // to open at once
	// OnReady gets what opens files later, to be called on Fyne's thread; nil:
	// nobody hands any over.
	OnReady func(open func(files []string))
}

// view is how things are shown now: in which language and look.
type view struct {
	*look
	text     *i18n.Text
	settings app.Settings
	still    bool // the person or the desktop wants less motion
}

func (v *view) t(key string, pairs ...any) string { return v.text.T(key, pairs...) }

// newView follows the settings, and the system where they leave it open.
func newView(p Params, d drawings) *view {
	s := p.Session.Settings()
	wanted := s.Language
	if wanted == "" {
		wanted = p.Language
	}
	dark := p.App.Settings().ThemeVariant() == theme.VariantDark
	if s.Theme != "" {
		dark = s.Theme == "dark"
	}
	return &view{look: newLook(dark, s.TextSize, d), text: p.Texts.For(p.Texts.Match(wanted)), settings: s,
		still: s.LessMotion || !p.App.Settings().ShowAnimations()}
}
