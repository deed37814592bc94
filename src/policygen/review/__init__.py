"""The next edition from the last one: an edition, edited Word files and today's library in; a request for a pack out.

`review.begin` opens the last edition, `review.reasons` says which questions to ask again, `review.next_request` gives
`pack.make` what to make, with the brief and the redlines that `news` adds. `news.difference` prints what changed from
one edition to another. Nothing here asks a person or writes an edition.
"""
