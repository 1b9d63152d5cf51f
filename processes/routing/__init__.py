"""The pack `routing`: outgoing documents travel from desk to desk (luân chuyển văn bản đi).

Data first: two diagrams and their forms. Python only for the register of issued documents. Talks to `engine` alone.
"""

PLUGIN = "processes.routing.handlers"
