package app

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"path/filepath"
	"strings"
	"time"

	"latchkey/diag"
	"latchkey/diag/trace"
)

// Baseline is the path of a day on which the server answered. «Ends one hop
// before the usual end» needs no router names and no knowledge of the provider.
type Baseline struct {
	Taken time.Time  `json:"taken"`
	Path  trace.Path `json:"path"`
}

const baselineLimit = 1 << 20 // bytes; 30 hops with names take about 20 kB

func (s *Session) baselineFile(addr netip.Addr) string {
	name := strings.NewReplacer(":", "-", "%", "_").Replace(addr.String())
	return filepath.Join(s.config.Home, "baselines", name+".json")
}

// Baseline gives the kept path to addr, nil if there is none or it is damaged.
func (s *Session) Baseline(addr netip.Addr) *Baseline {
	data, err := readFile(s.baselineFile(addr), baselineLimit)
	if err != nil || data == nil {
		return nil
	}
	var b Baseline
	if json.Unmarshal(data, &b) != nil || b.Path.Target != addr || len(b.Path.Hops) == 0 {
		return nil
	}
	return &b
}

// KeepBaseline remembers a path that reached its target, in place of an older
// one. Paths that did not reach it are refused.
func (s *Session) KeepBaseline(p trace.Path, taken time.Time) error {
	if p.Reached != diag.Yes || !p.Target.IsValid() {
		return fmt.Errorf("keep baseline: %w", errNotReached)
	}
	data, err := json.MarshalIndent(Baseline{Taken: taken, Path: p}, "", " ")
	if err != nil {
		return fmt.Errorf("keep baseline: %w", err)
	}
	if err := writeFile(s.baselineFile(p.Target), data); err != nil {
		return fmt.Errorf("keep baseline: %w", err)
	}
	return nil
}
