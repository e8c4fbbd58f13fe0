"""What figures are drawn with: a canvas, scales, letters and the places of labels."""
