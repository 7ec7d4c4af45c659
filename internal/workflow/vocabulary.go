package workflow

// AnyOpen stands in a move's `from` for every state that is open or waiting.
const AnyOpen = "any_open"

// Same as a move's `to` leaves the dossier where it is.
const Same = "same"

// The kinds of a state, closed.
const (
	Draft   = "draft"   // being written, not yet filed; the retention run never touches it, a timer may
	Open    = "open"    // waits for the administration
	Waiting = "waiting" // waits for the person
	Closed  = "closed"  // processing is over (RP-033): the retention clock runs; a closed dossier never reopens
)

// The closed vocabularies of a workflow file.
var (
	stateKinds    = []string{Draft, Open, Waiting, Closed}
	tones         = []string{"grey", "blue", "yellow", "green", "red"}
	roleKinds     = []string{"owner", "agent", "support", "system"}
	verbs         = []string{"read", "process", "configure", "assign", "message", "export", "audit", "mailbox", "inquire", "hold", "operate"}
	supportVerbs  = []string{"configure", "operate"} // what a provider's contract needs (RP-163)
	needs         = []string{"form", "documents", "consents", "items", "answered", "valid"}
	channels      = []string{"online", "counter", "post", "email"}
	accounts      = []string{"required", "optional", "none"}
	guards        = []string{"proof_of_work"}
	vias          = []string{"email", "chosen_channel"}
	addressees    = []string{"owner", "assignee"}
	assignees     = []string{"mover", "chosen", "none", "team", "least_loaded"}
	noticeKinds   = []string{"terms", "consent", "duty", "notice", "page"}
	noticeMoments = []string{"account", "entry", "step", "review", "agent_first_login", "support_first_login", Staff, "footer", "form_foot", "offer"}
	acks          = []string{"required", "recorded", "none"}
	templates     = []string{"summary", "receipt"}
	receipts      = []string{"submission", "completion", "cancellation", "decision"}
	// senderValues are what a text may bear that goes to who wrote: nothing of a dossier, or it would tell whether there is one.
	senderValues = []string{"procedure", "service", "controller", "date"}
	keepClocks   = []string{"closed", "entry", "last_edit", "created", Received} // beside state.<id> and the dates of the form
	keepEnds     = []string{"delete", "anonymise"}
	keepAuthors  = []string{"declared", "commission", "proposed"}
	connectors   = []string{"oidc", "directory", "push", "smtp", "syslog", "tickets", "access", "manual"}
	capabilities = []string{"thread"}
	grounds      = []string{"consent", "legal_obligation", "legitimate_interest"}
	linkMoments  = []string{"submitted", "answered"}
)

// Whys are the kinds of an item that is asked for.
var Whys = []string{"missing", "unreadable", "expired", "inconsistent", "other"}

// Staff is the moment of a notice that is a document for those who hold a right of the procedure: they are told by mail when it is
// published or changed, say that they have read each of its wordings, and find it again (DS-017).
const Staff = "staff"

// Drafts is the category of what was never sent, whatever the categories of its answers.
const Drafts = "drafts"

// SystemCategories are the data no form asks for, which a retention rule must cover all the same.
var SystemCategories = []string{Drafts, "consents", "messages", "generated", "timestamps", "connection_log", "message_log", "agent_log"}

// The values a text may bear between braces, filled in when it is shown or sent. None of these is an answer.
var (
	mailValues   = []string{"reference", "link", "procedure", "service", "controller", "date", "until", "due", "goes"}
	answerValues = []string{"reference", "procedure", "controller", "date", "until"} // and the answers that answer_values names
	noticeValues = []string{"procedure", "service", "controller", "contact", "address"}
)
