"""Write stage: one `Document` and the look of an organisation in, the bytes of a file out; and a Word file back in.

`house.prepare` reads what an organisation chose into a `House`, which every writer takes. The writers are `text.write`,
`html.screen` (for browsers), `pdf.write` and those of `word`; the same words come out of each. `tables` decides for all
of them how tables lie on paper.
"""
