"""Tài khoản: signing in and out."""
