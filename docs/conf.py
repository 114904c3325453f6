# SPDX-License-Identifier: Apache-2.0
"""How Sphinx builds the manual: Markdown (MyST) in, furo out, every warning an error."""

from __future__ import annotations

import sys
from pathlib import Path

# The manual documents the code beside it, whichever release is installed.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from pseudo._version import __version__

project = "pseudo"
author = "The pseudo authors"
copyright = "2026, the pseudo authors"
version = release = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_default_options = {"members": True, "show-inheritance": True}
python_maximum_signature_line_length = 88
napoleon_google_docstring = True
napoleon_numpy_docstring = False

html_theme = "furo"
html_title = f"pseudo {release}"
html_show_sourcelink = False
