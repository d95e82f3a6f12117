import resource

import numpy as np
import pytest

from pipeline.receipts.pages.pdf import PAGE_BYTES, bounded_memory


def test_drawing_a_page_gets_so_much_memory_and_no_more() -> None:
    before = resource.getrlimit(resource.RLIMIT_AS)
    with bounded_memory():
        assert np.empty(PAGE_BYTES // 4, np.uint8).size
        with pytest.raises(MemoryError):
            np.empty(2 * PAGE_BYTES, np.uint8)
    assert resource.getrlimit(resource.RLIMIT_AS) == before


def test_a_bound_that_is_there_already_is_not_loosened() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    with bounded_memory():
        inner = resource.getrlimit(resource.RLIMIT_AS)
        with bounded_memory():
            assert resource.getrlimit(resource.RLIMIT_AS)[0] <= inner[0]
        assert resource.getrlimit(resource.RLIMIT_AS) == inner
    assert resource.getrlimit(resource.RLIMIT_AS) == (soft, hard)
