"""What ONNX Runtime computes with the networks of shared/data/weights.

python3 recipe.py <folder shared/data/weights>   (onnxruntime 1.31, numpy)

The input is that of ../graphs/recipe.py, scaled to the network's range.
"""
import json
import sys
import numpy as np
import onnxruntime as ort

root = sys.argv[1]
records = []


def pattern(shape):
    i = np.arange(int(np.prod(shape)), dtype=np.int64)
    return (((i * 37 + 11) % 101 - 50) / 25).astype(np.float32).reshape(shape)


def record(file, shape, scale):
    session = ort.InferenceSession(f"{root}/{file}", providers=["CPUExecutionProvider"])
    x = (pattern(shape) * np.float32(scale)).astype(np.float32)
    for info, y in zip(session.get_outputs(), session.run(None, {session.get_inputs()[0].name: x})):
        flat = y.reshape(-1)
        step = max(1, -(-flat.size // 24))
        records.append(
            {"file": file, "output": info.name, "input": list(shape), "scale": scale,
             "shape": list(y.shape), "step": step,
             "values": [float(f"{v:.7g}") for v in flat[::step]],
             "sum": float(flat.astype(np.float64).sum())})


record("mobilefacenet_insightface_y1/mobilefacenet_y1_opset13.onnx", (2, 3, 112, 112), 50)
record("resnet_cifar10/resnet20_cifar10_opset13.onnx", (3, 3, 32, 32), 1)
record("resnet_cifar10/resnet56_cifar10_opset13.onnx", (1, 3, 32, 32), 1)
record("squeezenet1_0/squeezenet1_0_imagenet_opset13.onnx", (2, 3, 227, 227), 50)
record("yunet/yunet_n_dynamic.onnx", (2, 3, 96, 64), 50)
record("yunet/yunet_n_320_320.onnx", (1, 3, 320, 320), 50)
record("yunet/yunet_s_320_320.onnx", (1, 3, 320, 320), 50)
with open("expected.json", "w") as file:
    json.dump(records, file, separators=(",", ":"))
print(len(records), "outputs")
