"""What the author of a clause library is told: `policygen check`.

In: a `Library`, its `Questionnaire`, the known mistakes and example answers. Out: `Problem`s, each with file and line.
Its front: `check.check`, everything; `style.load_mistakes`, what it looks for in wordings; `examples.make_example`, the
pack of an example. `style` reads the words of clauses, `proofs` goes through all answers, `examples` reads packs.
"""
