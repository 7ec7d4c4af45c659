package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"guichet/internal/anonymise"
)

// anonymiseSession holds what is read once for all cases.
type anonymiseSession struct {
	flags       anonymiseFlags
	data        *anonymise.Data
	hierarchies map[string]*anonymise.Hierarchy
	loaded      time.Duration
}

func (o anonymiseFlags) load() (*anonymiseSession, error) {
	begin := time.Now()
	text, err := os.ReadFile(o.data)
	if err != nil {
		return nil, err
	}
	s := &anonymiseSession{flags: o, hierarchies: make(map[string]*anonymise.Hierarchy)}
	if s.data, err = anonymise.ParseCSV(o.data, text); err != nil {
		return nil, err
	}
	for _, column := range s.data.Columns() {
		if err := s.loadHierarchy(column); err != nil {
			return nil, err
		}
	}
	s.loaded = time.Since(begin)
	return s, nil
}

// loadHierarchy reads a column's hierarchy if there is one; a case that needs it and has none is refused later.
func (s *anonymiseSession) loadHierarchy(column string) error {
	folder := s.flags.hierarchies
	if folder == "" {
		folder = filepath.Dir(s.flags.data)
	}
	stem := strings.TrimSuffix(filepath.Base(s.flags.data), filepath.Ext(s.flags.data))
	if column != filepath.Base(column) {
		return nil // a name with a path in it has no file of its own
	}
	file := filepath.Join(folder, stem+"_hierarchy_"+column+".csv")
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	s.hierarchies[column], err = anonymise.ReadHierarchy(file, bytes.NewReader(text))
	return err
}

// many answers every line of a file of cases; a case that fails is reported and the others go on.
func (s *anonymiseSession) many(ctx context.Context, stdout io.Writer) (err error) {
	f, err := os.Open(s.flags.cases)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // only read
	out, done, err := s.reports(stdout)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done()) }()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 16<<20)
	failed := 0
	for number := 1; lines.Scan() && ctx.Err() == nil; number++ {
		if len(bytes.TrimSpace(lines.Bytes())) == 0 {
			continue
		}
		r, err := s.line(ctx, number, lines.Bytes())
		if err != nil {
			failed++
			r = anonymiseReport{ID: r.ID, Error: err.Error()}
		}
		if err := json.NewEncoder(out).Encode(r); err != nil {
			return err
		}
	}
	if err := errors.Join(lines.Err(), ctx.Err()); err != nil {
		return err
	}
	if failed > 0 {
		return fmt.Errorf("%d cases could not be answered; their reports say why", failed)
	}
	return nil
}

// reports is where the lines of many go: the file of --report, or the output.
func (s *anonymiseSession) reports(stdout io.Writer) (io.Writer, func() error, error) {
	if s.flags.report == "" {
		return stdout, func() error { return nil }, nil
	}
	f, err := os.Create(s.flags.report)
	if err != nil {
		return nil, nil, err
	}
	return f, f.Close, nil
}

func (s *anonymiseSession) line(ctx context.Context, number int, text []byte) (anonymiseReport, error) {
	c, err := anonymise.ParseCase(s.flags.cases, number, text)
	if err != nil {
		return anonymiseReport{}, err
	}
	r, err := s.answer(ctx, c)
	r.ID = c.ID
	return r, err
}

// answer searches, or evaluates the vectors named, and writes the table that was asked for.
func (s *anonymiseSession) answer(ctx context.Context, c anonymise.Case) (anonymiseReport, error) {
	begin := time.Now()
	e, err := anonymise.NewEngine(s.data, s.hierarchies, c)
	if err != nil {
		return anonymiseReport{}, err
	}
	if len(c.Nodes) > 0 && s.flags.node == "" {
		return s.nodes(e, c, begin)
	}
	r, table, err := s.solve(ctx, e, c)
	if err != nil {
		return anonymiseReport{}, err
	}
	report := newAnonymiseReport(c, r)
	report.Milliseconds.Load = milliseconds(s.loaded)
	report.Milliseconds.Search = milliseconds(time.Since(begin))
	if table == nil || s.flags.out == "" {
		return report, nil
	}
	return report, s.write(table, r, &report)
}

// solve answers a case, with what makes its table if there is an answer.
func (s *anonymiseSession) solve(ctx context.Context, e *anonymise.Engine, c anonymise.Case) (r anonymise.Result, table func() (anonymise.Table, error), err error) {
	switch {
	case s.flags.node != "":
		var v anonymise.Vector
		if v, err = anonymise.ParseVector(s.flags.node); err == nil {
			r, err = e.At(v)
		}
	case c.Boxes:
		var b *anonymise.Boxes
		b, r, err = e.Boxes(s.flags.threads)
		if err == nil && r.Found {
			table = func() (anonymise.Table, error) { return b.Table(r) }
		}
		return r, table, err
	default:
		r, err = e.Optimum(ctx, s.flags.threads)
	}
	if err == nil && r.Vector != nil {
		table = func() (anonymise.Table, error) { return e.Table(r.Vector) }
	}
	return r, table, err
}

func (s *anonymiseSession) nodes(e *anonymise.Engine, c anonymise.Case, begin time.Time) (anonymiseReport, error) {
	report := anonymiseReport{ID: c.ID, Records: s.data.Rows(), NodeUtility: make(map[string]string)}
	for _, v := range c.Nodes {
		r, err := e.At(v)
		if err != nil {
			return anonymiseReport{}, err
		}
		report.NodeUtility[v.String()] = r.Utility.String()
		report.Checked++
	}
	report.Milliseconds.Load = milliseconds(s.loaded)
	report.Milliseconds.Search = milliseconds(time.Since(begin))
	return report, nil
}

// write makes the table, counts it again from its rows, and writes it whole or not at all.
func (s *anonymiseSession) write(table func() (anonymise.Table, error), r anonymise.Result, report *anonymiseReport) error {
	begin := time.Now()
	t, err := table()
	if err != nil {
		return err
	}
	if err := t.Verify(r); err != nil {
		return err
	}
	report.Milliseconds.Verify = milliseconds(time.Since(begin))
	begin = time.Now()
	if err := writeTable(s.flags.out, t); err != nil {
		return err
	}
	report.Milliseconds.Write = milliseconds(time.Since(begin))
	return nil
}

func isWritable(file string) bool {
	return slices.Contains([]string{".csv", ".xlsx"}, strings.ToLower(filepath.Ext(file)))
}
