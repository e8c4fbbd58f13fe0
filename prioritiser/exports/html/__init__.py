"""The paper as one page of HTML."""
