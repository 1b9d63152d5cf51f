"""Commands of `luanchuyen` about files on disk: click commands that `web.cli` registers; nobody else uses them."""
