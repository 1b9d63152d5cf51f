"""Import: diagrams of Camunda 7, Operaton, Flowable and Activiti into the dialect of the house.

Here lives what is known of those dialects, one file per concern, and the report. An import takes bytes and gives bytes,
forms and notes; nothing foreign vanishes without a note. Not here: files and folders, the tool that draws a missing
layout, and whether the result is sound, which reading and lint say. The command `import-bpmn` and the studio call it.
"""

from engine.bpmn.importing.conversion import import_diagram
from engine.bpmn.importing.report import Fate, Imported, Note

__all__ = ["Fate", "Imported", "Note", "import_diagram"]
