package backoffice

import (
	"net/http"
	"strconv"
	"time"

	"guichet/internal/exchange"
	"guichet/internal/fault"
	"guichet/internal/web"
	"guichet/web/components"
)

// exchangeView is where the exchange with other systems stands.
type exchangeView struct {
	ways, waiting, arrived components.Table
	failed                 []failedView
	all                    []allView
	cut                    bool
	tokens                 []tokenView
	form                   tokenForm
	secret                 *secretView
	alone                  bool // there is one administrator: nobody can confirm a token
	problems               []components.Problem
}

// failedView is a message that the administrator may send again.
type failedView struct{ id, title, why, since string }

// allView is a way of which all that was refused may be sent again at once.
type allView struct{ action, about string }

func (b *desk) getExchange(v *web.Visit) error {
	return b.sendExchange(v, http.StatusOK, func(*exchangeView) {})
}

func (b *desk) sendExchange(v *web.Visit, status int, add func(*exchangeView)) error {
	s, err := b.Exchange.Standing(v.R.Context(), v.Actor)
	if err != nil {
		return err
	}
	x := &exchangeView{ways: b.waysTable(v, s), waiting: b.waitingTable(v, s), arrived: b.arrivedTable(v, s), form: b.newTokenForm(v), cut: s.Cut()}
	for _, h := range s.Open {
		if h.State == exchange.Refused {
			x.failed = append(x.failed, failedView{h.ID, h.Reference, b.whyNot(v, h), v.P.ShortDateTimeAt(h.At)})
		}
	}
	for _, w := range s.Ways {
		if w.ByState[exchange.Refused] > 1 {
			x.all = append(x.all, allView{"/exchange/way/" + w.Name() + "/again", b.wayName(v, w.Procedure.ID, w.Connector.ID)})
		}
	}
	n, err := b.Accounts.Administrators(v.R.Context())
	if err != nil {
		return err
	}
	x.alone = n < 2
	for _, t := range s.Tokens {
		x.tokens = append(x.tokens, b.tokenOf(v, t))
	}
	add(x)
	pg := v.Frame(v.P.T("exchange.title"))
	pg.Error, pg.LangURL = len(x.problems) > 0, langAt(v, "/exchange")
	return v.PageStatus(status, exchangePage(pg, x))
}

// wayName is a way in words: the procedure, and the authorised processing by its name in the opinion.
func (b *desk) wayName(v *web.Visit, procedure, connector string) string {
	w, err := b.Exchange.Way(procedure, connector)
	if err != nil {
		return procedure + "/" + connector
	}
	return w.Procedure.Title.In(v.P.Lang) + " → " + w.Connector.Name
}

func (b *desk) waysTable(v *web.Visit, s exchange.Standing) components.Table {
	t := components.Table{Caption: v.P.T("exchange.ways"), Stacked: true, Head: []components.Column{
		{Label: v.P.T("exchange.table.way")},
		{Label: v.P.T("exchange.table.how")},
		{Label: v.P.T("exchange.state.waiting"), Numeric: true},
		{Label: v.P.T("exchange.state.refused"), Numeric: true},
		{Label: v.P.T("exchange.state.sent"), Numeric: true},
		{Label: v.P.T("exchange.state.overtaken"), Numeric: true},
	}}
	for _, w := range s.Ways {
		how := v.P.T("exchange.pulled")
		if w.Routed {
			how = v.P.T("exchange.pushed")
		}
		row := []components.Cell{{Text: b.wayName(v, w.Procedure.ID, w.Connector.ID), Header: true}, {Text: how}}
		for _, state := range []string{exchange.Waiting, exchange.Refused, exchange.Sent, exchange.Overtaken} {
			row = append(row, components.Cell{Text: v.P.Int(int64(w.ByState[state]))})
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func (b *desk) waitingTable(v *web.Visit, s exchange.Standing) components.Table {
	t := components.Table{Caption: v.P.T("exchange.open"), Empty: v.P.T("exchange.none_open"), Stacked: true, Head: []components.Column{
		{Label: v.P.T("exchange.table.reference")},
		{Label: v.P.T("exchange.table.at")},
		{Label: v.P.T("exchange.table.tries"), Numeric: true},
		{Label: v.P.T("exchange.table.next")},
		{Label: v.P.T("exchange.table.why")},
	}}
	for _, h := range s.Open {
		if h.State != exchange.Waiting {
			continue
		}
		next := "–"
		if h.Next != nil {
			next = v.P.ShortDateTimeAt(*h.Next)
		}
		t.Rows = append(t.Rows, []components.Cell{
			{Text: h.Reference, Header: true}, {Text: v.P.ShortDateTimeAt(h.At)}, {Text: v.P.Int(int64(h.Attempts))}, {Text: next}, {Text: orWords(b.whyNot(v, h), "–")},
		})
	}
	return t
}

func (b *desk) arrivedTable(v *web.Visit, s exchange.Standing) components.Table {
	t := components.Table{Caption: v.P.T("exchange.arrived"), Empty: v.P.T("exchange.none_arrived"), Stacked: true, Head: []components.Column{
		{Label: v.P.T("exchange.table.reference")}, {Label: v.P.T("exchange.table.at")}, {Label: v.P.T("exchange.table.settled")}, {Label: v.P.T("exchange.table.state")},
	}}
	for _, h := range s.Last {
		settled := "–"
		if h.Settled != nil {
			settled = v.P.ShortDateTimeAt(*h.Settled)
		}
		t.Rows = append(t.Rows, []components.Cell{{Text: h.Reference, Header: true}, {Text: v.P.ShortDateTimeAt(h.At)}, {Text: settled}, {Status: stateOf(v, h.State)}})
	}
	return t
}

// whyNot says why a message did not arrive, "" when nothing is known.
func (b *desk) whyNot(v *web.Visit, h exchange.Handover) string {
	switch h.Fault {
	case "":
		return ""
	case "exchange.fault.busy", "exchange.fault.denied", "exchange.fault.redirect", "exchange.fault.refused":
		return v.P.T(h.Fault, "status", strconv.Itoa(h.Status))
	}
	return v.P.T(h.Fault)
}

func (b *desk) postAgain(v *web.Visit) error {
	if err := b.Exchange.Again(v.R.Context(), v.Actor, v.Param("message")); err != nil {
		return err
	}
	v.Flash("exchange.sent_again")
	return v.Redirect("/exchange")
}

func (b *desk) postAllAgain(v *web.Visit) error {
	n, err := b.Exchange.AllAgain(v.R.Context(), v.Actor, v.Param("procedure"), v.Param("connector"))
	if err != nil {
		return err
	}
	v.Log("count", n)
	v.Flash("exchange.all_sent_again")
	return v.Redirect("/exchange")
}

// postTokenConfirm is the second pair of eyes on a token.
func (b *desk) postTokenConfirm(v *web.Visit) error {
	if err := b.Exchange.ConfirmToken(v.R.Context(), v.Actor, v.Param("token")); err != nil {
		return err
	}
	v.Flash("exchange.token.was_confirmed")
	return v.Redirect("/exchange")
}

func (b *desk) postTokenWithdraw(v *web.Visit) error {
	if err := b.Exchange.WithdrawToken(v.R.Context(), v.Actor, v.Param("token")); err != nil {
		return err
	}
	v.Flash("exchange.token.was_withdrawn")
	return v.Redirect("/exchange")
}

// overlaps are for how many days an old token may go on.
var overlaps = []int{0, 1, 7, 30}

// postRotate shows the new token in its answer: it stands nowhere else.
func (b *desk) postRotate(v *web.Visit) error {
	posted, err := v.OneEach("overlap")
	if err != nil {
		return err
	}
	for _, days := range overlaps {
		if posted["overlap"] != strconv.Itoa(days) {
			continue
		}
		secret, err := b.Exchange.RotateToken(v.R.Context(), v.Actor, v.Param("token"), time.Duration(days)*24*time.Hour)
		if err != nil {
			return err
		}
		return b.sendExchange(v, http.StatusCreated, func(x *exchangeView) { x.secret = &secretView{v.P.T("exchange.token.secret"), secret} })
	}
	return fault.New(fault.Invalid, "exchange.token.overlap_wrong")
}
