package main

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"guichet/internal/testkit"
)

// The mail server learns from the exit status whether to come again, and nothing that came back is quoted.
func TestBounceAnswersTheMailServer(t *testing.T) {
	dsn := testkit.DSN(t)
	t.Setenv("DATABASE_URL", dsn)
	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(t.Context()) }()
	var token string
	err = conn.QueryRow(t.Context(), `with a as (insert into account (kind, email_index, wrapped_key, wrapped_by, sealed, state, created_at)
			values ('person', 'x', '', '', '', 'active', now()) returning id)
		insert into mail (account_id, template, state, queued_at) select id, 'x', 'queued', now() from a returning token`).Scan(&token)
	if err != nil {
		t.Fatal(err)
	}
	to := "bounces+" + token + "@guichet.example"
	report := "To: " + to + "\r\nContent-Type: multipart/report; boundary=b\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n" +
		"Reporting-MTA: dns; mx\r\n\r\nFinal-Recipient: rfc822; zoe@example.com\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b--\r\n"
	bounce := func(mail string) (string, error) {
		var out bytes.Buffer
		err := runBounce(t.Context(), []string{"--to", to}, strings.NewReader(mail), &out, &out)
		return out.String(), err
	}
	if out, err := bounce(report); !errors.Is(err, exitTryAgain) || strings.Contains(out, "zoe") {
		t.Errorf("faster than our commit: %q %v", out, err)
	}
	if _, err := conn.Exec(t.Context(), "update mail set state = 'sent'"); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ mail, want string }{{"To: x\r\n\r\nAway until Monday", "passed over"}, {report, "noted: bounced"}, {report, "its end is known"}} {
		if out, err := bounce(c.mail); err != nil || !strings.Contains(out, c.want) || strings.Contains(out, "zoe") {
			t.Errorf("%q: %v; want %q", out, err, c.want)
		}
	}
	t.Setenv("DATABASE_URL", "postgres:///none?host=/nowhere")
	if out, err := bounce(report); !errors.Is(err, exitTryAgain) || strings.Contains(out, "zoe") {
		t.Errorf("%q: %v (%d)", out, err, exitTryAgain)
	}
}

// A carrier's secret is neither in its address nor printed.
func TestCarrierSettings(t *testing.T) {
	settings := map[string]string{"GUICHET_SMTP_URL": "smtp://h:25"}
	load := func(sms, secret string) (Config, error) {
		settings["GUICHET_SMS"], settings["GUICHET_SMS_SECRET"] = sms, secret
		return loadConfig("", func(name string) string { return settings[name] })
	}
	for _, c := range []struct{ sms, secret, want string }{
		{"gateway.example", "canary", "GUICHET_SMS is wrong: write https://"},
		{"https://u:canary@gateway.example/", "canary", "the secret stands apart"},
		{"http://gateway.example/", "canary", "reached by https alone"},
		{"https://gateway.example/", "", "GUICHET_SMS_SECRET is missing"},
		{"smpp://u@h:2775", "canary-too-long", "at most eight"},
	} {
		if _, err := load(c.sms, c.secret); err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "canary") {
			t.Errorf("%s: %v", c.sms, err)
		}
	}
	c, err := load("smpp://u@h:2775?from=Guichet", "canary")
	var out bytes.Buffer
	c.print(&out)
	if err != nil || strings.Contains(out.String(), "canary") || !strings.Contains(out.String(), "GUICHET_SMS=smpp://u@h:2775") {
		t.Errorf("%v\n%s", err, &out)
	}
	delete(settings, "GUICHET_SMTP_URL")
	c, err = load("smpp://u@h:2775", "canary")
	if err != nil {
		t.Error(err)
	}
	if err := c.writes(); err == nil || !strings.Contains(err.Error(), "GUICHET_SMTP_URL") {
		t.Error(err)
	}
}
