"""Answers in, an edition on disk out: select, assemble, check, write, record.

`make.rendered` gives the documents for some answers; `make.make` writes them. `answers` reads and completes answers.
`edition` reads `pack.json`. `folders` names folders and writes files whole. `edits` keeps what people changed by hand.
Nothing here knows of reviews or asks anybody.
"""
