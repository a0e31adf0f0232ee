"""The report of the lab: every study is run, told in values, drawn and written as one page."""
