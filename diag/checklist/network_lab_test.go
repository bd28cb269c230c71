package checklist

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"latchkey/diag"
)

// TestNetworkLaboratory: every planted fact of the laboratory's outputs that
// these readers see is named, and a clean host gives nothing critical.
func TestNetworkLaboratory(t *testing.T) {
	folder := filepath.Join("..", "..", "..", "shared", "cases", "evidence")
	if _, err := os.Stat(folder); err != nil {
		t.Skip("the laboratory's cases are not here")
	}
	const talk = "N01/141539/22 N01/141623/22 N01/141630/29615 N02//48103 N03/141539/48101 N05/141899/11211 N06/141899/11211 N05/141892/53"
	for file, want := range map[string]string{
		"incident/ss-tunap.txt":          talk,
		"incident/ss-tuanpOHe.txt":       talk,
		"incident/netstat-anp.txt":       talk,
		"incident/ss-tulpn.txt":          "N02//48103 N03/141539/48101 N05/141899/11211 N05/141892/53",
		"incident/netstat-tulpen.txt":    "N02//48103 N03/141539/48101 N05/141899/11211 N06/141899/11211 N05/141892/53",
		"incident/proc-net-tcp.txt":      "N01b/-1/22",
		"incident/proc-net-udp.txt":      "N01b/-1/29615",
		"incident/ss-raw.txt":            "N08/141655/",
		"incident/bridge-fdb.txt":        "M01//de:ad:be:ef:66:66",
		"incident/brctl-showmacs.txt":    "M01//de:ad:be:ef:66:66",
		"vm/incident/ss-tunap.txt":       "N01/592/22 N03/592/48101",
		"vm/incident/ss-tulpn.txt":       "N03/592/48101",
		"vm/incident/netstat-tulpen.txt": "N03/592/48101",
		"clean/ss-tunap.txt":             "N05/101/53",
		"clean/netstat-tulpen.txt":       "N05/101/53",
		"clean/ss-raw.txt":               "",
		"clean/ip-addr.txt":              "",
		"clean/iptables-save.txt":        "",
		"clean/nft-list-ruleset.txt":     "",
		"vm/before/ss-tunap.txt":         "N05/363/53",
		"vm/before/iptables-save.txt":    "",
		"incident/iptables-L.txt":        "",
		"incident/ip-d-link.txt":         "",
		"incident/ifconfig.txt":          "",
		"incident/ip-route.txt":          "",
		"vm/before/netstat-tulpen.txt":   "N05/363/53",
		"incident/nft-list-ruleset.txt":  "",
		"vm/incident/ip-link.txt":        "",
		"vm/incident/iptables-save.txt":  "",
		"clean/ip-d-link.txt":            "",
		"clean/ifconfig.txt":             "",
		"clean/proc-net-tcp.txt":         "",
		"clean/proc-net-udp.txt":         "",
		"clean/ss-tuanpOHe.txt":          "N05/101/53",
	} {
		data, err := os.ReadFile(filepath.Join(folder, file))
		if err != nil {
			t.Error(err)
			continue
		}
		r, ok := Read(data, "")
		if !ok || r.Understood < r.Lines {
			t.Errorf("%s: read as %q, %d of %d lines, %v", file, r.Command, r.Understood, r.Lines, r.Warnings)
		}
		all := " "
		for _, f := range Judge(r.Host) {
			pid, at := printed(f.Params["pid"]), printed(f.Params["port"])
			if mac := printed(f.Params["mac"]); mac != "" {
				at = mac
			}
			all += f.Rule + "/" + pid + "/" + at + " "
			if f.Severity == diag.Critical && !strings.Contains(file, "incident") {
				t.Errorf("%s: critical on a clean host: %+v", file, f)
			}
		}
		for _, fact := range strings.Fields(want) {
			if !strings.Contains(all, " "+fact+" ") {
				t.Errorf("%s: %s not found in%s", file, fact, all)
			}
		}
	}
	// no other command's output is taken for one of these
	mine := map[string]bool{}
	for _, id := range strings.Fields("ss netstat proc-net ip-addr ip-link ip-route ip-neigh bridge-fdb arp ifconfig brctl-showmacs iptables nft ufw") {
		mine[id] = true
	}
	words := []string{"ss-", "netstat", "proc-net", "ip-", "arp", "ifconfig", "bridge", "brctl", "iptables", "nft", "ufw", "if_inet6"}
	files, _ := filepath.Glob(filepath.Join(folder, "*", "*"))
	more, _ := filepath.Glob(filepath.Join(folder, "vm", "*", "*"))
	for _, file := range append(files, more...) {
		name := filepath.Base(file)
		isMine := false
		for _, w := range words {
			isMine = isMine || strings.HasPrefix(name, w)
		}
		data, err := os.ReadFile(file)
		if err != nil {
			continue
		}
		if r, ok := Read(data, ""); ok && mine[r.Command] != isMine {
			t.Errorf("%s is read as %q", file, r.Command)
		} else if !ok && isMine && strings.Count(string(data), "\n") > 1 { // one line: an error, «No such device»
			t.Errorf("%s is not recognised", file)
		}
	}
}

func printed(v any) string {
	if v == nil {
		return ""
	}
	return fmt.Sprint(v)
}
