"""Ways to put one question to a person: `screen`, with arrow keys, and `plain`, line by line."""
