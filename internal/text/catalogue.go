package text

import (
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"sync/atomic"

	"github.com/goccy/go-yaml"

	"guichet/internal/fault"
)

// Catalogue holds every text of the screens in every language, and the words an administration has put in their place.
// It is safe to share: a printer speaks from one state of it.
type Catalogue struct {
	messages map[Lang]map[string]message                 // as the files have them
	now      atomic.Pointer[map[Lang]map[string]message] // as they are said, see Override
}

// Load reads fr.yaml and en.yaml from fsys; the path of nested keys is joined with dots.
// It refuses a file that does not parse, a value that is not a text and a key one language lacks.
func Load(fsys fs.FS) (_ *Catalogue, err error) {
	defer fault.Wrap(&err, "text.Load")
	c := &Catalogue{messages: map[Lang]map[string]message{}}
	for _, l := range Langs {
		if c.messages[l], err = loadFile(fsys, string(l)+".yaml"); err != nil {
			return nil, err
		}
	}
	c.Override(nil)
	return c, c.compare()
}

func loadFile(fsys fs.FS, name string) (map[string]message, error) {
	raw, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, err
	}
	var tree map[string]any
	if err := yaml.Unmarshal(raw, &tree); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	flat := map[string]message{}
	if err := flatten(flat, "", tree); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return flat, nil
}

func flatten(into map[string]message, prefix string, tree map[string]any) error {
	for key, value := range tree {
		switch v := value.(type) {
		case string:
			m, err := parse(v)
			if err != nil {
				return fmt.Errorf("%s%s: %w", prefix, key, err)
			}
			into[prefix+key] = m
		case map[string]any:
			if err := flatten(into, prefix+key+".", v); err != nil {
				return err
			}
		default:
			return fmt.Errorf("%s%s: a text is wanted here; put it between quotes", prefix, key)
		}
	}
	return nil
}

// compare refuses a key that exists in one language alone, or with other placeholders.
func (c *Catalogue) compare() error {
	for _, l := range Langs {
		for key, m := range c.messages[l] {
			twin, ok := c.messages[l.Other()][key]
			if !ok {
				return fmt.Errorf("%s.yaml has no %q, which %s.yaml has", l.Other(), key, l)
			}
			if a, b := m.names(), twin.names(); !slices.Equal(a, b) {
				return fmt.Errorf("%q: placeholders differ: %v in %s, %v in %s", key, a, l, b, l.Other())
			}
		}
	}
	return nil
}

// Keys lists the keys in order.
func (c *Catalogue) Keys() []string {
	return slices.Sorted(maps.Keys(c.messages[FR]))
}

// Printer speaks one language.
func (c *Catalogue) Printer(l Lang) Printer {
	return Printer{Lang: l, messages: (*c.now.Load())[l]}
}
