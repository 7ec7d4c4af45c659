package main

import (
	"context"
	"errors"
	"io"
	"os"
	"runtime"

	"guichet/internal/anonymise"
)

const anonymiseAbout = `guichet anonymise generalises a CSV file with the least loss that keeps a promise.

  guichet anonymise --data people.csv --case case.json --out anonymous.xlsx --report report.json

It finds, of all ways to make the columns coarser, the one that costs least while every class of equal records keeps the
privacy models of the case, and proves that none costs less. Records that stand in too small or too uniform a class are left
out, up to the limit of the case. To try it on people who do not exist:

  guichet demo-data --out state
  echo '{"qi": ["age", "region", "household"], "sensitive": "outcome",
    "privacy": [{"model": "KAnonymity", "k": 11}, {"model": "DistinctLDiversity", "attribute": "outcome", "l": 3}],
    "suppression_limit": 0.02,
    "computed": {"age": {"cuts": [[30, 45, 60], [45]]}, "region": {"countries": true}, "household": {"cuts": [[2, 3]]}}
  }' > case.json
  guichet anonymise --data state/dossiers.csv --case case.json --out anonymous.xlsx

The data name their columns on the first line and are separated by ; or , . Of each column to be generalised (qi) the steps are
computed from its values, as above, by cuts, widths ([10, 20, 60]), periods (["month", "quarter", "year"]) or countries; or a
file beside the data has them, people_hierarchy_COLUMN.csv, one line for every value: the value, then what it becomes at level
1, 2 and so on:

  34;30-39;*
  35;30-39;*

"metric": {"name": "loss", "gs_factor": 0.5, "aggregate": "GEOMETRIC_MEAN"} is what a case is measured by when it says nothing.

With "method": "boxes" the table is divided into disjoint boxes of at least k records instead: nothing is left out and less is
lost, but values of one column are generalised differently from row to row, and nothing is proven to be best. For a table that
is published once, never for a series.

Models: KAnonymity (k; "count": "household" counts the different values of that column instead of records, and does not write
it), DistinctLDiversity (l), RecursiveCLDiversity (c, l), EntropyLDiversity (l; estimator Shannon or Grassberger),
EqualDistanceTCloseness, OrderedDistanceTCloseness and HierarchicalDistanceTCloseness (t), BasicBLikeness and EnhancedBLikeness
(b), MaximumShare (share).
Metrics: loss (GEOMETRIC_MEAN, SUM, ARITHMETIC_MEAN, MAXIMUM or RANK; "weights": {"sex": 1, "age": 2}), nue, nue_mono,
nue_normalised, height, precision, precision_mono, dm, dm_star, aecs.

More examples:

  guichet anonymise --data people.csv --case case.json --node "[0,2]"     look at one vector of levels
  guichet anonymise --data people.csv --cases cases.jsonl                 many cases, one report a line`

// anonymiseFlags are the options of guichet anonymise.
type anonymiseFlags struct {
	data, hierarchies, oneCase, cases, out, report, node string
	threads                                              int
}

func runAnonymise(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	var o anonymiseFlags
	f := newFlags("anonymise", anonymiseAbout, stderr)
	f.StringVar(&o.data, "data", "", "the CSV `file` to make anonymous")
	f.StringVar(&o.hierarchies, "hierarchies", "", "`folder` of the hierarchies (the data's own when left out)")
	f.StringVar(&o.oneCase, "case", "", "JSON `file` with the case")
	f.StringVar(&o.cases, "cases", "", "`file` with many cases, one a line, instead of --case; one report a line is printed")
	f.StringVar(&o.out, "out", "", "`file` to write, .csv or .xlsx; nothing is written when left out")
	f.StringVar(&o.report, "report", "", "JSON `file` for the report (printed when left out)")
	f.StringVar(&o.node, "node", "", "evaluate this `vector` of levels, such as [0,2,1], instead of searching")
	f.IntVar(&o.threads, "threads", runtime.GOMAXPROCS(0), "how many `cores` to use; the result is the same for any number")
	if err := parse(f, args); err != nil {
		return err
	}
	if err := o.check(); err != nil {
		return err
	}
	session, err := o.load()
	if err != nil {
		return err
	}
	if o.cases != "" {
		return session.many(ctx, stdout)
	}
	return session.one(ctx, stdout)
}

func (o anonymiseFlags) check() error {
	switch {
	case o.data == "":
		return errors.New("--data is missing: name the CSV file; " + more("anonymise"))
	case (o.oneCase == "") == (o.cases == ""):
		return errors.New("give either --case with one case or --cases with many; " + more("anonymise"))
	case o.cases != "" && (o.out != "" || o.node != ""):
		return errors.New("--out and --node go with --case alone")
	case o.out != "" && !isWritable(o.out):
		return errors.New("--out must end in .csv or .xlsx")
	case o.threads < 1:
		return errors.New("--threads must be at least 1")
	}
	return nil
}

// one answers a single case and writes what was asked for.
func (s *anonymiseSession) one(ctx context.Context, stdout io.Writer) error {
	text, err := os.ReadFile(s.flags.oneCase)
	if err != nil {
		return err
	}
	c, err := anonymise.ParseCase(s.flags.oneCase, 1, text)
	if err != nil {
		return err
	}
	r, err := s.answer(ctx, c)
	if err != nil {
		return err
	}
	if err := s.writeReport(r, stdout); err != nil {
		return err
	}
	if !r.Solution && s.flags.node == "" && len(c.Nodes) == 0 {
		return errors.New("no way to generalise keeps the promise: raise suppression_limit, lower the bounds of the models, or add coarser levels")
	}
	return nil
}
