// Package workflow is who does what when: states, moves, and the pure decision of what a move does.
package workflow

import "guichet/internal/text"

// Workflow is workflows/<procedure>.yaml as written.
type Workflow struct {
	ID            string         `yaml:"workflow"`
	Form          string         `yaml:"form"`
	Prefix        string         `yaml:"prefix"`        // of references, e.g. "CS"
	Heading       []string       `yaml:"heading"`       // fields of one step whose answers name a dossier in lists
	Language      string         `yaml:"language"`      // field whose answer is the language of the person's messages (RP-032)
	Channel       string         `yaml:"channel"`       // field whose answer is how the person is told where nothing is chosen on the account page (RP-031)
	Search        []string       `yaml:"search"`        // fields whose words find a dossier (a group's field: in every row)
	Duplicates    []*Likeness    `yaml:"duplicates"`    // what makes two dossiers alike, told to agents
	Lock          string         `yaml:"lock"`          // ISO 8601: how long a dossier is its reader's alone once a move that locks is opened; empty = no move locks
	Figures       Figures        `yaml:"figures"`       // what the team's page of figures keeps back
	Readings      Readings       `yaml:"readings"`      // what is noted of agents' readings, and which are out of the usual
	Traces        Traces         `yaml:"traces"`        // what is noted of connections beside who and when
	Receipt       []string       `yaml:"receipt"`       // fields restated on the receipt of a filing, outside groups, in this order
	Uses          []string       `yaml:"uses"`          // capabilities: thread
	Writing       Writing        `yaml:"writing"`       // how the person and the desk write to each other
	Identity      Identity       `yaml:"identity"`      // how the person proves who they are, beside a document
	AnswerValues  []string       `yaml:"answer_values"` // fields outside groups whose answers an answer may restate
	Answers       []*Answer      `yaml:"answers"`       // texts an agent may begin a message to the person with
	Processing    Processing     `yaml:"processing"`
	Intake        []Intake       `yaml:"intake"`
	Paper         Paper          `yaml:"paper"`   // how somebody without an account is written to
	Mandate       *Mandate       `yaml:"mandate"` // who may fill in for whom; none = nobody
	Copies        []*Copy        `yaml:"copies"`  // dossiers begun from one that was sent, for others of the household
	Roles         []*Role        `yaml:"roles"`
	States        []*State       `yaml:"states"`
	Deadlines     []*Deadline    `yaml:"deadlines"` // days by which the administration owes something
	Moves         []*Move        `yaml:"moves"`
	Notifications []Notification `yaml:"notifications"`
	Notices       []*Notice      `yaml:"notices"`
	Rejections    []Rejection    `yaml:"rejections"` // why an agent rejects a document
	Documents     []Document     `yaml:"documents"`  // generated ones
	Timers        []Timer        `yaml:"timers"`
	Events        []Event        `yaml:"events"`                     // what happens by itself, and who is told
	Inquiry       *Inquiry       `yaml:"inquiry"`                    // what may be looked for about the person, and of whom it is asked; none = nothing
	Register      *Register      `yaml:"register" json:",omitempty"` // the list that is kept of all that was received; none = no list
	Retention     []Retention    `yaml:"retention"`
	Connectors    []Connector    `yaml:"connectors"`
	Links         []Link         `yaml:"links"`
	Editable      Editable       `yaml:"editable"` // what the configuration screens may change
}

// Processing is the record of the processing, shown on the public "your data" page.
type Processing struct {
	Purpose    text.Words   `yaml:"purpose"` // RP-001
	Controller text.Words   `yaml:"controller"`
	Grounds    []string     `yaml:"grounds"` // RP-003: consent, legal_obligation, legitimate_interest
	Texts      []string     `yaml:"texts"`   // RP-004
	Opinion    string       `yaml:"opinion"`
	Source     string       `yaml:"source"`  // file of docs/opinions whose words the quotes are
	Rows       string       `yaml:"rows"`    // prefix of its rows in docs/requirements.tsv
	Persons    []text.Words `yaml:"persons"` // RP-006 to RP-008
	Rights     []text.Words `yaml:"rights"`
	Recipients []text.Words `yaml:"recipients"`
	Automated  text.Words   `yaml:"automated"` // the reasoning behind decisions made by a machine, or that there is none
}

// Traces is what the connection log notes beside who, what and when. It is kept as long as the log itself.
type Traces struct {
	Address bool `yaml:"address"` // from which address an agent who holds a right of the procedure signs in, sealed
}

// Intake is a way in (RP-024: never online alone).
type Intake struct {
	Channel string      `yaml:"channel"` // online | counter | post | email
	By      string      `yaml:"by"`
	Account string      `yaml:"account"` // required (also when empty, online) | optional: a visit is enough, and who has one finds it there | none
	Guard   string      `yaml:"guard"`   // proof_of_work: what a form of a stranger costs; needed where no account is
	Mail    *MailIntake `yaml:"mail"`    // email: how a message becomes a dossier
}

// MailIntake is how a message becomes a dossier. Whose it is nobody knows: its words are answers that stand for what a form would
// have asked, and the desk goes on from there. A message whose subject bears the reference of a dossier at work continues that one.
type MailIntake struct {
	Move     string            `yaml:"move"`     // files the dossier; made by the clockwork
	From     string            `yaml:"from"`     // field of an e-mail address: the sender's
	Name     string            `yaml:"name"`     // field of the name the sender gives, or the address where there is none
	Subject  string            `yaml:"subject"`  // field of the subject
	Words    string            `yaml:"words"`    // field of the text
	Received string            `yaml:"received"` // field of the day it came in
	Set      map[string]string `yaml:"set"`      // answers to questions that no message answers
	Answer   string            `yaml:"answer"`   // notification to the sender, the same whatever became of the message; empty = none
}

// Paper is how somebody who applied on paper, and has no account, is written to: by a letter, and by e-mail when an address was
// given. What the desk has to do for it goes to the agent who has the dossier, or among the news of its team.
type Paper struct {
	Name    []string      `yaml:"name"`    // fields whose answers name the person, in this order
	Address []AddressLine `yaml:"address"` // the postal address, a line each
	Town    text.Words    `yaml:"town"`    // last line of the address, when every applicant lives in the same town
	Email   string        `yaml:"email"`   // field of the e-mail address; empty = letters alone
	Link    text.Words    `yaml:"link"`    // stands where a message has {link}: who has no account cannot follow one
	Letter  string        `yaml:"letter"`  // notification to the desk: a letter is to be printed
	Draft   string        `yaml:"draft"`   // notification to the desk, in place of any about a draft: its person has none; empty where no timer tells of one
}

// AddressLine is a line of a postal address: a bare “2” is no floor to a postman, so a word may stand before the answer.
type AddressLine struct {
	Field  string     `yaml:"field"`
	Before text.Words `yaml:"before"`
}

// UnmarshalYAML reads a mapping, or the field alone, as definitions said it first: those stored beside dossiers still do.
func (l *AddressLine) UnmarshalYAML(read func(any) error) error {
	if read(&l.Field) == nil {
		return nil
	}
	type line AddressLine
	return read((*line)(l))
}

// Role is what somebody may do with dossiers of this procedure (RP-157 to RP-161).
type Role struct {
	ID    string     `yaml:"id"`
	Kind  string     `yaml:"kind"` // owner | agent | support | system (the clock)
	Label text.Words `yaml:"label"`
	Can   []string   `yaml:"can"`  // read process configure assign message export audit
	Hide  []string   `yaml:"hide"` // categories never shown to this role (RP-028)

	Holders    int    `yaml:"holders"`     // how many agents may hold it at once; 0 = any number
	BreakGlass string `yaml:"break_glass"` // ISO 8601: how long a written request opens one dossier to this role (RP-162); empty = never
}

// State is where a dossier stands.
type State struct {
	ID    string     `yaml:"id"`
	Kind  string     `yaml:"kind"`  // draft | open | waiting | closed
	Label text.Words `yaml:"label"` // for the person, in plain words
	Next  text.Words `yaml:"next"`  // what happens next, for the person
	Desk  text.Words `yaml:"desk"`  // for agents
	Tone  string     `yaml:"tone"`  // grey | blue | yellow | green | red
}

// Move is the only way a dossier changes state; its needs are checked inside the transaction, its effects happen after it.
type Move struct {
	ID      string     `yaml:"id"`
	Label   text.Words `yaml:"label"`
	Help    text.Words `yaml:"help"`
	From    []string   `yaml:"from"`  // states, or "any_open"
	To      string     `yaml:"to"`    // a state, or "same"
	By      []string   `yaml:"by"`    // roles
	When    string     `yaml:"when"`  // rule over the answers, `state`, and `overdue` (the person's day is over)
	Needs   []string   `yaml:"needs"` // form | documents | consents (the boxes of the entry, of the steps gone through and of the review) | notice.<id> | items (something is asked) | answered (every item asked was answered) | valid (documents meet their rules, and none stands rejected)
	Form    MoveForm   `yaml:"form"`
	Confirm bool       `yaml:"confirm"` // asks "are you sure" on a page of its own
	Danger  bool       `yaml:"danger"`
	Locks   bool       `yaml:"locks"`   // opening its page keeps others from deciding meanwhile
	Bulk    bool       `yaml:"bulk"`    // may be made on many dossiers at once
	Leaves  bool       `yaml:"leaves"`  // made on each dossier of a person who leaves the service (RP-020)
	Receipt string     `yaml:"receipt"` // what the receipt of this move proves: submission | completion | cancellation | decision; empty = it has none
	Second  *Second    `yaml:"second"`  // a second agent decides whether it is made; none = the mover alone

	Set map[string]string `yaml:"set"` // agents' choices that the move itself makes

	Do []Effect `yaml:"do"`
}

// MoveForm is what the mover fills in.
type MoveForm struct {
	Fields   []string `yaml:"fields"`   // ids of agent fields
	Required []string `yaml:"required"` // those that must be filled
	Pick     bool     `yaml:"pick"`     // picks items (fields and documents) with a word on each (RP-014)
	Reasons  []Reason `yaml:"reasons"`  // one must be chosen
	Due      string   `yaml:"due"`      // the mover sets the day until which the person answers; ISO 8601: the one proposed, to its end

	DueWithin []string `yaml:"due_within"` // beside due: the shortest and the longest time the mover may give; [P1D, P1Y] when empty

	Asks   []string    `yaml:"asks"`   // fields of the person marked on_request that the move asks for, with a word on each
	Checks []MoveCheck `yaml:"checks"` // what must hold of the answers and of what the mover has filled in
}

// Reason is a choice that explains a move.
type Reason struct {
	ID    string     `yaml:"id"`
	Label text.Words `yaml:"label"`

	Retired bool `yaml:"-"` // set on the configuration screens: known, and no longer offered
}

// Rejection is a reason to reject a document; its words are said to the person.
type Rejection struct {
	ID    string     `yaml:"id"`
	Why   string     `yaml:"why"` // kind of the item that asks for another: missing | unreadable | expired | inconsistent | other
	Label text.Words `yaml:"label"`

	Retired bool `yaml:"-"` // set on the configuration screens: known, and no longer offered
}

// Effect is what follows a move; exactly one of its verbs is set.
type Effect struct {
	Notify   string `yaml:"notify"`
	To       string `yaml:"to"`                         // owner | assignee
	Document string `yaml:"document"`                   // generate
	Erase    string `yaml:"erase"`                      // dossier
	Push     string `yaml:"push"`                       // connector
	Assign   string `yaml:"assign"`                     // mover | chosen | none | team (a chosen one, nobody yet) | least_loaded (of the dossier's team, what is nobody's)
	Task     string `yaml:"task"`                       // overdue: the dossier comes back to its agent, until it moves on or its day is set anew
	Deliver  string `yaml:"deliver" json:",omitempty"`  // answer: what was put together of an inquiry, by a link and a code
	Deadline string `yaml:"deadline" json:",omitempty"` // takes the deadline to the day that the move's form has
}

// Notification is a message; its words are in the definition, administrators may edit them.
type Notification struct {
	ID      string     `yaml:"id"`
	Via     []string   `yaml:"via"`   // email (always) | chosen_channel (as the person chose)
	News    *News      `yaml:"news"`  // to agents: gathered, and told to the team when nobody has the dossier
	Links   []string   `yaml:"links"` // links that the mail ends in, where they are configured; the address as it is (RP-023)
	Subject text.Words `yaml:"subject"`
	Paper   text.Words `yaml:"paper"` // in place of the body for who has no account; empty = the body
	Body    text.Words `yaml:"body"`  // {reference} {link} {procedure} {date} {until} {due} {goes} {service} {controller}; never an answer
}

// Notice is a text that must be read, accepted, or known to have been shown.
type Notice struct {
	ID    string     `yaml:"id"`
	Kind  string     `yaml:"kind"` // terms | consent | duty | notice | page
	Show  []string   `yaml:"show"` // account | entry | step | review | agent_first_login | support_first_login (who holds a role of kind support) | staff (a document for who holds a role of kind agent, told by mail when it is new or changed) | footer | form_foot (under each page that asks the person something) | offer (beside another)
	Ack   string     `yaml:"ack"`  // required | recorded | none
	Title text.Words `yaml:"title"`
	Label text.Words `yaml:"label"` // the words beside the unticked box
	Text  text.Words `yaml:"text"`  // French is authoritative; a blank line parts paragraphs, "## " begins a heading, "- " an item

	Include string `yaml:"include"` // a notice whose text follows this one's: [Compile] appends it to Text (RP-037)

	Offer string `yaml:"offer"` // a notice of kind page to print and hand on, led to beside this one (RP-179)

	Quote string   `yaml:"quote"` // consent: the opinion's words; Label.FR must be them to the letter (RP-034)
	Rows  []string `yaml:"rows"`
}

// Document is a generated one.
type Document struct {
	ID       string     `yaml:"id"`
	Template string     `yaml:"template"` // summary | receipt
	Title    text.Words `yaml:"title"`
	See      []string   `yaml:"see"`
}

// Timer is a move or a message made by the clock.
type Timer struct {
	ID     string   `yaml:"id"`
	At     string   `yaml:"at"` // clock ± ISO 8601 duration, e.g. "last_edit + P3M"; goes - P14D: two weeks before all is erased
	States []string `yaml:"states"`
	Move   string   `yaml:"move"`
	Notify string   `yaml:"notify"`
	Erase  string   `yaml:"erase"` // dossier
}

// Retention is how long categories are kept (RP-184, RP-185).
type Retention struct {
	ID     string   `yaml:"id"`
	What   []string `yaml:"what"`  // categories of the form, and system categories: drafts consents messages generated timestamps connection_log message_log agent_log
	Keep   string   `yaml:"keep"`  // ISO 8601 duration
	From   string   `yaml:"from"`  // closed | created | last_edit | received | state.<id> | a date of the form (its field) | entry (each line of a log by itself)
	Then   string   `yaml:"then"`  // delete | anonymise (what its categories hold and names nobody is kept, without the dossier)
	Fixed  string   `yaml:"fixed"` // declared | commission | proposed
	Bounds []string `yaml:"bounds"`
	Quote  string   `yaml:"quote"` // the opinion's words, unless proposed
}

// Link leads out of the service; its address comes from the configuration and carries no identifier (RP-023).
type Link struct {
	ID    string     `yaml:"id"`
	Label text.Words `yaml:"label"`
	Show  []string   `yaml:"show"` // submitted: on the page of a filed dossier; answered: once it is closed
	URL   string     `yaml:"url"`  // {name of a configuration value}
}

// Connector is an exchange with another authorised processing; all are off until configured.
type Connector struct {
	ID   string `yaml:"id"`
	Kind string `yaml:"kind"` // oidc | directory | push | smtp | syslog (events go to a collector, where one is configured) | tickets (incidents go to a service desk, where one is configured) | access (providers come in by it) | manual (people exchange, no program does)
	Name string `yaml:"name"` // the authorised processing, in the opinion's words

	Of string `yaml:"of"` // oidc: whose accounts come from it: agents | people (also when empty)

	Fields    []string `yaml:"fields"`    // push: the questions and documents whose answers leave, and nothing else does; a group's one by one ("children.last_name"). Each must be one that the core system collects too (RP-150)
	Documents string   `yaml:"documents"` // push: reference (kind, size and SHA-256; also when empty) | content (the bytes may be fetched too)
	States    []string `yaml:"states"`    // push: those in which a dossier may leave; in any other it is overtaken
}
