package ui

import (
	"strings"
	"testing"
)

const sockets = `Netid State    Recv-Q Send-Q  Local Address:Port   Peer Address:PortProcess
tcp   ESTAB    0      52         192.0.2.10:22    203.0.113.77:51044 users:(("sshd",pid=811,fd=4))
tcp   SYN-SENT 0      1          192.0.2.10:40112 198.51.100.1:22    users:(("kswapd00",pid=2417,fd=9))
tcp   SYN-SENT 0      1          192.0.2.10:40114 198.51.100.2:22    users:(("kswapd00",pid=2417,fd=8))
tcp   LISTEN   0      511           0.0.0.0:443        0.0.0.0:*     users:(("nginx",pid=640,fd=6))
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
	return []scene{
		{name: "cause-empty", sizes: true, play: open(func(*window) {})},
		{name: "cause-sockets", sizes: true, play: open(func(w *window) {
			item, _ := w.checklist.ByID("F3")
			w.takeOutput(item, w.current.cause.of("F3"), sockets)
		})},
		{name: "cause-unknown-output", play: open(func(w *window) {
			item, _ := w.checklist.ByID("F3")
			w.takeOutput(item, w.current.cause.of("F3"), strings.Repeat("hello\n", 3))
		})},
	}
}
