"""Tailored policy packs for small UK voluntary organisations. The packages, the lowest layer first:

`model`: plain frozen data that all packages use. `library`: questions, clauses and law, as authors write them.
`formats`: one document to Word, PDF, HTML and text; a Word file back. `pack`: answers to an edition on disk.
`checks`: the problems that an author of clauses is told. `printing`: many copies of one form. `signing`: people, and
who has signed. `review`: the next edition from the last one. `interview`: where somebody is among the questions, and
the drafts. `status`: what is due. `terminal`: the menu and the prompts. `batch`: many packs. `report`: what is printed.
`cli`: the commands.

A package imports only from those named before it. `docs/architecture.md` shows the ways through.
"""
