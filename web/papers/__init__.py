"""Văn bản: the papers of a case, up and down."""
