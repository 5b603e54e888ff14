"""Spec files: text → documents with exact places → valid documents → the objects of one environment."""
