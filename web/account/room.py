"""The room itself: its blueprint."""

from flask import Blueprint

bp = Blueprint("account", __name__)
