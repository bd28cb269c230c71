//go:build ignore

// This program writes the prefix tables of all profiles anew: for each
// definition with asns and a networks_file it takes the ranges those autonomous
// systems announce and reduces them to the fewest prefixes. Its input are the
// files asn-ipv4.csv and asn-ipv6.csv of the npm package @ip-location-db/asn
// (rows: first address, last address, AS number, name):
//
//	npm pack @ip-location-db/asn && tar xzf ip-location-db-asn-*.tgz
//	go run networks_gen.go -date 2026-06-17 -dir ../../assets/providers package/asn-ipv4.csv package/asn-ipv6.csv
package main

import (
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/BurntSushi/toml"
)

type span struct{ first, last netip.Addr }

func main() {
	log.SetFlags(0)
	date := flag.String("date", "", "date of the data, YYYY-MM-DD")
	dir := flag.String("dir", "", "folder of the definitions")
	flag.Parse()
	if *date == "" || *dir == "" || flag.NArg() == 0 {
		flag.Usage()
		os.Exit(2)
	}
	spans := map[uint32][]span{}
	for _, name := range flag.Args() {
		if err := readSpans(name, spans); err != nil {
			log.Fatal(err)
		}
	}
	definitions, err := filepath.Glob(filepath.Join(*dir, "*.toml"))
	if err != nil {
		log.Fatal(err)
	}
	for _, name := range definitions {
		if err := write(name, *date, spans); err != nil {
			log.Fatal(err)
		}
	}
}

func readSpans(name string, into map[uint32][]span) error {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	rows := csv.NewReader(file)
	rows.FieldsPerRecord, rows.ReuseRecord = 4, true
	for {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("read %s: %w", name, err)
		}
		number, err := strconv.ParseUint(row[2], 10, 32)
		if err != nil {
			return fmt.Errorf("read %s: %w", name, err)
		}
		first, err := netip.ParseAddr(row[0])
		if err != nil {
			return fmt.Errorf("read %s: %w", name, err)
		}
		last, err := netip.ParseAddr(row[1])
		if err != nil {
			return fmt.Errorf("read %s: %w", name, err)
		}
		into[uint32(number)] = append(into[uint32(number)], span{first, last})
	}
}

func write(definition, date string, spans map[uint32][]span) error {
	var d struct {
		Name         string   `toml:"name"`
		ASNs         []uint32 `toml:"asns"`
		NetworksFile string   `toml:"networks_file"`
	}
	if _, err := toml.DecodeFile(definition, &d); err != nil {
		return fmt.Errorf("read %s: %w", definition, err)
	}
	if d.NetworksFile == "" {
		return nil
	}
	var all []span
	var systems []string
	for _, n := range d.ASNs {
		all = append(all, spans[n]...)
		systems = append(systems, fmt.Sprintf("AS%d", n))
	}
	nets := reduce(all)
	if len(nets) == 0 {
		return fmt.Errorf("%s: no networks for %s", definition, strings.Join(systems, ", "))
	}
	var text strings.Builder
	fmt.Fprintf(&text, "# Networks of %s: %s\n# date: %s\n", d.Name, strings.Join(systems, ", "), date)
	text.WriteString("# source: npm package @ip-location-db/asn, reduced by diag/provider/networks_gen.go\n")
	text.WriteString("# licence: CC BY 4.0; data by RouteViews, DB-IP and NRO, see README.md here\n")
	for _, n := range nets {
		fmt.Fprintln(&text, n)
	}
	fmt.Printf("%-14s %4d prefixes\n", d.Name, len(nets))
	return os.WriteFile(filepath.Join(filepath.Dir(definition), d.NetworksFile), []byte(text.String()), 0o644)
}

// reduce joins ranges that touch or overlap and splits the rest into prefixes.
func reduce(all []span) (nets []netip.Prefix) {
	slices.SortFunc(all, func(a, b span) int { return a.first.Compare(b.first) })
	var joined []span
	for _, s := range all {
		end := len(joined) - 1
		if end >= 0 && s.first.BitLen() == joined[end].last.BitLen() && s.first.Compare(joined[end].last.Next()) <= 0 {
			if joined[end].last.Less(s.last) {
				joined[end].last = s.last
			}
			continue
		}
		joined = append(joined, s)
	}
	for _, s := range joined {
		for first := s.first; first.IsValid() && first.Compare(s.last) <= 0; {
			p := widest(first, s.last)
			nets = append(nets, p)
			first = lastOf(p).Next()
		}
	}
	return nets
}

// widest is the largest prefix that begins at first and does not pass last.
func widest(first, last netip.Addr) netip.Prefix {
	p := netip.PrefixFrom(first, first.BitLen())
	for bits := first.BitLen() - 1; bits >= 0; bits-- {
		wider := netip.PrefixFrom(first, bits)
		if wider.Masked().Addr() != first || last.Less(lastOf(wider)) {
			break
		}
		p = wider
	}
	return p
}

func lastOf(p netip.Prefix) netip.Addr {
	bytes := p.Addr().AsSlice()
	for i := p.Bits(); i < len(bytes)*8; i++ {
		bytes[i/8] |= 1 << (7 - i%8)
	}
	a, _ := netip.AddrFromSlice(bytes)
	return a
}
