"""The room of notices: the bell of every page, one's own notices, and how one wants to be told outside the site."""
