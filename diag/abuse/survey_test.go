package abuse

import (
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"
)

// TestSurvey: neighbours, private ones and whole networks, in both families.
func TestSurvey(t *testing.T) {
	for _, c := range []struct {
		name                        string
		targets                     []string
		near                        float64
		private, addresses, largest int
	}{
		{"none", nil, 0, 0, 0, 0},
		{"one", []string{"10.0.0.1"}, 0, 1, 1, 1},
		{"gap of eight", []string{"198.51.100.1", "198.51.100.9"}, 1, 0, 2, 2},
		{"gap of nine", []string{"198.51.100.1", "198.51.100.10"}, 0, 0, 2, 2},
		{"over a border of networks", []string{"198.51.100.255", "198.51.101.2", "203.0.113.1"}, 2.0 / 3, 0, 3, 2},
		{"IPv6", []string{"2001:db8::1", "2001:db8::9", "2001:db8:0:1::2", "fd00::1"}, 0.5, 1, 4, 0},
		{"both families", []string{"2001:db8::1", "0.0.0.2", "192.168.0.1", "192.168.0.2"}, 0.5, 2, 4, 2},
		{"words do not count", []string{"198.51.100.1", "198.51.x.x", "host.example.org"}, 0, 0, 1, 1},
		{"every private kind", []string{"10.1.1.1", "172.31.0.1", "192.168.9.9", "100.127.0.1", "169.254.1.1", "fe80::1", "fd12::1", "172.32.0.1", "100.128.0.1", "198.18.0.1"}, 0, 7, 10, 2},
	} {
		var all counter
		for _, host := range c.targets {
			if a, err := netip.ParseAddr(host); err == nil {
				all.add(a, nil, 1)
			} else {
				all.add(netip.Addr{}, []byte(host), 1)
			}
		}
		s := surveyOf(&all)
		if near := share(s.neighbours, s.addresses); near != c.near || s.private != c.private || s.addresses != c.addresses || s.block != c.largest {
			t.Errorf("%s: %v near, %d private of %d, %d in a /8", c.name, near, s.private, s.addresses, s.block)
		}
	}
}

// TestNetworks: a picture is worth it where many targets share a /24.
func TestNetworks(t *testing.T) {
	var all counter
	for i := range 40 {
		all.add(quad(198, 51, 100, i), nil, 1)
		if i < fullNetwork {
			all.add(quad(203, 0, 113, 2*i), nil, 1)
		}
		if i < fullNetwork-1 {
			all.add(quad(192, 0, 2, i), nil, 1)
		}
	}
	n := surveyOf(&all).networks()
	if len(n) != 2 || n[0].Prefix.String() != "198.51.100.0/24" || n[0].Hosts != 40 || !n[0].Hit[39] || n[0].Hit[40] || n[1].Hosts != fullNetwork {
		t.Errorf("%+v", n)
	}
	for i := range mostSearchable + 1 {
		all.add(quad(240, i>>8, i&255, 1), nil, 1)
	}
	if n := surveyOf(&all).networks(); n != nil {
		t.Errorf("scattered targets have %d networks", len(n))
	}
}

// TestMaskedTarget: a mask may hide many hosts, so it is never «one target that
// gets all».
func TestMaskedTarget(t *testing.T) {
	var all counter
	all.add(netip.Addr{}, []byte("198.51.x.x"), 500)
	all.add(quad(198, 51, 100, 1), nil, 3)
	if s := surveyOf(&all); s.most != 3 {
		t.Errorf("%d rows", s.most)
	}
}

func TestSorted(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{0, 1, 100, 5000, 100_000} {
		numbers := make([]uint32, n)
		for i := range numbers {
			numbers[i] = r.Uint32() >> (i % 3 * 8)
		}
		want := slices.Clone(numbers)
		slices.Sort(want)
		if got := sorted(numbers); !slices.Equal(got, want) {
			t.Errorf("%d numbers are not in order", n)
		}
	}
}

func BenchmarkSorted(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	numbers := make([]uint32, tableRows)
	for i := range numbers {
		numbers[i] = r.Uint32()
	}
	for b.Loop() {
		sorted(slices.Clone(numbers))
	}
}
