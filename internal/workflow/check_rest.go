package workflow

import "fmt"

// checkRest checks ways in, generated documents, connectors and links.
func (c *Compiled) checkRest(r *refusals) {
	offline := false
	for i, in := range c.Intake {
		path := fmt.Sprintf("intake[%d]", i)
		r.oneOf(path+".channel", "channel", in.Channel, channels)
		r.oneOf(path+".by", "role", in.By, names(c.roles))
		c.checkAccount(r, path, in)
		offline = offline || (in.Channel != "online" && in.Channel != "")
	}
	if !offline {
		r.add("intake", "add a way in by counter or post", "the procedure could be done online alone, which the law forbids")
	}
	made := map[string]bool{}
	for _, m := range c.Workflow.Moves {
		for _, e := range m.Do {
			made[e.Document] = true
		}
	}
	for i, d := range c.Documents {
		path := fmt.Sprintf("documents[%d]", i)
		r.oneOf(path+".template", "template", d.Template, templates)
		r.words(path+".title", d.Title, nil)
		r.allOf(path+".see", "role", d.See, names(c.roles))
		if !made[d.ID] {
			r.add(path+".id", "generate it in a move, or remove it", "no move generates the document %q", d.ID)
		}
	}
	for i, k := range c.Connectors {
		path := fmt.Sprintf("connectors[%d]", i)
		r.oneOf(path+".kind", "connector kind", k.Kind, connectors)
		if k.Name == "" {
			r.add(path+".name", "write the authorised processing's name in the opinion's words", "the connector %q has no name", k.ID)
		}
		c.checkConnector(r, path, k)
	}
	for i, l := range c.Links {
		path := fmt.Sprintf("links[%d]", i)
		r.words(path+".label", l.Label, nil)
		r.allOf(path+".show", "moment", l.Show, linkMoments)
	}
}
