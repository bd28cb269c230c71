// Package trace answers «which way do packets take to this address, and who
// answers?»: live, without administrator rights, by one Prober per system, or
// as a Path that a reader of printed traces (package printed) has filled in.
// What the answers mean is left to package verdict, whose networks they are to
// package provider.
package trace
