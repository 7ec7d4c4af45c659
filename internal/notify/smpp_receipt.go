package notify

import (
	"regexp"
	"strings"
)

// ends are the states of an SMS that do not change any more (SMPP 3.4, section 5.2.28), by number and by name.
var ends = map[string]receipt{
	"2": {state: Accepted}, "DELIVRD": {state: Accepted},
	"3": {state: Bounced, why: "the SMS expired on its way"}, "EXPIRED": {state: Bounced, why: "the SMS expired on its way"},
	"4": {state: Bounced, why: "the SMS was deleted on its way"}, "DELETED": {state: Bounced, why: "the SMS was deleted on its way"},
	"5": {state: Bounced, why: "the SMS cannot be delivered"}, "UNDELIV": {state: Bounced, why: "the SMS cannot be delivered"},
	"8": {state: Bounced, why: "the SMS was rejected"}, "REJECTD": {state: Bounced, why: "the SMS was rejected"},
}

var (
	receiptID   = regexp.MustCompile(`(?i)\bid:(\S+)`)
	receiptStat = regexp.MustCompile(`(?i)\bstat:([A-Z]+)`)
)

// receipt reads what became of an SMS, from the fields made for it or from the words of appendix B; false for a message
// that is none, or that tells of no end.
func (d delivered) receipt() (receipt, bool) {
	if d.class&receiptBits != isReceipt {
		return receipt{}, false
	}
	id := strings.TrimRight(string(d.tlv[tlvID]), "\x00")
	if m := receiptID.FindStringSubmatch(d.words); id == "" && m != nil {
		id = m[1]
	}
	state := ""
	if v := d.tlv[tlvState]; len(v) == 1 {
		state = string(rune('0' + v[0]%10))
	} else if m := receiptStat.FindStringSubmatch(d.words); m != nil {
		state = strings.ToUpper(m[1])
	}
	r, ok := ends[state]
	r.id = id
	return r, ok && id != ""
}
