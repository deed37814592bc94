"""Tailored policy packs for small UK voluntary organisations."""
