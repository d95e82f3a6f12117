"""What a receipt weighs: each line matched to a factor, its mass, and kg CO2e with a range."""
