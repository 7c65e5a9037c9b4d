"""What makes and examines the folder .venv."""
