package cli

import (
	"context"
	"errors"

	"latchkey/app"
	"latchkey/app/casefile"
)

// What a person says about a case: how the way out of the lock goes, and whose a
// collection is.

// caseMark writes down what the person says happened.
func (p *program) caseMark(_ context.Context, c call) error {
	id, said := c.operands[0], c.operands[1]
	now := p.env.Now()
	at := c.note.at
	if at.IsZero() {
		at = now
	}
	model, err := p.session.ChangeStored(id, now, func(m *casefile.Case) error {
		err := p.session.Mark(m, said, at)
		if errors.Is(err, app.ErrMark) {
			return wrongCall("mark", "value", said, "list", app.Marks(), "id", id)
		}
		return err
	})
	if err != nil {
		return caseFailure(err, id, id)
	}
	object := p.timelineObject(model, now)
	return p.answer(c, object, func(out *page) { out.timeline(model, object) })
}

// roles are the words for whose a collection is.
func roles() map[string]string {
	return map[string]string{"server": "", casefile.RoleTwin: casefile.RoleTwin, casefile.RoleUnused: casefile.RoleUnused}
}

// caseRole says whose a collection of a case is.
func (p *program) caseRole(ctx context.Context, c call) error {
	ctx, stop := interruptible(ctx)
	defer stop()
	id, item, word := c.operands[0], c.operands[1], c.operands[2]
	role, ok := roles()[word]
	if !ok {
		return wrongCall("role", "value", word)
	}
	model, err := p.session.SetRole(ctx, id, item, role, p.env.Now())
	var wrong *app.RoleError
	switch {
	case errors.As(err, &wrong) && len(wrong.Have) == 0:
		return unanswered("role-none", "id", id)
	case errors.As(err, &wrong):
		return unanswered("role-item", "name", item, "list", wrong.Have)
	case err != nil:
		return caseFailure(err, id, item)
	}
	return p.answer(c, caseObject(model, nil), func(out *page) { out.oneCase(model, nil, p.session.Providers()) })
}
