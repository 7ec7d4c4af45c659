package web

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/url"
	"strconv"
	"time"

	"guichet/internal/fault"
)

// linkLife is how long a link to a file works: long enough to follow it, too short to pass it on.
const linkLife = 5 * time.Minute

// FileURL makes a link to path on the origin of files for the person signed in. Whoever follows it acts as that person,
// with the rights that person has then: a right taken away meanwhile is gone.
func (v *Visit) FileURL(path string) string {
	id := strconv.FormatInt(v.Actor.AccountID, 10)
	until := strconv.FormatInt(v.Now.Add(linkLife).Unix(), 10)
	q := url.Values{"for": {id}, "until": {until}, "lang": {string(v.P.Lang)}, "sign": {v.Door.site.sign(path, id, until)}}
	return v.Door.site.Files.Origin + path + "?" + q.Encode()
}

func (s *Site) sign(path, id, until string) string {
	m := hmac.New(sha256.New, s.cfg.LinkKey)
	fmt.Fprintf(m, "file\n%s\n%s\n%s", path, id, until)
	return base64.RawURLEncoding.EncodeToString(m.Sum(nil))
}

// followLink checks a link of FileURL and loads its person. A link out of time is Forbidden with a text that says so.
func (v *Visit) followLink() error {
	q := v.R.URL.Query()
	want := v.Door.site.sign(v.R.URL.Path, q.Get("for"), q.Get("until"))
	if len(v.Door.site.cfg.LinkKey) == 0 || !hmac.Equal([]byte(want), []byte(q.Get("sign"))) {
		return fault.New(fault.NotFound, "")
	}
	until, err := strconv.ParseInt(q.Get("until"), 10, 64)
	if err != nil || v.Now.Unix() > until {
		return fault.New(fault.Forbidden, "error.link_expired")
	}
	id, err := strconv.ParseInt(q.Get("for"), 10, 64)
	if err != nil {
		return fault.New(fault.NotFound, "")
	}
	if v.Actor, err = v.Door.site.cfg.Sessions.Actor(v.R.Context(), id, v.Now); err != nil {
		return err
	}
	if v.Actor.AccountID == 0 {
		return fault.New(fault.Forbidden, "")
	}
	v.Log("account", id)
	return nil
}
