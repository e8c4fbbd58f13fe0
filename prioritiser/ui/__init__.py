"""The Streamlit pages and what they are made of."""
