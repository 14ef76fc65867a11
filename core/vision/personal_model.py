"""A deep personal model, loaded: it rates pictures as one photographer would."""

import numpy as np
import numpy.typing as npt

from core.errors import ModelMismatchError
from core.vision.manifest import Manifest
from core.vision.patched_model import personal_model


class PersonalModel:
    """A model whose last layers were taught by one photographer. Any thread may use it."""

    def __init__(self, manifest: Manifest, content: bytes) -> None:
        """Load what the deep arm made for the model of `manifest`.

        Raises:
            ModelMismatchError: the content is damaged or was made for another model.
        """
        import onnxruntime  # half a second that only scoring should pay

        self._manifest = manifest
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            self._session = onnxruntime.InferenceSession(
                personal_model(manifest.file, content), options, providers=["CPUExecutionProvider"]
            )
        except ModelMismatchError:
            raise
        except Exception as error:  # onnxruntime raises its own unrelated exception types
            raise ModelMismatchError(f"The personal model cannot be loaded: {error}") from error

    def ratings(self, pictures: npt.NDArray[np.uint8]) -> npt.NDArray[np.float64]:
        """Expected ratings (N,) of pictures (N, S, S, 3), as `Student.pictures` gives them."""
        [distributions] = self._session.run(["distribution"], {"pixels": pictures})
        return self._manifest.expected_ratings(distributions)
