#!/usr/bin/env python3
"""Which ReLUs of the golden networks are open where single precision can't tell: values.json.

    pip install torch torchvision numpy safetensors
    recipe.py GOLDEN            write the file beside this one; GOLDEN is the folder of golden tensors
    recipe.py GOLDEN --verify   recompute and compare with it

The input of a ReLU that is 1e-6 in double precision may come out as -1e-6 in single precision, whoever
computes it, and the gradient that passes there is then not there, or is. The file lists, for each
network, mode (`inference`, `training`: batch statistics, no dropout) and ReLU, the places (row-major,
[N, C, H, W] or [N, F]) where the input is within 2e-5 of zero, relative to the layer's root mean
square: `open` where double precision has more than zero, `shut` where it hasn't.

ReLUs are named by their module; one that is called again gets _1, and a call of the function is `relu`.
"""
import json, os, sys

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
import torchvision
from collections import OrderedDict
from safetensors.torch import load_file

HERE = os.path.dirname(os.path.abspath(__file__))
CLOSE = 2e-5
NAMES = ["alexnet", "vgg_mini", "squeezenet1_0", "resnet18", "densenet121"]


def vgg_mini():
    from torchvision.models.vgg import make_layers
    stages = [16, 16, "M", 32, 32, "M", 64, 64, 64, "M", 128, 128, 128, "M", 128, 128, 128, "M"]
    return nn.Sequential(OrderedDict(
        features=make_layers(stages), avgpool=nn.AdaptiveAvgPool2d(7), flatten=nn.Flatten(),
        classifier=nn.Sequential(
            nn.Linear(128 * 49, 256), nn.ReLU(True), nn.Dropout(), nn.Linear(256, 256), nn.ReLU(True),
            nn.Dropout(), nn.Linear(256, 10))))


def build(name, golden):
    sys.path.insert(0, golden)
    from weights import tensor
    model = vgg_mini() if name == "vgg_mini" else getattr(torchvision.models, name)(num_classes=10)
    for key, value in model.state_dict().items():
        if value.is_floating_point():
            value.copy_(torch.from_numpy(tensor(key, tuple(value.shape), 0)))
    for module in model.modules():
        if isinstance(module, nn.Dropout): module.p = 0.0
    return model.double()


def close_gates(model, x):
    """For each ReLU that has some, in the order of the calls, the places by their row-major numbers."""
    names = {module: name for name, module in model.named_modules()}
    calls, found = {}, OrderedDict()

    def watch(name, v):
        count = calls[name] = calls.get(name, 0) + 1
        v = v.detach().flatten()
        close = (v.abs() <= CLOSE * v.square().mean().sqrt()).nonzero().flatten()
        if len(close) == 0: return
        open_ = v[close] > 0
        found[name if count == 1 else f"{name}_{count - 1}"] = {
            "open": close[open_].tolist(), "shut": close[~open_].tolist()}

    relu, module_relu = F.relu, nn.ReLU.forward
    def function(v, inplace=False):
        watch("relu", v)
        return relu(v)
    def forward(self, v):
        watch(names[self], v)
        return relu(v)
    F.relu, nn.ReLU.forward = function, forward
    with torch.no_grad(): model(x)
    F.relu, nn.ReLU.forward = relu, module_relu
    return found


def main():
    golden = sys.argv[1]
    values = OrderedDict()
    for name in NAMES:
        x = load_file(os.path.join(golden, name, "gold.safetensors"))["input"].double()
        modes = values[name] = OrderedDict()
        modes["inference"] = close_gates(build(name, golden).eval(), x)
        if any(isinstance(module, nn.BatchNorm2d) for module in build(name, golden).modules()):
            modes["training"] = close_gates(build(name, golden).train(), x)
        for mode, layers in modes.items():
            count = sum(len(gates["open"]) + len(gates["shut"]) for gates in layers.values())
            print(f"{name} {mode}: {count} in {len(layers)} layers")
    path = os.path.join(HERE, "values.json")
    if "--verify" in sys.argv:
        sys.exit(json.load(open(path)) != values)
    lines = []
    for name, modes in values.items():
        parts = [
            '  "%s": {\n%s\n  }' % (mode, ",\n".join(
                f'   "{layer}": {json.dumps(gates)}' for layer, gates in layers.items()))
            for mode, layers in modes.items()]
        lines.append(' "%s": {\n%s\n }' % (name, ",\n".join(parts)))
    with open(path, "w") as file:
        file.write("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main()
