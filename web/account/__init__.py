"""Tài khoản: signing in and out, and who stands in for whom."""
