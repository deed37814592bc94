"""The parts of the Word writer; `policygen.writers.docx` puts them together."""
