"""Makes the ONNX fixtures of this folder, and records with Python's onnx what is in them.

    python3 recipe.py [folder of real models]

Written with onnx 1.23, numpy. `expected.json` tells what the small files hold; `models.json` tells the
nodes and the SHA-256 of every initializer's little-endian elements of the real models, by their paths
below the folder (the tests look for them in ../shared/data).
"""
import hashlib
import json
import os
import sys

import numpy as np
import onnx
from onnx import TensorProto as T
from onnx import helper, numpy_helper

here = os.path.dirname(os.path.abspath(__file__))
expected = {}


def save(name, model):
    with open(os.path.join(here, name), "wb") as file:
        file.write(model.SerializeToString(deterministic=True))


def graph(nodes, inputs, outputs, initializers=(), **more):
    return helper.make_graph(nodes, "fixture", inputs, outputs, initializer=list(initializers), **more)


def model(body, **more):
    more = {"opset_imports": [helper.make_opsetid("", 13)], "ir_version": 8, **more}
    return helper.make_model(body, producer_name="recipe", producer_version="1", **more)


def value(name, dims=(2, 3), kind=T.FLOAT):
    return helper.make_tensor_value_info(name, kind, dims)


# Every type that is read, in raw_data and in its own field, with the largest and smallest values.
values = {
    "FLOAT": [0.0, -0.0, 1.5, -3.25e38, 1.4e-45, 7.0],
    "DOUBLE": [0.0, 0.5, -1e300, 2.0**60, 3.0, -4.0],
    "FLOAT16": [0.0, 1.0, -2.5, 65504.0, 6e-8, -65504.0],
    "BFLOAT16": [0.0, 1.0, -2.5, 3.0e38, -0.15625, 128.0],
    "INT8": [-128, -1, 0, 1, 5, 127],
    "INT16": [-32768, -1, 0, 1, 300, 32767],
    "INT32": [-(2**31), -1, 0, 1, 70000, 2**31 - 1],
    "INT64": [-(2**63), -1, 0, 1, 2**40, 2**63 - 1],
    "UINT8": [0, 1, 127, 128, 200, 255],
    "UINT16": [0, 1, 300, 32768, 40000, 65535],
    "UINT32": [0, 1, 70000, 2**31, 3000000000, 2**32 - 1],
    "UINT64": [0, 1, 70000, 2**40, 2**62, 2**63 - 1],
    "BOOL": [True, False, True, True, False, False],
}
initializers = []
expected["types"] = []
for kind, numbers in values.items():
    code = getattr(T, kind)
    array = np.array(numbers).astype(helper.tensor_dtype_to_np_dtype(code)).reshape(2, 3)
    raw = numpy_helper.from_array(array, kind + " raw")
    typed = helper.make_tensor(kind + " typed", code, [2, 3], array.ravel())
    assert raw.HasField("raw_data") and not typed.HasField("raw_data") and raw.data_type == code
    for tensor in (raw, typed):
        read = numpy_helper.to_array(tensor)
        assert read.tobytes() == array.tobytes()
        with np.errstate(over="ignore"):
            floats = read.ravel().astype(np.float32)
        initializers.append(tensor)
        expected["types"].append({
            "name": tensor.name, "type": kind, "dims": list(tensor.dims),
            "bits": floats.view(np.uint32).tolist(),
            "integers": [str(int(x)) for x in read.ravel()] if read.dtype.kind in "biu" else None,
        })
initializers.append(helper.make_tensor("scalar", T.FLOAT, [], [2.5]))
initializers.append(numpy_helper.from_array(np.zeros((0, 4), np.float32), "empty raw"))
initializers.append(helper.make_tensor("empty typed", T.INT64, [3, 0], []))
identity = helper.make_node("Identity", ["x"], ["y"])
save("types.onnx", model(graph([identity], [value("x")], [value("y")], initializers)))

# Types that aren't read.
others = [
    helper.make_tensor("STRING", T.STRING, [2], [b"one", b"two"]),
    helper.make_tensor("COMPLEX64", T.COMPLEX64, [1], [1 + 2j]),
    helper.make_tensor("INT4", T.INT4, [3], [1, -2, 3]),
    helper.make_tensor("UINT4", T.UINT4, [3], b"\x21\x03", raw=True),
    helper.make_tensor("FLOAT8E4M3FN", T.FLOAT8E4M3FN, [2], [1.0, 2.0]),
]
save("others.onnx", model(graph([identity], [value("x")], [value("y")], others)))

# Attributes of all kinds, optional inputs, free sizes, types that aren't tensors.
nodes = [
    helper.make_node(
        "Custom", ["x", "", "w"], ["y", ""], name="all", domain="org.example", f=1.5, i=-7, s="text",
        t=helper.make_tensor("t", T.INT64, [2], [3, -4]), floats=[0.5, -1.0], ints=[1, -2, 3],
        strings=["a", "b"], empty_string="", zero=0),
    helper.make_node("Relu", ["y"], ["z"], domain="ai.onnx"),
]
nodes[0].attribute.append(helper.make_attribute("none", [], attr_type=onnx.AttributeProto.INTS))
nodes[0].attribute.append(
    helper.make_attribute("bytes", b"\xff\xfe", attr_type=onnx.AttributeProto.STRING))
nodes[0].attribute.append(
    helper.make_attribute("type", helper.make_tensor_type_proto(T.FLOAT, [1])))
sequence = helper.make_tensor_sequence_value_info("seq", T.FLOAT, None)
untyped = onnx.ValueInfoProto()
untyped.name = "untyped"
body = graph(
    nodes, [value("x", ["batch", 3, None, -1])],
    [value("z", None), sequence, untyped], [helper.make_tensor("w", T.FLOAT, [1], [2.0])],
    value_info=[value("y", [], T.FLOAT16)], doc_string="Not read.")
attributes = model(body, opset_imports=[
    helper.make_opsetid("ai.onnx", 13), helper.make_opsetid("org.example", 2)])
helper.set_model_props(attributes, {"licence": "none", "accent": "\u00e9"})
save("attributes.onnx", attributes)

# Graphs in attributes.
branch = lambda name, op: helper.make_graph(
    [helper.make_node(op, ["x"], [name])], name, [], [value(name)])
loop_body = helper.make_graph(
    [helper.make_node("Identity", ["going"], ["goes"]), helper.make_node("Add", ["a", "k"], ["b"])],
    "body", [value("i", [], T.INT64), value("going", [], T.BOOL), value("a")],
    [value("goes", [], T.BOOL), value("b")], [helper.make_tensor("k", T.FLOAT, [], [0.5])])
nodes = [
    helper.make_node("If", ["c"], ["y"], then_branch=branch("p", "Relu"), else_branch=branch("q", "Neg")),
    helper.make_node("Loop", ["n", "", "y"], ["z"], body=loop_body),
]
subgraphs = model(graph(
    nodes, [value("x"), value("c", [], T.BOOL), value("n", [], T.INT64)], [value("z")]))
onnx.checker.check_model(subgraphs)
save("subgraphs.onnx", subgraphs)

# A function of the model's own, with an attribute that is handed on and one with a default.
leaky = helper.make_node("LeakyRelu", ["a"], ["b"])
alpha = helper.make_attribute_ref("alpha", onnx.AttributeProto.FLOAT)
alpha.ref_attr_name = "slope"
leaky.attribute.append(alpha)
function = helper.make_function(
    "org.example", "Twice", ["a"], ["c"], [leaky, helper.make_node("Add", ["b", "b"], ["c"])],
    [helper.make_opsetid("", 13)], ["slope"], [helper.make_attribute("times", 2)])
call = helper.make_node("Twice", ["x"], ["y"], domain="org.example", slope=0.25)
functions = model(
    graph([call], [value("x")], [value("y")]), functions=[function],
    opset_imports=[helper.make_opsetid("", 13), helper.make_opsetid("org.example", 1)])
onnx.checker.check_model(functions)
save("functions.onnx", functions)

# A sparse initializer.
sparse = helper.make_sparse_tensor(
    helper.make_tensor("thin", T.FLOAT, [1], [1.0]), helper.make_tensor("", T.INT64, [1], [4]), [2, 3])
save("sparse.onnx", model(graph(
    [helper.make_node("Add", ["x", "thin"], ["y"])], [value("x")], [value("y")],
    sparse_initializer=[sparse])))

# Elements in another file.
weights = np.arange(12, dtype=np.float32) / 4
with open(os.path.join(here, "external.bin"), "wb") as file:
    file.write(b"\0" * 8 + weights.tobytes())


def external(name, **entries):
    tensor = T(name="w", data_type=T.FLOAT, dims=[3, 4], data_location=T.EXTERNAL)
    for key, entry in entries.items():
        tensor.external_data.add(key=key, value=str(entry))
    save(name + ".onnx", model(graph(
        [helper.make_node("Add", ["x", "w"], ["y"])], [value("x", [3, 4])], [value("y", [3, 4])],
        [tensor])))


external("external", location="external.bin", offset=8, length=48)
external("external-rest", location="external.bin", offset=8)
external("external-absent", location="absent.bin")
external("external-absolute", location="/etc/passwd")
external("external-parent", location="down/../../external.bin")
external("external-link", location="link.bin")
external("external-beyond", location="external.bin", offset=12, length=48)
external("external-length", location="external.bin", offset=8, length=44)
external("external-far", location="external.bin", offset=2**63 - 1)
external("external-number", location="external.bin", offset=-8)

# A bare tensor, as in ONNX's test data.
with open(os.path.join(here, "tensor.pb"), "wb") as file:
    file.write(numpy_helper.from_array(np.arange(6, dtype=np.int32).reshape(3, 2), "t").SerializeToString())

with open(os.path.join(here, "expected.json"), "w") as file:
    json.dump(expected, file, indent=1)


def summary(path):
    body = onnx.load(path).graph
    return {
        "nodes": [node.op_type for node in body.node],
        "inputs": [x.name for x in body.input],
        "outputs": [x.name for x in body.output],
        "initializers": [
            {"name": t.name, "dims": list(t.dims), "type": T.DataType.Name(t.data_type),
             "sum": float(numpy_helper.to_array(t).astype(np.float64).sum()),
             "sha256": hashlib.sha256(numpy_helper.to_array(t).tobytes()).hexdigest()}
            for t in body.initializer],
    }


if len(sys.argv) > 1:
    real = [
        "weights/mobilefacenet_insightface_y1/mobilefacenet_y1_opset13.onnx",
        "weights/resnet_cifar10/resnet20_cifar10_opset13.onnx",
        "weights/squeezenet1_0/squeezenet1_0_imagenet_opset13.onnx",
        "weights/yunet/yunet_s_320_320.onnx",
        "onnx_conformance/pytorch-converted/test_Conv2d_groups_thnn/model.onnx",
        "onnx_conformance/pytorch-operator/test_operator_repeat_dim_overflow/model.onnx",
    ]
    with open(os.path.join(here, "models.json"), "w") as file:
        json.dump({path: summary(os.path.join(sys.argv[1], path)) for path in real}, file)
