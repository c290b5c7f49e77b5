#!/usr/bin/env python3
"""Reference values of how true maps are: faithfulness.safetensors, on the network of ../explain.

    pip install torch captum grad-cam scipy safetensors
    recipe.py                write faithfulness.safetensors beside this file
    recipe.py --verify       recompute and compare with it

Images, classes and weights are ../explain/explain.safetensors'. `map` is the network's gradient,
its largest magnitude over the channels.

  noise, infidelity, infidelity.normalised   captum's infidelity of the gradient, perturbations given
  change, sensitivity                        captum's sensitivity_max of InputXGradient, changes given
  missing, imputed                           pytorch_grad_cam's NoisyLinearImputer without noise, [N, C, H, W]
  deletion, insertion                        curves of 7 steps [N, 8] of the softmax of `target`, straight
                                             from the formulas of Petsiuk et al.: stable order, 0, blur 11x11
"""
import importlib.util, os, sys

import numpy as np
import torch
import torch.nn.functional as F
from captum.attr import InputXGradient, Saliency
from captum.metrics import infidelity, sensitivity_max
from pytorch_grad_cam.metrics.road import NoisyLinearImputer
from safetensors.torch import load_file, save_file

HERE = os.path.dirname(os.path.abspath(__file__))
OUT = os.path.join(HERE, "faithfulness.safetensors")
SAMPLES, STEPS = 4, 7


def network():
    spec = importlib.util.spec_from_file_location("explain", os.path.join(HERE, "../explain/recipe.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    stored = load_file(os.path.join(HERE, "../explain/explain.safetensors"))
    net = module.Net()
    state = {k[2:]: v for k, v in stored.items() if k.startswith("w.")}
    net.load_state_dict(state, strict=False)
    return net.eval(), stored["input"], stored["target"].long()


def blurred(x):
    line = torch.exp(-torch.arange(-5.0, 6.0) ** 2 / 50)
    kernel = torch.outer(line, line)
    kernel = (kernel / kernel.sum()).expand(3, 1, 11, 11)
    return F.conv2d(x, kernel, padding=5, groups=3)


def curve(net, start, end, order, target):
    points = []
    for k in range(STEPS + 1):
        picture = start.clone().flatten(1)
        taken = order[: k * len(order) // STEPS]
        picture[:, taken] = end.flatten(1)[:, taken]
        points.append(net(picture.reshape(start.shape)[None]).softmax(1)[0, target])
    return torch.stack(points)


def make():
    net, x, target = network()
    g = torch.Generator().manual_seed(5)
    t = {"noise": 0.3 * torch.randn(SAMPLES, *x.shape, generator=g),
         "change": 0.04 * torch.rand(SAMPLES, *x.shape, generator=g) - 0.02}
    gradient = Saliency(net).attribute(x.clone(), target, abs=False).detach()
    t["map"] = gradient.abs().amax(1)
    # captum hands over every image SAMPLES times in a row.
    rows = t["noise"].transpose(0, 1).reshape(-1, *x.shape[1:])
    perturb = lambda inputs: (rows, inputs - rows)
    for name, normalise in (("infidelity", False), ("infidelity.normalised", True)):
        t[name] = infidelity(net, perturb, x, gradient, target=target, n_perturb_samples=SAMPLES,
                             normalize=normalise)
    changes = t["change"].transpose(0, 1).reshape(-1, *x.shape[1:])
    t["sensitivity"] = sensitivity_max(InputXGradient(net).attribute, x,
                                       perturb_func=lambda inputs, radius: inputs + changes,
                                       n_perturb_samples=SAMPLES, target=target)
    missing = torch.zeros(x.shape[0], *x.shape[2:], dtype=torch.bool)
    missing[0, 4:15, 6:20] = True
    missing[0, :3, :] = True
    missing[1] = torch.rand(x.shape[2:], generator=g) < 0.9
    t["missing"] = missing.float()
    fill = NoisyLinearImputer(noise=0)
    t["imputed"] = torch.stack([fill(x[i], (~missing[i]).float()) for i in range(2)])
    soft = blurred(x)
    deletion, insertion = [], []
    for i in range(2):
        order = torch.from_numpy(np.argsort(-t["map"][i].flatten().numpy(), kind="stable"))
        deletion.append(curve(net, x[i], torch.zeros_like(x[i]), order, target[i]))
        insertion.append(curve(net, soft[i], x[i], order, target[i]))
    t["deletion"], t["insertion"] = torch.stack(deletion), torch.stack(insertion)
    return {k: v.detach().float().contiguous().clone() for k, v in t.items()}


if __name__ == "__main__":
    made = make()
    if "--verify" in sys.argv:
        stored = load_file(OUT)
        assert stored.keys() == made.keys(), stored.keys() ^ made.keys()
        worst = max((float((made[k] - v).abs().max() / v.abs().max().clamp_min(1e-12)), k) for k, v in stored.items())
        print("largest relative difference %.1e (%s)" % worst); sys.exit(worst[0] > 1e-4)
    save_file(made, OUT)
    print(len(made), "tensors,", os.path.getsize(OUT), "bytes")
