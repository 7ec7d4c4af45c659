//go:build !race

package anonymise

const raced = false
