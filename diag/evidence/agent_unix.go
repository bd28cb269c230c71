//go:build !windows

package evidence

import (
	"io"
	"net"
)

// dialAgent reaches the agent by its socket (SSH_AUTH_SOCK).
func dialAgent(path string) (io.ReadWriteCloser, error) { return net.Dial("unix", path) }
