"""How a person uses the program in a terminal: it draws and asks; the rules are elsewhere.

In: how to ask, and what to make (`menu.Face`). Out: a pack on disk, or unfinished answers. `menu.open_menu`, `menu.ask`
and `menu.ask_review` are its front. `interview.run_interview` asks the questions, through `screen.Screen` (arrow keys)
or `plain.Plain` (lines of text), which both are `prompts.Prompts`.
"""
