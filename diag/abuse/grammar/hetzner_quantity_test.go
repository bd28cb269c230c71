package grammar

import "testing"

// TestNumerals has one block line each; want is how it must be read.
func TestNumerals(t *testing.T) {
	for _, tt := range []struct {
		name, line string
		before     numerals
		want       numerals
		rate, bits float64
	}{
		{"packets per second agree in German", "26.000 packets/300s (86 packets/s)", unsureNumerals, germanNumerals, 86, Unknown},
		{"and in English", "26,000 packets/300s (86 packets/s)", unsureNumerals, englishNumerals, 86, Unknown},
		{"arithmetic beats what was known", "26,000 packets/300s (86 packets/s)", germanNumerals, englishNumerals, 86, Unknown},
		{"only bits tell", "0 packets/s , 73,032 GByte/300s (1994 MBit/s)", unsureNumerals, germanNumerals, 0, 1994e6},
		{"bits in English", "0 packets/s , 73.032 GByte/300s (1994 MBit/s)", unsureNumerals, englishNumerals, 0, 1994e6},
		{"a fraction before its point", "0,013 GByte/300s (0 MBit/s)", unsureNumerals, germanNumerals, Unknown, 0},
		{"counts have no fractions", "62.790 packets/s , 14 MBit/s", unsureNumerals, germanNumerals, 62790, 14e6},
		{"nothing to tell by", "3 packets/s , 0 MBit/s", unsureNumerals, unsureNumerals, 3, 0},
		{"nothing to tell by, but known", "3 packets/s , 1.994 MBit/s", englishNumerals, englishNumerals, 3, 1.994e6},
		{"three places and unsure", "1.994 MBit/s", unsureNumerals, unsureNumerals, Unknown, 1994e6},
		{"gigabytes have places", "30.000 GByte/300s", unsureNumerals, unsureNumerals, Unknown, 30 * (1 << 30) * 8.0 / 300},
		{"damaged", "26.0.0 packets/300s (8 packets/s)", unsureNumerals, unsureNumerals, 8, Unknown},
		{"no number of this world", "999999999999999999999999 packets/300s", unsureNumerals, unsureNumerals, Unknown, Unknown},
	} {
		q := readQuantities([]byte(tt.line))
		got := q.numerals(tt.before)
		f := q.figures(got)
		if got != tt.want || f.rate != tt.rate || f.bits != tt.bits {
			t.Errorf("%s: numerals %d, %v packets/s, %v bits/s; want %d, %v, %v", tt.name, got, f.rate, f.bits, tt.want, tt.rate, tt.bits)
		}
	}
}
