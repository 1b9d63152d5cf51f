"""Thiết kế: processes, rule tables and their versions; drawing, checking, saving drafts and publishing."""
