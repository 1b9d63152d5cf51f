"""Hộp việc: the list of tasks and the task pane. The product is this room."""
