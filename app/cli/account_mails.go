package cli

import (
	"context"

	"latchkey/app"
	"latchkey/diag/account"
)

type mailsJSON struct {
	Kind  string     `json:"kind"`
	Login string     `json:"login"`
	Case  *string    `json:"case"` // into which they were put
	Mails []mailJSON `json:"mails"`
}

type mailJSON struct {
	ID      int64   `json:"id"`
	Date    *string `json:"date"`
	Subject string  `json:"subject"`
	Text    string  `json:"text"` // the mail as RFC 5322 message
	Read    *string `json:"read"` // what it was read as; null: not put into a case
	Already bool    `json:"already"`
}

// accountMails lists the notices of abuse among the last mails OVH sent, and puts
// them into a case if one is named.
func (p *program) accountMails(ctx context.Context, c call) error {
	e, err := p.login(c.operands[0])
	if err != nil {
		return err
	}
	show := p.startProgress()
	mails, err := p.session.AbuseMails(ctx, e.ID(), show.account)
	show.clear()
	if err != nil {
		return accountFailure(err, e.ID())
	}
	o := mailsJSON{Kind: "account-mails", Login: e.ID(), Mails: []mailJSON{}}
	var kept []app.Added
	for _, m := range mails {
		o.Mails = append(o.Mails, mailJSON{ID: m.ID, Date: moment(m.Date), Subject: m.Subject, Text: string(m.Text)})
	}
	if len(c.operands) == 2 {
		o.Case = &c.operands[1]
		for i, m := range mails {
			added, err := p.session.KeepMail(ctx, c.operands[1], m, p.env.Now())
			if err != nil {
				return caseFailure(err, c.operands[1], c.operands[1])
			}
			o.Mails[i].Read, o.Mails[i].Already = orNull(added.Input.Kind), added.Already
			kept = append(kept, added)
		}
	}
	return p.answer(c, o, func(out *page) { out.mails(mails, kept) })
}

// mails lists notices, and what became of them in a case.
func (p *page) mails(mails []account.Mail, kept []app.Added) {
	if len(mails) == 0 {
		p.paragraph("", p.text.T("cli.account.no-mails"))
	}
	for i, m := range mails {
		p.paragraph("  - ", join(p.clock(m.Date), value(m.Subject)))
		if i < len(kept) {
			p.paragraph("    ", p.inputWords(kept[i].Input))
		}
	}
}
