"""One file per page; `main.py` names them."""
