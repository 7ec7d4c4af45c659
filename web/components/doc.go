// Package components is the one set of page parts: every page of the doors is composed of these, with typed arguments.
//
// A page is Layout (applicants) or Desk (agents) around its content:
//
//	@components.Layout(page) {
//		@components.ErrorSummary(page.P, problems)
//		@components.StepForm(page.P, components.Form{ID: "step", Action: "/…", Live: true}) {
//			@components.Fragment(version) {
//				@components.TextInput(page.P, components.Field{ID: "applicant.last_name", Name: …, Label: …})
//			}
//			@components.Button(components.Submit{Label: page.P.T("…")})
//		}
//	}
//
// Fields (all take a Printer and a Field): TextInput, Textarea, DateInput, TimeInput, Select, Radios,
// Checkboxes, Checkbox. The first control of a field always has the field's ID, so a Problem links
// to it whatever the kind. DateInput posts Name.day, Name.month, Name.year; Checkbox posts "yes".
// Others: UploadForm, Button, ButtonLink, Buttons, RepeatGroup, RepeatRow, HiddenInputs, Notification, Success, Warning, Inset, Panel,
// SummaryList, TaskList, StatusTag, Grid (a Table), Pagination, Details, Back. Desk: Desk, Filters, SearchBox, TwoPane.
//
// Texts of the components themselves stand under ui. in web/text; everything else is passed in,
// already in the reader's language. Nothing here needs JavaScript; data- attributes let web/js add to it:
// form[data-upload] shows progress; form[data-live] is saved and refreshed as one types,
// as a POST of the whole form to its data-live address with X-Guichet-Fragment: 1. The server answers
// 200 or 422 with a Fragment (its VersionName the new version), or 200 with the header X-Guichet-Version
// alone, or 409 with a few words to show. A redirect, such as to sign in, counts as not saved.
// select[data-search] becomes a combobox, tr[data-row] can be walked with j and k.
package components
