package cli

import (
	"cmp"
	"context"
	"errors"
	"net/netip"
	"slices"
	"strings"

	"latchkey/app"
	"latchkey/app/credential"
	"latchkey/diag/account"
	"latchkey/diag/provider"
)

// accountVerb is one thing that can be done with logins. Its sentence in the
// help is «cli.account.<name>».
type accountVerb struct {
	name   string
	usage  string // what follows the name
	fewest int    // operands
	most   int
	run    func(*program, context.Context, call) error
}

func accountVerbs() []accountVerb {
	return []accountVerb{
		{"status", "[TARGET]", 0, 1, (*program).accountStatus},
		{"list", "", 0, 0, (*program).accountList},
		{"add", "robot|cloud|ovh|ssh-key|ssh-password [NAME] [--once]", 1, 2, (*program).accountAdd},
		{"test", "NAME", 1, 1, (*program).accountTest},
		{"remove", "NAME", 1, 1, (*program).accountRemove},
		{"mails", "NAME [CASE]", 1, 2, (*program).accountMails},
	}
}

// account does what is asked for with logins; the first operand names it.
func (p *program) account(ctx context.Context, c call) error {
	name := c.operands[0]
	var names []string
	for _, v := range accountVerbs() {
		names = append(names, v.name)
		if v.name != name {
			continue
		}
		c.operands = c.operands[1:]
		switch n := len(c.operands); {
		case n < v.fewest:
			return wrongCall("operand-missing", "verb", "account "+v.name, "usage", v.usage)
		case n > v.most:
			return wrongCall("operand-extra", "verb", "account "+v.name, "value", c.operands[v.most])
		case c.once && name != "add":
			return wrongCall("option", "value", "--once", "verb", "account")
		}
		ctx, stop := interruptible(ctx)
		defer stop()
		return v.run(p, ctx, c)
	}
	return wrongCall("verb", "value", name, "list", names)
}

// aboutAccount lists what can be done with logins, and what is kept where.
func (p *page) aboutAccount() {
	p.blank()
	for _, v := range accountVerbs() {
		p.line(bold, "  latchkey account "+v.name+" "+v.usage)
		p.paragraph("      ", p.text.T("cli.account."+v.name))
	}
	p.heading("cli.help.account")
	for _, key := range []string{"cli.help.account.keyring", "cli.help.account.typed", "cli.help.account.refused", "cli.help.account.proof"} {
		p.paragraph("  - ", p.text.T(key))
	}
}

// accountStatus asks the provider: about a case, an address or a name, or about
// all that the accounts have.
func (p *program) accountStatus(ctx context.Context, c call) error {
	if err := p.knownProvider(c.check.Provider); err != nil {
		return err
	}
	about := ""
	if len(c.operands) == 1 {
		about = c.operands[0]
	}
	show := p.startProgress()
	asked, err := p.ask(ctx, about, c.check.Provider, app.AskOptions{OnStep: show.account})
	show.clear()
	if err != nil && len(asked.Answers) == 0 {
		return accountFailure(err, about)
	}
	return p.answerStatus(c, about, asked, err)
}

func (p *program) ask(ctx context.Context, about, of string, o app.AskOptions) (app.Asked, error) {
	if about == "" {
		return p.asked(ctx, nil, p.session.Providers().ByID(of), o)
	}
	if _, _, err := p.load(about); err == nil {
		return p.session.AskAboutStored(ctx, about, o, p.env.Now())
	}
	addresses, profile, err := p.session.AddressesOf(ctx, about)
	if err != nil {
		return app.Asked{}, err
	}
	if of != "" {
		profile = p.session.Providers().ByID(of)
	}
	return p.asked(ctx, addresses, profile, o)
}

// asked is AskProvider by the clock of this run.
func (p *program) asked(ctx context.Context, addresses []netip.Addr, profile *provider.Profile, o app.AskOptions) (app.Asked, error) {
	asked, err := p.session.AskProvider(ctx, addresses, profile, o)
	asked.Time = p.env.Now()
	return asked, err
}

// answerStatus prints what was said; when nobody said anything, or something went
// wrong beside it, the call was not answered.
func (p *program) answerStatus(c call, about string, asked app.Asked, beside error) error {
	if err := p.answer(c, statusObject(p, about, asked), func(out *page) { out.accountStatus(asked) }); err != nil {
		return err
	}
	if beside != nil {
		f := accountFailure(beside, about)
		f.answered = true
		return f
	}
	for _, a := range asked.Answers {
		if a.Err == nil {
			return nil
		}
	}
	f := accountFailure(asked.Answers[0].Err, asked.Answers[0].Login.ID())
	f.answered = true
	return f
}

func (p *program) accountList(ctx context.Context, c call) error {
	all, err := p.session.Logins()
	if err != nil {
		return err
	}
	keyring := p.session.Keyring(ctx)
	return p.answer(c, loginsObject(keyring, all), func(out *page) { out.logins(keyring, all) })
}

// login finds a login by its whole name, or by as much as tells it from others:
// its kind, or its own name.
func (p *program) login(name string) (credential.Entry, error) {
	all, err := p.session.Logins()
	if err != nil {
		return credential.Entry{}, err
	}
	var found []credential.Entry
	var have []string
	for _, e := range all {
		if e.ID() == name {
			return e, nil
		}
		have = append(have, e.ID())
		if string(e.Kind) == name || e.Name == name {
			found = append(found, e)
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return credential.Entry{}, unanswered("no-login", "name", name)
	}
	return credential.Entry{}, wrongCall("login-several", "name", name, "list", have)
}

func (p *program) accountTest(ctx context.Context, c call) error {
	e, err := p.login(c.operands[0])
	if err != nil {
		return err
	}
	if err := p.session.TestLogin(ctx, e.ID()); err != nil {
		return accountFailure(err, e.ID())
	}
	return p.answer(c, accountJSON{Kind: "account", ID: e.ID(), Works: yes()}, func(out *page) {
		out.paragraph("", out.text.T("cli.account.works", "name", value(e.ID())))
	})
}

func (p *program) accountRemove(ctx context.Context, c call) error {
	e, err := p.login(c.operands[0])
	if err != nil {
		return err
	}
	if err := p.session.DeleteLogin(ctx, e.ID()); err != nil {
		return accountFailure(err, e.ID())
	}
	return p.answer(c, accountJSON{Kind: "account", ID: e.ID(), Removed: yes()}, func(out *page) {
		out.paragraph("", out.text.T("cli.account.removed", "name", value(e.ID())))
	})
}

// accountAdd takes a login from the terminal, without echo, or from standard
// input, a line for each secret; never from the command line, which others on the
// machine can see.
func (p *program) accountAdd(ctx context.Context, c call) error {
	l := credential.Login{Kind: credential.Kind(c.operands[0])}
	if !slices.Contains(credential.Kinds(), l.Kind) {
		var kinds []string
		for _, k := range credential.Kinds() {
			kinds = append(kinds, string(k))
		}
		return wrongCall("login-kind", "value", c.operands[0], "list", kinds)
	}
	ask := p.startPrompt(ctx)
	if len(c.operands) == 2 {
		l.Name = c.operands[1]
	} else if err := p.nameLogin(&l, ask); err != nil {
		return err
	}
	if l.Kind == credential.OVH && !slices.Contains(account.Endpoints(), l.Name) {
		return wrongCall("ovh-endpoint", "value", l.Name, "list", account.Endpoints())
	}
	saved, err := p.askSecrets(ctx, &l, ask)
	if err != nil {
		return err
	}
	if c.once {
		return p.askOnce(ctx, c, l)
	}
	if err := p.session.SaveLogin(ctx, l); err != nil {
		return accountFailure(err, credential.IDOf(l.Kind, l.Name))
	}
	return p.answer(c, accountJSON{Kind: "account", ID: credential.IDOf(l.Kind, l.Name), Saved: yes()}, func(out *page) {
		out.paragraph("", out.text.T(saved, "name", value(credential.IDOf(l.Kind, l.Name))))
	})
}

// nameLogin names a login that came without a name.
func (p *program) nameLogin(l *credential.Login, ask *prompt) error {
	switch l.Kind {
	case credential.Cloud:
		l.Name = "default"
	case credential.OVH:
		l.Name = account.Endpoints()[0]
	case credential.Robot:
		name, err := ask.shown("user")
		l.Name = strings.TrimSpace(name)
		if err == nil && l.Name == "" {
			err = wrongCall("login-incomplete")
		}
		return err
	default:
		return wrongCall("operand-missing", "verb", "account add "+string(l.Kind), "usage", "NAME")
	}
	return nil
}

// askSecrets asks for what a kind of login has. Without a consumer key OVH is
// asked for one, which the person confirms in the browser. saved is the key of
// what to say once it is saved.
func (p *program) askSecrets(ctx context.Context, l *credential.Login, ask *prompt) (saved string, err error) {
	if l.Kind == credential.OVH {
		ask.say("cli.account.ovh-app", account.CreateAppURL(l.Name))
	}
	if l.Secrets, err = ask.secrets(l.Kind); err != nil {
		return "", err
	}
	missing := func(f credential.Field) bool { return l.Secrets[f].IsZero() }
	if l.Kind != credential.OVH || !missing(credential.ConsumerKey) || missing(credential.AppKey) || missing(credential.AppSecret) {
		if slices.ContainsFunc(l.Kind.Fields(), missing) {
			return "", wrongCall("login-incomplete")
		}
		return "cli.account.saved", nil
	}
	connected, err := p.session.ConnectOVH(ctx, *l, false, func(url string) { ask.say("cli.account.ovh-confirm", url) })
	if err != nil {
		return "", accountFailure(err, credential.IDOf(l.Kind, l.Name))
	}
	*l = connected
	return "cli.account.saved-confirmed", nil
}

// askOnce asks with a login that is kept nowhere.
func (p *program) askOnce(ctx context.Context, c call, l credential.Login) error {
	e, err := p.session.UseLogin(l)
	if err != nil {
		return accountFailure(err, credential.IDOf(l.Kind, l.Name))
	}
	if _, ok := app.ServiceOf(l.Kind); !ok {
		return wrongCall("login-once", "name", string(l.Kind))
	}
	show := p.startProgress()
	asked, err := p.asked(ctx, nil, nil, app.AskOptions{Login: e.ID(), OnStep: show.account})
	show.clear()
	if err != nil {
		return accountFailure(err, e.ID())
	}
	return p.answerStatus(c, "", asked, nil)
}

// accountFailure says what went wrong with a login or with asking by it.
func accountFailure(err error, about string) failure {
	var (
		keyring *credential.Trouble
		large   *credential.TooLarge
		said    *account.Error
		refused *app.RefusedBefore
		later   *app.AskLater
	)
	switch {
	case errors.As(err, &keyring):
		reason := cmp.Or(keyring.Condition.Reason, credential.Other)
		return failure{code: "keyring", key: "keyring.error." + string(reason), pairs: []any{"detail", keyring.Condition.Detail}, status: statusUnanswered}
	case errors.As(err, &large):
		return unanswered("login-large", "size", large.Size, "limit", large.Limit)
	case errors.As(err, &said):
		return failure{code: string(said.Code), key: "account.error." + string(said.Code), pairs: errorPairs(said, about), status: statusUnanswered}
	case errors.As(err, &refused):
		return unanswered("login-refused-before", "name", refused.ID, "time", refused.At.Format("2006-01-02 15:04"))
	case errors.As(err, &later):
		return unanswered("ask-later", "name", later.ID, "time", later.Until.Format("15:04"))
	case errors.Is(err, app.ErrNoLogin):
		return unanswered("no-login-yet")
	case errors.Is(err, app.ErrNotAsked):
		return wrongCall("login-not-asked", "name", about)
	case errors.Is(err, credential.ErrForeign):
		return unanswered("login-foreign", "name", about)
	case errors.Is(err, credential.ErrUnknown):
		return unanswered("login-gone", "name", about)
	case errors.Is(err, credential.ErrInvalid):
		return wrongCall("login-incomplete")
	}
	return explain(err, about)
}

// errorPairs are the values of the sentences «account.error.…».
func errorPairs(e *account.Error, about string) []any {
	return []any{"service", string(e.Service), "name", about, "status", e.Status, "said", e.Said,
		"fields", strings.Join(e.Fields, ", "), "minutes", max(int(e.Wait.Minutes()+0.5), 1)}
}
