"""SQL text: the parser (pglast stands behind `parser.py` alone), fragments and their normal form."""
