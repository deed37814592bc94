"""The questions and the clause library that the program comes with, read once for all tests of a process."""

from pathlib import Path

from policygen.pack import make

ROOT = Path(__file__).resolve().parents[2]
SOURCES = make.load(ROOT)
QUESTIONS = SOURCES.questionnaire
EXAMPLES = ROOT / "examples"
NEEDED = {
    "organisation_name": "Kestrel Row", "organisation_kinds": ["front_line"], "nations": ["england"],
    "workers": ["staff", "volunteers"], "lead_role": "Chief Executive", "victims_service": False,
    "data_stores": [{"name": "the drive", "kind": "cloud", "holds": "Letters", "protection": "Own log-in"},
                    {"name": "the cabinet", "kind": "paper", "holds": "Forms", "protection": "Locked"}],
    "contact_email": "a@kestrel.example", "contact_address": "1 Kestrel Row", "contact_phone": "01632 960000"}
"""Typed answers to all that no pack can do without."""
NEEDED_TEXT = """
nations: [england]
workers: [staff, volunteers]
victims_service: no
data_stores: [{name: the drive, kind: cloud, holds: Letters, protection: Own log-in}]
"""
"""Lines of an answers file: what a draft cannot do without, beside the name and the kinds of the organisation."""
