"""Vận hành: what administrators see of incidents, automatic work and cases in trouble, and how they repair them."""
