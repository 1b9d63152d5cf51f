"""Điều hành: where cases stand, since when, at whom; for who leads a unit or oversees the office."""
