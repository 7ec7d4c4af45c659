//go:build race

package attack_test

// populations under the race detector, which is some ten times slower: every fifth town.
const populations = 20
