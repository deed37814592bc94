"""What people did by hand: files in, blocks out."""
