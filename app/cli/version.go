package cli

import (
	"context"

	"latchkey/app"
)

type versionJSON struct {
	Kind    string      `json:"kind"`
	Version string      `json:"version"`
	Latest  *latestJSON `json:"latest,omitempty"` // with --latest
}

type latestJSON struct {
	Version string `json:"version"`
	Page    string `json:"page"`
	Newer   bool   `json:"newer"`
}

// version prints which version this is; with --latest it asks for the newest.
func (p *program) version(ctx context.Context, c call) error {
	o := versionJSON{Kind: "version", Version: p.env.Config.Version}
	var latest app.Release
	if c.latest {
		if err := p.open(c); err != nil {
			return err
		}
		var err error
		if latest, err = p.session.LatestRelease(ctx); err != nil {
			return err
		}
		o.Latest = &latestJSON{latest.Version, latest.Page, latest.Newer}
	}
	return p.answer(c, o, func(out *page) {
		out.line(plain, "latchkey "+o.Version)
		switch {
		case o.Latest == nil:
		case latest.Newer:
			out.paragraph("", out.text.T("cli.version.newer", "version", value(latest.Version), "page", value(latest.Page)))
		default:
			out.paragraph("", out.text.T("cli.version.newest"))
		}
	})
}
