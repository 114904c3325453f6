# SPDX-License-Identifier: Apache-2.0
"""What the product does, one use case a file; they compose the inner rooms.

Command line, service and other programs call these and add nothing but words.
"""
