package main

import (
	"errors"
	"fmt"
	"net/url"

	"guichet/internal/operation"
	"guichet/internal/procedure"
	"guichet/internal/syslog"
)

// events is the collector that events go to; nil when none is configured.
func (c Config) events() (*syslog.Sender, error) {
	if c.Syslog == "" {
		return nil, nil
	}
	roots, err := rootsOf("GUICHET_SYSLOG_CA", c.SyslogCA)
	if err != nil {
		return nil, err
	}
	host := ""
	if u, err := url.Parse(c.AgentsURL); err == nil {
		host = u.Hostname()
	}
	s, err := syslog.NewSender(c.Syslog, host, roots)
	if err != nil {
		return nil, fmt.Errorf("GUICHET_SYSLOG is wrong: %w", err)
	}
	return s, nil
}

// named refuses a collector, or a service desk, that no authorised processing stands for (DS-107).
func (c Config) named(catalogue *procedure.Catalogue) error {
	if c.Syslog != "" && len(syslog.Named(catalogue)) == 0 {
		return errors.New("GUICHET_SYSLOG is set, but no definition names the authorised processing that events go to: add a connector of kind syslog with its name, or take the setting away")
	}
	if c.ServiceDesk != "" && !operation.Named(catalogue) {
		return errors.New("GUICHET_SERVICE_DESK is set, but no definition names the authorised processing that incidents go to: add a connector of kind tickets with its name, or take the setting away")
	}
	return nil
}
