"""Many copies of one form, fast: a form is laid out once, and filled many times.

In: blank forms (`Document`s) with the values for each person. Out: a folder of files, whole or not at all. Front:
`print_run.print_run` (forms for people, `PersonForm`) and `print_run.print_blank_sheets` (numbered copies for nobody
in particular), with `PrintOptions`.

The words, in all modules: a *template* is a form with *placeholders* in its *places*; a *value* is what goes into a
place; a *copy* is a template with the values for one person; a *group* is the copies that belong together. For PDF, a
*layout* is a template laid out once and taken apart (`pdf_pages`), *drawn values* are values as WeasyPrint draws them,
and `pdf_file` writes both together. For Word, `word_copies` exchanges the placeholders in a finished file.
"""
