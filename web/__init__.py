"""The site: Flask, one folder per room. Views say who, what and where next; they decide nothing.

May import everything below it; nothing imports it.
"""
