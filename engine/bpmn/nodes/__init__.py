"""Flow nodes: what each BPMN element does with a token. They know scopes and tokens, and no file."""
