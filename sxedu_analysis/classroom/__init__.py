"""For those who explore by hand and those who teach: explanations, cards, a panel, exercises with checks."""
