package main

import (
	"io"
	"path/filepath"
	"testing"
)

// Nothing but the demonstration lets agents in by a password alone (ASVS 6.3.3).
func TestAgentsAreBareInTheDemoAlone_ASVS_6_3_3(t *testing.T) {
	for why, bare := range map[purpose]bool{forServing: false, forCommand: false, forDemo: true} {
		c, err := loadConfig("", settings(map[string]string{"GUICHET_DATA": t.TempDir(), "GUICHET_BLOBS": filepath.Join(t.TempDir(), "blobs"), "GUICHET_SMTP_URL": "smtp://localhost:25", "GUICHET_MAIL_FROM": "no-reply@guichet.example"}))
		if err != nil {
			t.Fatal(err)
		}
		r := &running{}
		cfg, err := r.config(t.Context(), c, why, io.Discard)
		if err != nil {
			t.Fatal(err)
		}
		if cfg.AgentsBare != bare {
			t.Errorf("purpose %v: agents are bare: %v", why, cfg.AgentsBare)
		}
		if err := r.close(); err != nil {
			t.Error(err)
		}
	}
}
