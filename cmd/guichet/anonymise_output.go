package main

import (
	"encoding/csv"
	"encoding/json"
	"io"
	"path/filepath"
	"strings"
	"time"

	"guichet/internal/anonymise"
	"guichet/internal/release"
)

// anonymiseReport is what one case came to, in JSON.
type anonymiseReport struct {
	ID             string            `json:"id,omitempty"`
	Error          string            `json:"error,omitempty"`
	Method         string            `json:"method,omitempty"`
	Solution       bool              `json:"solution"`
	Transformation anonymise.Vector  `json:"transformation,omitempty"`
	Utility        string            `json:"utility,omitempty"`
	NodeUtility    map[string]string `json:"node_utility,omitempty"`
	Suppressed     int               `json:"suppressed"`
	Records        int               `json:"records"`
	Classes        int               `json:"classes"`
	SmallestClass  int               `json:"smallest_class"`
	Checked        int               `json:"checked"`
	Proven         bool              `json:"proven"`
	Gap            float64           `json:"gap"`
	Risk           *anonymiseRisk    `json:"risk,omitempty"`
	Milliseconds   struct {
		Load   float64 `json:"load"`
		Search float64 `json:"search"`
		Verify float64 `json:"verify"`
		Write  float64 `json:"write"`
	} `json:"milliseconds"`
}

// anonymiseRisk is the chance of finding somebody known to be in the file, over the records written.
type anonymiseRisk struct {
	Highest float64 `json:"highest"`
	Average float64 `json:"average"`
}

func newAnonymiseReport(c anonymise.Case, r anonymise.Result) anonymiseReport {
	report := anonymiseReport{
		ID: c.ID, Solution: r.Found, Transformation: r.Vector, Suppressed: r.Suppressed, Records: r.Records,
		Classes: r.Classes, SmallestClass: r.Smallest, Checked: r.Checked, Proven: r.Proven, Gap: r.Gap,
	}
	if c.Boxes {
		report.Method = "boxes"
	}
	if r.Vector != nil || c.Boxes && r.Found {
		report.Utility = r.Utility.String()
	}
	if r.Smallest > 0 {
		report.Risk = &anonymiseRisk{1 / float64(r.Smallest), float64(r.Classes) / float64(r.Records-r.Suppressed)}
	}
	return report
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func (s *anonymiseSession) writeReport(r anonymiseReport, stdout io.Writer) error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	text = append(text, '\n')
	if s.flags.report == "" {
		_, err = stdout.Write(text)
		return err
	}
	return writeWhole(s.flags.report, func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	})
}

func writeTable(file string, t anonymise.Table) error {
	if strings.EqualFold(filepath.Ext(file), ".xlsx") {
		return writeWhole(file, func(w io.Writer) error { return release.WriteXLSX(w, t, caseLabels()) })
	}
	return writeWhole(file, func(w io.Writer) error { return writeCSV(w, t) })
}

// writeCSV separates by semicolons, with the formula escapes of the workbook.
func writeCSV(w io.Writer, t anonymise.Table) error {
	out := csv.NewWriter(w)
	out.Comma = ';'
	row := make([]string, 0, len(t.Columns()))
	for _, c := range t.Columns() {
		row = append(row, c.Name)
	}
	if err := writeSafe(out, row); err != nil {
		return err
	}
	for values := range t.Rows() {
		if err := writeSafe(out, values); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func writeSafe(out *csv.Writer, row []string) error {
	safe := make([]string, len(row))
	for i, value := range row {
		var err error
		if safe[i], err = release.SafeCell(value); err != nil {
			return err
		}
	}
	return out.Write(safe)
}

func caseLabels() release.Labels {
	return release.Labels{
		Data: "Data", Dictionary: "Dictionary", Proof: "Proof",
		Column: "Column", Title: "Title", Sensitive: "Sensitive", Value: "Value", Words: "Meaning", Yes: "yes", No: "no",
		Figure: "Figure", Found: "Found", Rows: "Rows written", Cells: "Classes", K: "Smallest class allowed (k)",
		SmallestCell: "Smallest class", Households: "Households in the smallest cell", Filers: "Filers in the smallest cell",
		HeldBack: "Records held back", HeldNone: "none", HeldFewer: "fewer than %d", HeldAbout: "about %d", Loss: "Loss of %s",
	}
}
