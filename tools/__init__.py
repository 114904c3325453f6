# SPDX-License-Identifier: Apache-2.0
"""What makes and checks releases; no part of the product."""
