"""What participants meet on their phones: plain pages of our own, which work without a script too."""
