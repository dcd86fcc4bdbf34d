"""Languages: figures and pages in the languages of the country, from one table of translations.

English is what the code says; every other language is looked up, with numbers in its own numerals and places under
their official names, and each text says whether a person has reviewed its translation. ``known`` names the languages,
``phrases`` takes a text apart, ``translations`` looks its parts up, ``drawn`` puts them on a figure, ``fonts`` holds
the letters.
"""

from analysis.languages.known import ENGLISH, KHMER, LANGUAGES, folder
from analysis.languages.translations import Catalogue, CatalogueError, Said, catalogue, weakest

__all__ = ["ENGLISH", "KHMER", "LANGUAGES", "Catalogue", "CatalogueError", "Said", "catalogue", "folder", "weakest"]
