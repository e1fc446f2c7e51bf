package toast

// Work is a toast that tells how far something has come that takes a while. It
// stays until that ends, unless it is closed before.
type Work struct{ card *card }

// Work adds a toast for something that takes a while.
func (l *Layer) Work(title string) *Work {
	l.Show(Toast{Kind: working, Title: title})
	return &Work{l.cards[len(l.cards)-1]}
}

// Say tells how far it has come.
func (w *Work) Say(text string) {
	if w.card.toast.Text != text {
		w.card.toast.Text = text
		w.card.Refresh()
		w.card.layer.box.Refresh() // it may be higher now
	}
}

// End takes the toast away.
func (w *Work) End() { w.card.layer.remove(w.card) }
