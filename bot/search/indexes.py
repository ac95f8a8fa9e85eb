"""Everything a library can be searched by, made together."""

from bot.domain.library import Library
from bot.search.finder import Finder
from bot.search.names import NameIndex


class Indexes:
    """The Finder over explainers, and the names of themes, terms and places."""

    def __init__(self, library: Library, earlier: "Indexes | None" = None) -> None:
        """Index a library; what `earlier` knows of unchanged explainers is taken over. Takes a while: use a thread.

        Of a pack that a server's pages lie over, the glossary and the places are those of the pack itself.
        """
        self.library = library
        before = earlier.finder if earlier else None
        self.finder = Finder(library, before, plain=before if library.origins.cards else None)
        self.themes = NameIndex((one.id, one.name, (one.id,)) for one in library.themes.values())
        if earlier is not None and earlier.library.terms is library.terms:
            self.terms, self.places = earlier.terms, earlier.places
            return
        self.terms = NameIndex((one.id, one.term, one.aliases) for one in library.terms.values())
        self.places = NameIndex((one.code, one.name, one.aliases) for one in library.resources.places)
