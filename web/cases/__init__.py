"""Hồ sơ: looking for cases and looking at one."""
