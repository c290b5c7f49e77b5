#!/usr/bin/env python3
"""Reference maps of a small network: explain.safetensors.

    pip install torch captum grad-cam safetensors
    recipe.py                write explain.safetensors beside this file
    recipe.py --verify       recompute and compare with it

The network has a convolution with batch norm, an overlapping max pool, a residual addition, a
concatenation, and two heads that are added: fully connected layers on a 2x3 grid of means, and one on
the global mean. ReLUs are modules. Two images of 21x26, five classes, `target` are the classes
explained; the target layer is `cat`. Evaluation mode, float32, CPU.

  input, target, logits, act        images, classes, output, value of `cat`
  w.<name>                          parameters, torch's names
  <cam>                             pytorch_grad_cam's map before its ReLU and resize, [N, h, w]
  <cam>.final                       what pytorch_grad_cam returns, [N, H, W]
  finercam                          pytorch_grad_cam's FinerCAM (3 rivals, alpha 1) of `target`
  gradcam.captum                    captum's LayerGradCam, [N, 1, h, w]
  gradient, guided, deconv          captum's Saliency (abs=False), GuidedBackprop, Deconvolution
  input_x_gradient, guided_gradcam  captum's InputXGradient, GuidedGradCam
  ig, ig.delta                      captum's IntegratedGradients, 20 steps, and its delta
  smoothgrad, smoothgrad.noise      mean of |gradient| over the stored noises
  occlusion                         captum's Occlusion, window (3, 6, 7), stride (3, 4, 5)
"""
import os, sys, warnings

import numpy as np
import torch
import torch.nn as nn
from captum.attr import (Deconvolution, GuidedBackprop, GuidedGradCam, InputXGradient,
                         IntegratedGradients, LayerGradCam, Occlusion, Saliency)
from safetensors.torch import load_file, save_file
import pytorch_grad_cam as pgc
import pytorch_grad_cam.ablation_cam, pytorch_grad_cam.score_cam
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget, FinerWeightedTarget

warnings.filterwarnings("ignore")
for m in (pgc.score_cam, pgc.ablation_cam):  # no progress bars
    m.tqdm.tqdm = lambda it: it
CAMS = {"gradcam": "GradCAM", "gradcam++": "GradCAMPlusPlus", "xgradcam": "XGradCAM",
        "layercam": "LayerCAM", "hirescam": "HiResCAM", "eigencam": "EigenCAM",
        "scorecam": "ScoreCAM", "ablationcam": "AblationCAM"}
OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "explain.safetensors")


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 8, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(8); self.relu1 = nn.ReLU()
        self.pool1 = nn.MaxPool2d(3, 2)
        self.conv2 = nn.Conv2d(8, 8, 3, padding=1); self.relu2 = nn.ReLU()
        self.a = nn.Conv2d(8, 6, 1); self.relu_a = nn.ReLU()
        self.b = nn.Conv2d(8, 6, 3, padding=1); self.relu_b = nn.ReLU()
        self.cat = nn.Identity()  # a place to hook the concatenation
        self.gap = nn.AdaptiveAvgPool2d(1); self.fc_gap = nn.Linear(12, 5)
        self.grid = nn.AdaptiveAvgPool2d((2, 3))  # so that gradients differ from place to place
        self.fc1 = nn.Linear(72, 10); self.relu3 = nn.ReLU(); self.fc2 = nn.Linear(10, 5)

    def forward(self, x):
        h = self.pool1(self.relu1(self.bn1(self.conv1(x))))
        h = self.relu2(self.conv2(h) + h)
        h = self.cat(torch.cat([self.relu_a(self.a(h)), self.relu_b(self.b(h))], 1))
        scores = self.fc2(self.relu3(self.fc1(self.grid(h).flatten(1))))
        return scores + self.fc_gap(self.gap(h).flatten(1))


def build():
    torch.manual_seed(3)
    net = Net()
    with torch.no_grad():
        net.bn1.weight.uniform_(0.5, 1.5); net.bn1.bias.uniform_(-0.2, 0.2)
        net.bn1.running_mean.uniform_(-0.2, 0.2); net.bn1.running_var.uniform_(0.5, 1.5)
        for m in (net.fc1, net.fc2, net.fc_gap): m.weight.mul_(4)  # so that scores are not all alike
    return net.eval()


def cam(kind, net, x, targets):
    method = getattr(pgc, kind)(model=net, target_layers=[net.cat])
    raw, inner = [], method.get_cam_image
    def spy(*a, **kw):
        raw.append(inner(*a, **kw)); return raw[-1]
    method.get_cam_image = spy
    final = method(input_tensor=x, targets=targets)
    return torch.from_numpy(np.ascontiguousarray(raw[0])), torch.from_numpy(np.ascontiguousarray(final))


def make():
    net = build()
    g = torch.Generator().manual_seed(11)
    x = torch.randn(2, 3, 21, 26, generator=g)
    target = torch.tensor([1, 4])
    t = {"w." + k: v for k, v in net.state_dict().items() if v.is_floating_point()}
    t["input"], t["target"], t["logits"] = x, target.float(), net(x)
    def keep(module, inputs, output): t["act"] = output.detach().clone()
    hook = net.cat.register_forward_hook(keep); net(x); hook.remove()
    for name, kind in CAMS.items():
        t[name], final = cam(kind, net, x, [ClassifierOutputTarget(int(c)) for c in target])
        if name != "eigencam": t[name + ".final"] = final  # its sign is the SVD's whim
    finer = []
    for s, c in zip(net(x).detach(), target):
        order = np.argsort(np.abs((s - s[c]).numpy()), kind="stable")
        finer.append(FinerWeightedTarget(int(c), [int(i) for i in order[1:4]], 1.0))
    t["finercam"], _ = cam("GradCAM", net, x, finer)
    t["gradcam.captum"] = LayerGradCam(net, net.cat).attribute(x, target)
    t["gradient"] = Saliency(net).attribute(x.clone(), target, abs=False)
    t["guided"] = GuidedBackprop(net).attribute(x.clone(), target)
    t["deconv"] = Deconvolution(net).attribute(x.clone(), target)
    t["input_x_gradient"] = InputXGradient(net).attribute(x.clone(), target)
    t["guided_gradcam"] = GuidedGradCam(net, net.cat).attribute(x.clone(), target)
    t["ig"], t["ig.delta"] = IntegratedGradients(net).attribute(
        x.clone(), target=target, n_steps=20, return_convergence_delta=True)
    t["smoothgrad.noise"] = 0.2 * torch.randn(3, *x.shape, generator=g)
    t["smoothgrad"] = torch.stack([Saliency(net).attribute(x + n, target) for n in t["smoothgrad.noise"]]).mean(0)
    t["occlusion"] = Occlusion(net).attribute(x, target=target, sliding_window_shapes=(3, 6, 7), strides=(3, 4, 5))
    return {k: v.detach().float().contiguous().clone() for k, v in t.items()}


if __name__ == "__main__":
    made = make()
    if "--verify" in sys.argv:
        stored = load_file(OUT)
        assert stored.keys() == made.keys(), stored.keys() ^ made.keys()
        sign = lambda k, v: v * (v * stored[k]).flatten(1).sum(1).sign()[:, None, None] if k == "eigencam" else v
        worst = max((float((sign(k, made[k]) - v).abs().max() / v.abs().max().clamp_min(1e-12)), k) for k, v in stored.items())
        print("largest relative difference %.1e (%s)" % worst); sys.exit(worst[0] > 1e-4)
    save_file(made, OUT)
    print(len(made), "tensors,", os.path.getsize(OUT), "bytes")
