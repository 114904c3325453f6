# SPDX-License-Identifier: Apache-2.0
"""Untrusted binary files are parsed in a child process that has nothing to lose.

========================  ===========================================================
room                      what it is
========================  ===========================================================
:mod:`.parent`            ``Sandbox``: starts the child, takes its rows, ends it
:mod:`.pipes`             reading from the child with a clock and a ceiling
:mod:`.messages`          judging what the child sent before it is used
:mod:`.verdict`           the one small note a child may leave, and what it means
:mod:`.child`             the program the child runs: gives up its rights, then works
:mod:`.worker`            in the child: parser in, Arrow stream out
:mod:`.registry`          parsers by name
:mod:`.plain`             in the child: columns of any type to the few plain ones
========================  ===========================================================

The child has an empty environment, no descriptor but the input file (read-only) and two
pipes, limits on memory, processor time, file size and open files, no way to new rights,
and leaves no core dump. The parent believes nothing it says: types come from a short
list, every batch is validated in full, sizes and waiting have limits. Nothing is imported
here, for the child would load the parent's side too.
"""
