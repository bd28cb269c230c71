package grammar

import "testing"

// BenchmarkTcpdumpLine is about the lines that dumps of gigabytes consist of.
func BenchmarkTcpdumpLine(b *testing.B) {
	for name, line := range map[string]string{
		"udp":    "21:44:53.145756 IP 192.0.2.10.55008 > 198.51.100.67.29615: UDP, length 9216",
		"syn":    "2020-11-24 03:22:22.675393 IP 192.0.2.10.32878 > 198.51.100.250.22: Flags [S], seq 2892559173, win 29200, options [mss 1460,sackOK,TS val 109552713 ecr 0,nop,wscale 7], length 0",
		"masked": "21:44:53.145756 IP x.x.x.x.55008 > 198.51.100.67.29615: UDP, length 9216",
		"epoch":  "1606186942.145756 IP 192.0.2.10.55008 > 198.51.100.67.29615: UDP, length 9216",
		"prose":  "We keep the full log for some days and ask you to answer.",
	} {
		b.Run(name, func(b *testing.B) {
			r, text := tcpdump().Open(nil), []byte(line)
			var row Row
			b.SetBytes(int64(len(line)))
			b.ReportAllocs()
			for b.Loop() {
				row.Reset()
				r.Line(text, &row)
			}
		})
	}
}
