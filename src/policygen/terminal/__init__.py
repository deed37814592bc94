"""The terminal's face: it draws and asks, and decides nothing.

In: how to ask, and what to make (`menu.Face`). Out: a pack on disk, or unfinished answers. `menu.open_menu`, `menu.ask`
and `menu.review` are its front. `interview.run` asks the questions, through `screen.Screen` (arrow keys) or
`plain.Plain` (lines of text), which both are `prompts.Prompts`.
"""
