"""Forms: form-js schemas (`*.form`) compiled, so that the server refuses what the browser would refuse.

Here live the reading of a form, its marshmallow schema, the checking of a submission, and the wording of both kinds of
error. Not here: HTTP, drawing a form, storing it, who may fill it in. `processes` and `web` import this package; of the
rest of the house it imports only `engine.errors`, `engine.wording` and `engine.feel`. form-js's words stop here.
"""

from .compile import compile_form
from .errors import FormRefused, SubmissionInvalid
from .form import FieldInfo, Form

__all__ = ["FieldInfo", "Form", "FormRefused", "SubmissionInvalid", "compile_form"]
