"""Where somebody is among the questions, and their unfinished answers on disk; nothing here prints or prompts.

In: a questionnaire and answers. Out: a `path.QuestionPath`, which knows what is asked next and returns a new path for
each step; what one question shows and whether a typed text answers it (`asking.options`, `asking.mistake`,
`asking.actions`); answers in words (`overview.check_lines`, `overview.answer_line`); drafts on disk (`drafts.Draft`,
`drafts.unfinished`).
"""
