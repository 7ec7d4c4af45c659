package portal

import (
	"strings"

	"guichet/internal/account"
	"guichet/internal/web"
	"guichet/web/components"
)

// acts are the words of the connection log (RP-123).
var acts = map[string]string{
	"sign_in_attempt":      "portal.account.log.sign_in_attempt",
	"sign_in":              "portal.account.log.sign_in",
	"sign_out":             "portal.account.log.sign_out",
	"sign_out_everywhere":  "portal.account.log.sign_out_everywhere",
	"register":             "portal.account.log.register",
	"confirm":              "portal.account.log.confirm",
	"reset_asked":          "portal.account.log.reset_asked",
	"reset":                "portal.account.log.reset",
	"left":                 "portal.account.log.left",
	"disabled":             "portal.account.log.disabled",
	"email_asked":          "portal.account.log.email_asked",
	"email_changed":        "portal.account.log.email_changed",
	"email_kept":           "portal.account.log.email_kept",
	"number_proven":        "portal.account.log.number_proven",
	"number_forgotten":     "portal.account.log.number_forgotten",
	"channel_chosen":       "portal.account.log.channel_chosen",
	"reference_code_asked": "portal.account.log.reference_code_asked",
	"identity_linked":      "portal.account.log.identity_linked",
	"identity_unlinked":    "portal.account.log.identity_unlinked",

	"second_wrong":    "portal.account.log.second_wrong",
	"factor_added":    "portal.account.log.factor_added",
	"factor_removed":  "portal.account.log.factor_removed",
	"factors_reset":   "portal.account.log.factors_reset",
	"recovery_used":   "portal.account.log.recovery_used",
	"codes_renewed":   "portal.account.log.codes_renewed",
	"passkey_doubled": "portal.account.log.passkey_doubled",
	"proved_again":    "portal.account.log.proved_again",

	"signed_out_by_provider": "portal.account.log.signed_out_by_provider",
}

// connectionTable shows a person their own connections (RP-122, RP-123).
func connectionTable(v *web.Visit, lines []account.Connection) components.Table {
	t := components.Table{
		Caption: v.P.T("portal.account.log.title"), HiddenCaption: true, Empty: v.P.T("portal.account.log.empty"),
		Head: []components.Column{{Label: v.P.T("portal.account.log.when")}, {Label: v.P.T("portal.account.log.what")}},
	}
	for _, c := range lines {
		words := c.Act
		if key := acts[c.Act]; key != "" {
			words = v.P.T(key)
		}
		t.Rows = append(t.Rows, []components.Cell{{Text: v.P.ShortDateTimeAt(c.At)}, {Text: words}})
	}
	return t
}

// tidy takes away the blanks around and between words.
func tidy(s string) string { return strings.Join(strings.Fields(s), " ") }
