package backoffice

import (
	"guichet/internal/web"
	"guichet/web/components"
)

// unreachedChoice narrows the queue to those whose person no message reaches.
func (f queueFilter) unreachedChoice(v *web.Visit) components.Field {
	return components.Field{ID: "unreached", Name: "unreached", Label: v.P.T("desk.unreached.filter"), Value: f.unreached, Options: []components.Option{
		{Label: v.P.T("desk.unreached.any")}, {Value: yes, Label: v.P.T("desk.unreached.title")},
	}}
}
