#!/usr/bin/env python3
"""What torchvision's networks are made of, and what they answer: NAME.txt and values.json.

    pip install torch torchvision numpy
    recipe.py                write the files beside this one
    recipe.py --verify       recompute and compare with them

NAME.txt has one line for each entry of the state_dict, in its order,

    parameter features.0.weight 64x3x11x11

(counters of batches, scalars, are left out), and one for each node of the network's graph in
inference (torch.fx's names) with the shape of its value for one image of 224x224, without the batch:

    layer features.0 64x55x55

values.json has numbers for two images of 64x80 (256x256 for `reference`, which is not torchvision's)
and weights that anyone can make again: NumPy's Philox4x64-10 keyed by the CRC-32 of the parameter's
name, see `tensor`. Ten classes.

    logits    the output, row by row
    avgpool   the means of the channels of `avgpool`, for networks whose fully connected layers have
              100 million weights; the head is not run

computed in double precision; `floor` is how far single precision is from it, relative to the largest.
"""
import json, os, sys, zlib

import numpy as np
import torch
import torch.nn as nn
import torchvision
from torchvision.models.feature_extraction import create_feature_extractor, get_graph_node_names

NAMES = ["alexnet", "vgg11", "vgg13", "vgg16", "vgg19", "squeezenet1_0", "squeezenet1_1", "resnet18",
         "resnet34", "resnet50", "densenet121"]
VALUES = {"logits": ["squeezenet1_1", "resnet34", "resnet50", "reference"],
          "avgpool": ["vgg11", "vgg13", "vgg16", "vgg19"]}
HERE = os.path.dirname(os.path.abspath(__file__))


def uniform(name, draws, count):
    """draws x count numbers in [0, 1) of 24 bits."""
    raw = np.random.Philox(key=zlib.crc32(name.encode())).random_raw(draws * count)
    return ((raw >> np.uint64(40)).astype(np.float64) / 2**24).reshape(draws, count)


def tensor(name, shape):
    """He-scaled weights, small biases, batch-norm scales and variances in [0.5, 1.5)."""
    count = int(np.prod(shape))
    if name.endswith("running_var") or (name.endswith("weight") and len(shape) == 1):
        values = 0.5 + uniform(name, 1, count)[0]
    else:
        values = (uniform(name, 4, count).sum(0) - 2) * 3**0.5
        values *= (2 / np.prod(shape[1:])) ** 0.5 if len(shape) > 1 else 0.1
    return torch.from_numpy(values.astype(np.float32).reshape(shape))


def images(height, width):
    values = (uniform("images", 4, 2 * 3 * height * width).sum(0) - 2) * 3**0.5
    return torch.from_numpy(values.astype(np.float32).reshape(2, 3, height, width))


class Reference(nn.Module):
    """The network that Shuminov and Kadosh 2023 train from scratch, by their description."""
    def __init__(self, classes):
        super().__init__()
        def convolution(inputs, outputs): return [nn.Conv2d(inputs, outputs, 3, padding=1), nn.ReLU()]
        self.layers = nn.Sequential(
            *convolution(3, 32), *convolution(32, 64), nn.MaxPool2d(2, 4),
            *convolution(64, 64), nn.MaxPool2d(2, 4), *convolution(64, 32), nn.MaxPool2d(2, 2),
            nn.Dropout2d(0.2), nn.Flatten(), nn.Linear(2048, 1024), nn.ReLU(), nn.Linear(1024, 256),
            nn.ReLU(), nn.Linear(256, classes))

    def forward(self, x):
        return self.layers(x)


def text(shape):
    return "x".join(str(extent) for extent in shape)


def facts(name):
    with torch.device("meta"):
        model = getattr(torchvision.models, name)(weights=None).eval()
        lines = [f"parameter {key} {text(value.shape)}"
                 for key, value in model.state_dict().items() if value.dim()]
        _, nodes = get_graph_node_names(model)
        nodes = [node for node in nodes if node != "x"]
        shapes = create_feature_extractor(model, return_nodes=nodes)(torch.empty(1, 3, 224, 224))
        lines += [f"layer {node} {text(shapes[node].shape[1:])}" for node in nodes]
    return "\n".join(lines) + "\n"


def values(name, kind):
    if name == "reference":
        model, x = Reference(10).eval(), images(256, 256)
    else:
        model, x = getattr(torchvision.models, name)(weights=None, num_classes=10).eval(), images(64, 80)
    if kind == "avgpool":
        model.classifier = nn.Identity()
    with torch.no_grad():
        for key, value in model.state_dict().items():
            if value.is_floating_point():
                value.copy_(tensor(key, tuple(value.shape)))
        def run(model, x):
            y = model(x)
            return y.reshape(2, -1, 49).mean(2) if kind == "avgpool" else y
        single, double = run(model, x), run(model.double(), x.double())
    floor = ((single - double).abs().max() / double.abs().max()).item()
    return {"kind": kind, "floor": float(f"{floor:.2e}"),
            "values": [float(f"{v:.7g}") for v in double.flatten().tolist()]}


def main():
    files = {name + ".txt": facts(name) for name in NAMES}
    records = {name: values(name, kind) for kind in VALUES for name in VALUES[kind]}
    files["values.json"] = "{\n" + ",\n".join(
        f'"{name}": {json.dumps(record)}' for name, record in records.items()) + "\n}\n"
    different = []
    for file, content in files.items():
        path = os.path.join(HERE, file)
        if "--verify" in sys.argv:
            with open(path) as stored:
                if stored.read() != content: different.append(file)
        else:
            with open(path, "w") as stored: stored.write(content)
    print(f"torch {torch.__version__}, torchvision {torchvision.__version__}: {len(files)} files"
          + (f", different: {different}" if different else ""))
    sys.exit(bool(different))


if __name__ == "__main__":
    main()
