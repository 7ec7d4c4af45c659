// Package testkit gives tests a real database each, real stories and real pages; only tests import it.
package testkit
