"""One writer for each format: a `Document` in, bytes or text out."""
