package grammar

import "testing"

// tcpdumpOrdinary are the lines that dumps of gigabytes consist of.
func tcpdumpOrdinary() [][2]string {
	return [][2]string{
		{"udp", "21:44:53.145756 IP 192.0.2.10.55008 > 198.51.100.67.29615: UDP, length 9216"},
		{"syn", "2020-11-24 03:22:22.675393 IP 192.0.2.10.32878 > 198.51.100.250.22: Flags [S], seq 2892559173, win 29200, options [mss 1460,sackOK,TS val 109552713 ecr 0,nop,wscale 7], length 0"},
		{"masked", "21:44:53.145756 IP x.x.x.x.55008 > 198.51.100.67.29615: UDP, length 9216"},
		{"epoch", "1606186942.145756 IP 192.0.2.10.55008 > 198.51.100.67.29615: UDP, length 9216"},
		{"names", "16:18:30.504908 IP host.example.org.40112 > 198.51.100.7.ssh: Flags [S], seq 1000, win 64240, options [mss 1460], length 0"},
		{"prose", "We keep the full log for some days and ask you to answer."},
	}
}

func BenchmarkTcpdumpLine(b *testing.B) {
	for _, l := range tcpdumpOrdinary() {
		b.Run(l[0], func(b *testing.B) {
			r, text := tcpdump().Open(nil), []byte(l[1])
			var row Row
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				row.Reset()
				r.Line(text, &row)
			}
		})
	}
}

// TestTcpdumpAllocatesNothing: a dump has millions of lines.
func TestTcpdumpAllocatesNothing(t *testing.T) {
	for _, l := range tcpdumpOrdinary() {
		r, text := tcpdump().Open(nil), []byte(l[1])
		var row Row
		if n := testing.AllocsPerRun(100, func() { row.Reset(); r.Line(text, &row) }); n > 0 {
			t.Errorf("%s: %v allocations", l[0], n)
		}
	}
}

// TestTcpdumpStarts: long dumps are cut where a record may begin, and never
// between the two lines of one.
func TestTcpdumpStarts(t *testing.T) {
	r := tcpdump().Open(nil).(*tcpdumpReader)
	r.two = true
	for line, want := range map[string]bool{
		"2021-03-25 15:18:30.504907 IP (tos 0x0, ttl 52, proto UDP (17), length 78)": true,
		"IP (tos 0x0, ttl 52, proto UDP (17), length 78)":                            true,
		" 00:00:00.000123 IP 192.0.2.10.1 > 198.51.100.7.2: UDP, length 50":          true,
		"    192.0.2.10.3139 > 198.51.100.7.14597: UDP, length 50":                   false,
		"192.0.2.10.3139 > 198.51.100.7.14597: UDP, length 50":                       false,
		"\tIP (tos 0x0, ttl 64, proto UDP (17), length 48)":                          false,
		"\t0x0000:  4500 004e efab 4000 3411 0359 c000 020a":                         false,
		"0x0000:  4500 004e efab 4000 3411 0359 c000 020a":                           false,
	} {
		if got := r.Starts([]byte(line)); got != want {
			t.Errorf("%q: %v", line, got)
		}
	}
}
