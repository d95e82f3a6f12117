"""Draws the products of the sample catalog: modelled, lit and photographed, all by arithmetic."""
