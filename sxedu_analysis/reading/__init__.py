"""A report file becomes text, the text becomes quantities."""
