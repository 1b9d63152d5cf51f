"""Notices: who is told of what, in the site and outside it.

`rules` is the table that says which kinds of history tell whom, `feeding` writes the notices of a transaction,
`reading` is what people do with theirs. `gathering` and `deliveries` hand them to channels outside the site
(`hooks.Channel`), as jobs; `mail` is the channel e-mail. Nobody else writes notices or sends e-mail. Knows no HTTP and
no page.
"""
