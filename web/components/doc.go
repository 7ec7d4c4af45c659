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
// to "#"+ID whatever the kind. DateInput posts Name-day, Name-month, Name-year.
// Others: UploadForm, Button, ButtonLink, Buttons, RepeatGroup, RepeatRow, Notification, Success, Warning, Inset, Panel,
// SummaryList, TaskList, StatusTag, Grid (a Table), Pagination, Details, Back. Desk: Desk, Filters, SearchBox, TwoPane.
//
// Texts of the components themselves stand under ui. in web/text; everything else is passed in,
// already in the reader's language. Nothing here needs JavaScript; data- attributes let web/js add to it:
// form[data-live] is saved and refreshed as one types, form[data-upload] shows progress,
// select[data-search] becomes a combobox, tr[data-row] can be walked with j and k.
package components
