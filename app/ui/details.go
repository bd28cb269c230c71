package ui

import (
	"fmt"
	"strings"

	"fyne.io/fyne/v2/dialog"

	"latchkey/app"
	"latchkey/diag/trace"
)

// What is on screen as text: for a mail, a forum, a ticket.

// copyDetails puts everything about the check into the clipboard.
func (w *window) copyDetails() {
	w.App.Clipboard().SetContent(w.details(w.current.check))
	w.copied, w.focus = true, "copy"
	w.build()
}

func (w *window) details(c app.Check) string {
	v := w.view
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", w.title(c))
	if c.Addr.IsValid() && c.Name != "" {
		fmt.Fprintf(&b, "%s\n", c.Addr)
	}
	if !c.Printed {
		fmt.Fprintf(&b, "%s\n", c.Started.Format("2006-01-02 15:04:05 -07:00"))
	}
	fmt.Fprintf(&b, "%s\n", w.method(c))
	if c.Verdict != nil {
		fmt.Fprintf(&b, "\n%s (%s)\n", v.verdictTitle(*c.Verdict), v.t("verdict.confidence."+string(c.Verdict.Confidence)))
		for _, f := range c.Verdict.Because {
			fmt.Fprintf(&b, "- %s\n", plain(v.finding(f)))
		}
	}
	b.WriteByte('\n')
	for _, h := range c.Path.Hops {
		fmt.Fprintf(&b, "%s\n", v.hopText(h))
	}
	return b.String()
}

// plain takes the marks of bold out.
func plain(text string) string { return strings.ReplaceAll(text, "**", "") }

// hopText is a hop as traceroute would print it.
func (v *view) hopText(h trace.Hop) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%2d ", h.TTL)
	if h.Silent() {
		return b.String() + " *"
	}
	before := ""
	for _, r := range h.Replies {
		name := hopName(trace.Hop{Replies: []trace.Reply{r}})
		if name != before {
			fmt.Fprintf(&b, " %s", name)
			if r.Addr.IsValid() && r.Addr.String() != name {
				fmt.Fprintf(&b, " (%s)", r.Addr)
			}
			before = name
		}
		fmt.Fprintf(&b, "  %s", v.ms(r.RTT))
		if r.Kind.Refusal() {
			fmt.Fprintf(&b, " %s", v.t("ui.kind."+string(r.Kind)))
		}
	}
	return b.String()
}

// nodeText is all that is known of a node of the chain.
func (w *window) nodeText(n node) string {
	var lines []string
	for _, h := range w.current.check.Path.Hops {
		if h.TTL >= n.from && h.TTL <= n.to && n.from > 0 {
			lines = append(lines, w.view.hopText(h))
		}
	}
	if len(lines) == 0 {
		lines = append(lines, n.say)
	}
	return strings.Join(lines, "\n")
}

func (w *window) showNode(n node) {
	w.present(dialog.NewInformation(n.name, w.nodeText(n), w.win))
}

func (w *window) copyNode(n node) { w.App.Clipboard().SetContent(w.nodeText(n)) }
