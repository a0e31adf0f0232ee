"""One module for each component: a frozen value, a template and a stylesheet of the same name."""
