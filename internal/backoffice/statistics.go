package backoffice

import (
	"bytes"
	"net/http"
	"slices"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/procedure"
	"guichet/internal/statistic"
	"guichet/internal/web"
)

const statisticsPath = "/statistics"

func (b *desk) statisticRoutes(d *web.Door) {
	reader := web.Holder("read statistics", b.seesStatistics)
	d.Get(statisticsPath, reader, b.informed(b.getStatistics))
	d.Get(statisticsPath+"/{procedure}/{figure}", reader, b.informed(b.getStatistic))
	for _, kind := range []string{statistic.XLSX, statistic.CSV} {
		b.post(d, statisticsPath+"/{procedure}/{figure}/"+kind, reader, b.postStatistic(kind), web.Sensitive)
	}
}

// seesStatistics tells whether there are figures for somebody.
func (b *desk) seesStatistics(a access.Actor) bool {
	return slices.ContainsFunc(b.Catalogue.All(), func(p *procedure.Procedure) bool { return statistic.May(a, p) })
}

func (b *desk) getStatistics(v *web.Visit) error {
	var all []tablesOf
	for _, p := range b.Catalogue.All() {
		if !statistic.May(v.Actor, p) {
			continue
		}
		x := tablesOf{title: p.Title.In(v.P.Lang)}
		for _, f := range p.Statistics.Figures {
			x.tables = append(x.tables, tableLink{href: statisticPath(p.ID, f.ID), title: f.Title.In(v.P.Lang)})
		}
		all = append(all, x)
	}
	return v.Page(tablesPage(v.Frame(v.P.T("statistic.title")), v.P.T("statistic.intro"), all))
}

func statisticPath(procedure, figure string) string {
	return statisticsPath + "/" + procedure + "/" + figure
}

func (b *desk) getStatistic(v *web.Visit) error {
	return b.sendStatistic(v, http.StatusOK, v.Query("from"), v.Query("to"))
}

func (b *desk) sendStatistic(v *web.Visit, status int, from, to string) error {
	period, err := periodOf(from, to)
	if err != nil {
		return err
	}
	a, err := b.Statistics.Answer(v.R.Context(), v.Actor, v.Param("procedure"), v.Param("figure"), period, v.P.Lang)
	if err != nil {
		return err
	}
	x := tableOf(v.P, statisticPath(a.Procedure.ID, a.Figure.ID), &a.Sheet, period, a.About(v.P))
	x.files = []fileLink{{"/" + statistic.XLSX, v.P.T("desk.tables.download")}, {"/" + statistic.CSV, v.P.T("statistic.csv")}}
	return sendSheet(v, status, a.Figure.Title.In(v.P.Lang), statisticsPath, x)
}

// fileKinds are the types of the files.
var fileKinds = map[string]string{statistic.XLSX: xlsxKind, statistic.CSV: "text/csv; charset=utf-8"}

// postStatistic sends the figures as a file. It is an act, since each download is written down.
func (b *desk) postStatistic(kind string) func(*web.Visit) error {
	return func(v *web.Visit) error {
		posted, err := v.OneEach("from", "to")
		if err != nil {
			return err
		}
		period, err := periodOf(posted["from"], posted["to"])
		if err != nil {
			return err
		}
		f, err := b.Statistics.Download(v.R.Context(), v.Actor, v.Param("procedure"), v.Param("figure"), kind, period, v.P.Lang)
		if fault.Key(err) == "release.nothing_counted" {
			return b.sendStatistic(v, http.StatusConflict, posted["from"], posted["to"])
		}
		if err != nil {
			return err
		}
		return v.Send(web.File{Name: f.Name, Kind: fileKinds[f.Kind], Size: int64(len(f.Body)), Body: bytes.NewReader(f.Body)})
	}
}
