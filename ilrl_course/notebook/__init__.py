"""What a notebook shows and keeps: figures, clips, progress, sliders, forms, predictions and verdicts."""
