package evidence

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"time"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"

	"latchkey/diag"
)

const (
	// keysAtOnce is how many keys are offered on one connection: OpenSSH ends it
	// after six refusals (MaxAuthTries), and a password may still have to be tried.
	keysAtOnce = 5
	// mostTries is how often a wrong password or passphrase is asked for again.
	mostTries = 3
	// mostQuestions bounds what a server may ask of its own.
	mostQuestions = 8
	// mostKeyFile is above the largest RSA key there is use for.
	mostKeyFile = 64 << 10
)

// login is how one host is logged in to.
type login struct {
	o      Options
	host   Host
	person *person
	keys   []ssh.Signer // all that may be offered
	agent  io.Closer    // nil if there is none
}

// newLogin gathers the keys: of the agent first those that belong to a key file,
// then the rest, then the files.
func newLogin(o Options, h Host, p *person) (*login, error) {
	l := &login{o: o, host: h, person: p}
	files, err := l.files()
	if err != nil {
		return nil, err
	}
	held := l.held()
	same := func(a ssh.Signer) func(ssh.Signer) bool {
		return func(b ssh.Signer) bool { return string(a.PublicKey().Marshal()) == string(b.PublicKey().Marshal()) }
	}
	for _, named := range []bool{true, false} {
		for _, k := range held {
			if slices.ContainsFunc(files, same(k)) == named {
				l.keys = append(l.keys, k)
			}
		}
	}
	for _, k := range files {
		if !slices.ContainsFunc(held, same(k)) {
			l.keys = append(l.keys, k)
		}
	}
	return l, nil
}

// agentTime is how long an agent may take to list its keys: it asks nobody.
const agentTime = 5 * time.Second

// held are the agent's keys; an agent that does not answer has none.
func (l *login) held() []ssh.Signer {
	if l.o.Agent == "" {
		return nil
	}
	ctx, cancel := context.WithTimeout(l.person.ctx, min(agentTime, l.o.Limits.Connect))
	defer cancel()
	conn, err := within(ctx, func() (io.ReadWriteCloser, error) { return dialAgent(l.o.Agent) })
	if err != nil {
		return nil
	}
	keys, err := within(ctx, agent.NewClient(conn).Signers)
	if err != nil {
		_ = conn.Close() // nobody waits for an answer any more
		return nil
	}
	l.agent = conn
	for i := range keys {
		keys[i] = heldKey{keys[i], l}
	}
	return keys
}

// within waits for work, which cannot be ended, until ctx does; what comes after
// that is nobody's.
func within[T any](ctx context.Context, work func() (T, error)) (T, error) {
	type result struct {
		value T
		err   error
	}
	results := make(chan result, 1)
	go func() {
		value, err := work()
		results <- result{value, err}
	}()
	select {
	case r := <-results:
		return r.value, r.err
	case <-ctx.Done():
		var none T
		return none, ctx.Err()
	}
}

// heldKey is a key of the agent, which may ask somebody before it signs, or
// never answer.
type heldKey struct {
	ssh.Signer
	login *login
}

func (k heldKey) SignWithAlgorithm(rand io.Reader, data []byte, algorithm string) (*ssh.Signature, error) {
	ctx, cancel := context.WithTimeout(k.login.person.ctx, k.login.o.Limits.Connect)
	defer cancel()
	return within(ctx, func() (*ssh.Signature, error) {
		if signer, ok := k.Signer.(ssh.AlgorithmSigner); ok {
			return signer.SignWithAlgorithm(rand, data, algorithm)
		}
		return k.Signer.Sign(rand, data)
	})
}

func (l *login) close() {
	if l.agent != nil {
		_ = l.agent.Close() // only read from
	}
}

// files are the keys of the files.
func (l *login) files() ([]ssh.Signer, error) {
	var all []ssh.Signer
	for _, path := range slices.Concat(l.o.Identities, l.o.Optional) {
		key, err := l.file(path)
		optional := slices.Contains(l.o.Optional, path)
		switch {
		case err == nil && key != nil:
			all = append(all, key)
		case err != nil && !optional:
			return nil, err
		}
	}
	return all, nil
}

// file reads a key. One under a passphrase is asked for only once the server
// wants it; nil if nobody can be asked.
func (l *login) file(path string) (ssh.Signer, error) {
	data, err := readKey(path)
	if err != nil {
		return nil, fmt.Errorf("read key: %w", err)
	}
	key, err := ssh.ParsePrivateKey(data)
	var locked *ssh.PassphraseMissingError
	if !errors.As(err, &locked) {
		if err != nil {
			return nil, fmt.Errorf("read key: %w", err)
		}
		return key, nil
	}
	public := locked.PublicKey
	if public == nil { // the older format does not carry it
		if public, err = publicKey(path + ".pub"); err != nil {
			return nil, fmt.Errorf("read key: %w", err)
		}
	}
	if l.o.Ask == nil {
		return nil, nil
	}
	return &lockedKey{login: l, path: path, data: data, public: public}, nil
}

func readKey(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s: %w", info.Name(), fs.ErrInvalid)
	}
	return io.ReadAll(io.LimitReader(f, mostKeyFile))
}

func publicKey(path string) (ssh.PublicKey, error) {
	data, err := readKey(path)
	if err != nil {
		return nil, err
	}
	key, _, _, _, err := ssh.ParseAuthorizedKey(data)
	return key, err
}

// lockedKey is a key file under a passphrase.
type lockedKey struct {
	login  *login
	path   string
	data   []byte
	public ssh.PublicKey
	open   ssh.Signer // nil before it was asked for
}

func (k *lockedKey) PublicKey() ssh.PublicKey { return k.public }

func (k *lockedKey) Sign(rand io.Reader, data []byte) (*ssh.Signature, error) {
	return k.SignWithAlgorithm(rand, data, "")
}

// SignWithAlgorithm asks for the passphrase when it is called first.
func (k *lockedKey) SignWithAlgorithm(rand io.Reader, data []byte, algorithm string) (*ssh.Signature, error) {
	for again := 0; k.open == nil; again++ {
		if again == mostTries {
			return nil, ErrDenied
		}
		secret, err := k.login.person.ask(Question{Kind: Passphrase, Host: k.login.host, File: k.path, Again: again})
		if err != nil {
			return nil, err
		}
		// A wrong passphrase and a damaged file cannot be told apart.
		if open, err := ssh.ParsePrivateKeyWithPassphrase(k.data, []byte(secret)); err == nil {
			k.open = open
		}
	}
	if signer, ok := k.open.(ssh.AlgorithmSigner); ok && algorithm != "" {
		return signer.SignWithAlgorithm(rand, data, algorithm)
	}
	return k.open.Sign(rand, data)
}

// batches are the keys as they are offered, a connection each.
func (l *login) batches() [][]ssh.Signer {
	all := slices.Collect(slices.Chunk(l.keys, keysAtOnce))
	if len(all) == 0 {
		return [][]ssh.Signer{nil}
	}
	return all
}

// methods are what is tried on a connection; words only on the last one.
func (l *login) methods(keys []ssh.Signer, last bool) []ssh.AuthMethod {
	methods := []ssh.AuthMethod{ssh.PublicKeysCallback(func() ([]ssh.Signer, error) { return keys, nil })}
	if !last || l.o.Ask == nil {
		return methods
	}
	wrong := 0
	password := ssh.PasswordCallback(func() (string, error) {
		again := wrong
		wrong++
		return l.person.ask(Question{Kind: Password, Host: l.host, Again: again})
	})
	asked := 0
	interactive := ssh.KeyboardInteractive(func(_, instruction string, questions []string, echos []bool) ([]string, error) {
		if asked += len(questions); wrong >= mostTries || asked > mostQuestions {
			return nil, ErrDenied
		}
		answers := make([]string, 0, len(questions))
		for i, q := range questions {
			secret, err := l.person.ask(Question{Kind: Answer, Host: l.host, Prompt: diag.Clean(q, mostPrompt), Instruction: diag.Clean(instruction, mostPrompt), Echo: echos[i], Again: wrong})
			if err != nil {
				return nil, err
			}
			answers = append(answers, secret)
		}
		if len(questions) > 0 {
			wrong++
		}
		return answers, nil
	})
	return append(methods, ssh.RetryableAuthMethod(password, mostTries), ssh.RetryableAuthMethod(interactive, mostTries))
}

// mostPrompt is how much of a server's words is shown, in characters.
const mostPrompt = 200

// person is who is asked. While they think, no time runs out; what they refused
// once ends the attempt.
type person struct {
	ctx    context.Context
	asker  Asker
	paused *watch
	err    error
}

func (p *person) ask(q Question) (string, error) {
	if p.err != nil {
		return "", p.err
	}
	if p.asker == nil {
		p.err = ErrNoSecret
		return "", p.err
	}
	p.paused.stop()
	defer p.paused.start()
	secret, err := p.asker(p.ctx, q)
	p.err = err
	return secret, err
}
