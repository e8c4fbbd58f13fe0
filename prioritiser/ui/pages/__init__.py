"""The pages of the app: one question each."""
