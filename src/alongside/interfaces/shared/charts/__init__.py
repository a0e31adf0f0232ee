"""The arithmetic of drawings: from values to positions, without a query and without markup."""
