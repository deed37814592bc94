"""The next edition from the last one. In: an edition, edited Word files, today's library. Out: a request for a pack.

`review.begin_review` opens the last edition, `review.reasons_to_ask` gives the questions to ask again, and
`review.next_request` gives `pack.make` what to make, with the brief and the redlines that `news` adds.
`review.changes_of_answers` finds names that somebody replaced all through a Word file, `review.old_names_left` what has
an old name still. `news.difference` prints the changes between two editions. `approval.record_approval` puts
the approved files of an edition in the places of the draft's.
Nothing here asks a person or makes an edition.
"""
