import sys
from pathlib import Path

# At the end: `conftest` is the one of all tests.
sys.path.append(str(Path(__file__).parent))
sys.path.append(str(Path(__file__).parents[1]))
