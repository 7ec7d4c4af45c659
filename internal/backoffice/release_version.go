package backoffice

import (
	"bytes"
	"strconv"

	"guichet/internal/release"
	"guichet/internal/text"
	"guichet/internal/web"
	"guichet/web/components"
)

// versionView is a proposed version that the reader may decide on.
type versionView struct{ path, name string }

// versionsOf lists the versions of a schema, each a link to its YAML, and those that wait for a second person.
func versionsOf(v *web.Visit, versions []release.Version, names map[int64]string) (components.Table, []versionView) {
	t := components.Table{Caption: v.P.T("desk.release.versions"), Head: []components.Column{
		{Label: v.P.T("desk.release.version")}, {Label: v.P.T("desk.release.author")}, {Label: v.P.T("desk.release.when")}, {Label: v.P.T("desk.release.status")},
	}}
	var decide []versionView
	for _, x := range versions {
		author := v.P.T("desk.release.from_file")
		if !x.FromFile {
			author = names[x.Author]
		}
		name := v.P.T("desk.release.version_name", "name", x.Name, "n", x.Number)
		t.Rows = append(t.Rows, []components.Cell{
			{Text: name, Href: "/release/version/" + x.ID + ".yaml", Header: true}, {Text: author}, {Text: v.P.ShortDateTimeAt(x.At)}, {Status: versionStatus(v.P, x)},
		})
		if x.State == "proposed" && x.Author != v.Actor.AccountID {
			decide = append(decide, versionView{"/release/version/" + x.ID, name})
		}
	}
	return t, decide
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
	name := x.Name + "-" + strconv.Itoa(x.Number) + ".release.yaml"
	return v.Send(web.File{Name: name, Kind: "application/yaml", Size: int64(len(content)), Body: bytes.NewReader(content)})
}

func (b *desk) postVersionApprove(v *web.Visit) error {
	return b.decideVersion(v, true, "desk.release.version_approved")
}

func (b *desk) postVersionRefuse(v *web.Visit) error {
	return b.decideVersion(v, false, "desk.release.version_refused")
}

func (b *desk) decideVersion(v *web.Visit, approve bool, flash string) error {
	if err := b.Releases.DecideVersion(v.R.Context(), v.Actor, v.Param("version"), approve); err != nil {
		return err
	}
	v.Flash(flash)
	return v.Redirect("/release")
}
