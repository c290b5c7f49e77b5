"""torchvision's networks with weights from a safetensors file."""

import json
import struct

import numpy
import torch
import torchvision


def read_safetensors(path):
    """The tensors of a safetensors file, one after the other: (name, float32 array)."""
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        for name, entry in header.items():
            if name == "__metadata__":
                continue
            if entry["dtype"] != "F32":
                raise ValueError(f"{path}: {name} is {entry['dtype']}; F32 was expected")
            begin, end = entry["data_offsets"]
            file.seek(8 + length + begin)
            array = numpy.fromfile(file, dtype="<f4", count=(end - begin) // 4)
            yield name, array.reshape(entry["shape"])


def network(name, weights):
    """torchvision's network `name`, in inference, with the file's weights and with no second copy of
    them in memory at any time."""
    # torchvision warns that it has no weights to initialise with; the file's come in place.
    with torch.device("meta"):
        model = torchvision.models.get_model(name, weights=None)
    state = {key: torch.from_numpy(array) for key, array in read_safetensors(weights)}
    for key in model.state_dict():
        # PyTorch counts batches beside every batch norm; nothing is computed from it.
        if key.endswith("num_batches_tracked"):
            state.setdefault(key, torch.tensor(0))
    model.load_state_dict(state, strict=True, assign=True)
    return model.eval()


class RectifiedDenseNet(torch.nn.Module):
    """torchvision's DenseNet with its last ReLU as a module, so that a hook finds its value."""

    def __init__(self, model):
        super().__init__()
        self.features = model.features
        self.relu = torch.nn.ReLU()
        self.classifier = model.classifier

    def forward(self, x):
        y = self.relu(self.features(x))
        y = torch.nn.functional.adaptive_avg_pool2d(y, (1, 1))
        return self.classifier(torch.flatten(y, 1))


def explained_network(name, weights):
    """The network with a module for every layer a class activation map looks at."""
    model = network(name, weights)
    return RectifiedDenseNet(model) if name.startswith("densenet") else model


def without_dropout(model):
    for module in model.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = 0.0
    return model
