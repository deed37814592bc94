"""The checks: one small rule each, over finished documents or over a whole clause library."""
