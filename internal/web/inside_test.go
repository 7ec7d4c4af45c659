package web

import (
	"bytes"
	"log/slog"
	"net/http/httptest"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestClientIP_ASVS_4_1_3(t *testing.T) {
	ours := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
	for _, x := range []struct{ peer, forwarded, want string }{
		{"198.51.100.7:1", "203.0.113.9", "198.51.100.7"},
		{"10.0.0.1:1", "203.0.113.9", "203.0.113.9"},
		{"10.0.0.1:1", "1.2.3.4, 203.0.113.9, 10.0.0.2", "203.0.113.9"},
		{"10.0.0.1:1", "1.2.3.4, rubbish", "10.0.0.1"},
		{"10.0.0.1:1", "", "10.0.0.1"},
		{"[::ffff:10.0.0.1]:1", "2001:db8::1", "2001:db8::1"},
		{"nonsense", "203.0.113.9", ""},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = x.peer
		if x.forwarded != "" {
			r.Header.Set("X-Forwarded-For", x.forwarded)
		}
		if got := clientIP(r, ours); got != x.want {
			t.Errorf("%+v: %q", x, got)
		}
	}
}

// Where networks of the administration are named, who comes from elsewhere is shut out, whoever forwards them.
func TestNear_ASVS_8_4_2(t *testing.T) {
	of := func(list ...string) (out []netip.Prefix) {
		for _, s := range list {
			out = append(out, netip.MustParsePrefix(s))
		}
		return out
	}
	for _, x := range []struct {
		peer, forwarded string
		networks        []netip.Prefix
		in              bool
	}{
		{"198.51.100.7:1", "", nil, true},
		{"198.51.100.7:1", "", of("10.1.0.0/16"), false},
		{"10.1.2.3:1", "", of("192.168.0.0/24", "10.1.0.0/16"), true},
		{"198.51.100.7:1", "10.1.2.3", of("10.1.0.0/16"), false}, // said by nobody who is believed
		{"10.9.0.1:1", "10.1.2.3", of("10.1.0.0/16"), true},
		{"10.9.0.1:1", "203.0.113.5", of("10.1.0.0/16"), false},
		{"nonsense", "", of("10.1.0.0/16"), false},
	} {
		r := httptest.NewRequest("GET", "/admin", nil)
		r.RemoteAddr = x.peer
		if x.forwarded != "" {
			r.Header.Set("X-Forwarded-For", x.forwarded)
		}
		v := &Visit{Door: &Door{site: &Site{cfg: Config{Proxies: of("10.9.0.0/24"), AdminNetworks: x.networks}}}, R: r}
		if err := Near(Public).allow(v); (err == nil) != x.in {
			t.Errorf("%s for %q: %v", x.peer, x.forwarded, err)
		}
	}
}

func TestLogTakesListedKeysOnly_ASVS_16_2_5(t *testing.T) {
	var b bytes.Buffer
	l := NewLog(&b, slog.LevelInfo)
	l.Info("request", "account", 7)
	if !strings.Contains(b.String(), `"account":7`) {
		t.Error(b.String())
	}
	for name, log := range map[string]func(){
		"attribute": func() { l.Info("x", "email", "a@example.com") },
		"with":      func() { l.With("name", "x").Info("x") },
		"group":     func() { l.WithGroup("g").Info("x", "passport", "x") },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Error(name + ": an unknown key was written")
				}
			}()
			log()
		}()
	}
}

func TestDisposition_ASVS_5_4_1(t *testing.T) {
	for name, want := range map[string]string{
		"a.pdf": `attachment; filename=a.pdf`, "": `attachment; filename=file`, "../../x": `attachment; filename=.._.._x`,
		"a\u202egnp.exe": `attachment; filename=a_gnp.exe`, "a\r\nb": `attachment; filename=a__b`,
	} {
		if got := disposition("attachment", name); got != want {
			t.Errorf("%q: %s", name, got)
		}
	}
	if got := disposition("attachment", strings.Repeat("é", 300)+".pdf"); len(got) > 800 || !strings.HasSuffix(got, ".pdf") {
		t.Error(got)
	}
}

func FuzzCodec(f *testing.F) {
	f.Add("flash", "x", []byte{1, 200, 3})
	f.Fuzz(func(t *testing.T, k, s string, rubbish []byte) {
		in := map[string]any{k: s, k + "2": ""}
		b, err := codec{}.Encode(time.Time{}, in)
		if err != nil {
			t.Fatal(err)
		}
		if _, out, err := (codec{}).Decode(b); err != nil || !reflect.DeepEqual(in, out) {
			t.Errorf("%v %v", out, err)
		}
		_, _, _ = codec{}.Decode(rubbish) // must not panic
	})
}

func TestCodecRefusesWhatIsNoString(t *testing.T) {
	if _, err := (codec{}).Encode(time.Time{}, map[string]any{"a": 1}); err == nil {
		t.Error("a number went into the session")
	}
}
