//go:build !race

package attack_test

// populations is how many towns are released and attacked, of 200 to 5,000 dossiers, most of them small.
const populations = 100
