"""Migration (chuyển phiên bản): running cases go over to another version of their process and stay where they stand.

`plans` lays the elements of both versions side by side, `verdicts` tries every case on a copy, `orders` writes down who
wants it and why, `work` does it batch by batch as a job. What the diagrams have to say about it is in `engine.bpmn`.
"""
