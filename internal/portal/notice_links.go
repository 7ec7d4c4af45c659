package portal

import (
	"slices"

	"guichet/internal/procedure"
	"guichet/internal/workflow"
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
// Those that one procedure alone has lead straight to its page; what that leaves out has a page of links.
func legal(origin string, c *procedure.Catalogue) []components.Link {
	var out []components.Link
	shown := 0
	for _, l := range footerLinks {
		if p, n := onlyOne(c, l.notice); n != nil {
			out = append(out, components.Link{Href: origin + noticePath(p, n), Label: l.label})
		}
	}
	for _, p := range c.All() {
		shown += len(inFooter(p))
	}
	short := len(out) < shown
	if all := c.All(); len(all) == 1 {
		out = append(out, components.Link{Href: origin + dataPath(all[0]), Label: "portal.notice.link.data"})
	} else {
		short = true // what each does with data is linked there
	}
	if short {
		out = append(out, components.Link{Href: origin + noticesPath, Label: "portal.notice.link.all"})
	}
	return out
}

// onlyOne finds a notice of the foot of pages that one procedure alone has.
func onlyOne(c *procedure.Catalogue, id string) (of *procedure.Procedure, found *workflow.Notice) {
	for _, p := range c.All() {
		if n := p.Flow.Notice(id); n != nil && slices.Contains(n.Show, "footer") {
			if found != nil {
				return nil, nil
			}
			of, found = p, n
		}
	}
	return of, found
}
