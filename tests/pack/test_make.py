"""Making a pack: the reminder of the next review, what a calendar program reads in it, and its raw lines."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from icalendar import Calendar

from policygen.pack.assembly import Stamp
from policygen.pack.make import reminder

MADE, DUE = date(2026, 11, 20), date(2028, 11, 20)
HOSTILE = "Tŷ Gwyn; “Café”, R&D \\ Søns: " + "äöü €" * 30


def calendar(organisation: str = "Harbour Street", number: int = 1, made: date = MADE, due: date = DUE,
             draft: bool = False) -> bytes:
    return reminder(organisation, Stamp(number, made, due, draft))


def event(data: bytes):
    [found] = Calendar.from_ical(data).walk("VEVENT")
    return found


def test_it_is_one_event_of_the_whole_day_of_the_review():
    found = event(calendar())
    assert (found.decoded("dtstart"), found.decoded("dtend")) == (DUE, DUE + timedelta(days=1))
    assert b"\r\nDTSTART;VALUE=DATE:20281120\r\n" in calendar()
    assert found["transp"] == "TRANSPARENT"  # nobody is busy all that day


def test_the_alarm_is_shown_eight_weeks_before():
    [alarm] = event(calendar()).walk("VALARM")
    assert (alarm["action"], alarm.decoded("trigger")) == ("DISPLAY", timedelta(days=-56))
    assert alarm["description"] == "Review the confidentiality policy of Harbour Street: eight weeks to go"


@pytest.mark.parametrize("name", ["Harbour Street", HOSTILE])
def test_its_words_name_the_organisation_and_say_what_to_do(name):
    found = event(calendar(name))
    assert found["summary"] == f"Review the confidentiality policy of {name}"
    assert found["description"].startswith("Edition 1 of 20 November 2026 is due for review by this day.\n1. ")
    for words in ("Run policygen again and choose to review", "keeps what you changed in the Word files",
                  "have them approved"):
        assert words in found["description"]


def test_only_a_drafts_reminder_says_that_its_day_is_not_final():
    assert "is a draft" in event(calendar(draft=True))["description"]
    assert "draft" not in event(calendar())["description"]


def test_the_id_stays_for_an_edition_and_differs_for_every_other():
    def ids(*calendars: bytes) -> set[str]:
        return {str(event(data)["uid"]) for data in calendars}

    same = ids(calendar(), calendar(made=MADE + timedelta(1), due=MADE, draft=True))
    others = ids(calendar(number=2), calendar("Harbour Stree"), calendar("1 Harbour"), calendar("Harbour", 11))
    # With another id people would have the reminder twice.
    assert same == {"2d00aec3-f9f6-56f4-b345-ef9443d4b9a3"}
    assert len(others) == 4 and not others & same


def test_its_stamp_is_the_day_of_the_edition_and_not_the_clock():
    assert event(calendar()).decoded("dtstamp") == datetime(2026, 11, 20, tzinfo=UTC)
    assert calendar() == calendar()


@pytest.mark.parametrize("name", ["Harbour Street", HOSTILE])
def test_lines_end_as_they_must_and_are_folded_between_letters(name):
    data = calendar(name)
    assert data.startswith(b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n") and data.endswith(b"END:VCALENDAR\r\n")
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", data)
    lines = data.split(b"\r\n")
    assert max(map(len, lines)) <= 75 and any(line.startswith(b" ") for line in lines)
    for line in lines:
        line.decode()
