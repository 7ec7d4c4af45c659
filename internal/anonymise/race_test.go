//go:build race

package anonymise

// raced: the race detector makes a search ten times slower. A fifth of the cases shows it every path that runs on both
// cores; all of them run without it.
const raced = true
