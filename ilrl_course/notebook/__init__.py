"""What a notebook shows and keeps: figures, clips, progress, sliders, forms, guesses and verdicts."""
