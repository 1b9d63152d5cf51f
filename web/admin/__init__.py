"""Quản trị: where administrators keep the directory, and what else holds for the whole house."""
