package backoffice

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"guichet/internal/access"
	"guichet/internal/exchange"
	"guichet/internal/fault"
	"guichet/internal/web"
	"guichet/web/components"
)

// tokenView is a token in the list; its secret is nowhere.
type tokenView struct {
	id, name, way  string
	says           []string
	state          components.Status
	live, waits    bool // waits: for a second administrator
	mine           bool // the reader made it, and cannot confirm it
	overlap        components.Field
	rotate, remove string
	confirm        string
}

// secretView is a token just made.
type secretView struct{ title, secret string }

// tokenForm makes a token.
type tokenForm struct{ name, way, verbs, pace, life components.Field }

// lives are for how many months a token may be made.
var lives = []int{1, 3, 6, 12}

func (b *desk) newTokenForm(v *web.Visit) tokenForm {
	f := tokenForm{
		name: components.Field{ID: "name", Name: "name", Label: v.P.T("exchange.token.name"), Hint: v.P.T("exchange.token.name_hint"), Width: 30, Autocomplete: "off"},
		way:  components.Field{ID: "way", Name: "way", Label: v.P.T("exchange.table.way")},
		verbs: components.Field{ID: "verbs", Name: "verbs", Label: v.P.T("exchange.token.verbs"), Value: "ack", Options: []components.Option{
			{Value: "ack", Label: v.P.T("exchange.token.verbs_ack")}, {Value: "read", Label: v.P.T("exchange.token.verbs_read")},
		}},
		pace: components.Field{
			ID: "pace", Name: "pace", Label: v.P.T("exchange.token.pace"), Value: strconv.Itoa(exchange.DefaultPace), InputMode: "numeric", Width: 5, Autocomplete: "off",
		},
		life: components.Field{ID: "life", Name: "life", Label: v.P.T("exchange.token.life"), Value: "12"},
	}
	for _, w := range exchange.Ways(b.Catalogue) {
		f.way.Options = append(f.way.Options, components.Option{Value: w.Name(), Label: b.wayName(v, w.Procedure.ID, w.Connector.ID)})
	}
	for _, n := range lives {
		f.life.Options = append(f.life.Options, components.Option{Value: strconv.Itoa(n), Label: v.P.N("exchange.token.months", n)})
	}
	return f
}

func (b *desk) tokenOf(v *web.Visit, t exchange.Token) tokenView {
	x := tokenView{id: t.ID, name: t.Name, way: b.wayName(v, t.Procedure, t.Connector), live: t.Ends.After(v.Now), waits: t.ConfirmedBy == 0, mine: t.MadeBy == v.Actor.AccountID}
	verbs := "exchange.token.verbs_read"
	if slices.Contains(t.Verbs, access.Acknowledge) {
		verbs = "exchange.token.verbs_ack"
	}
	used := v.P.T("exchange.token.never")
	if !t.Used.IsZero() {
		used = v.P.T("exchange.token.used", "at", v.P.ShortDateTimeAt(t.Used))
	}
	x.says = []string{
		v.P.T("exchange.token.verbs") + " " + v.P.T(verbs) + ".", v.P.T("exchange.token.ends", "at", v.P.ShortDateTimeAt(t.Ends)),
		used, v.P.T("exchange.token.pace_said", "n", v.P.Int(int64(t.PerMinute))),
	}
	x.state = components.Status{Label: v.P.T("exchange.token.over"), Colour: "grey"}
	if x.live && x.waits {
		x.state = components.Status{Label: v.P.T("exchange.token.pending"), Colour: "yellow"}
	} else if x.live {
		x.state = components.Status{Label: v.P.T("exchange.token.live"), Colour: "green"}
	}
	x.overlap = components.Field{ID: "overlap-" + t.ID, Name: "overlap", Label: v.P.T("exchange.token.overlap"), Value: "7"}
	for _, days := range overlaps {
		label := v.P.N("exchange.token.overlap_days", days)
		if days == 0 {
			label = v.P.T("exchange.token.overlap_none")
		}
		x.overlap.Options = append(x.overlap.Options, components.Option{Value: strconv.Itoa(days), Label: label})
	}
	at := "/exchange/token/" + t.ID
	x.rotate, x.remove, x.confirm = at+"/rotate", at+"/withdraw", at+"/confirm"
	return x
}

// tokenProblems are what a refused token is told, beside the field it is about.
var tokenProblems = map[string]string{
	"exchange.token.name": "exchange.token.name_wrong", "exchange.token.verbs": "exchange.token.verbs_wrong",
	"exchange.token.taken": "exchange.token.taken", "exchange.token.pace": "exchange.token.pace_wrong", "exchange.token.ends": "exchange.token.ends_missing",
}

// postToken shows the token it makes in its answer: it stands nowhere else.
func (b *desk) postToken(v *web.Visit) error {
	posted, err := v.OneEach("name", "way", "verbs", "pace", "life")
	if err != nil {
		return err
	}
	t := asked(v, posted)
	secret, err := b.Exchange.CreateToken(v.R.Context(), v.Actor, t)
	switch key := fault.Key(err); {
	case err == nil:
		return b.sendExchange(v, http.StatusCreated, func(x *exchangeView) {
			x.secret = &secretView{v.P.T("exchange.token.created", "name", t.Name), secret}
		})
	case fault.Of(err) == fault.NotFound:
		return b.refusedToken(v, posted, "exchange.token.way", "exchange.token.way_wrong")
	case tokenProblems[key] != "":
		return b.refusedToken(v, posted, key, tokenProblems[key])
	}
	return err
}

func asked(v *web.Visit, posted map[string]string) exchange.Token {
	t := exchange.Token{Name: strings.TrimSpace(posted["name"])}
	t.Procedure, t.Connector, _ = strings.Cut(posted["way"], "/")
	switch posted["verbs"] {
	case "ack":
		t.Verbs = []access.Verb{access.Read, access.Acknowledge}
	case "read":
		t.Verbs = []access.Verb{access.Read}
	}
	t.PerMinute, _ = strconv.Atoi(posted["pace"]) // 0 is refused
	if months, err := strconv.Atoi(posted["life"]); err == nil && slices.Contains(lives, months) {
		t.Ends = v.Now.AddDate(0, months, 0)
	} else {
		t.Ends = time.Time{}
	}
	return t
}

// refusedToken shows the page again with all that was typed.
func (b *desk) refusedToken(v *web.Visit, posted map[string]string, about, words string) error {
	return b.sendExchange(v, http.StatusUnprocessableEntity, func(x *exchangeView) {
		fields := map[string]*components.Field{
			"exchange.token.name": &x.form.name, "exchange.token.taken": &x.form.name, "exchange.token.way": &x.form.way, "exchange.token.verbs": &x.form.verbs,
			"exchange.token.pace": &x.form.pace, "exchange.token.ends": &x.form.life,
		}
		for _, f := range fields {
			f.Value = posted[f.Name]
		}
		f := fields[about]
		f.Error = v.P.T(words)
		x.problems = []components.Problem{{ID: f.ID, Text: f.Error}}
	})
}
