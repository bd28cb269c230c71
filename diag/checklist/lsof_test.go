package checklist

import (
	"slices"
	"testing"
)

// TestNotOfProcesses: texts with a number after a name, and words after it,
// that are none of these commands'.
func TestNotOfProcesses(t *testing.T) {
	ofProcesses := []string{"ps", "top", "lsof", "proc-exe", "pstree", "proc-mounts", "unhide", "docker"}
	for _, s := range []string{
		"Wed Mar  9 00:46:05 2022 TCP  192.0.2.134 60542 =>     203.0.113.0 6379\nWed Mar  9 00:46:05 2022 TCP  192.0.2.134 45564 =>     203.0.113.1 6379\n",
		"USER                     PID ACCESS COMMAND\n80/tcp:              root        423 F.... apache2\n",
		"Filesystem     1K-blocks    Used Available Use% Mounted on\n/dev/vda1       20511312 5317744  14126324  28% /\n",
		" 1  192.0.2.1 (192.0.2.1)  0.412 ms  0.398 ms  0.391 ms\n 2  198.51.100.7 (198.51.100.7)  1.9 ms  1.8 ms  1.8 ms\n",
		"total 4\nlrwxrwxrwx 1 root root 7 Nov 21 22:22 bin -> usr/bin\n",
		"PID\n", "COMMAND PID\n", "\n", "",
	} {
		for _, r := range readers() {
			if w := r.weigh(newText([]byte(s))); w > 0 && slices.Contains(ofProcesses, r.id) {
				t.Errorf("%s weighs %d for %.60q", r.id, w, s)
			}
		}
	}
}
