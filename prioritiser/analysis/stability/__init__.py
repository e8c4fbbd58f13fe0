"""The best plan that changes few choices of an earlier one."""
