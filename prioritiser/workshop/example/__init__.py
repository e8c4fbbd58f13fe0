"""A made-up workshop that is finished, so that there is something to see at first start."""
