package portal

import (
	"slices"

	"guichet/internal/procedure"
	"guichet/web/components"
)

// footerLinks are notices that have a short name of their own at the foot of every page, in this order.
var footerLinks = []struct{ notice, label string }{
	{"terms", "portal.notice.link.terms"},
	{"privacy", "portal.notice.link.privacy"},
	{"cookies", "portal.notice.link.cookies"},
	{"offline", "portal.notice.link.offline"},
	{"accessibility", "portal.notice.link.accessibility"},
}

const noticesPath = "/notices"

// legal are the links at the foot of every page of every door (RP-037, RP-038, RP-040), so with their origin.
// With one procedure they lead straight to its pages; what that leaves out, and several procedures, have a page of links.
func legal(origin string, c *procedure.Catalogue) []components.Link {
	all := components.Link{Href: origin + noticesPath, Label: "portal.notice.link.all"}
	if len(c.All()) != 1 {
		return []components.Link{all}
	}
	only := c.All()[0]
	var out []components.Link
	for _, l := range footerLinks {
		if n := only.Flow.Notice(l.notice); n != nil && slices.Contains(n.Show, "footer") {
			out = append(out, components.Link{Href: origin + noticePath(only, n), Label: l.label})
		}
	}
	short := len(out) < len(inFooter(only))
	out = append(out, components.Link{Href: origin + dataPath(only), Label: "portal.notice.link.data"})
	if short {
		out = append(out, all)
	}
	return out
}
