"""Report definitions: what they ask of the read models, their columns, and the export to .xlsx.

Knows the engine's tables, no HTTP and no forms. Imported by `processes` and `web`.
"""
