// Package lab answers «does it hold against a real server?»: it starts
// OpenSSH's sshd on loopback, on a copy of this machine's file system that
// keeps apart whatever is written to it (overlayfs in a mount namespace of its
// own), with users, keys and passwords of its own. Nothing of the machine is
// changed, and no packet leaves it.
//
// It is test support alone: nothing of the product imports it. It needs Linux,
// root, openssh-server and openssh-client; Start says what is missing and skips
// the test.
package lab
