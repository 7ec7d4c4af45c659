package workflow

import (
	"fmt"
	"slices"
	"time"

	"guichet/internal/form"
	"guichet/internal/text"
)

// News is what agents' mailboxes hear of with others of its kind, as a count (RP-169). Where it may wait, the agent who has
// the dossier gets the count instead of a mail of its own; where nobody has it, its team does.
type News struct {
	Label text.Words `yaml:"label"` // of the count, in the plural: New applications
	Wait  string     `yaml:"wait"`  // ISO 8601, a day at most: how long it may wait to come with others; empty = not at all
}

// longestWait is how old news may grow.
const longestWait = 24 * time.Hour

// Waits is how long the news may wait.
func (n *News) Waits() time.Duration {
	d, err := ParseDuration(n.Wait)
	if err != nil {
		return 0 // none is given: Compile refuses any other
	}
	return d.Clock + time.Duration(d.Days)*24*time.Hour
}

// checkChannel checks how people are told, what agents' mailboxes hear of, and which links a message ends in.
func (c *Compiled) checkChannel(r *refusals, f *form.Compiled) {
	if c.Channel != "" {
		c.checkChannelField(r, f)
	}
	var links []string
	for _, l := range c.Links {
		links = append(links, l.ID)
	}
	for i, n := range c.Notifications {
		path := fmt.Sprintf("notifications[%d]", i)
		r.allOf(path+".links", "link", n.Links, links)
		if n.News == nil {
			continue
		}
		r.words(path+".news.label", n.News.Label, nil)
		d, err := ParseDuration(n.News.Wait)
		if n.News.Wait != "" && (err != nil || d.Years+d.Months+d.Weeks > 0 || n.News.Waits() > longestWait) {
			r.add(path+".news.wait", "write for example PT2H, and a day at most", "%q is no time that news may wait", n.News.Wait)
		}
	}
}

// checkChannelField wants a choice between the channels there are.
func (c *Compiled) checkChannelField(r *refusals, f *form.Compiled) {
	field := f.Field(c.Channel)
	if field == nil {
		r.add("channel", "name the field that asks how the person wants to be told", "no field %q", c.Channel)
		return
	}
	for _, o := range field.Options {
		if !slices.Contains([]string{"email", "sms", "both"}, o.ID) {
			r.add("channel", "its options are email, sms and both", "the field %q has the option %q, which is no channel", c.Channel, o.ID)
		}
	}
}
