package backoffice

import (
	"bytes"

	"guichet/internal/release"
	"guichet/internal/text"
	"guichet/internal/web"
	"guichet/web/components"
)

// versionView is a proposed version that waits for a second person.
type versionView struct {
	path, name string
	own        bool // the reader proposed it
}

// versionsOf lists the versions of a schema, each a link to its YAML, and those that wait for a second person.
func versionsOf(v *web.Visit, versions []release.Version, names map[int64]string) (components.Table, []versionView) {
	t := components.Table{Caption: v.P.T("desk.release.versions"), Head: []components.Column{
		{Label: v.P.T("desk.release.version")}, {Label: v.P.T("desk.release.author")}, {Label: v.P.T("desk.release.when")}, {Label: v.P.T("desk.release.status")},
	}}
	var waiting []versionView
	for _, x := range versions {
		author := v.P.T("desk.release.from_file")
		if !x.FromFile {
			author = names[x.Author]
		}
		name := versionName(v.P, x)
		t.Rows = append(t.Rows, []components.Cell{
			{Text: name, Href: versionPath(x) + ".yaml", Header: true}, {Text: author}, {Text: v.P.ShortDateTimeAt(x.At)}, {Status: versionStatus(v.P, x)},
		})
		if x.State == "proposed" {
			waiting = append(waiting, versionView{versionPath(x), name, x.Author == v.Actor.AccountID})
		}
	}
	return t, waiting
}

func versionPath(x release.Version) string { return "/release/version/" + x.ID }

func versionName(p text.Printer, x release.Version) string {
	return p.T("desk.release.version_name", "name", x.Name, "n", x.Number)
}

func versionStatus(p text.Printer, x release.Version) components.Status {
	switch {
	case x.InForce:
		return components.Status{Label: p.T("desk.release.in_force"), Colour: "green"}
	case x.State == "proposed":
		return components.Status{Label: p.T("desk.release.proposed"), Colour: "blue"}
	case x.State == "refused":
		return components.Status{Label: p.T("desk.release.state.refused"), Colour: "red"}
	}
	return components.Status{Label: p.T("desk.release.kept"), Colour: "grey"}
}

// getReleaseVersion sends a version as it was written.
func (b *desk) getReleaseVersion(v *web.Visit) error {
	content, x, err := b.Releases.VersionYAML(v.R.Context(), v.Actor, v.Param("version"))
	if err != nil {
		return err
	}
	return v.Send(web.File{Name: x.FileName(), Kind: "application/yaml", Size: int64(len(content)), Body: bytes.NewReader(content)})
}
