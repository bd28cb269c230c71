package grammar

import "testing"

// TestFieldsAllocateNothing: rows have several of these, and logs millions of
// rows.
func TestFieldsAllocateNothing(t *testing.T) {
	for name, read := range map[string]func() bool{
		"protocol": func() bool { return ReadProtocol([]byte("TCPv4")) == TCP && ReadProtocol([]byte("17")) == UDP },
		"address": func() bool {
			e, _ := ReadHostPort([]byte("192.0.2.10:22"), ':')
			return e.Port == 22 && e.Addr.IsValid()
		},
		"service": func() bool {
			return servicePort([]byte("ms-wbt-server")) == 3389 && servicePort([]byte("none")) == Unknown
		},
		"zone":   func() bool { name, _, n := ReadZone([]byte(" CEST")); return name == "CEST" && n == 5 },
		"stamp":  func() bool { _, n := ReadStamp([]byte("Sun Mar  5 09:10:41 2023 TCP")); return n == 24 },
		"key":    func() bool { return readKeyName([]byte("attacker's port")) == keySource|keyPort|keyNoise },
		"column": func() bool { return readColumnName([]byte("Puerto de destino")).column == columnTargetPort },
	} {
		if !read() {
			t.Errorf("%s is read wrongly", name)
		}
		if n := testing.AllocsPerRun(100, func() { read() }); n > 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}
