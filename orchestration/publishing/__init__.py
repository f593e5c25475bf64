"""Publishing: an immutable version of the mart, built aside, verified, and shown by swapping one symlink."""
