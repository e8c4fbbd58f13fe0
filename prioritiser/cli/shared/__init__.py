"""What every command shares: its options, the words of its answers, and the streams it writes to."""
