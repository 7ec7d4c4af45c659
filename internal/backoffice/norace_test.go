//go:build !race

package backoffice_test

const raced = false
