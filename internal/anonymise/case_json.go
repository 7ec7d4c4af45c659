package anonymise

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"guichet/internal/fault"
)

type caseJSON struct {
	ID        string              `json:"id"`
	Kind      string              `json:"kind"`
	QI        []string            `json:"qi"`
	Sensitive json.RawMessage     `json:"sensitive"`
	Privacy   []modelJSON         `json:"privacy"`
	Limit     json.Number         `json:"suppression_limit"`
	Method    string              `json:"method"`
	Computed  map[string]Computed `json:"computed"`
	Metric    metricJSON          `json:"metric"`
	Weights   map[string]float64  `json:"weights"`
	Expect    struct {
		NodeUtility map[string]json.RawMessage `json:"node_utility"`
	} `json:"expect"`
}

type metricJSON struct {
	Name      MetricName `json:"name"`
	GS        *float64   `json:"gs_factor"`
	Aggregate Aggregate  `json:"aggregate"`
}

// ParseCase reads a case in the form of the public ones. What it expects is ignored, except that a case of
// kind node-utility names its vectors there. The label and line stand in errors.
func ParseCase(label string, line int, text []byte) (c Case, err error) {
	defer fault.Wrap(&err, "anonymise.ParseCase")
	var in caseJSON
	decoder := json.NewDecoder(bytes.NewReader(text))
	if err := decoder.Decode(&in); err != nil {
		return Case{}, problem(label, line, "it is not a case in JSON: "+shape(err), "compare it with an example of the help")
	}
	if _, err := decoder.Token(); err != io.EOF {
		return Case{}, problem(label, line, "something follows the case", "put one case alone, or one a line in a file for many")
	}
	c = Case{ID: in.ID, QI: in.QI}
	if c.Sensitive, err = sensitiveNames(in.Sensitive); err != nil {
		return Case{}, problem(label, line, "sensitive is neither a column, a list of columns nor null", `write "sensitive": "occupation"`)
	}
	if err := in.fill(&c); err != nil {
		return Case{}, problem(label, line, err.Error(), "compare it with an example of the help")
	}
	return c, nil
}

// shape says what is wrong with a text without citing it.
func shape(err error) string {
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return "the field " + wrong.Field + " is of another type"
	}
	return "a brace, bracket, comma or quotation mark is missing or misplaced"
}

func (in *caseJSON) fill(c *Case) error {
	limit, ok := Rational{0, 1}, true
	if in.Limit != "" {
		limit, ok = ParseRational(in.Limit.String())
	}
	if !ok {
		return fmt.Errorf("the suppression limit is no decimal")
	}
	c.Limit = limit
	if in.Method != "" && in.Method != "boxes" {
		return fmt.Errorf("the method is neither left out nor boxes")
	}
	c.Boxes = in.Method == "boxes"
	c.Computed = in.Computed
	for i, m := range in.Privacy {
		parsed, err := m.model()
		if err != nil {
			return fmt.Errorf("privacy model %d: %w", i+1, err)
		}
		c.Models = append(c.Models, parsed)
		_, counts := parsed.(KAnonymity) // what it tells apart is not written
		if a := parsed.Attribute(); a != "" && !counts && !slices.Contains(c.Sensitive, a) {
			c.Sensitive = append(c.Sensitive, a)
		}
	}
	if err := in.nodes(c); err != nil {
		return err
	}
	return in.metric(c)
}

func (in *caseJSON) nodes(c *Case) error {
	if in.Kind != "node-utility" {
		return nil
	}
	for text := range in.Expect.NodeUtility {
		v, err := ParseVector(text)
		if err != nil {
			return fmt.Errorf("a key of expect.node_utility is no vector")
		}
		c.Nodes = append(c.Nodes, v)
	}
	slices.SortFunc(c.Nodes, func(a, b Vector) int { return slices.Compare(a, b) })
	return nil
}

// metric fills in what is left out: Loss, gs-factor 0.5, the metric's first aggregate, equal weights.
func (in *caseJSON) metric(c *Case) error {
	c.Metric = Metric{Name: in.Metric.Name, Aggregate: in.Metric.Aggregate, GS: 0.5}
	if c.Metric.Name == "" {
		c.Metric.Name = Loss
	}
	if in.Metric.GS != nil {
		c.Metric.GS = *in.Metric.GS
	}
	if c.Metric.Aggregate == "" {
		c.Metric.Aggregate = c.Metric.Name.usual()
	}
	if in.Weights == nil {
		return nil
	}
	for _, name := range c.QI {
		w, ok := in.Weights[name]
		if !ok {
			return fmt.Errorf("weights do not name every quasi-identifier")
		}
		c.Metric.Weights = append(c.Metric.Weights, w)
	}
	if len(in.Weights) != len(c.QI) {
		return fmt.Errorf("weights name a column that is not in qi")
	}
	return nil
}

func sensitiveNames(text json.RawMessage) ([]string, error) {
	if len(text) == 0 || strings.TrimSpace(string(text)) == "null" {
		return nil, nil
	}
	var one string
	if json.Unmarshal(text, &one) == nil {
		return []string{one}, nil
	}
	var many []string
	err := json.Unmarshal(text, &many)
	return many, err
}
