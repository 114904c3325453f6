# SPDX-License-Identifier: Apache-2.0
"""Budgets as ratios against a reference that is measured in the same run."""
