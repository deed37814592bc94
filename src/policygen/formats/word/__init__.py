"""Word files: a `Document` in, the bytes of a DOCX file out; a DOCX file that somebody edited in, its lines out.

In front: `writer.write_word_file`, `reader.read_word_file` with `EditedFile`, `redline.write_redline`, and
`bookmarks.bookmark`. `body`, `look` and `xml` make what the writer puts into the house's frame;
`package` opens a zip file that is handed in, or refuses it, and makes one of parts.
"""
