#!/usr/bin/env python3
"""What PyTorch and ONNX make of resizing: torch.json and onnx.json.

    pip install torch onnx numpy
    recipe.py                write the files beside this one
    recipe.py --verify       recompute and compare with them

Each case has a shape and settings by ONNX's names, and the result, row by row. The input's element i
(row-major) is ((37 i + 11) mod 101) / 101 - 1/2. torch.json is from torch.nn.functional.interpolate in
double precision, onnx.json from onnx.reference.ReferenceEvaluator.
"""
import json, os, sys

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper
from onnx.reference import ReferenceEvaluator

HERE = os.path.dirname(os.path.abspath(__file__))


def values(shape):
    count = int(np.prod(shape))
    return (((np.arange(count) * 37 + 11) % 101) / 101 - 0.5).reshape(shape)


def result(array):
    return {"result": list(array.shape), "values": [float("%.6g" % v) for v in np.ravel(array)]}


def torch_cases():
    cases = []
    for shape in [[1, 1, 5, 7], [1, 1, 1, 3]]:
        for size in [[10, 11], [3, 4], [7, 5], [1, 1], [2, 2]]:
            for mode, aligned in [("nearest", None), ("nearest-exact", None), ("bilinear", False),
                                  ("bilinear", True), ("bicubic", False), ("bicubic", True)]:
                x = torch.from_numpy(values(shape))
                y = torch.nn.functional.interpolate(x, size=size, mode=mode, align_corners=aligned)
                cases.append({"shape": shape, "axes": [2, 3], "sizes": size, "torch": mode,
                              "aligned": bool(aligned), **result(y.numpy())})
    for shape, scale in [([1, 1, 4, 6], [2.0, 2.0]), ([1, 1, 5, 6], [0.5, 1.5])]:
        for mode in ["nearest", "bilinear", "bicubic"]:
            x = torch.from_numpy(values(shape))
            y = torch.nn.functional.interpolate(x, scale_factor=scale, mode=mode)
            cases.append({"shape": shape, "axes": [2, 3], "scales": scale, "torch": mode,
                          "aligned": False, **result(y.numpy())})
    return cases


def onnx_case(shape, sizes=None, scales=None, axes=None, roi=None, **attributes):
    axes = axes or list(range(len(shape)))
    inputs = [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)]
    constants = []
    names = ["x", "", "", ""]
    if roi:
        # The evaluator takes the whole region: all starts, then all ends.
        names[1] = "roi"
        constants.append(helper.make_tensor("roi", TensorProto.FLOAT, [len(roi)], roi))
    if scales:
        names[2] = "scales"
        constants.append(helper.make_tensor("scales", TensorProto.FLOAT, [len(scales)], scales))
    else:
        names[3] = "sizes"
        constants.append(helper.make_tensor("sizes", TensorProto.INT64, [len(sizes)], sizes))
    while not names[-1]:
        names.pop()
    node = helper.make_node("Resize", names, ["y"], axes=axes, **attributes)
    graph = helper.make_graph(
        [node], "g", inputs, [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
        constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 19)])
    y = ReferenceEvaluator(model).run(None, {"x": values(shape).astype(np.float32)})[0]
    case = {"shape": shape, "axes": axes, **attributes, **result(y)}
    if sizes:
        case["sizes"] = sizes
    if scales:
        case["scales"] = scales
    if roi:
        case["roi"] = roi
    return case


def onnx_cases():
    cases = []
    coordinates = ["half_pixel", "half_pixel_symmetric", "pytorch_half_pixel", "align_corners",
                   "asymmetric"]
    for how in coordinates:
        for rounding in ["round_prefer_floor", "round_prefer_ceil", "floor", "ceil"]:
            for shape, sizes in [([4, 5], [8, 3]), ([3, 2], [7, 5])]:
                cases.append(onnx_case(shape, sizes=sizes, mode="nearest", nearest_mode=rounding,
                                       coordinate_transformation_mode=how))
        for shape, target in [([4, 5], {"scales": [0.6, 1.7]}), ([3, 6], {"sizes": [5, 4]}),
                              ([4, 4], {"scales": [2.3, 0.8]}), ([3, 4], {"sizes": [1, 9]})]:
            cases.append(onnx_case(shape, mode="linear", coordinate_transformation_mode=how,
                                   **target))
            for a, outside in [(-0.75, 0), (-0.5, 1)]:
                cases.append(onnx_case(
                    shape, mode="cubic", coordinate_transformation_mode=how, cubic_coeff_a=a,
                    exclude_outside=outside, **target))
    for mode in ["linear", "cubic"]:
        for shape, target in [([9, 7], {"scales": [0.4, 0.6]}), ([8, 5], {"sizes": [3, 9]}),
                              ([6, 6], {"sizes": [2, 3]})]:
            for outside in [0, 1]:
                cases.append(onnx_case(shape, mode=mode, antialias=1, exclude_outside=outside,
                                       **target))
    for mode in ["nearest", "linear", "cubic"]:
        for roi in [[0.2, 0.1, 0.8, 0.9], [-0.3, 0.4, 0.6, 1.2], [0.9, 0.0, 0.1, 1.0]]:
            cases.append(onnx_case([5, 6], sizes=[4, 7], mode=mode, roi=roi,
                                   coordinate_transformation_mode="tf_crop_and_resize",
                                   extrapolation_value=2.5))
    for policy in ["not_larger", "not_smaller"]:
        for shape, sizes in [([4, 6], [6, 7]), ([5, 3], [2, 2]), ([4, 6], [9, 9])]:
            for mode in ["nearest", "linear"]:
                cases.append(onnx_case(shape, sizes=sizes, mode=mode, axes=[0, 1],
                                       keep_aspect_ratio_policy=policy))
    cases.append(onnx_case([2, 3, 4], sizes=[7], axes=[1], mode="linear"))
    cases.append(onnx_case([2, 3, 4], scales=[2.0, 1.5], axes=[2, 0], mode="cubic"))
    return cases


def main():
    for name, cases in [("torch", torch_cases()), ("onnx", onnx_cases())]:
        path = os.path.join(HERE, name + ".json")
        text = "[\n" + ",\n".join(json.dumps(c, sort_keys=True) for c in cases) + "\n]\n"
        if "--verify" in sys.argv:
            old = json.load(open(path))
            assert len(old) == len(cases)
            for a, b in zip(old, cases):
                assert {k: v for k, v in a.items() if k != "values"} == \
                    {k: v for k, v in b.items() if k != "values"}
                np.testing.assert_allclose(a["values"], b["values"], rtol=1e-5, atol=1e-6)
            print(name, "verified:", len(cases))
        else:
            open(path, "w").write(text)
            print(path, len(cases), "cases,", len(text), "bytes")


main()
