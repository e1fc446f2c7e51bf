package tenant

import (
	"context"
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/widget"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/kit"
	"github.com/entraidsync/entraidsync/ui/labels"
	"github.com/entraidsync/entraidsync/ui/phrase"
	"github.com/entraidsync/entraidsync/ui/tasks"
	"github.com/entraidsync/entraidsync/ui/wording"
)

// filterHelp stands under a class's filter while it is changed: words that could come
// next, how many objects of the copy it would leave out, and what follows.
type filterHelp struct {
	host   *host.Host
	tenant int64
	rule   *classRule
	offer  *kit.Suggestions
	words  filterWords // that are offered
	would  *widget.Label

	uses            []store.PropertyUse // nil: not asked for yet
	stop            func()              // forgets to count once typing has rested; nil: nothing waits
	naming, valuing tasks.Latest
	counting        tasks.Latest
	counted         string // the expression that is told of; "" may be none
	telling         bool
}

func newFilterHelp(h *host.Host, tenant int64, r *classRule) *filterHelp {
	p := &filterHelp{host: h, tenant: tenant, rule: r, would: kit.Muted("")}
	p.offer = kit.NewSuggestions(p.take)
	p.offer.Tip, p.offer.Tips = func(word string) string { return labels.Property(r.name, word) }, h.Tips
	p.would.Wrapping = fyne.TextWrapWord
	kit.Reveal(false, p.would)
	r.filter.OnCursorChanged = p.typed
	return p
}

// typed offers what could come next at the cursor.
func (p *filterHelp) typed() {
	p.valuing.Drop()
	if p.host.Window.Canvas().Focused() != p.rule.filter {
		p.suggest(filterWords{})
		return
	}
	if p.uses == nil {
		p.learn()
		return
	}
	w := nextWords(p.rule.filter.Text, p.rule.filter.CursorColumn, p.uses)
	if w.property == "" {
		p.suggest(w)
		return
	}
	p.hold(w)
	q := store.ValueQuery{Class: p.rule.name, Property: w.property, Text: w.typed, Most: mostWords}
	tasks.Ask(p.host.Group, &p.valuing, func(ctx context.Context) ([]store.ValueUse, error) { return p.host.Store.Values(ctx, p.tenant, q) }, func(values []store.ValueUse, err error) {
		if err == nil && kindOf(p.uses, w.property) != store.KindFlag {
			texts := make([]string, len(values))
			for i, v := range values {
				texts[i] = strconv.Quote(v.Value)
			}
			w.words = append(kit.Fitting(texts, strconv.Quote(w.typed)[:1+len(w.typed)]), w.words...)
		}
		p.suggest(w)
	})
}

// learn asks which properties there are, once.
func (p *filterHelp) learn() {
	tasks.Ask(p.host.Group, &p.naming, func(ctx context.Context) ([]store.PropertyUse, error) {
		return p.host.Store.Properties(ctx, p.tenant, p.rule.name)
	}, func(uses []store.PropertyUse, err error) {
		if p.uses = append([]store.PropertyUse{}, uses...); err == nil {
			p.typed()
		}
	})
}

// hold keeps the values that are offered while those that fit what is typed by now are
// asked for; words of another place of the filter go at once.
func (p *filterHelp) hold(w filterWords) {
	if w.start == p.words.start && w.property == p.words.property {
		p.words = w
		return
	}
	p.suggest(w)
}

// suggest shows words to choose from.
func (p *filterHelp) suggest(w filterWords) {
	p.words = w
	p.offer.Offer(w.words)
}

// take puts a word into the filter and goes on behind it.
func (p *filterHelp) take(word string) {
	text, at := p.words.put(p.rule.filter.Text, word)
	p.host.Window.Canvas().Focus(p.rule.filter)
	p.rule.filter.SetText(text)
	p.rule.filter.CursorColumn = at
	p.rule.filter.Refresh()
	p.typed()
}

// compare says what the filter would do once it differs from the one that is stored.
func (p *filterHelp) compare(t entra.Tenant) {
	expression := p.rule.expression()
	filter, err := entra.ParseFilter(expression)
	if expression == t.Filters[p.rule.name] || err != nil || p.rule.row.Hidden || p.rule.problem() != "" {
		p.forget()
		kit.Reveal(false, p.would)
		return
	}
	if p.telling && expression == p.counted {
		return
	}
	p.forget()
	p.counted, p.telling = expression, true
	p.tell(filterCount{})
	if filter != nil {
		p.stop = p.host.After(countRest, func() { p.stop = nil; p.count(filter) })
	}
}

// countRest is how long typing must rest before objects are counted: that reads all.
const countRest = 600 * time.Millisecond

// forget stops what is being counted.
func (p *filterHelp) forget() {
	if p.stop != nil {
		p.stop()
		p.stop = nil
	}
	p.counting.Drop()
	p.telling = false
}

// filterCount is what a filter would do with the objects that were looked at.
type filterCount struct {
	seen, out, failed int64
	all               bool
	why               error // of the first that failed
}

// everything tells whether nothing of the class would be left.
func (n filterCount) everything() bool { return n.all && n.seen > 0 && n.out == n.seen }

// countTold is after how many objects the count is told anew.
const countTold = 5000

// count tries the filter on the objects of the copy.
func (p *filterHelp) count(filter *entra.Filter) {
	expression := p.counted
	tasks.Ask(p.host.Group, &p.counting, func(ctx context.Context) (n filterCount, err error) {
		for o, err := range p.host.Store.Objects(ctx, p.tenant, store.ObjectQuery{Class: p.rule.name}) {
			if err != nil {
				return n, err
			}
			n.seen++
			out, err := filter.Out(o.ID, o.Properties)
			if out {
				n.out++
			}
			if err != nil {
				if n.failed++; n.why == nil {
					n.why = err
				}
			}
			if n.seen%countTold == 0 {
				so := n
				p.host.Post(func() {
					if p.telling && p.counted == expression && ctx.Err() == nil {
						p.tell(so)
					}
				})
			}
		}
		n.all = true
		return n, nil
	}, func(n filterCount, err error) {
		if err == nil {
			p.tell(n)
		}
	})
}

// tell says what was counted so far, and what follows when it is saved.
func (p *filterHelp) tell(n filterCount) {
	args := map[string]any{"Out": phrase.Number(n.out), "Seen": phrase.Number(n.seen)}
	text := ""
	switch {
	case p.rule.expression() == "":
		text = lang.L("Leaves out nothing.")
	case n.everything():
		text = lang.L("Would leave out all {{.Seen}} that the copy holds.", args)
	case n.all:
		text = lang.L("Would leave out {{.Out}} of the {{.Seen}} that the copy holds.", args)
	case n.seen > 0:
		text = lang.L("Would leave out {{.Out}} of the first {{.Seen}} …", args)
	default:
		text = lang.L("Counting what it would leave out …")
	}
	if n.failed > 0 {
		text += " " + lang.L("It fails for {{.Count}}, which stay: {{.Why}}.", map[string]any{"Count": phrase.Number(n.failed), "Why": reason(n.why)})
	}
	if p.would.Importance = widget.LowImportance; n.everything() {
		p.would.Importance = widget.WarningImportance
	}
	kit.SetText(p.would, text+" "+lang.L("Saving it makes the next sync a full scan of {{.Class}}.", map[string]any{"Class": labels.Class(p.rule.name)}))
	kit.Reveal(true, p.would)
}

// reason is the first line of why a filter failed, without the filter itself, which stands above.
func reason(err error) string {
	why := say.Because(err)
	if _, places := why.Parts(); len(places) == 2 {
		if s, ok := places[1].(say.Sentence); ok {
			why = s
		}
	}
	line, _, _ := strings.Cut(wording.Say(why), "\n")
	return strings.TrimSuffix(line, ".")
}

func (p *filterHelp) leave() {
	p.forget()
	p.naming.Drop()
	p.valuing.Drop()
}
