package main

import (
	"crypto/x509"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"guichet/internal/exchange"
	"guichet/internal/procedure"
)

// roots are those of the exchange, nil for the system's.
func (c Config) roots() (*x509.CertPool, error) { return rootsOf("GUICHET_EXCHANGE_CA", c.ExchangeCA) }

// rootsOf reads the authorities that a setting names; nil where it names none.
func rootsOf(setting, file string) (*x509.CertPool, error) {
	if file == "" {
		return nil, nil
	}
	pem, err := os.ReadFile(file)
	pool := x509.NewCertPool()
	if err != nil || !pool.AppendCertsFromPEM(pem) {
		return nil, errors.New(setting + " is wrong: name a file with certificates in PEM")
	}
	return pool, nil
}

// routes are where dossiers are handed over, each by a way that the definitions have.
func (c Config) routes(catalogue *procedure.Catalogue) (map[string]exchange.Route, error) {
	routes, err := exchange.ParseRoutes(c.Exchange)
	if err != nil {
		return nil, err
	}
	known := map[string]bool{}
	for _, w := range exchange.Ways(catalogue) {
		known[w.Name()] = true
	}
	for name := range routes {
		if !known[name] {
			return nil, fmt.Errorf("GUICHET_EXCHANGE is wrong: no definition hands dossiers to %q; choose one of %s", name, strings.Join(slices.Sorted(maps.Keys(known)), ", "))
		}
	}
	return routes, nil
}
