"""Makes the files of this folder: python3 recipe.py (torch, numpy, safetensors).

Every good file holds tensors whose elements are 0, 1, 2, ... / 4 in row-major order, plus what the
name adds, so that the tests know them without a copy.
"""
import argparse
import collections
import io
import os
import pickle
import struct
import sys
import types
import zipfile

import numpy as np
import safetensors.torch
import torch


def ramp(*shape, dtype=torch.float32, start=0.0):
    count = int(np.prod(shape))
    return (torch.arange(count, dtype=torch.float32) / 4 + start).reshape(shape).to(dtype)


def state():
    return collections.OrderedDict([("conv.weight", ramp(2, 3, 2, 2)), ("conv.bias", ramp(2, start=1))])


def kinds():
    """Every element type, and every way of lying in a storage."""
    base = ramp(4, 6)
    flat = ramp(10)
    out = collections.OrderedDict()
    out["float64"] = ramp(3, dtype=torch.float64)
    out["float16"] = ramp(3, dtype=torch.float16)
    out["bfloat16"] = ramp(3, dtype=torch.bfloat16)
    for name in ["int64", "int32", "int16", "int8", "uint8"]:
        out[name] = torch.arange(5).to(getattr(torch, name)) + 2
    for name in ["uint16", "uint32", "uint64"]:
        out[name] = torch.arange(5).to(getattr(torch, name))
    out["bool"] = torch.tensor([True, False, True])
    out["scalar"] = torch.tensor(7)
    out["none"] = torch.zeros(0, 3)
    out["transposed"] = base.t()
    out["columns"] = base[:, 1::2]
    out["rows"] = base[1:3]
    out["tied"] = base
    out["expanded"] = torch.tensor([5.0]).expand(3, 4)
    out["channels_last"] = ramp(1, 2, 3, 2).to(memory_format=torch.channels_last)
    out["first"] = flat[:4]
    out["second"] = flat[4:]
    return out


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.layer1 = torch.nn.Sequential(torch.nn.Conv2d(1, 2, 3), torch.nn.BatchNorm2d(2))
        self.fc = torch.nn.Linear(2, 3, bias=False)
        self.register_buffer("kept", torch.zeros(2))
        self.register_buffer("hidden", torch.zeros(9), persistent=False)
        with torch.no_grad():
            for i, value in enumerate(self.state_dict().values()):
                value.copy_(ramp(*value.shape, start=i).to(value.dtype))


class Calls:
    def __init__(self, function, *arguments):
        self.call = (function, arguments)

    def __reduce__(self):
        return self.call


def save(thing, path, old=False, protocol=2):
    torch.save(thing, path, _use_new_zipfile_serialization=not old, pickle_protocol=protocol)


def archive(path, members, method=zipfile.ZIP_STORED):
    with zipfile.ZipFile(path, "w", method) as out:
        for name, data in members:
            out.writestr(zipfile.ZipInfo(name), data, method)


def repack(source, path):
    with zipfile.ZipFile(source) as original:
        members = [(i.filename, original.read(i)) for i in original.infolist()]
    archive(path, members, zipfile.ZIP_DEFLATED)
    return members


def torch_zip(path, pickled, storages=()):
    archive(path, [("a/data.pkl", pickled), ("a/byteorder", b"little")]
            + [(f"a/data/{i}", data) for i, data in enumerate(storages)])


def main():
    # The class of a network is no part of its file: its name is all that is kept. The older form also
    # keeps its source.
    Net.__module__ = "somewhere.models"
    for name in ["somewhere", "somewhere.models"]:
        sys.modules[name] = types.ModuleType(name)
    sys.modules["somewhere.models"].Net = Net
    torch.serialization.get_source_lines_and_file = lambda _: (["class Net: ...\n"], 1, "models.py")
    for old, form in [(False, "zip"), (True, "old")]:
        save(state(), f"state-{form}.pth", old)
        save(kinds(), f"kinds-{form}.pth", old)
        optimiser = {"state": {0: {"exp_avg": ramp(2, 3, 2, 2)}}, "param_groups": [{"lr": 0.1}]}
        wrapped = collections.OrderedDict(("module._orig_mod." + k, v) for k, v in state().items())
        save({"epoch": 3, "best": np.float64(0.5), "args": argparse.Namespace(lr=1),
              "optimizer": optimiser, "nested": {"net": wrapped}, "device": torch.device("cpu"),
              "size": torch.Size([1, 2]), "dtype": torch.float16}, f"nested-{form}.pth", old)
        save(Net(), f"module-{form}.pth", old)
        save(ramp(2, 3), f"tensor-{form}.pth", old)
    save({"model": Net(), "epoch": 1}, "module-inside.pth")
    for protocol in [3, 4, 5]:
        save({"state_dict": state(), "wide": 1 << 70, "bytes": b"abc"},
             f"protocol-{protocol}.pth", protocol=protocol)
    # Protocols 0 and 1 can't be had from torch.save: its reader of storages is fed by hand.
    class Pickler(pickle._Pickler):
        def persistent_id(self, thing):
            if isinstance(thing, torch.storage.TypedStorage):
                return ("storage", torch.FloatStorage, "0", "cpu", thing.size())
            if isinstance(thing, torch.storage.UntypedStorage):
                return ("storage", torch.FloatStorage, "0", "cpu", thing.nbytes() // 4)
            return None
    out = io.BytesIO()
    Pickler(out, 1).dump({"a": ramp(2, 3), "t": (1, 2.5, None, True, -70000, 1 << 80), "ü": "é\n"})
    torch_zip("protocol-1.pth", out.getvalue(), [ramp(2, 3).numpy().tobytes()])
    # A big-endian machine's file, and one that was packed again with compression.
    members = repack("state-zip.pth", "state-deflated.pth")
    swapped = [(n, np.frombuffer(d, "<f4").astype(">f4").tobytes() if "/data/" in n else
                b"big" if n.endswith("byteorder") else d) for n, d in members]
    archive("state-big-endian.pth", swapped)
    net = torch.jit.trace(torch.nn.Sequential(collections.OrderedDict(
        [("conv", torch.nn.Conv2d(1, 2, 3)), ("bn", torch.nn.BatchNorm2d(2))])).eval(),
        torch.zeros(1, 1, 4, 4))
    with torch.no_grad():
        for i, value in enumerate(net.state_dict().values()):
            value.copy_(ramp(*value.shape, start=i).to(value.dtype))
    torch.jit.save(net, "script.pt")

    # Pickles that mean harm. Python would run them; nothing here may.
    torch_zip("bad-system.pth", pickle.dumps({"a": Calls(os.system, "touch /tmp/facet-was-here")}, 2))
    torch_zip("bad-eval.pth", pickle.dumps({"a": Calls(eval, "1/0")}, 4))
    torch_zip("bad-instance.pth", b"(S'touch /tmp/facet-was-here'\nios\nsystem\n.")
    head = pickle.dumps(0x1950A86A20F9469CFC6C, 2) + pickle.dumps(1001, 2) + pickle.dumps({}, 2)
    open("bad-system-old.pth", "wb").write(
        head + pickle.dumps({"a": Calls(os.system, "touch /tmp/facet-was-here")}, 2))
    torch_zip("bad-deep.pth", b"]" * 100000 + b"a" * 99999 + b".")
    repack("bad-deep.pth", "bad-deep.pth")
    # Modules whose names double at every step, and one inside itself.
    module = torch.nn.Linear(1, 1)
    for _ in range(40):
        outer = torch.nn.Module()
        outer.a = outer.b = module
        module = outer
    save(module, "bad-shared.pth")
    repack("bad-shared.pth", "bad-shared.pth")
    module = torch.nn.Module()
    module.add_module("self", module)
    module.register_buffer("b", torch.zeros(1))
    save(module, "bad-nested.pth")
    laughs = b"(t" + b"".join(b"\x94\x30" + b"h" + bytes([i]) * 1 + b"h" + bytes([i]) + b"\x86"
                              for i in range(60)) + b"."
    torch_zip("bad-laughs.pth", laughs)
    torch_zip("bad-claim.pth", b"\x80\x02X\xff\xff\xff\x7fabc.")
    # A list that is its own element.
    torch_zip("bad-cycle.pth", b"\x80\x02]q\x00h\x00a.")

    def tensor(offset, size, stride, count, extra=b""):
        return pickle.dumps({"w": Calls(torch._utils._rebuild_tensor_v2, "S", offset, size, stride)},
                            2).replace(b"X\x01\x00\x00\x00S", b"(X\x07\x00\x00\x00storagectorch\n"
                            b"FloatStorage\nX\x01\x00\x00\x000X\x03\x00\x00\x00cpuK" + bytes([count])
                            + b"tQ", 1)
    four = struct.pack("<4f", 1, 2, 3, 4)
    torch_zip("bad-beyond.pth", tensor(1, (2, 2), (2, 1), 4), [four])
    torch_zip("bad-negative.pth", tensor(0, (2,), (-1,), 4), [four])
    torch_zip("bad-offset.pth", tensor(-1, (2,), (1,), 4), [four])
    torch_zip("bad-expanded.pth", tensor(0, (1 << 20, 1 << 20), (0, 0), 4), [four])
    torch_zip("bad-overflow.pth", tensor(0, (1 << 62, 4), (1 << 62, 1), 4), [four])
    torch_zip("bad-storage.pth", tensor(0, (2,), (1,), 4))
    torch_zip("strides-of-one.pth", tensor(1, (1, 3, 1), (1 << 62, 1, 1 << 62), 4), [four])

    safetensors.torch.save_file(
        {name: tensor.clone().contiguous() for name, tensor in kinds().items()},
        "kinds.safetensors", metadata={"format": "pt"})
    np.savez("arrays.npz", **arrays())
    np.savez_compressed("arrays-deflated.npz", **arrays())
    with open("bomb.npz", "wb") as out:
        np.savez_compressed(out, a=np.zeros(1000, np.float32))
    lie("bomb.npz")
    overlap()


def arrays():
    grid = np.arange(6, dtype=np.float32).reshape(2, 3) / 4
    out = {"grid": grid, "fortran": np.asfortranarray(grid), "scalar": np.float32(7),
           "none": np.zeros((0, 3), np.float32), "text": np.array(["a", "b"]),
           "fortran3": np.asfortranarray(np.arange(24, dtype=np.int16).reshape(2, 3, 4))}
    for code in ["<f8", ">f8", ">f4", "<f2", ">f2", "<i8", ">i8", "<i4", ">i4", "<i2", ">i2", "|i1",
                 "<u8", ">u8", "<u4", ">u4", "<u2", ">u2", "|u1", "|b1"]:
        out["t" + code.replace("<", "l").replace(">", "b").replace("|", "n")] = np.array([0, 1, 1], code)
    return out


def lie(path):
    """The first member claims 2 GB; its bytes and both headers agree otherwise."""
    data = bytearray(open(path, "rb").read())
    size = struct.pack("<I", 0x7FFFFFFF)
    for mark, at in [(b"PK\x03\x04", 22), (b"PK\x01\x02", 24)]:
        place = data.index(mark)
        data[place + at:place + at + 4] = size
    local = data.index(b"PK\x03\x04")
    # The local sizes are in a zip64 extra: sizes of ones say so.
    extra = local + 30 + struct.unpack_from("<H", data, local + 26)[0] + 4
    struct.pack_into("<Q", data, extra, 0x7FFFFFFF)
    data[local + 18:local + 26] = b"\xff" * 8
    open(path, "wb").write(data)


def overlap():
    """Two members of one run of bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive_:
        for name in ["a.npy", "b.npy"]:
            body = io.BytesIO()
            np.save(body, np.zeros(3, np.float32))
            archive_.writestr(zipfile.ZipInfo(name), body.getvalue())
    data = bytearray(out.getvalue())
    second = data.index(b"PK\x01\x02", data.index(b"PK\x01\x02") + 4)
    data[second + 42:second + 46] = struct.pack("<I", 0)
    data[second + 46:second + 51] = b"a.npy"
    open("overlap.npz", "wb").write(data)


if __name__ == "__main__":
    main()
