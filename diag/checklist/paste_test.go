package checklist

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

const (
	pastePS = "USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND\n" +
		"root           1  0.0  0.1 102000  9000 ?        Ss   22:11   0:00 /sbin/init\n" +
		"root         592  0.0  0.0    996   656 ?        S    22:22   0:00 [kworker/0:1]\n"
	pasteMdstat = "Personalities : [raid1]\nmd0 : active raid1 sdb1[1](F) sda1[0]\n      1024 blocks [2/1] [U_]\n\nunused devices: <none>\n"
	pasteLogin  = "2026-11-21T22:22:21.947044+00:00 web1 sshd[4711]: Accepted password for carla from 203.0.113.9 port 40451 ssh2\n"
	pasteFile   = "l-wx------ 1 root root 64 Nov 21 22:41 11 -> /var/log/auth.log (deleted)\n"
)

var pasteFiles = "total 0\n" + strings.Repeat("lr-x------ 1 root root 64 Nov 21 22:41 0 -> /dev/null\n", 12) + pasteFile

// TestReadAll: outputs of a terminal, one after the other.
func TestReadAll(t *testing.T) {
	for _, c := range []struct {
		name, text, command string
		parts               []string // of the findings, with their lines
		lines, understood   int
	}{
		{"one", pastePS, "ps", []string{"ps 3"}, 3, 3},
		{"one with a prompt", "root@web1:~# ps aux\n" + pastePS, "ps", []string{"ps 4"}, 3, 3},
		{"prompts of Debian", "root@web1:~# ps aux\n" + pastePS + "root@web1:/etc# cat /proc/mdstat\n" + pasteMdstat + "root@web1:/etc#\n", "ps", []string{"mdstat 7", "ps 4"}, 7, 7},
		{"prompts of Red Hat", "[root@web1 ~]# ps aux\n" + pastePS + "[root@web1 etc]# cat /proc/mdstat\n" + pasteMdstat, "ps", []string{"mdstat 7", "ps 4"}, 7, 7},
		{"a prompt tells the command", "root@web1:~# ps aux\n" + pastePS + "root@web1:~# debsums -c\n/usr/bin/lsof\n", "ps", []string{"debsums 6", "ps 4"}, 4, 4},
		{"something unknown between", "web1$ x\n" + pastePS + "root@web1:~# foo\nbar baz\nroot@web1:~# cat /proc/mdstat\n" + pasteMdstat, "ps", []string{"mdstat 9", "ps 4"}, 9, 7},
		{"no prompt", pasteFiles + "\n" + pasteLogin, "find", []string{"auth-log 16", "find 14"}, 15, 15},
		{"a remark below", pasteFiles + "that is strange, isn't it\n", "find", []string{"find 14"}, 15, 14},
		{"nothing", "root@web1:~# foo\nbar\nroot@web1:~# bar\nfoo\n", "", nil, 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, ok := ReadAll([]byte(c.text), "")
			if got.Command != c.command || got.Lines != c.lines || got.Understood != c.understood {
				t.Fatalf("%v %q, %d of %d lines", ok, got.Command, got.Understood, got.Lines)
			}
			var parts []string
			if ok {
				for _, f := range Judge(got.Host) {
					if p := fmt.Sprint(f.Source.Part, " ", f.Source.Line); !slices.Contains(parts, p) {
						parts = append(parts, p)
					}
				}
			}
			slices.Sort(parts)
			if !slices.Equal(parts, c.parts) {
				t.Errorf("%q, want %q", parts, c.parts)
			}
		})
	}
}

// TestReadAllBounds: of outputs beyond the bound nothing gets lost or is slow.
func TestReadAllBounds(t *testing.T) {
	many := strings.Repeat("root@web1:~# cat /proc/mdstat\n"+pasteMdstat, 3*mostOutputs)
	if got, ok := ReadAll([]byte(many), ""); !ok || len(got.Host.Arrays) != 3*mostOutputs {
		t.Errorf("%d arrays in %d lines", len(got.Host.Arrays), got.Lines)
	}
}

// FuzzReadAll: whatever stands between prompts, no line is counted twice.
func FuzzReadAll(f *testing.F) {
	f.Add([]byte("root@web1:~# ps aux\n" + pastePS + "[root@web1 ~]# cat /proc/mdstat\n" + pasteMdstat))
	f.Add([]byte(pasteFiles + pasteLogin))
	addFixtures(f, 1024)
	f.Fuzz(func(t *testing.T, data []byte) {
		got, ok := ReadAll(data, "")
		if !ok {
			return
		}
		if Judge(got.Host); got.Understood > got.Lines || got.Lines > len(newText(data).lines) {
			t.Fatalf("%d of %d lines of %d", got.Understood, got.Lines, len(newText(data).lines))
		}
	})
}
