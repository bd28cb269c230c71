package statement

import (
	"strings"
	"testing"
)

// TestRedactColumns: users that stand only in a column of an output.
func TestRedactColumns(t *testing.T) {
	outputs := map[string]string{
		"ps": "USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND\nroot           1  0.0  0.1 168140 11440 ?        Ss   Nov16   0:02 /sbin/init\n" +
			"marlena     4127 98.0  1.0  12345  6789 ?        Sl   04:01  12:00 ./kswapd00\nlongnam+    4128  0.0  0.1   1234   567 pts/0    R+   04:02   0:00 ps\n",
		"top": "top - 04:05:06 up 1 day,  2 users\n\n    PID USER      PR  NI    VIRT    RES    SHR S  %CPU  %MEM     TIME+ COMMAND\n   4127 oskar     20   0   12345   6789   1234 R  98.0   1.0  12:00.00 kswapd00\n",
		"ef":  "UID          PID    PPID  C STIME TTY          TIME CMD\nbozena      4130       1  0 04:05 ?        00:00:00 sleep 5\n",
		"w": " 04:05:06 up 1 day,  2 users,  load average: 0.00, 0.01, 0.05\nUSER     TTY      FROM             LOGIN@   IDLE   JCPU   PCPU WHAT\n" +
			"ludmila  pts/0    192.0.2.150      04:01    1.00s  0.02s  0.00s w\n",
		"last":   "zygmunt  pts/1        192.0.2.150      Mon Nov 16 22:41 - 22:50  (00:09)\nreboot   system boot  6.1.0-47-amd64   Mon Nov 16 22:40   still running\n\nwtmp begins Sun Nov  1 00:00:00 2026\n",
		"ls":     "total 12\ndrwxr-xr-x 2 kinga kinga 4096 Nov 17 04:05 cache\n-rwsr-xr-x. 1 root firmowi 1234 Nov 17 04:05 su\n",
		"find":   "   131074      4 -rw-r--r--   1 teresa  teresa       220 Nov 17 04:05 /srv/.bashrc\n",
		"stat":   "Access: (0644/-rw-r--r--)  Uid: ( 1001/ hubert)   Gid: ( 1001/ hubert)\n",
		"id":     "uid=1002(jolanta) gid=1002(jolanta) groups=1002(jolanta),27(sudo),1010(sekret)\n",
		"passwd": "root:x:0:0:root:/root:/bin/bash\nwandzia:x:1003:1003:Wanda Example,,+48 22 1234567:/home/wandzia:/bin/bash\n",
	}
	gone := []string{"marlena", "longnam", "oskar", "bozena", "ludmila", "zygmunt", "kinga", "firmowi", "teresa", "hubert", "jolanta", "sekret", "wandzia", "Wanda"}
	d := Document{Letter: []Block{{Kind: KindParagraph, Text: []Span{{Text: "Marlena and Oskar were told; root, sudo, kswapd00, reboot and wtmp stay."}}}}}
	for _, name := range []string{"ps", "top", "ef", "w", "last", "ls", "find", "stat", "id", "passwd"} {
		d.Exhibits = append(d.Exhibits, Exhibit{ID: name, Data: []byte(outputs[name])})
	}
	r, _ := Redact(d, nil)
	all := plainText(r.Letter)
	for _, e := range r.Exhibits {
		all += string(e.Data)
	}
	for _, name := range gone {
		left(t, name, all)
	}
	for _, stays := range []string{"root, sudo, kswapd00, reboot and wtmp stay", "/sbin/init", "total 12", "system boot", "COMMAND", "cache", "load average", "1.00s", "drwxr-xr-x 2 USER-"} {
		if !strings.Contains(all, stays) {
			t.Errorf("%q is gone:\n%s", stays, all)
		}
	}
	if strings.Count(all, "USER-1 ") < 2 {
		t.Errorf("one user, two words:\n%s", all)
	}
}

// A long name goes in the forms in which ps and w cut it.
func TestRedactShortened(t *testing.T) {
	r := newRedactor(Identifiers(Facts{Users: []string{"konstantyna"}}, Form{}))
	if got := r.text("konstan+ 4127, konstant pts/0, konstantyna"); strings.Contains(got, "konst") {
		t.Error(got)
	}
}

// What only looks like a table names nobody.
func TestColumnsOfNoUsers(t *testing.T) {
	for _, text := range []string{
		"USER PID\nthe user is gone\nit was 4127\n",
		"Netid State  Recv-Q\ntcp   LISTEN 0\n",
		"-rw-r--r-- 1 root root 220 Nov 17 04:05 passwords\n",
		"tcp 0 0 0.0.0.0:22 0.0.0.0:* LISTEN\nNov 17 04:05:06 web1 sshd[1]: x\n",
		"12:34:5:6:x:y:\n",
	} {
		if list := columnUsers([]string{text}); len(list) > 0 {
			t.Errorf("%q: %v", text, list)
		}
	}
}
