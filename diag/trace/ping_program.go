//go:build !windows

package trace

import (
	"bufio"
	"context"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"strconv"
	"time"
)

// pingByProgram runs the system's ping (iputils, BusyBox), which may have a
// permission that we lack, and reads along. Programs before iputils 2021 let
// nobody but root go below 200 ms: they are asked again in their own time.
func pingByProgram(ctx context.Context, addr netip.Addr, t *tally) error {
	err := runPing(ctx, addr, t, pingInterval)
	if err != nil && ctx.Err() == nil {
		err = runPing(ctx, addr, t, slowInterval)
	}
	return err
}

const slowInterval = 200 * time.Millisecond

func runPing(ctx context.Context, addr netip.Addr, t *tally, interval time.Duration) error {
	program, err := exec.LookPath("ping")
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNotPossible, err)
	}
	seconds := strconv.FormatFloat(interval.Seconds(), 'f', -1, 64)
	cmd := exec.CommandContext(ctx, program, "-n", "-c", strconv.Itoa(pingCount), "-i", seconds, "-W", "1", addr.String())
	cmd.Env = append(os.Environ(), "LC_ALL=C")
	cmd.WaitDelay = 100 * time.Millisecond
	out, err := cmd.StdoutPipe()
	if err != nil {
		return fmt.Errorf("read ping: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("%w: %w", ErrNotPossible, err)
	}
	said := false
	lines := bufio.NewScanner(out)
	for n := 0; n < 1000 && lines.Scan(); n++ {
		said = readPingLine(lines.Text(), t) || said
	}
	err = cmd.Wait()
	if !said && ctx.Err() == nil {
		return fmt.Errorf("%w: ping said nothing of use: %v", ErrNotPossible, err)
	}
	return nil // its exit status tells no more than its words
}
