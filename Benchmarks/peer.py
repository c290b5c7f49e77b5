"""A worker of facet-bench: runs one peer on request, one JSON object a line on both pipes.

    python3 peer.py torch|onnxruntime|pytorch-grad-cam|captum

check   says whether all packages are there, and their versions
load    task, net, threads, and the files of weights (or ONNX) and input; answers with versions
run     count: runs so often; answers with the seconds of each call, input and weights in memory
result  folder: writes what the last run gave as .npy files
memory  the largest resident memory so far, in kB
quit
"""

import importlib
import importlib.metadata
import json
import os
import sys
import time

PACKAGES = {
    "torch": ["torch", "torchvision"],
    "onnxruntime": ["onnxruntime"],
    "pytorch-grad-cam": ["torch", "torchvision", "grad-cam"],
    "captum": ["torch", "torchvision", "captum"],
}
MODULES = {"grad-cam": "pytorch_grad_cam"}


class Torch:
    """The network itself: a forward run, or a step of training."""

    def __init__(self, request):
        import networks
        import torch

        self.torch = torch
        torch.set_num_threads(request["threads"])
        self.task = request["task"]
        self.labels = torch.tensor(request["labels"])
        self.model = self.layout(request, networks.network(request["net"], request["weights"]))
        self.x = self.layout(request, torch.from_numpy(load_input(request)))
        self.last = None
        self.losses = []
        if self.task == "train":
            networks.without_dropout(self.model).train()
            self.optimiser = torch.optim.SGD(
                self.model.parameters(), lr=request["rate"], momentum=request["momentum"])
        elif self.task != "forward":
            raise ValueError(f"torch has no task {self.task}")

    def layout(self, request, what):
        if request.get("variant") == "channels_last":
            return what.to(memory_format=self.torch.channels_last)
        return what

    def run(self):
        if self.task == "train":
            return self.step()
        with self.torch.inference_mode():
            return self.model(self.x)

    def step(self):
        self.optimiser.zero_grad(set_to_none=True)
        loss = self.torch.nn.functional.cross_entropy(self.model(self.x), self.labels)
        loss.backward()
        self.optimiser.step()
        return loss.item()

    def keep(self, value):
        self.last = value
        if self.task == "train":
            self.losses.append(value)

    def arrays(self):
        if self.task == "train":
            return {"losses": self.losses[:2]}
        return {"logits": self.last.numpy()}


class ONNXRuntime:
    """A forward run of the exported graph."""

    def __init__(self, request):
        import onnxruntime

        if request["task"] != "forward":
            raise ValueError(f"onnxruntime has no task {request['task']}")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = request["threads"]
        options.inter_op_num_threads = 1
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
        options.log_severity_level = 3
        self.session = onnxruntime.InferenceSession(
            request["onnx"], options, providers=["CPUExecutionProvider"])
        self.feed = {self.session.get_inputs()[0].name: load_input(request)}
        self.last = None

    def run(self):
        return self.session.run(None, self.feed)[0]

    def keep(self, value):
        self.last = value

    def arrays(self):
        return {"logits": self.last}


class GradCAMLibrary(Torch):
    """pytorch-grad-cam's maps, called as its documentation does."""

    def __init__(self, request):
        import networks
        import pytorch_grad_cam
        import torch
        from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget

        self.torch = torch
        torch.set_num_threads(request["threads"])
        self.model = self.layout(
            request, networks.explained_network(request["net"], request["weights"]))
        self.x = self.layout(request, torch.from_numpy(load_input(request)))
        self.targets = [ClassifierOutputTarget(label) for label in request["labels"]]
        layers = [self.model.get_submodule(request["layer"])]
        if request["task"] == "gradcam":
            self.cam = pytorch_grad_cam.GradCAM(self.model, layers)
        elif request["task"] == "scorecam":
            self.cam = pytorch_grad_cam.ScoreCAM(self.model, layers)
            self.cam.batch_size = 32
        elif request["task"] == "ablationcam":
            self.cam = pytorch_grad_cam.AblationCAM(self.model, layers, batch_size=32)
        else:
            raise ValueError(f"pytorch-grad-cam has no task {request['task']}")
        # The map before it is rectified, scaled and resized is kept for the comparison.
        inner = self.cam.get_cam_image

        def get_cam_image(*arguments, **named):
            self.raw = inner(*arguments, **named)
            return self.raw

        self.cam.get_cam_image = get_cam_image

    def run(self):
        return self.cam(input_tensor=self.x, targets=self.targets)

    def keep(self, value):
        self.last = value

    def arrays(self):
        return {"raw": self.raw, "map": self.last}


class Captum(Torch):
    """captum's LayerGradCam."""

    def __init__(self, request):
        import networks
        import torch
        from captum.attr import LayerGradCam

        if request["task"] != "gradcam":
            raise ValueError(f"captum has no task {request['task']}")
        self.torch = torch
        torch.set_num_threads(request["threads"])
        self.model = self.layout(
            request, networks.explained_network(request["net"], request["weights"]))
        self.x = self.layout(request, torch.from_numpy(load_input(request)))
        self.labels = torch.tensor(request["labels"])
        self.cam = LayerGradCam(self.model, self.model.get_submodule(request["layer"]))

    def run(self):
        return self.cam.attribute(self.x, target=self.labels)

    def keep(self, value):
        self.last = value

    def arrays(self):
        return {"raw": self.last.detach().numpy()[:, 0]}


PEERS = {
    "torch": Torch, "onnxruntime": ONNXRuntime, "pytorch-grad-cam": GradCAMLibrary,
    "captum": Captum,
}


def load_input(request):
    import numpy

    return numpy.load(request["input"])


def missing(packages):
    """Those of the packages that aren't installed, by pip's names."""
    found = []
    for package in packages:
        try:
            importlib.import_module(MODULES.get(package, package))
        except ImportError:
            found.append(package)
    return found


def peak_memory():
    with open("/proc/self/status") as status:
        for line in status:
            if line.startswith("VmHWM:"):
                return int(line.split()[1])
    raise ValueError("/proc/self/status has no VmHWM")


class Worker:
    def __init__(self, name):
        self.name = name
        self.peer = None

    def answer(self, request):
        operation = request["op"]
        if operation in ("check", "load"):
            absent = missing(PACKAGES[self.name])
            if absent:
                return {"ok": False, "missing": absent}
            if operation == "load":
                self.peer = PEERS[self.name](request)
            versions = {name: importlib.metadata.version(name) for name in PACKAGES[self.name]}
            versions["python"] = ".".join(str(part) for part in sys.version_info[:3])
            return {"ok": True, "versions": versions}
        if operation == "run":
            return {"ok": True, "seconds": [self.timed() for _ in range(request["count"])]}
        if operation == "result":
            return {"ok": True, "arrays": self.write(request["folder"])}
        if operation == "memory":
            return {"ok": True, "peakKB": peak_memory()}
        return {"ok": operation == "quit"}

    def timed(self):
        start = time.perf_counter()
        value = self.peer.run()
        seconds = time.perf_counter() - start
        self.peer.keep(value)
        return seconds

    def write(self, folder):
        import numpy

        paths = {}
        for name, array in self.peer.arrays().items():
            paths[name] = os.path.join(folder, f"{name}.npy")
            numpy.save(paths[name], numpy.ascontiguousarray(array, dtype="<f4"))
        return paths


def main():
    if len(sys.argv) != 2 or sys.argv[1] not in PEERS:
        sys.exit(__doc__)
    # Whatever a library prints goes to stderr: stdout holds the protocol alone.
    replies = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    worker = Worker(sys.argv[1])
    for line in sys.stdin:
        request = json.loads(line)
        try:
            reply = worker.answer(request)
        except Exception as error:
            reply = {"ok": False, "error": f"{type(error).__name__}: {error}"}
        print(json.dumps(reply), file=replies, flush=True)
        if request["op"] == "quit":
            return


if __name__ == "__main__":
    main()
