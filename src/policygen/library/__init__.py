"""What authors write: questions, clauses and law; read, typed and checked as they are read.

In: `questionnaires/*.yaml` and a folder of clauses. Out: `questionnaire.load` gives a `Questionnaire`, `clauses.load` a
`Library` with its `LawBook`; both raise LibraryError with everything that is wrong, each with file, line and hint.
`question.parse_answer` types one answer, `conditions` holds the sandboxed Jinja, `schema` prints the questions.
"""
