"""People, what each of them signs, and who has signed.

In: a list of people (`people.read_people`), and an edition. Out: forms for everybody, printed and entered in the
edition's register (`forms.give_forms`), numbered copies for clients (`forms.give_blank_sheets`), signatures that came
back (`signed.record_signatures`), and how each form stands (`due.form_standings`, `register.read_register`).
"""
