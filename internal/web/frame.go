package web

import (
	"context"
	"io"

	"github.com/a-h/templ"

	"guichet/web/components"
)

// within sets content in the door's layout.
func (d *Door) within(pg components.Page, content templ.Component) templ.Component {
	layout := d.frame(pg)
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return layout.Render(templ.WithChildren(ctx, content), w)
	})
}
