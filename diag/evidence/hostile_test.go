package evidence_test

import (
	"context"
	"crypto/ed25519"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"latchkey/diag/evidence"
)

// trusting confirms every key and remembers it.
type trusting struct{ met []evidence.Contact }

func (m *trusting) trust(_ context.Context, c evidence.Contact) (bool, error) {
	m.met = append(m.met, c)
	return true, nil
}

// hostile is a server that behaves as OpenSSH never would; everything a real
// one does is tried against a real one.
func hostile(t *testing.T, config ssh.ServerConfig, session func(ssh.Channel, <-chan *ssh.Request)) evidence.Options {
	t.Helper()
	_, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	key, err := ssh.NewSignerFromKey(private)
	if err != nil {
		t.Fatal(err)
	}
	config.AddHostKey(key)
	return listening(t, func(conn net.Conn) {
		c, channels, requests, err := ssh.NewServerConn(conn, &config)
		if err != nil {
			return
		}
		defer c.Close()
		go ssh.DiscardRequests(requests)
		for ch := range channels {
			if channel, requests, err := ch.Accept(); err == nil {
				go session(channel, requests)
			}
		}
	})
}

// listening serves each connection to a port of loopback.
func listening(t *testing.T, serve func(net.Conn)) evidence.Options {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			t.Cleanup(func() { _ = conn.Close() })
			go serve(conn)
		}
	}()
	return evidence.Options{
		Host: evidence.Host{User: "root", Name: "127.0.0.1", Port: l.Addr().(*net.TCPAddr).Port}, KnownHosts: filepath.Join(t.TempDir(), "known_hosts"),
		Trust: (&trusting{}).trust, Ask: func(context.Context, evidence.Question) (string, error) { return "x", nil },
	}
}

// A server that asks without end is asked no more than eight times itself.
func TestHostileQuestions(t *testing.T) {
	asked := 0
	o := hostile(t, ssh.ServerConfig{MaxAuthTries: -1, KeyboardInteractiveCallback: func(_ ssh.ConnMetadata, ask ssh.KeyboardInteractiveChallenge) (*ssh.Permissions, error) {
		for {
			if _, err := ask("\x1b[2J", "\x1b]0;t\x07"+strings.Repeat("y", 5000), []string{"\x1b[31mCard number?\u202e" + strings.Repeat("z", 5000)}, []bool{true}); err != nil {
				return nil, err
			}
		}
	}}, nil)
	o.Ask = func(_ context.Context, q evidence.Question) (string, error) {
		asked++
		if strings.ContainsAny(q.Prompt+q.Instruction, "\x1b\x07\u202e") || len([]rune(q.Prompt)) > 201 || len([]rune(q.Instruction)) > 201 {
			t.Errorf("%q %q", q.Prompt, q.Instruction)
		}
		return "x", nil
	}
	o.Limits.Connect = 10 * time.Second
	if c, err := evidence.Connect(t.Context(), o); err == nil {
		_ = c.Close()
		t.Error("logged in")
	}
	if asked == 0 || asked > 8 {
		t.Errorf("asked %d times", asked)
	}
}

// A server that says nothing, or nothing of SSH, does not keep anybody waiting.
func TestHostileGreeting(t *testing.T) {
	for name, c := range map[string]struct {
		serve func(net.Conn)
		want  []error
	}{
		"silent": {func(c net.Conn) { _, _ = io.Copy(io.Discard, c) }, []error{evidence.ErrStalled}},
		"web":    {func(c net.Conn) { _, _ = io.WriteString(c, "HTTP/1.1 400 Bad Request\r\n\r\n"); _ = c.Close() }, []error{evidence.ErrNoSSH, evidence.ErrLost}},
		"endless": {func(c net.Conn) {
			for {
				if _, err := io.WriteString(c, strings.Repeat("x", 1000)); err != nil {
					return
				}
			}
		}, []error{evidence.ErrNoSSH, evidence.ErrLost}},
		"drip": {func(c net.Conn) {
			for {
				if _, err := io.WriteString(c, "x\n"); err != nil {
					return
				}
			}
		}, []error{evidence.ErrStalled, evidence.ErrNoSSH, evidence.ErrLost}},
	} {
		o := listening(t, c.serve)
		o.Limits.Connect = 500 * time.Millisecond
		_, err := evidence.Connect(t.Context(), o)
		if !errors.Is(err, c.want[0]) && (len(c.want) == 1 || !errors.Is(err, c.want[1])) && (len(c.want) < 3 || !errors.Is(err, c.want[2])) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Lines without end, sections without end, and a server that opens channels of
// its own.
func TestHostileStream(t *testing.T) {
	for name, feed := range map[string]string{
		"one line": strings.Repeat("x", 64<<10),
		"sections": "@@FCB 0123456789abcdef BEGIN x t=1 cap=1\n@@FCB 0123456789abcdef END x rc=0 t=1\n",
		"escapes":  "\x1b]0;owned\x07\x1b[2J\n",
	} {
		o := hostile(t, ssh.ServerConfig{NoClientAuth: true}, func(ch ssh.Channel, requests <-chan *ssh.Request) {
			for r := range requests {
				_ = r.Reply(true, nil)
				if r.Type != "exec" {
					t.Errorf("asked for %s", r.Type)
				}
				_, _ = io.WriteString(ch, "@@FCB 0123456789abcdef HELLO v=1 mode=live uid=0 t=1\n")
				go func() { // both streams at once, until nobody listens
					for {
						if _, err := io.WriteString(ch.Stderr(), feed); err != nil {
							return
						}
					}
				}()
				for {
					if _, err := io.WriteString(ch, feed); err != nil {
						return
					}
				}
			}
		})
		o.Limits.Bytes = 3 << 20
		c, err := evidence.Connect(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		r, err := c.Collect(t.Context(), evidence.Task{Script: []byte("true")}, io.Discard, nil)
		if err != nil || !errors.Is(r.Cut, evidence.ErrTooMuch) || r.Bytes != 3<<20 || len(r.Said) > 4000 || strings.ContainsRune(r.Said, 0x1b) {
			t.Errorf("%s: %+v %v", name, r, err)
		}
		_ = c.Close()
	}
}

// A server that has said goodbye and does not hang up, or goes on talking.
func TestHostileGoodbye(t *testing.T) {
	for name, after := range map[string]func(io.Writer){
		"silent": func(io.Writer) {},
		"talkative": func(w io.Writer) {
			for {
				if _, err := io.WriteString(w, strings.Repeat("x", 1000)); err != nil {
					return
				}
			}
		},
	} {
		gone := make(chan struct{})
		o := hostile(t, ssh.ServerConfig{NoClientAuth: true}, func(ch ssh.Channel, requests <-chan *ssh.Request) {
			for r := range requests {
				_ = r.Reply(true, nil)
				go func() {
					_, _ = io.WriteString(ch.Stderr(), "@@sudo\n")
					_, _ = io.WriteString(ch, "@@FCB 0123456789abcdef HELLO v=1 mode=live uid=0 t=1\n@@FCB 0123456789abcdef BYE t=1\n")
					after(ch)
				}()
			}
			close(gone)
		})
		o.Limits.Run = time.Minute
		c, err := evidence.Connect(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		r, err := c.Collect(t.Context(), evidence.Task{Script: []byte("true")}, io.Discard, nil)
		if err != nil || !r.Complete || !r.Sudo || r.Took > 30*time.Second {
			t.Errorf("%s: after %v: %+v %v", name, r.Took, r, err)
		}
		_ = c.Close()
		<-gone
	}
}

// An agent that takes the question and never answers: somebody else's, or one
// whose own server is gone.
func TestAgentThatDoesNotAnswer(t *testing.T) {
	socket := filepath.Join(t.TempDir(), "agent")
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Skip("no Unix sockets here:", err)
	}
	defer l.Close()
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			t.Cleanup(func() { _ = c.Close() })
		}
	}()
	o := hostile(t, ssh.ServerConfig{NoClientAuth: true}, nil)
	o.Agent = socket
	o.Limits.Connect = time.Second
	c, err := evidence.Connect(t.Context(), o)
	if err != nil {
		t.Fatalf("without its keys: %v", err)
	}
	_ = c.Close()
	stopped, stop := context.WithCancel(t.Context())
	stop()
	o.Limits.Connect = time.Minute
	if _, err := evidence.Connect(stopped, o); !errors.Is(err, context.Canceled) {
		t.Errorf("stopped: %v", err)
	}
}

// A record that somebody edited, without an end of its last line.
func TestRecordWithoutALastLineEnd(t *testing.T) {
	o := hostile(t, ssh.ServerConfig{NoClientAuth: true}, nil)
	if err := os.WriteFile(o.KnownHosts, []byte("# my servers"), 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time the key is known
		c, err := evidence.Connect(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		_ = c.Close()
		o.Trust = nil
	}
}
