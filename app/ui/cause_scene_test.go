package ui

import (
	"strings"
	"syscall"
	"testing"

	"latchkey/app"
	"latchkey/diag/checklist"
)

const sockets = `Netid State    Recv-Q Send-Q  Local Address:Port   Peer Address:PortProcess
tcp   ESTAB    0      52         192.0.2.10:22    203.0.113.77:51044 users:(("sshd",pid=811,fd=4))
tcp   SYN-SENT 0      1          192.0.2.10:40112 198.51.100.1:22    users:(("kswapd00",pid=2417,fd=9))
tcp   SYN-SENT 0      1          192.0.2.10:40114 198.51.100.2:22    users:(("kswapd00",pid=2417,fd=8))
tcp   LISTEN   0      511           0.0.0.0:443        0.0.0.0:*     users:(("nginx",pid=640,fd=6))
tcp   LISTEN   0      128           0.0.0.0:22         0.0.0.0:*     users:(("sshd",pid=700,fd=3))
`

func causeScenes() []scene {
	open := func(change func(*window)) func(testing.TB, *window, *stage) {
		return func(t testing.TB, w *window, s *stage) {
			finished(silence, locked()...)(t, w, s)
			w.open(screenReport)
			w.readText(mailHead + netscan(509))
			w.open(screenCause)
			change(w)
			atTop(w)
		}
	}
	match := func(share float32) func(*window) { return func(w *window) { w.scrollToMatch(share) } }
	tall := func(w *window) { resize(w, w.shell.width, 1160) } // down to the match
	return append(append(wholeScenes(open), sshScenes(open)...), []scene{
		{name: "cause-empty", sizes: true, play: open(func(*window) {})},
		{name: "cause-sockets", sizes: true, look: tall, play: open(func(w *window) {
			w.setField("own-address", "203.0.113.77")
			w.keepEvent(app.EventAccess, map[string]string{"way": "own-ip"})
			item, _ := w.checklist.ByID("F3")
			w.takeOutput(item, w.current.cause.of("F3"), sockets)
		})},
		{name: "cause-match", sizes: true, look: match(0.2), play: open(func(w *window) { w.fit(twoNetworks()) })},
		{name: "cause-match-crowd", sizes: true, look: match(0.2), play: open(func(w *window) { w.fit(crowded()) })},
		{name: "cause-unknown-output", play: open(func(w *window) {
			item, _ := w.checklist.ByID("F3")
			w.takeOutput(item, w.current.cause.of("F3"), strings.Repeat("hello\n", 3))
		})},
	}...)
}

// wholeScenes are what looks at the whole server at once, and what stands beside
// the steps.
func wholeScenes(open func(func(*window)) func(testing.TB, *window, *stage)) []scene {
	with := func(change func(testing.TB, *window)) func(testing.TB, *window, *stage) {
		return func(t testing.TB, w *window, s *stage) {
			open(func(w *window) {
				change(t, w)
				w.build()
			})(t, w, s)
		}
	}
	return []scene{
		{name: "cause-collect", sizes: true, play: open(func(w *window) {
			w.current.cause.item = itemCollect
			w.build()
		})},
		{name: "cause-collection", sizes: true, play: with(func(t testing.TB, w *window) { w.dropFile(t, "server.fcb", ofServer(t)) })},
		{name: "cause-collection-section", play: with(func(t testing.TB, w *window) {
			w.dropFile(t, "server.fcb", cutOff(ofServer(t)))
			w.openSection("ss")
		})},
		{name: "cause-answered", play: with(func(t testing.TB, w *window) {
			w.dropFile(t, "server.fcb", ofServer(t))
			w.current.cause.item = "F3"
		})},
		{name: "cause-twin-none", play: open(func(w *window) {
			w.current.cause.item = itemTwin
			w.build()
		})},
		{name: "cause-twin", sizes: true, play: with(func(t testing.TB, w *window) {
			w.dropFile(t, "server.fcb", ofServer(t))
			w.dropFile(t, "healthy.fcb", ofTwin(t))
		})},
		{name: "cause-large", sizes: true, play: open(func(w *window) {
			w.current.cause.item = "F1"
			w.current.cause.of("F1").large = "last -Faixw"
			w.build()
		})},
		{name: "cause-not-saved", play: open(func(w *window) { w.notSaved(syscall.ENOSPC) })},
		{name: "cause-no-list", play: open(func(w *window) {
			w.checklist = &checklist.List{}
			w.build()
		})},
		{name: "paste-long", play: open(func(w *window) {
			w.openPaste()
			w.pasted = strings.Repeat("hello world\n", 100_000)
			w.build()
		})},
		{name: "check-continued", sizes: true, play: func(t testing.TB, w *window, s *stage) {
			finished(silence, locked()...)(t, w, s)
			w.open(screenHome)
			finished(silence, locked()...)(t, w, s)
		}},
	}
}

// cutOff is a collection made by no administrator and broken off.
func cutOff(text string) string {
	end := strings.Index(text, " BEGIN passwd")
	return strings.Replace(text[:end-len("@@FCB 0123456789abcdef")], "uid=0", "uid=1000", 1)
}
