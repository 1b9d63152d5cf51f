"""From a file to a checked, compiled process: XML, structure, extension elements, expressions, Spiff's parsers."""
