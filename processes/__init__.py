"""Process packs and what makes them run: the catalogue, their manifests, the submission of tasks.

Imports `forms`, `reports` and `engine`; packs never import each other and never `web`.
"""
