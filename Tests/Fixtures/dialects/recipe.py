#!/usr/bin/env python3
"""Maps of torch-cam, xplique and tf-explain as the packages return them: dialects.safetensors.

    pip install torch==2.15.0 torchcam==0.5.0 safetensors
    pip install tensorflow-cpu==2.19.1 keras==3.15.1 tf-keras==2.19.0 tensorflow-probability==0.25.0
    pip install deprecated einops matplotlib scikit-image scikit-learn opencv-python-headless
    pip install --no-deps xplique==2.0.2 tf-explain==0.3.1      (xplique would add tensorflow's CUDA)
    recipe.py                write dialects.safetensors beside this file
    recipe.py --verify       recompute and compare with it

The network, its two images of 21x26 and their classes are ../explain's, whose recipe builds it in torch;
here it is built in Keras 3 with the same weights, and its logits are compared. The layer is `cat`,
10x12. What is held are the defaults of each package for a named layer and class.

  torch-cam.<method>        what the extractor returns, 0...1, [N, h, w]
  torch-cam.<method>.raw    the same with normalized=False
  torch-cam.gradcam.picture what its overlay_mask hands to the colours, [N, H, W]
  xplique.<method>          what explain returns, one channel, [N, H, W]
  tf-explain.gradcam.raw    the map before its picture, [N, h, w]
  tf-explain.gradcam        its heatmap_display's 0...1, before it rounds to 255 levels, [N, H, W]
  tf-explain.<others>       compute_gradients of its classes, whose pictures are grey levels, [N, C, H, W]

Occlusion's windows are 6x7 with strides of 4 and 5. The packages' versions are in the file's metadata.
"""
import importlib.metadata, os, sys, warnings

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
warnings.filterwarnings("ignore")
import numpy as np
import torch
import tensorflow as tf
import torchcam.methods, torchcam.utils
import tf_explain.core.grad_cam, tf_explain.utils.display
import xplique.attributions
from matplotlib.colors import Colormap
from PIL import Image
from safetensors.numpy import load_file, save_file
from tf_explain.core.gradients_inputs import GradientsInputs
from tf_explain.core.vanilla_gradients import VanillaGradients

HERE = os.path.dirname(os.path.abspath(__file__))
OUT = os.path.join(HERE, "dialects.safetensors")
EXPLAIN = os.path.join(HERE, "..", "explain", "explain.safetensors")
PACKAGES = ["torchcam", "torch", "xplique", "tf-explain", "tensorflow-cpu", "keras", "numpy", "opencv-python-headless"]
# Facet's names of methods, and the packages'.
TORCH_CAM = {"gradcam": "GradCAM", "gradcam++": "GradCAMpp", "xgradcam": "XGradCAM",
             "layercam": "LayerCAM", "scorecam": "ScoreCAM", "finercam": "FinerCAM"}
XPLIQUE = {"gradient": "Saliency", "input-x-gradient": "GradientInput", "guided-backprop": "GuidedBackprop",
           "deconvolution": "DeconvNet", "integrated-gradients": "IntegratedGradients"}
SIZE = (21, 26)


def torch_net(weights):
    """../explain/recipe.py's network, without that file's other needs."""
    nn = torch.nn
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1 = nn.Conv2d(3, 8, 3, padding=1, bias=False)
            self.bn1 = nn.BatchNorm2d(8); self.relu1 = nn.ReLU(); self.pool1 = nn.MaxPool2d(3, 2)
            self.conv2 = nn.Conv2d(8, 8, 3, padding=1); self.relu2 = nn.ReLU()
            self.a = nn.Conv2d(8, 6, 1); self.relu_a = nn.ReLU()
            self.b = nn.Conv2d(8, 6, 3, padding=1); self.relu_b = nn.ReLU()
            self.cat = nn.Identity()
            self.gap = nn.AdaptiveAvgPool2d(1); self.fc_gap = nn.Linear(12, 5)
            self.grid = nn.AdaptiveAvgPool2d((2, 3))
            self.fc1 = nn.Linear(72, 10); self.relu3 = nn.ReLU(); self.fc2 = nn.Linear(10, 5)

        def forward(self, x):
            h = self.pool1(self.relu1(self.bn1(self.conv1(x))))
            h = self.relu2(self.conv2(h) + h)
            h = self.cat(torch.cat([self.relu_a(self.a(h)), self.relu_b(self.b(h))], 1))
            scores = self.fc2(self.relu3(self.fc1(self.grid(h).flatten(1))))
            return scores + self.fc_gap(self.gap(h).flatten(1))

    net = Net().eval()
    net.load_state_dict({k: torch.from_numpy(v) for k, v in weights.items()}, strict=False)
    return net


def keras_net(weights):
    layers = tf.keras.layers
    inputs = layers.Input((*SIZE, 3))
    h = layers.Conv2D(8, 3, padding="same", use_bias=False, name="conv1")(inputs)
    h = layers.ReLU(name="relu1")(layers.BatchNormalization(epsilon=1e-5, name="bn1")(h))
    h = layers.MaxPooling2D(3, 2, name="pool1")(h)
    h = layers.Add(name="add")([layers.Conv2D(8, 3, padding="same", name="conv2")(h), h])
    h = layers.ReLU(name="relu2")(h)
    a = layers.ReLU(name="relu_a")(layers.Conv2D(6, 1, name="a")(h))
    b = layers.ReLU(name="relu_b")(layers.Conv2D(6, 3, padding="same", name="b")(h))
    h = layers.Concatenate(name="cat")([a, b])
    mean = layers.GlobalAveragePooling2D(name="gap")(h)
    grid = layers.AveragePooling2D((5, 4), name="grid")(h)  # 10x12 to 2x3
    flat = layers.Flatten(name="flatten")(layers.Permute((3, 1, 2), name="channels_first")(grid))
    scores = layers.Dense(5, name="fc2")(layers.ReLU(name="relu3")(layers.Dense(10, name="fc1")(flat)))
    net = tf.keras.Model(inputs, layers.Add(name="logits")([scores, layers.Dense(5, name="fc_gap")(mean)]))
    for layer in net.layers:
        names = [f"{layer.name}.{part}" for part in ("weight", "bias", "running_mean", "running_var")]
        values = [weights[name] for name in names if name in weights]
        if values and values[0].ndim > 1:
            values[0] = values[0].transpose(2, 3, 1, 0) if values[0].ndim == 4 else values[0].T
        if values: layer.set_weights(values)
    return net


class Watcher(Colormap):
    """A colour map that keeps the values it is asked to paint."""
    def __init__(self): super().__init__("watcher")
    def __call__(self, values, **kw):
        self.seen = np.array(values)
        return np.zeros((*values.shape, 4), np.uint8)


def of_torch_cam(net, x, classes):
    found = {}
    for name, kind in TORCH_CAM.items():
        for suffix, normalized in (("", True), (".raw", False)):
            with getattr(torchcam.methods, kind)(net, "cat", input_shape=tuple(x.shape[1:])) as extractor:
                scores = net(x)
                found[f"torch-cam.{name}{suffix}"] = extractor(classes, scores, normalized=normalized)[0].numpy()
    pictures = []
    for cam in found["torch-cam.gradcam"]:
        colors, image = Watcher(), Image.new("RGB", SIZE[::-1])
        torchcam.utils.overlay_mask(image, Image.fromarray(cam), colors)
        pictures.append(colors.seen)
    found["torch-cam.gradcam.picture"] = np.stack(pictures)
    return found


def of_xplique(net, x, classes):
    chosen = np.eye(5, dtype=np.float32)[classes]
    kinds = xplique.attributions
    found = {"gradcam": kinds.GradCAM(net, conv_layer="cat"), "gradcam++": kinds.GradCAMPP(net, conv_layer="cat"),
             "occlusion": kinds.Occlusion(net, patch_size=(6, 7), patch_stride=(4, 5))}
    found |= {name: getattr(kinds, kind)(net) for name, kind in XPLIQUE.items()}
    return {f"xplique.{name}": explainer(x, chosen).numpy()[..., 0] for name, explainer in found.items()}


class Levels(np.ndarray):
    """An array that keeps what it was before it is rounded to levels."""
    seen = None
    def astype(self, kind, *a, **kw):
        if kind == "uint8": Levels.seen = np.asarray(self) / 255
        return np.asarray(self).astype(kind, *a, **kw)


def of_tf_explain(net, x, classes):
    display = tf_explain.utils.display
    resize = display.cv2.resize
    found = {"gradcam.raw": [], "gradcam": [], "gradient": [], "input-x-gradient": []}
    for image, c in zip(x[:, None], classes):  # it takes one class for all images
        kind = tf_explain.core.grad_cam.GradCAM
        raw = kind.generate_ponderated_output(*kind.get_gradients_and_filters(net, image, "cat", c, True))
        found["gradcam.raw"].append(raw[0].numpy())
        display.cv2.resize = lambda *a, **kw: resize(*a, **kw).view(Levels)
        kind().explain((image, None), net, c, layer_name="cat")
        display.cv2.resize = resize
        found["gradcam"].append(Levels.seen)
        for name, kind in (("gradient", VanillaGradients), ("input-x-gradient", GradientsInputs)):
            found[name].append(kind.compute_gradients(image, net, c).numpy()[0].transpose(2, 0, 1))
    return {f"tf-explain.{name}": np.stack(maps) for name, maps in found.items()}


def make():
    given = load_file(EXPLAIN)
    weights = {k[2:]: v for k, v in given.items() if k.startswith("w.")}
    x, classes = given["input"], given["target"].astype(int).tolist()
    ours, theirs = torch_net(weights), keras_net(weights)
    last = np.ascontiguousarray(x.transpose(0, 2, 3, 1))
    for logits in (ours(torch.from_numpy(x)).detach().numpy(), theirs(last).numpy()):
        assert np.abs(logits - given["logits"]).max() < 1e-5
    found = of_torch_cam(ours, torch.from_numpy(x), classes)
    found |= of_xplique(theirs, last, classes) | of_tf_explain(theirs, last, classes)
    return {k: np.ascontiguousarray(v, np.float32) for k, v in found.items()}


if __name__ == "__main__":
    made = make()
    if "--verify" in sys.argv:
        stored = load_file(OUT)
        assert stored.keys() == made.keys(), stored.keys() ^ made.keys()
        worst = max((float(np.abs(made[k] - v).max() / np.abs(v).max()), k) for k, v in stored.items())
        print("largest relative difference %.1e (%s)" % worst); sys.exit(worst[0] > 1e-4)
    save_file(made, OUT, {p: importlib.metadata.version(p) for p in PACKAGES})
    print(len(made), "tensors,", os.path.getsize(OUT), "bytes")
