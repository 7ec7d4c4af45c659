// Package e2e drives the whole program in a real browser: its tests are all there is in it.
package e2e
