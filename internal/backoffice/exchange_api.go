package backoffice

import (
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"strconv"
	"time"

	"guichet/internal/exchange"
	"guichet/internal/fault"
	"guichet/internal/web"
	"guichet/web/components"
)

// guesses bounds the calls from one address, whatever token they bear: what a token may itself is less.
const guesses = 6000

// exchangeRoutes are the addresses of the other systems, and the administrator's page of them (RP-168).
func (b *desk) exchangeRoutes(d *web.Door, administrator web.Policy) {
	token := web.Bearer("exchange", b.caller)
	fromOne := web.PerIP(guesses, time.Minute)
	open := func(path string, h web.Handler) { d.Get(path, web.Public, h, web.Machine, fromOne) }
	open(exchange.DescriptionPath, b.getDescription)
	open(exchange.KeysPath, b.getKeys)
	open(exchange.SchemaPath, b.getSchema)
	d.Get(exchange.ListPath, token, b.getHandovers, web.Machine, fromOne)
	d.Get(exchange.OnePath, token, b.getHandover, web.Machine, fromOne)
	d.Get(exchange.PaperPath, token, b.getPaper, web.Machine, fromOne, web.Slow(time.Minute))
	d.Post(exchange.AcknowledgePath, token, b.postAcknowledge, web.Machine, fromOne)

	d.Get("/exchange", administrator, b.informed(b.getExchange))
	b.post(d, "/exchange/message/{message}/again", administrator, b.postAgain)
	b.post(d, "/exchange/way/{procedure}/{connector}/again", administrator, b.postAllAgain)
	b.post(d, "/exchange/tokens", administrator, b.postToken, web.Sensitive)
	b.post(d, "/exchange/token/{token}/rotate", administrator, b.postRotate, web.Sensitive)
	b.post(d, "/exchange/token/{token}/confirm", administrator, b.postTokenConfirm, web.Sensitive)
	b.post(d, "/exchange/token/{token}/withdraw", administrator, b.postTokenWithdraw)
}

// caller is who calls with a token.
func (b *desk) caller(v *web.Visit, secret string) (web.Caller, error) {
	t, err := b.Exchange.Identify(v.R.Context(), secret)
	if err != nil {
		return web.Caller{}, err
	}
	v.R = v.R.WithContext(exchange.WithToken(v.R.Context(), t))
	return web.Caller{Actor: t.Actor(v.Now), Key: t.ID, PerMinute: t.PerMinute}, nil
}

func (b *desk) getDescription(v *web.Visit) error {
	body, err := b.Exchange.Description(v.Door.Origin)
	if err != nil {
		return err
	}
	return v.Data("application/json", body)
}

func (b *desk) getKeys(v *web.Visit) error {
	body, err := b.Exchange.KeySet()
	if err != nil {
		return err
	}
	return v.Data("application/json", body)
}

func (b *desk) getSchema(v *web.Visit) error {
	way, err := b.Exchange.Way(v.Param("procedure"), v.Param("connector"))
	if err != nil {
		return err
	}
	body, err := way.Schema()
	if err != nil {
		return err
	}
	return v.Data("application/schema+json", body)
}

// getHandovers lists by keyset: after, limit, all.
func (b *desk) getHandovers(v *web.Visit) error {
	most := exchange.DefaultListed
	if s := v.Query("limit"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 || n > exchange.MostListed {
			return fault.New(fault.Invalid, "")
		}
		most = n
	}
	page, err := b.Exchange.List(v.R.Context(), exchange.TokenOf(v.R.Context()), v.Param("procedure"), v.Param("connector"), v.Query("after"), most, v.Query("all") == "1")
	if err != nil {
		return err
	}
	v.Log("procedure", v.Param("procedure"), "count", len(page.Items))
	return v.JSON(page)
}

func (b *desk) getHandover(v *web.Visit) error {
	m, err := b.Exchange.Fetch(v.R.Context(), exchange.TokenOf(v.R.Context()), v.Param("procedure"), v.Param("connector"), v.Param("message"))
	if err != nil {
		return err
	}
	v.W.Header().Set(exchange.SignatureHeader, m.Signature)
	return v.Data("application/json", m.Body)
}

func (b *desk) getPaper(v *web.Visit) error {
	f, err := b.Exchange.Paper(v.R.Context(), exchange.TokenOf(v.R.Context()), v.Param("procedure"), v.Param("connector"), v.Param("message"), v.Param("document"))
	if err != nil {
		return err
	}
	defer func() { _ = f.Content.Close() }()
	return v.Send(web.File{Name: f.ID, Kind: "application/octet-stream", Size: f.Size, Body: f.Content})
}

// postAcknowledge takes {"reference": "…"}.
func (b *desk) postAcknowledge(v *web.Visit) error {
	var said struct {
		Reference string `json:"reference"`
	}
	kind, _, err := mime.ParseMediaType(v.R.Header.Get("Content-Type"))
	if err != nil || kind != "application/json" {
		return fault.New(fault.Invalid, "")
	}
	d := json.NewDecoder(http.MaxBytesReader(v.W, v.R.Body, 16<<10))
	d.DisallowUnknownFields()
	if err := d.Decode(&said); err != nil {
		return fault.From(fault.Invalid, "", err)
	}
	if _, err := d.Token(); err != io.EOF {
		return fault.New(fault.Invalid, "")
	}
	r, err := b.Exchange.Acknowledge(v.R.Context(), exchange.TokenOf(v.R.Context()), v.Param("procedure"), v.Param("connector"), v.Param("message"), said.Reference)
	if err != nil {
		return err
	}
	return v.JSON(r)
}

// exchangeFlag tells the administrator what could not be handed over, "" when nothing is the matter.
func (b *desk) exchangeFlag(v *web.Visit) (string, error) {
	n, err := b.Exchange.RefusedCount(v.R.Context())
	if err != nil || n == 0 {
		return "", err
	}
	return v.P.N("exchange.flag", n), nil
}

// stateOf is the state of a message with its colour.
func stateOf(v *web.Visit, state string) components.Status {
	switch state {
	case exchange.Waiting:
		return components.Status{Label: v.P.T("exchange.state.waiting"), Colour: "blue"}
	case exchange.Sent:
		return components.Status{Label: v.P.T("exchange.state.sent"), Colour: "green"}
	case exchange.Refused:
		return components.Status{Label: v.P.T("exchange.state.refused"), Colour: "red"}
	}
	return components.Status{Label: v.P.T("exchange.state.overtaken"), Colour: "grey"}
}
