"""Báo cáo: the reports on screen and as .xlsx."""
