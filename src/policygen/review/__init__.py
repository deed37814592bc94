"""The next edition from the last one: an edition, edited Word files and today's library in; a request for a pack out.

`begin_review` opens the last edition, `reasons_to_ask` says which questions to ask again, `review.next_request` gives
`pack.make` what to make, with the brief and the redlines that `news` adds. `news.difference` prints what changed from
one edition to another. Nothing here asks a person or writes an edition.
"""
