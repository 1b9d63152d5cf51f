"""Khởi tạo: the processes a person may start."""
