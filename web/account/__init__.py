"""Tài khoản: signing in and out, who stands in for whom, and for heads whom they lead."""
