package web

import (
	"net/url"
	"strings"
)

// ReturnPath keeps p when it is a path of this origin, and gives "/" for anything that could lead elsewhere (ASVS 3.7.2).
func ReturnPath(p string) string {
	if len(p) == 0 || len(p) > 500 || p[0] != '/' || strings.HasPrefix(p, "//") || strings.ContainsAny(p, "\\") {
		return "/"
	}
	for _, c := range []byte(p) {
		if c < 0x21 || c == 0x7f {
			return "/"
		}
	}
	u, err := url.Parse(p)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || strings.HasPrefix(u.Path, "//") {
		return "/"
	}
	return p
}

// signInURL leads to sign-in, and from there back to the page that was asked for.
func (v *Visit) signInURL() string {
	back := "/"
	if safe(v.R.Method) {
		back = v.R.URL.RequestURI()
	}
	if back = ReturnPath(back); back == "/" {
		return SignInPath
	}
	return SignInPath + "?next=" + url.QueryEscape(back)
}
