"""Plain frozen data that every other package speaks, and what is true of English. Nothing here reads or writes files.

`document`: the `Document` that assembly makes and the writers draw. `lines`: its blocks as lines, and back.
`alignment`: which lines of two texts belong together. `problems`: `Problem`, `Place` and the errors by who must act.
`english`: plurals, articles, lists, dates. `stored`: JSON files as typed values.
"""
