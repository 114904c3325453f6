# SPDX-License-Identifier: Apache-2.0
"""Common Swedish names, å ä ö é included, for people who do not exist."""

from __future__ import annotations

__all__ = ["FAMILY_NAMES", "FEMALE_NAMES", "MALE_NAMES"]

FEMALE_NAMES = (
    "Agneta", "Alice", "Amina", "Anna", "Anna-Karin", "Astrid", "Åsa", "Birgitta", "Britt",
    "Cecilia", "Ebba", "Elin", "Elsa", "Emma", "Eva", "Fatima", "Frida", "Gunilla", "Hanna",
    "Ida", "Inger", "Ingrid", "Jessica", "Johanna", "Karin", "Kerstin", "Lena", "Linnéa",
    "Lovisa", "Maja", "Malin", "Märta", "Maria", "Monica", "Noor", "Sofia", "Siv", "Tove",
    "Ulla", "Wilma", "Zahra", "Ylva", "Göta", "Désirée", "Vendela",
)  # fmt: skip

MALE_NAMES = (
    "Adam", "Ahmed", "Ali", "Anders", "André", "Åke", "Bengt", "Björn", "Bo", "Carl", "Daniel",
    "David", "Elias", "Emil", "Erik", "Fredrik", "Gösta", "Göran", "Gustav", "Hans", "Henrik",
    "Håkan", "Ivar", "Jan", "Johan", "Jörgen", "Karl-Erik", "Kjell", "Lars", "Lennart", "Liam",
    "Mats", "Mikael", "Mohamed", "Måns", "Nils", "Noah", "Olof", "Per", "Pär", "Sten", "Sören",
    "Thomas", "Tor", "Ulf", "Viktor", "Östen", "René",
)  # fmt: skip

FAMILY_NAMES = (
    "Abdi", "Ahlström", "Alm", "Andersson", "Åberg", "Åkesson", "Åström", "Bengtsson", "Berg",
    "Berglund", "Bergström", "Björk", "Blomqvist", "Dahl", "Ek", "Ekström", "Eriksson",
    "Forsberg", "Fransson", "Gustafsson", "Hallén", "Hansson", "Hassan", "Hedlund", "Holm",
    "Håkansson", "Ibrahim", "Isaksson", "Jakobsson", "Jansson", "Johansson", "Jönsson",
    "Karlsson", "Larsson", "Lind", "Lindberg", "Lindén", "Lindqvist", "Lundgren", "Lundström",
    "Löfgren", "Magnusson", "Malmström", "Mårtensson", "Möller", "Nilsson", "Norén", "Nyström",
    "Olsson", "Öberg", "Öhman", "Östlund", "Persson", "Pettersson", "Sandström", "Sjöberg",
    "Söderberg", "Strömberg", "Sundqvist", "Svensson", "Wallén", "Wikström", "Yilmaz",
)  # fmt: skip
