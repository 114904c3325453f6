# SPDX-License-Identifier: Apache-2.0
"""Evidence: the leak scan, the error list, the receipt, and where receipts are kept."""
