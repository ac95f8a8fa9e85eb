"""The offline demo and the gallery: the same `App` as production, in a pretend Discord. The only place for simcord."""
