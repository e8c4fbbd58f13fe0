"""One table to one chart as a plain specification: no computing, no page; colour never carries meaning alone."""
