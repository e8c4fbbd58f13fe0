"""Files and links that somebody broke: each is read, or refused in words; none ends in a traceback, hangs or swells.

`python -m tests.fuzz --minutes 10` goes on as long as asked and says what it saw; a test runs a bounded number.
"""
