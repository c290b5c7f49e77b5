"""Small graphs in the patterns that exporters write, and what ONNX Runtime computes with them.

python3 recipe.py   (onnx 1.23, onnxruntime 1.31, numpy)

Element i of an input is ((i * 37 + 11) % 101 - 50) / 25. expected.json holds, for every graph and every
run, the input's shape, the output's shape and at most 40 of its elements, evenly spaced. Graphs whose
file fixes a batch of one are run image by image and the results joined.
"""
import json
import numpy as np
import onnx
import onnxruntime as ort
from onnx import TensorProto as T, helper as h, numpy_helper as nh

rng = np.random.default_rng(7)
expected = {}


def pattern(shape, dtype=np.float32):
    i = np.arange(int(np.prod(shape)), dtype=np.int64)
    return (((i * 37 + 11) % 101 - 50) / 25).astype(dtype).reshape(shape)


class G:
    def __init__(self, name, opset, shape, type=T.FLOAT, functions=()):
        self.name, self.opset, self.shape, self.type = name, opset, shape, type
        self.nodes, self.init, self.count, self.functions = [], [], 0, functions

    def w(self, *shape, scale=0.5, positive=False, dtype=np.float32):
        a = rng.standard_normal(shape) * scale
        return self.c((np.abs(a) + 0.5 if positive else a).astype(dtype))

    def c(self, a):
        a = np.asarray(a)
        name = f"c{len(self.init)}"
        self.init.append(nh.from_array(a, name))
        return name

    def i(self, *v):
        return self.c(np.array(v, np.int64))

    def __call__(self, op, *inputs, n=1, domain="", **attrs):
        self.count += 1
        outs = [f"v{self.count}_{k}" if n > 1 else f"v{self.count}" for k in range(n)]
        self.nodes.append(
            h.make_node(op, list(inputs), outs, name=f"/{op}_{self.count}", domain=domain, **attrs))
        return outs[0] if n == 1 else outs

    def save(self, out, runs):
        graph = h.make_graph(
            self.nodes, self.name, [h.make_tensor_value_info("x", self.type, self.shape)],
            [h.make_tensor_value_info(out, T.FLOAT, None)], self.init)
        imports = [h.make_opsetid("", self.opset)]
        if self.functions:
            imports.append(h.make_opsetid("local", 1))
        model = h.make_model(
            graph, opset_imports=imports, functions=list(self.functions), ir_version=10)
        for o in model.graph.output:
            o.type.tensor_type.ClearField("shape")
        onnx.save(model, self.name + ".onnx")
        try:
            session = ort.InferenceSession(
                model.SerializeToString(), providers=["CPUExecutionProvider"])
            run = lambda x: session.run(None, {"x": x})[0]
        except Exception as e:
            print(self.name, "by the reference:", str(e)[:90])
            ref = onnx.reference.ReferenceEvaluator(model)
            run = lambda x: ref.run(None, {"x": x})[0]
        one = self.shape[0] == 1
        dtype = h.tensor_dtype_to_np_dtype(self.type)
        entries = []
        for shape in runs:
            x = pattern(shape, np.float32)
            if dtype == np.uint8:
                x = np.abs(x * 25).astype(np.uint8)
            x = x.astype(dtype)
            if one:
                y = np.concatenate([run(x[k : k + 1]) for k in range(shape[0])])
            else:
                y = run(x)
            y = np.asarray(y, np.float32)
            flat = y.reshape(-1)
            step = max(1, -(-flat.size // 40))
            entries.append(
                {"input": list(shape), "shape": list(y.shape), "step": step,
                 "values": [float(f"{v:.7g}") for v in flat[::step]]})
        expected[self.name] = entries


N, HW = "N", ("H", "W")
A = lambda *s: [(1, *s), (3, *s)]
D = lambda c, *sizes: [(n, c, a, b) for n, (a, b) in zip((1, 3, 2), sizes)]


def size_of(g, x, axis):
    return g("Unsqueeze", g("Gather", g("Shape", x), g.c(np.int64(axis)), axis=0), g.i(0))


def shape_of(g, *parts):
    return g("Concat", *parts, axis=0)


# Squeeze and excitation; the batch is read from the shape.
g = G("se_dynamic", 13, [N, 4, *HW])
p = g("GlobalAveragePool", "x")
v = g("Reshape", p, shape_of(g, size_of(g, "x", 0), size_of(g, "x", 1)))
v = g("Relu", g("Gemm", v, g.w(2, 4), g.w(2), transB=1))
v = g("Sigmoid", g("Gemm", v, g.w(4, 2), g.w(4), transB=1))
v = g("Reshape", v, shape_of(g, size_of(g, "x", 0), size_of(g, "x", 1), g.i(1), g.i(1)))
g.save(g("Mul", "x", v), D(4, (5, 6), (5, 6), (7, 4)))

# Channel shuffle, once with every size read, once with numbers.
g = G("shuffle_dynamic", 13, [N, 6, *HW])
n, c, a, b = (size_of(g, "x", k) for k in range(4))
v = g("Reshape", "x", shape_of(g, n, g.i(2), g("Div", c, g.i(2)), a, b))
v = g("Transpose", v, perm=[0, 2, 1, 3, 4])
g.save(g("Reshape", v, shape_of(g, n, g.i(-1), a, b)), D(6, (4, 5), (4, 5), (3, 7)))

g = G("shuffle_static", 11, [1, 6, 4, 5])
v = g("Reshape", "x", g.i(1, 2, 3, 4, 5))
v = g("Transpose", v, perm=[0, 2, 1, 3, 4])
g.save(g("Reshape", v, g.i(1, -1, 4, 5)), A(6, 4, 5))

# Splits of three kinds.
g = G("split_attribute", 11, [N, 6, 3, 3])
a, b, c = g("Split", "x", n=3, axis=1, split=[1, 2, 3])
v = g("Concat", c, g("Add", a, b), axis=1)
g.save(v, A(6, 3, 3))
g = G("split_input", 13, [1, 6, 3, 3])
a, b = g("Split", "x", g.i(4, 2), n=2, axis=-3)
g.save(g("Concat", b, a, axis=1), A(6, 3, 3))
g = G("split_uneven", 18, [N, 5, 3, 3])
a, b = g("Split", "x", n=2, axis=1, num_outputs=2)
g.save(g("Concat", b, g("Neg", a), axis=1), A(5, 3, 3))

# MobileNetV3 blocks.
g = G("mobilenetv3_14", 14, [N, 4, *HW])
v = g("HardSwish", g("BatchNormalization", g("Conv", "x", g.w(8, 4, 1, 1)), g.w(8), g.w(8), g.w(8), g.w(8, positive=True)))
v = g("Conv", v, g.w(8, 1, 3, 3), g.w(8), group=8, pads=[1, 1, 1, 1], strides=[2, 2], kernel_shape=[3, 3])
s = g("GlobalAveragePool", v)
s = g("HardSigmoid", g("Conv", s, g.w(8, 8, 1, 1), g.w(8)), alpha=1 / 6, beta=0.5)
g.save(g("Conv", g("Mul", v, s), g.w(4, 8, 1, 1)), D(4, (6, 6), (6, 6), (9, 5)))
g = G("relu6_hardswish", 11, [1, 4, 5, 5])
v = g("Clip", g("Add", "x", g.c(np.float32(3))), g.c(np.float32(0)), g.c(np.float32(6)))
g.save(g("Div", g("Mul", "x", v), g.c(np.float32(6))), A(4, 5, 5))

# DenseNet.
g = G("dense_concat", 9, [N, 3, *HW])
v = "x"
for k in range(3):
    y = g("BatchNormalization", v, g.w(3 + 2 * k), g.w(3 + 2 * k), g.w(3 + 2 * k), g.w(3 + 2 * k, positive=True), epsilon=1e-3)
    y = g("Conv", g("Relu", y), g.w(2, 3 + 2 * k, 3, 3), pads=[1, 1, 1, 1])
    v = g("Concat", v, y, axis=1)
g.save(g("AveragePool", v, kernel_shape=[2, 2], strides=[2, 2]), D(3, (4, 6), (4, 6), (5, 5)))

# A feature pyramid: sizes of the finer map come from shapes.
g = G("fpn_sizes", 13, [N, 3, *HW])
fine = g("Conv", "x", g.w(4, 3, 3, 3), pads=[1, 1, 1, 1])
coarse = g("MaxPool", fine, kernel_shape=[2, 2], strides=[2, 2])
two = g("Slice", g("Shape", coarse), g.i(2), g.i(4), g.i(0))
doubled = g("Cast", g("Floor", g("Mul", g("Cast", two, to=T.FLOAT), g.c(np.float32(2)))), to=T.INT64)
n_c = g("Slice", g("Shape", coarse), g.i(0), g.i(2), g.i(0))
up = g("Resize", coarse, "", "", g("Concat", n_c, doubled, axis=0), mode="linear", coordinate_transformation_mode="pytorch_half_pixel")
g.save(g("Add", up, fine), D(3, (6, 8), (6, 8), (4, 10)))
g = G("fpn_nearest_10", 10, [1, 3, 6, 6])
v = g("MaxPool", "x", kernel_shape=[3, 3], strides=[2, 2], ceil_mode=1)
g.save(g("Resize", v, g.c(np.array([1, 1, 2, 2], np.float32)), mode="nearest"), A(3, 6, 6))
g = G("upsample_9", 9, [N, 2, *HW])
v = g("Upsample", "x", g.c(np.array([1, 1, 2, 3], np.float32)), mode="nearest")
g.save(g("Slice", v, axes=[2, 3], starts=[1, 0], ends=[-1, 9223372036854775807]), D(2, (3, 4), (3, 4), (5, 2)))
g = G("upsample_7", 7, [N, 2, *HW])
g.save(g("Upsample", "x", mode="linear", scales=[1.0, 1.0, 2.0, 2.0]), D(2, (3, 4), (3, 4), (5, 2)))
g = G("resize_cubic_18", 18, [N, 2, *HW])
g.save(g("Resize", "x", "", g.c(np.array([0.6, 0.6], np.float32)), axes=[2, 3], mode="cubic", antialias=1), D(2, (7, 8), (7, 8), (10, 6)))

# Normalisations.
g = G("groupnorm_21", 21, [N, 6, *HW])
g.save(g("GroupNormalization", "x", g.w(6), g.w(6), num_groups=3, epsilon=1e-4), D(6, (3, 4), (3, 4), (5, 2)))
g = G("groupnorm_torch_11", 11, [N, 6, *HW])
v = g("Reshape", "x", g.i(0, 2, -1))
v = g("InstanceNormalization", v, g.c(np.ones(2, np.float32)), g.c(np.zeros(2, np.float32)), epsilon=1e-5)
v = g("Reshape", v, g("Shape", "x"))
g.save(g("Add", g("Mul", v, g.w(6, 1, 1)), g.w(6, 1, 1)), D(6, (3, 4), (3, 4), (5, 2)))
g = G("instancenorm", 6 + 3, [1, 3, 4, 4])
g.save(g("InstanceNormalization", "x", g.w(3), g.w(3), epsilon=1e-3), A(3, 4, 4))
g = G("layernorm_17", 17, [N, 5, 6])
g.save(g("LayerNormalization", "x", g.w(6), g.w(6), axis=-1), A(5, 6))
g = G("mean_variance_13", 13, [N, 3, 4, 4])
g.save(g("MeanVarianceNormalization", "x", axes=[2, 3]), A(3, 4, 4))
g = G("lrn", 13, [N, 6, *HW])
g.save(g("LRN", "x", size=5, alpha=0.02, beta=0.6, bias=2.0), D(6, (3, 4), (3, 4), (5, 2)))
g = G("l2_embedding", 12, [N, 8])
v = g("ReduceL2", "x", axes=[1], keepdims=1)
v = g("Expand", g("Clip", v, g.c(np.float32(1e-12))), g("Shape", "x"))
g.save(g("Div", "x", v), A(8))
g = G("lp_normalization", 9, [1, 8])
g.save(g("LpNormalization", "x", axis=1, p=1), A(8))

# Slopes.
g = G("prelu_shared", 9, [N, 4, *HW])
g.save(g("PRelu", "x", g.c(np.array([0.2], np.float32))), D(4, (3, 4), (3, 4), (5, 2)))
g = G("prelu_channels", 16, [1, 4, 3, 3])
s = g.w(4, 1, 1)
g.save(g("PRelu", g("Conv", g("PRelu", "x", s), g.w(4, 4, 1, 1)), s), A(4, 3, 3))
g = G("prelu_columns", 16, [N, 4, 3, 3])
g.save(g("PRelu", "x", g.w(3)), A(4, 3, 3))

# Heads.
g = G("view_minus_one", 13, [N, 3, 4, 4])
v = g("Relu", g("Conv", "x", g.w(4, 3, 3, 3)))
v = g("Reshape", v, g.i(-1, 16))
g.save(g("Gemm", v, g.w(16, 5), g.w(5), alpha=0.5, beta=2.0), A(3, 4, 4))
g = G("view_static", 11, [1, 3, 4, 4])
v = g("Reshape", g("AveragePool", "x", kernel_shape=[2, 2]), g.i(1, 27))
g.save(g("Softmax", g("Add", g("MatMul", v, g.w(27, 5)), g.w(5)), axis=1), A(3, 4, 4))
g = G("gemm_transposed_a", 13, [1, 6])
v = g("Transpose", "x", perm=[1, 0])
g.save(g("Gemm", v, g.w(6, 3), transA=1), A(6))
g = G("softmax_flat_11", 11, [N, 2, *HW])
g.save(g("Softmax", "x", axis=1), D(2, (3, 4), (3, 4), (5, 2)))
g = G("logsoftmax_flat_11", 11, [N, 2, *HW])
g.save(g("LogSoftmax", "x", axis=2), D(2, (3, 4), (3, 4), (5, 2)))

# Attention over pixels, with one head.
g = G("attention", 13, [N, 4, 3, 3])
v = g("Transpose", g("Reshape", "x", shape_of(g, size_of(g, "x", 0), g.i(4), g.i(9))), perm=[0, 2, 1])
q, k, u = (g("MatMul", v, g.w(4, 4)) for _ in range(3))
s = g("Softmax", g("Mul", g("MatMul", q, g("Transpose", k, perm=[0, 2, 1])), g.c(np.float32(0.5))), axis=-1)
v = g("Transpose", g("MatMul", s, u), perm=[0, 2, 1])
g.save(g("Reshape", v, g("Shape", "x")), A(4, 3, 3))

# Windows.
g = G("same_lower", 11, [N, 2, *HW])
v = g("Conv", "x", g.w(3, 2, 4, 3), auto_pad="SAME_LOWER", strides=[2, 2])
v = g("AveragePool", v, kernel_shape=[2, 2], auto_pad="SAME_UPPER")
g.save(g("MaxPool", v, kernel_shape=[3, 2], pads=[1, 0, 1, 1]), D(2, (7, 8), (7, 8), (6, 5)))
g = G("asymmetric", 13, [N, 4, *HW])
v = g("Conv", "x", g.w(6, 2, 3, 2), g.w(6), group=2, pads=[0, 1, 2, 0], dilations=[2, 1], strides=[1, 2])
g.save(g("AveragePool", v, kernel_shape=[3, 3], pads=[1, 1, 0, 1], count_include_pad=1, strides=[2, 2], ceil_mode=1), D(4, (8, 8), (8, 8), (9, 6)))
g = G("transposed", 11, [1, 3, 4, 4])
v = g("ConvTranspose", "x", g.w(3, 2, 3, 3), g.w(2), strides=[2, 2], pads=[1, 1, 1, 1], output_padding=[1, 1])
g.save(g("ConvTranspose", v, g.w(2, 1, 4, 4), strides=[2, 2], auto_pad="SAME_UPPER"), A(3, 4, 4))
g = G("one_dimensional", 13, [N, 3, "L"])
v = g("Relu", g("Conv", "x", g.w(4, 3, 3), g.w(4), pads=[1, 0], strides=[2]))
v = g("MaxPool", v, kernel_shape=[2])
v = g("ConvTranspose", v, g.w(4, 2, 3), strides=[2])
g.save(g("GlobalAveragePool", v), [(1, 3, 12), (3, 3, 12), (2, 3, 17)])
g = G("lp_pool", 18, [N, 2, *HW])
g.save(g("LpPool", "x", kernel_shape=[2, 3], strides=[2, 1], p=2), D(2, (4, 6), (4, 6), (5, 5)))

# Moving elements.
g = G("depth_to_space", 13, [N, 8, *HW])
v = g("DepthToSpace", "x", blocksize=2, mode="DCR")
g.save(g("Relu", v), D(8, (3, 4), (3, 4), (5, 2)))
g = G("pixel_shuffle", 11, [1, 8, 3, 2])
v = g("DepthToSpace", "x", blocksize=2, mode="CRD")
g.save(g("SpaceToDepth", v, blocksize=2), A(8, 3, 2))
g = G("focus", 11, [N, 2, 6, 4])
parts = []
for a in (0, 1):
    for b in (0, 1):
        v = g("Slice", "x", g.i(a), g.i(2**63 - 1), g.i(2), g.i(2))
        parts.append(g("Slice", v, g.i(b), g.i(2**63 - 1), g.i(3), g.i(2)))
g.save(g("Conv", g("Concat", *parts, axis=1), g.w(3, 8, 1, 1)), A(2, 6, 4))
g = G("pads", 19, [N, 2, *HW])
v = g("Pad", "x", g.i(1, 2, 0, 1), "", g.i(2, 3), mode="reflect")
v = g("Pad", v, g.i(0, 0, -1, 1, 0, 0, 2, -1), mode="edge")
g.save(g("Pad", v, g.i(0, 0, 1, 0, 0, 1, 0, 1), g.c(np.float32(0.25))), D(2, (4, 5), (4, 5), (6, 4)))
g = G("moves", 13, [1, 4, 3, 5])
v = g("Gather", "x", g.c(np.array([2, -1, 0], np.int64)), axis=1)
v = g("Slice", v, g.i(-1), g.i(-(2**63)), g.i(3), g.i(-2))
v = g("Tile", v, g.i(1, 2, 1, 3))
v = g("Squeeze", g("Unsqueeze", v, g.i(2, -1)), g.i(2))
g.save(g("Flatten", g("Transpose", v, perm=[0, 2, 3, 1, 4]), axis=2 if False else 1), A(4, 3, 5))
g = G("gather_one", 13, [N, 3, 4])
g.save(g("Gather", "x", g.c(np.int64(0)), axis=1), A(3, 4))

# Functions of elements.
g = G("activations", 13, [N, 2, 3, 3])
v = "x"
for op, attrs in [("Elu", {"alpha": 0.7}), ("Softplus", {}), ("Softsign", {}), ("Tanh", {}), ("Selu", {}), ("Celu", {"alpha": 1.3}), ("LeakyRelu", {"alpha": 0.1}), ("ThresholdedRelu", {"alpha": -0.2}), ("Abs", {}), ("Sqrt", {}), ("Exp", {}), ("Log", {}), ("Reciprocal", {})]:
    v = g("Add", g(op, v, **attrs), g.c(np.float32(0.3)))
g.save(v, A(2, 3, 3))
g = G("composed_gelu_mish", 13, [1, 2, 3, 3])
e = g("Add", g("Erf", g("Div", "x", g.c(np.float32(1.4142135)))), g.c(np.float32(1)))
v = g("Mul", g("Mul", "x", e), g.c(np.float32(0.5)))
g.save(g("Mul", v, g("Tanh", g("Softplus", v))), A(2, 3, 3))
g = G("gelu_20", 20, [N, 2, 3, 3])
g.save(g("Add", g("Gelu", "x", approximate="tanh"), g("Gelu", "x")), A(2, 3, 3))
g = G("mish_22", 22, [N, 2, 3, 3])
g.save(g("Add", g("Mish", "x"), g("HardSwish", "x")), A(2, 3, 3))
g = G("variadic", 13, [N, 2, 3, 3])
v = g("Mean", "x", g("Max", "x", g.w(3), g.c(np.float32(0.1))), g("Min", "x", g.w(2, 1, 1)))
g.save(g("Sum", v, g("Pow", "x", g.c(np.float32(2))), g("Sub", g.c(np.float32(1)), "x")), A(2, 3, 3))
g = G("reductions", 18, [N, 3, *HW])
v = [g(op, "x", g.i(2, 3), keepdims=0) for op in ("ReduceMean", "ReduceMax", "ReduceMin", "ReduceL1", "ReduceL2", "ReduceSumSquare", "ReduceLogSumExp")]
g.save(g("Concat", *v, axis=1), D(3, (3, 4), (3, 4), (5, 2)))

# What is known when the file is read.
g = G("folded_weights", 13, [N, 3, 4, 4])
w = g("Mul", g.w(4, 3, 3, 3), g("Unsqueeze", g("Div", g.w(4), g("Sqrt", g("Add", g.w(4, positive=True), g.c(np.float32(1e-5))))), g.i(1, 2, 3)))
v = g("Conv", "x", g("Identity", w), g("Sub", g.w(4), g.w(4)))
m = g("MatMul", g("Flatten", v), g("Transpose", g.w(5, 16), perm=[1, 0]))
g.save(m, A(3, 4, 4))
g = G("half_weights", 13, [N, 3, 4, 4])
g.save(g("Conv", "x", g("Cast", g.w(2, 3, 3, 3, dtype=np.float16), to=T.FLOAT)), A(3, 4, 4))
g = G("expand_where", 13, [N, 3, 1, 1])
s = shape_of(g, g.i(-1), g.i(3), g.i(2), g.i(2))
ones = g("ConstantOfShape", g.i(4), value=nh.from_array(np.array([1], np.int64)))
s = g("Where", g("Equal", s, g("Mul", ones, g.i(-1))), ones, s)
g.save(g("Expand", "x", s), A(3, 1, 1))
g = G("if_constant", 13, [N, 3, 1, 1])
o = lambda k: h.make_tensor_value_info(k, T.FLOAT, None)
yes = h.make_graph([h.make_node("Squeeze", ["v0", "axes"], ["s"], name="squeeze")], "yes", [], [o("s")], [nh.from_array(np.array([3], np.int64), "axes")])
no = h.make_graph([h.make_node("Identity", ["v0"], ["t"])], "no", [], [o("t")])
g.nodes.append(h.make_node("Relu", ["x"], ["v0"], name="/Relu_0"))
cond = g("Equal", g("Gather", g("Shape", "x"), g.c(np.int64(3)), axis=0), g.c(np.int64(1)))
g.save(g("If", cond, then_branch=yes, else_branch=no), A(3, 1, 1))
f = h.make_function(
    "local", "Scaled", ["a", "w"], ["c"],
    [h.make_node("Conv", ["a", "w"], ["b"], name="conv"), h.make_node("LeakyRelu", ["b"], ["c"], name="act")],
    [h.make_opsetid("", 13)], ["slope"])
ref = h.make_node("LeakyRelu", ["b"], ["c"], name="act")
attribute = onnx.AttributeProto(name="alpha", type=onnx.AttributeProto.FLOAT, ref_attr_name="slope")
f.node[1].attribute.append(attribute)
g = G("functions", 13, [N, 2, 3, 3], functions=[f])
v = g("Scaled", "x", g.w(3, 2, 1, 1), domain="local", slope=0.3)
g.save(g("Scaled", v, g.w(2, 3, 1, 1), domain="local", slope=0.05), A(2, 3, 3))
g = G("resnet_a_shortcut", 13, [N, 3, 6, 6])
v = g("Slice", "x", g.i(0, 0), g.i(2**63 - 1, 2**63 - 1), g.i(2, 3), g.i(2, 2))
z = g("ConstantOfShape", g.i(1), value=nh.from_array(np.array([0], np.int64)))
pads = g("Concat", g.i(0, 0, 0, 0, 1, 1), g("ConstantOfShape", g.i(2), value=nh.from_array(np.array([0], np.int64))), axis=0)
pads = g("Reshape", g("Transpose", g("Slice", g("Reshape", pads, g.i(-1, 2)), g.i(-1), g.i(-(2**63) + 1), g.i(0), g.i(-1)), perm=[1, 0]), g.i(-1))
g.save(g("Pad", v, pads, g.c(np.float32(0)), mode="constant"), A(3, 6, 6))

# Inputs of other kinds.
g = G("channels_last", 13, [1, 4, 5, 3])
v = g("Conv", g("Transpose", "x", perm=[0, 3, 1, 2]), g.w(2, 3, 3, 3), pads=[1, 1, 1, 1])
g.save(g("Transpose", g("Relu", g("Transpose", v, perm=[0, 2, 3, 1])), perm=[0, 3, 1, 2]), A(4, 5, 3))
g = G("bytes", 13, [N, 3, *HW], type=T.UINT8)
v = g("Div", g("Sub", g("Cast", "x", to=T.FLOAT), g.c(np.float32(127.5))), g.c(np.float32(128)))
g.save(g("Conv", v, g.w(2, 3, 1, 1)), D(3, (3, 4), (3, 4), (5, 2)))

with open("expected.json", "w") as file:
    json.dump(expected, file, separators=(",", ":"))
print(len(expected), "graphs")
