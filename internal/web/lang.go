package web

import (
	"net/http"

	"guichet/internal/text"
)

const langCookie = "lang"

// choosePrinter settles the language: ?lang= (kept in a cookie), the cookie, the account's, the browser's, French.
func (v *Visit) choosePrinter() {
	v.P = v.Door.site.cfg.Texts.Printer(v.chooseLang())
}

func (v *Visit) chooseLang() text.Lang {
	if v.R.URL.RawQuery != "" {
		if l, ok := text.ParseLang(v.R.URL.Query().Get("lang")); ok {
			v.SetLang(l)
			return l
		}
	}
	if v.lang != "" {
		return v.lang
	}
	if c, err := v.R.Cookie(langCookie); err == nil {
		if l, ok := text.ParseLang(c.Value); ok {
			return l
		}
	}
	if l, ok := text.ParseLang(string(v.held.lang)); ok && v.SignedIn() {
		return l
	}
	return text.Negotiate(v.R.Header.Get("Accept-Language"))
}

// SetLang keeps the reader's choice of language for a year, in a cookie that names nobody.
func (v *Visit) SetLang(l text.Lang) {
	if v.lang == l {
		return
	}
	v.lang = l
	http.SetCookie(v.W, &http.Cookie{
		Name: langCookie, Value: string(l), Path: "/", MaxAge: 365 * 24 * 3600,
		Secure: v.Door.https, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}
