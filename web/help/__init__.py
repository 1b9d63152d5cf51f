"""Trợ giúp: what a diagram may say, read from the same table as the engine and its lint."""
