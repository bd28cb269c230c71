//go:build !linux

package credential

// look knows no way to ask these keyrings without opening them.
func look() Condition { return Condition{} }
