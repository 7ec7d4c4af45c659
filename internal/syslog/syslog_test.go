package syslog

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

var at = time.Date(2026, 11, 23, 3, 4, 5, 678_000, time.UTC)

// A line is what RFC 5424 says, with the listed fields and no other; no value leaves its quotes or its line.
func TestAnEventIsALineOfListedFields(t *testing.T) {
	got := Event{At: at, Kind: "act", Fields: map[string]string{Procedure: "p", Act: "take", Account: "7", "name": "Martin", Role: ""}}.format("agents.example")
	if want := `<110>1 2026-11-23T03:04:05.000678Z agents.example guichet - act [guichet@32473 procedure="p" act="take" account="7"]`; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	got = Event{At: at, Kind: "a b\n", Fields: map[string]string{Act: "x\"]\\\n<110>1 forged" + strings.Repeat("é", 200)}}.format("")
	if strings.ContainsAny(got, "\n\r") || !strings.Contains(got, ` - guichet - ab [`) || !strings.Contains(got, `act="x\"\]\\<110>1 forged`) || strings.ToValidUTF8(got, "") != got {
		t.Errorf("%q", got)
	}
}

func TestAddressesOfCollectors(t *testing.T) {
	for _, bad := range []string{"", "collector:514", "http://collector:514", "tls://collector", "tls://user@collector:6514", "udp://collector:514/x"} {
		if _, err := NewSender(bad, "h", nil); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}

func events(n int) []Event {
	out := make([]Event, n)
	for i := range out {
		out[i] = Event{At: at, Kind: "act", Fields: map[string]string{Act: "take"}}
	}
	return out
}

// Over TLS the collector proves who it is, and each event bears its length; over UDP each is a datagram; who is away is told.
func TestEventsReachACollector(t *testing.T) {
	cert := httptest.NewUnstartedServer(nil)
	cert.StartTLS()
	defer cert.Close()
	roots := x509.NewCertPool()
	roots.AddCert(cert.Certificate())
	l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: cert.TLS.Certificates, MinVersion: tls.VersionTLS12})
	if err != nil {
		t.Fatal(err)
	}
	got := make(chan string, 4)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			b, _ := io.ReadAll(c)
			_ = c.Close()
			got <- string(b)
		}
	}()
	s, err := NewSender("tls://"+l.Addr().String(), "h", roots)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Send(t.Context(), events(3)); err != nil {
		t.Fatal(err)
	}
	line := events(1)[0].format("h")
	if b := <-got; b != strings.Repeat("77 "+line, 3) {
		t.Errorf("%d: %q", len(line), b)
	}
	stranger, _ := NewSender("tls://"+l.Addr().String(), "h", nil)
	if err := stranger.Send(t.Context(), events(1)); err == nil {
		t.Error("a collector whose certificate nobody vouches for is sent events")
	}
	_ = l.Close()
	if s.Send(t.Context(), events(1)) == nil || s.Reach(t.Context()) == nil {
		t.Error("a collector that is away is not told")
	}

	u, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = u.Close() }()
	d, err := NewSender("udp://"+u.LocalAddr().String(), "h", nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Send(t.Context(), events(1)); err != nil {
		t.Fatal(err)
	}
	b := make([]byte, 500)
	if n, err := u.Read(b); err != nil || string(b[:n]) != line {
		t.Errorf("%q, %v", b[:n], err)
	}
}

// A collector that breaks off has not read what was put on its way: the events are sent again.
func TestABrokenStreamIsToldOf(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	go func() {
		c, err := l.Accept()
		if err != nil {
			return
		}
		_, _ = c.Read(make([]byte, 1))
		_ = c.Close() // with more to read: the system resets
	}()
	s, err := NewSender("tcp://"+l.Addr().String(), "h", nil)
	if err != nil {
		t.Fatal(err)
	}
	if s.Send(t.Context(), events(3)) == nil {
		t.Error("events that nobody read are taken for sent")
	}
}
