#!/usr/bin/env python3
"""What PyTorch's conv_transpose2d gives, with its gradients: torch.json.

    pip install torch numpy
    recipe.py                write the file beside this one
    recipe.py --verify       recompute and compare with it

Element i (row-major) of the input is ((37 i + 11) mod 101) / 101 - 1/2, of the weights
((53 i + 7) mod 97) / 97 - 1/2, of the bias i / 4 - 1/2, of the output's gradient
((29 i + 3) mod 89) / 89 - 1/2. Double precision.
"""
import json, os, sys

import numpy as np
import torch

PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "torch.json")


def numbers(shape, a, b, m):
    count = int(np.prod(shape))
    return torch.from_numpy((((np.arange(count) * a + b) % m) / m - 0.5).reshape(shape))


def case(inputs, outputs, size, kernel, stride=(1, 1), padding=(0, 0), extra=(0, 0),
         dilation=(1, 1), groups=1):
    x = numbers([2, inputs, *size], 37, 11, 101).requires_grad_()
    w = numbers([inputs, outputs // groups, *kernel], 53, 7, 97).requires_grad_()
    bias = torch.arange(outputs, dtype=torch.float64) / 4 - 0.5
    y = torch.nn.functional.conv_transpose2d(
        x, w, bias, stride=stride, padding=padding, output_padding=extra, groups=groups,
        dilation=dilation)
    y.backward(numbers(y.shape, 29, 3, 89))
    flat = lambda t: [float("%.8g" % v) for v in t.detach().numpy().ravel()]
    return {"inputs": inputs, "outputs": outputs, "size": size, "kernel": kernel, "stride": stride,
            "padding": padding, "outputPadding": extra, "dilation": dilation, "groups": groups,
            "result": list(y.shape), "values": flat(y), "inputGradient": flat(x.grad),
            "weightGradient": flat(w.grad)}


CASES = [
    case(2, 3, (3, 4), (3, 3)),
    case(3, 2, (4, 3), (2, 2), stride=(2, 2)),
    case(2, 2, (3, 3), (4, 3), stride=(2, 1), padding=(1, 2)),
    case(2, 3, (3, 2), (3, 3), stride=(2, 3), padding=(1, 1), extra=(1, 2)),
    case(4, 6, (3, 3), (2, 3), stride=(1, 2), padding=(1, 0), dilation=(2, 1), groups=2),
    case(3, 3, (2, 3), (3, 3), stride=(3, 2), groups=3),
    case(2, 1, (2, 2), (1, 1), stride=(2, 2), extra=(1, 1)),
]
text = "[\n" + ",\n".join(json.dumps(c, sort_keys=True) for c in CASES) + "\n]\n"
if "--verify" in sys.argv:
    for a, b in zip(json.load(open(PATH)), json.loads(text), strict=True):
        for key in b:
            np.testing.assert_allclose(a[key], b[key], rtol=1e-6, atol=1e-7)
    print("verified:", len(CASES))
else:
    open(PATH, "w").write(text)
    print(PATH, len(text), "bytes")
