"""What a model gives becomes vectors of length one, or an error, never something else."""

import numpy as np
import pytest

from pipeline.catalog.vectors import normalise_features
from pipeline.errors import PipelineError


def test_features_become_rows_of_length_one() -> None:
    vectors = normalise_features(np.array([[3.0, 4.0], [0.0, 2.0]], np.float32))
    assert np.allclose(vectors, [[0.6, 0.8], [0.0, 1.0]])


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_features_that_are_no_numbers_are_refused_and_tried_again(wrong: float) -> None:
    with pytest.raises(PipelineError) as refused:
        normalise_features(np.array([[1.0, 2.0], [wrong, 1.0]], np.float32))
    assert (refused.value.code, refused.value.permanent) == ("ENCODING_FAILED", False)
