"""Answers in, an edition on disk out: select, assemble, check, write, record.

`make.rendered` gives what the library says for some answers; `make.make` writes it. `answers` reads and completes what
the coordinator said, `edition` knows what `pack.json` holds, `folders` where editions lie and how files get there
whole, `edits` what people changed by hand. Nothing here knows of reviews or asks anybody.
"""
