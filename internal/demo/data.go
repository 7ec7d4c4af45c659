// Package demo makes up the people and dossiers of a demonstration, from data files and a seed.
package demo

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/goccy/go-yaml"

	"guichet/internal/text"
)

//go:embed data/*.yaml
var files embed.FS

// world is data/people.yaml: what invented people are made of, whatever they apply for.
type world struct {
	Origins  []*origin         `yaml:"origins"`
	Ages     []ageBand         `yaml:"ages"`
	Status   map[string]shares `yaml:"status"`   // by band
	Children map[string][]int  `yaml:"children"` // by band: the weights of 0, 1, 2…
	Homes    []string          `yaml:"homes"`
	Firms    []*firm           `yaml:"firms"`
}

type origin struct {
	Country  string            `yaml:"country"`
	Weight   int               `yaml:"weight"`
	Lang     string            `yaml:"lang"`
	Phone    string            `yaml:"phone"`
	Passport string            `yaml:"passport"`
	Feminine map[string]string `yaml:"feminine"` // last letter of a surname, and what a woman's has instead
	Places   []string          `yaml:"postcode"` // postcode and town
	Streets  []string          `yaml:"streets"`
	Last     []string          `yaml:"last"`
	Female   []string          `yaml:"female"`
	Male     []string          `yaml:"male"`
}

type ageBand struct {
	From   int    `yaml:"from"`
	To     int    `yaml:"to"`
	Weight int    `yaml:"weight"`
	Band   string `yaml:"band"`
}

// firm files for others.
type firm struct {
	LastName   string `yaml:"last_name"`
	FirstNames string `yaml:"first_names"`
	Title      string `yaml:"title"`
	Company    string `yaml:"company"`
	Profession string `yaml:"profession"`
	Email      string `yaml:"email"`
	Weight     int    `yaml:"weight"`
	Colleague  *firm  `yaml:"colleague"` // a member beside who files; the two share their clients
}

// script is data/<procedure>.yaml: how people answer one procedure, and what becomes of their dossiers.
type script struct {
	Fields  map[string]*spec `yaml:"fields"`
	Asks    []ask            `yaml:"asks"`
	Papers  []paperKind      `yaml:"papers"`
	Stories []*story         `yaml:"stories"`
	People  []person         `yaml:"people"`
	Agents  []agent          `yaml:"agents"`
	Stream  *flow            `yaml:"stream"`
	Counted bool             `yaml:"counted"` // each story is told as often as it says, whatever the size
}

// flow says how residents apply over the months.
type flow struct {
	FromAge  int              `yaml:"from_age"`
	Season   []int            `yaml:"season"`   // weights of the closings, January to December
	Keen     map[string]int   `yaml:"keen"`     // percent of those drawn who apply, by band
	Together map[string]int   `yaml:"together"` // percent of relatives who apply at the same time, by role
	Again    map[string]int   `yaml:"again"`    // percent of those who apply again, by closing state
	After    [2]int           `yaml:"after"`    // months until they do
	Fields   map[string]*spec `yaml:"fields"`   // answered otherwise than by those whose household is drawn alone
}

type ask struct {
	Path string `yaml:"path"`
	Word string `yaml:"word"`
}

type story struct {
	ID     string     `yaml:"id"`
	Work   int        `yaml:"work"`   // share of the dossiers at work
	Closed int        `yaml:"closed"` // share of the closed ones
	Until  float64    `yaml:"until"`  // share of the steps that are filled in; 0 for all
	Last   [2]float64 `yaml:"last"`   // days since the last act
	Acts   []act      `yaml:"acts"`
	Told   int        `yaml:"told"`    // how often, where stories are counted
	Comes  string     `yaml:"channel"` // the way in, of somebody without an account; empty = by an account
	Letter *[2]int    `yaml:"letter"`  // on paper: how many days before it was entered it was signed, and received
	Says   string     `yaml:"says"`    // by e-mail: the words of the message, behind its subject and a colon
}

type act struct {
	By      string     `yaml:"by"` // owner or agent
	Move    string     `yaml:"move"`
	After   [2]float64 `yaml:"after"` // days since the act before
	Chance  float64    `yaml:"chance"`
	Fields  []string   `yaml:"fields"`
	Reasons []string   `yaml:"reasons"`
	Asks    int        `yaml:"asks"`
	Answers bool       `yaml:"answers"` // gives what was asked for first
	Orders  []string   `yaml:"orders"`  // processings of which a search is asked, in place of a move
	Looks   bool       `yaml:"looks"`   // looks for the person in every procedure, in place of a move
	Word    string     `yaml:"word"`    // what is asked of them, or said of what the move asks for
}

// person is somebody who can sign in to the demonstration.
type person struct {
	Email string     `yaml:"email"`
	Story string     `yaml:"story"`
	Shows text.Words `yaml:"shows"`
}

type agent struct {
	Email       string     `yaml:"email"`
	LastName    string     `yaml:"last_name"`
	FirstNames  string     `yaml:"first_names"`
	Roles       []string   `yaml:"roles"`
	Team        string     `yaml:"team"`
	Works       bool       `yaml:"works"`
	Administers bool       `yaml:"administers"`
	Shows       text.Words `yaml:"shows"`
}

func readWorld() (*world, error) {
	w := &world{}
	return w, read("people", w)
}

// readScript gives nil for a procedure that has none.
func readScript(procedure string) (*script, error) {
	s := &script{}
	err := read(procedure, s)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return s, err
}

func read(name string, into any) error {
	b, err := files.ReadFile("data/" + name + ".yaml")
	if err != nil {
		return err
	}
	if err := yaml.UnmarshalWithOptions(b, into, yaml.Strict()); err != nil {
		return fmt.Errorf("data/%s.yaml: %w", name, err)
	}
	return nil
}

func (s *script) story(id string) *story {
	for _, x := range s.Stories {
		if x.ID == id {
			return x
		}
	}
	return nil
}
