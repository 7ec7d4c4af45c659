package demo

import (
	"maps"
	"math/rand/v2"
	"strconv"
	"time"
)

// census is data/population.yaml: who lives in the state, whatever they apply for.
type census struct {
	Citizens  string            `yaml:"citizens"` // the nationality that needs no leave to live here
	Shares    map[string]int    `yaml:"shares"`   // by nationality
	Ages      []ageBand         `yaml:"ages"`     // of the person whose home it is
	Status    map[string]shares `yaml:"status"`   // by band
	Tenure    map[string]shares `yaml:"tenure"`   // by band
	Guests    struct{ Hosted, Sharers int }
	Districts []district `yaml:"districts"`
}

type district struct {
	Name    string   `yaml:"name"`
	Weight  int      `yaml:"weight"`
	Floors  int      `yaml:"floors"`
	Numbers int      `yaml:"numbers"`
	Streets []string `yaml:"streets"`
}

func readCensus() (*census, error) {
	c := &census{}
	return c, read("population", c)
}

// state is the world with the shares of those who live here, not of those who apply.
func (c *census) state(w *world) *world {
	out := *w
	out.Ages, out.Status, out.Origins = c.Ages, maps.Clone(w.Status), make([]*origin, len(w.Origins))
	maps.Copy(out.Status, c.Status)
	for i, o := range w.Origins {
		here := *o
		here.Weight = c.Shares[o.Country]
		out.Origins[i] = &here
	}
	return &out
}

// resident is one of the population, with the household as they see it.
type resident struct {
	*household
	number int // in the register, from 1
	home   int // equal for those under one roof, from 1
	unit   int // equal for those of one home who would apply together, from 1
	role   string
}

// The roles of a resident in their home.
const (
	head    = "head"
	partner = "partner"
	child   = "child"
	guest   = "guest"
)

// settler settles a population, home by home.
type settler struct {
	*census
	world *world
	seed  uint64
	day   time.Time
	taken map[string]bool // flats
	homes int
	units int
	out   []*resident
}

// settle makes up n residents with their homes: the same for the same seed and day, from which ages count.
func (c *census) settle(w *world, n int, seed uint64, day time.Time) []*resident {
	s := &settler{census: c, world: c.state(w), seed: seed, day: day, taken: map[string]bool{}, out: make([]*resident, 0, n)}
	for len(s.out) < n {
		s.home(n - len(s.out))
	}
	return s.out
}

// home settles those under one roof; where fewer are wanted than would live there, one person alone.
func (s *settler) home(wanted int) {
	h := s.world.makeHousehold(s.seed, s.homes, s.day)
	r := rand.New(rand.NewPCG(h.seed, 5))
	s.house(r, h)
	guests := s.guests(r, h)
	if h.size()+len(guests) > wanted {
		alone(h)
		guests = nil
	}
	h.occupants = h.size() + len(guests)
	s.homes++
	s.units++
	s.add(h, head)
	if h.partner != nil && h.partner.home {
		s.add(s.world.spouse(h, s.homes, s.day), partner)
	}
	for i, c := range h.children {
		if c.home {
			s.add(s.world.offspring(r, h, i, s.day), child)
		}
	}
	for _, g := range guests {
		g.occupants = h.occupants
		s.units++
		s.add(g, guest)
	}
}

func (s *settler) add(h *household, role string) {
	if role == child {
		h.tenure = "hosted"
	}
	s.out = append(s.out, &resident{household: h, number: len(s.out) + 1, home: s.homes, unit: s.units, role: role})
}

// house draws a flat that is nobody's yet.
func (s *settler) house(r *rand.Rand, h *household) {
	h.tenure = s.Tenure[h.band].draw(r)
	for {
		d := s.Districts[weighted(r, len(s.Districts), func(i int) int { return s.Districts[i].Weight })]
		h.address, h.block = strconv.Itoa(1+r.IntN(d.Numbers))+" "+one(r, d.Streets), ""
		if r.IntN(100) < 45 {
			h.block = string(rune('A' + r.IntN(4)))
		}
		h.floor = r.IntN(d.Floors)
		h.flat = h.floor*10 + 1 + r.IntN(8)
		if key := h.address + "|" + h.block + "|" + strconv.Itoa(h.flat); !s.taken[key] {
			s.taken[key] = true
			return
		}
	}
}

// guests draws who else lives in a home: somebody put up there, or those who share a flat.
func (s *settler) guests(r *rand.Rand, h *household) []*household {
	n, tenure := 0, h.tenure
	switch at := r.IntN(100); {
	case at < s.Guests.Hosted:
		n, tenure = 1+r.IntN(5)/4, "hosted"
	case at < s.Guests.Hosted+s.Guests.Sharers && h.size() == 1 && h.band != "retired":
		n = 1 + r.IntN(2)
	}
	out := make([]*household, n)
	for i := range out {
		g := s.world.makeHousehold(s.seed, 1_000_000+s.homes*8+i, s.day)
		alone(g)
		g.tenure, g.address, g.block, g.floor, g.flat = tenure, h.address, h.block, h.floor, h.flat
		out[i] = g
	}
	return out
}

// alone leaves a person without partner and children.
func alone(h *household) {
	h.status, h.partner, h.link, h.usual, h.children = "single", nil, "", "", nil
}

// offspring is a child of a household as a person of their own, in the parents' home.
func (w *world) offspring(r *rand.Rand, h *household, i int, day time.Time) *household {
	c := *h
	c.human, c.seed = h.children[i], r.Uint64()
	c.band = w.bandOf(years(c.born, day))
	alone(&c)
	c.other, c.siblings = nil, nil
	for k, s := range h.children {
		if k != i {
			c.siblings = append(c.siblings, s)
		}
	}
	for _, parent := range []*human{&h.human, h.partner} {
		switch {
		case parent == nil:
		case parent.sex == "female":
			c.mother = *parent
		default:
			c.father = *parent
		}
	}
	c.email = mailbox(c.human, int(c.seed%100_000))
	return &c
}
