#!/usr/bin/env python3
"""Layer-wise relevance of the small network of ../explain: lrp.safetensors.

    pip install torch safetensors
    recipe.py                write lrp.safetensors beside this file
    recipe.py --verify       recompute and compare with it
    recipe.py --zennit       compare with zennit (pip install zennit), which makes the same of the same rules

Every rule is written out with automatic differentiation: a layer's share is x * d<z, R / z> / dx, with
other weights (gamma) or with the corners of a box besides (z-box). The batch norm is merged into the
convolution before it; additions and means share in proportion; a max pool's winner takes all; ReLUs
pass. The logit of `target` is handed down. Pixels lie in the box of ImageNet's mean and deviation.

  epsilon      1e-6 everywhere
  gamma        gamma 0.25 on convolutions, epsilon 1e-6 on linear layers
  z-box        the same with the z-box on the first convolution
"""
import os, sys

import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file

HERE = os.path.dirname(os.path.abspath(__file__))
OUT = os.path.join(HERE, "lrp.safetensors")
MEAN = torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1)
STD = torch.tensor([0.229, 0.224, 0.225]).view(1, 3, 1, 1)
LOW, HIGH = (0 - MEAN) / STD, (1 - MEAN) / STD
EPSILON = 1e-6


def stable(z):
    return z + torch.where(z < 0, -EPSILON, EPSILON)


def pull(layer, x, s):
    """The transpose of a layer applied to s, and the layer's output."""
    x = x.detach().requires_grad_()
    z = layer(x)
    return torch.autograd.grad(z, x, s(z))[0], z


def epsilon(layer, x, r):
    return x * pull(layer, x, lambda z: r / stable(z))[0]


def gamma(conv, w, b, x, r, g=0.25):
    z = conv(x, w, b)
    total = torch.zeros_like(x)
    for sign in (1, -1):
        same = lambda t: t + g * (t * sign).clamp(min=0) * sign   # strengthens what has the output's sign
        other = lambda t: t + g * (t * -sign).clamp(min=0) * -sign
        up, down = x.clamp(min=0), x.clamp(max=0)
        z1, z2 = conv(up, same(w), same(b)), conv(down, other(w), None)
        s = torch.where(z * sign > 0, r, torch.zeros_like(r)) / stable(z1 + z2)
        total = total + up * pull(lambda t: conv(t, same(w), None), up, lambda _: s)[0]
        total = total + down * pull(lambda t: conv(t, other(w), None), down, lambda _: s)[0]
    return total


def zbox(conv, w, x, r):
    low, high = LOW.expand_as(x), HIGH.expand_as(x)
    parts = [(x, w, 1), (low, w.clamp(min=0), -1), (high, w.clamp(max=0), -1)]
    s = r / stable(sum(k * conv(v, u, None) for v, u, k in parts))
    return sum(k * v * pull(lambda t: conv(t, u, None), v, lambda _: s)[0] for v, u, k in parts)


def convolution(padding):
    return lambda x, w, b: F.conv2d(x, w, b, padding=padding)


def relevance(t, preset):
    p = lambda name: t["w." + name]
    gain = p("bn1.weight") / (p("bn1.running_var") + 1e-5).sqrt()
    w1 = p("conv1.weight") * gain.view(-1, 1, 1, 1)
    b1 = p("bn1.bias") - p("bn1.running_mean") * gain
    x = t["input"]
    pre1 = F.conv2d(x, w1, b1, padding=1).relu()
    h1 = F.max_pool2d(pre1, 3, 2)
    c2 = F.conv2d(h1, p("conv2.weight"), p("conv2.bias"), padding=1)
    h2 = (c2 + h1).relu()
    a = F.conv2d(h2, p("a.weight"), p("a.bias")).relu()
    b = F.conv2d(h2, p("b.weight"), p("b.bias"), padding=1).relu()
    cat = torch.cat([a, b], 1)
    grid, gap = F.adaptive_avg_pool2d(cat, (2, 3)), F.adaptive_avg_pool2d(cat, 1)
    f1 = F.linear(grid.flatten(1), p("fc1.weight"), p("fc1.bias")).relu()
    y1 = F.linear(f1, p("fc2.weight"), p("fc2.bias"))
    y2 = F.linear(gap.flatten(1), p("fc_gap.weight"), p("fc_gap.bias"))

    def conv(name, padding, x, r):
        if preset == "epsilon":
            return epsilon(lambda v: F.conv2d(v, p(name + ".weight"), p(name + ".bias"), padding=padding), x, r)
        return gamma(convolution(padding), p(name + ".weight"), p(name + ".bias"), x, r)

    def linear(name, x, r):
        return epsilon(lambda v: F.linear(v, p(name + ".weight"), p(name + ".bias")), x, r)

    y = y1 + y2
    r = torch.zeros_like(y)
    for i, c in enumerate(t["target"].long()): r[i, c] = y[i, c]
    s = r / stable(y)
    r1, r2 = y1 * s, y2 * s
    r1 = linear("fc1", grid.flatten(1), linear("fc2", f1, r1)).view_as(grid)
    r2 = linear("fc_gap", gap.flatten(1), r2).view_as(gap)
    r = epsilon(lambda v: F.adaptive_avg_pool2d(v, (2, 3)), cat, r1)
    r = r + epsilon(lambda v: F.adaptive_avg_pool2d(v, 1), cat, r2)
    r = conv("a", 0, h2, r[:, :6]) + conv("b", 1, h2, r[:, 6:])
    s = r / stable(c2 + h1)
    r = conv("conv2", 1, h1, c2 * s) + h1 * s
    r, _ = pull(lambda v: F.max_pool2d(v, 3, 2), pre1, lambda _: r)
    if preset == "epsilon":
        return epsilon(lambda v: F.conv2d(v, w1, b1, padding=1), x, r)
    if preset == "gamma":
        return gamma(convolution(1), w1, b1, x, r)
    return zbox(convolution(1), w1, x, r)


def make():
    t = load_file(os.path.join(HERE, "../explain/explain.safetensors"))
    return {k: relevance(t, k).detach().contiguous() for k in ("epsilon", "gamma", "z-box")}


def zennit():
    """The same network of zennit's modules, with its composites and its merging of batch norms."""
    import torch.nn as nn
    from zennit.canonizers import SequentialMergeBatchNorm
    from zennit.composites import EpsilonGammaBox, LayerMapComposite, layer_map_base
    from zennit.layer import Sum
    from zennit.rules import Epsilon, Gamma
    from zennit.types import Convolution

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1 = nn.Conv2d(3, 8, 3, padding=1, bias=False)
            self.bn1 = nn.BatchNorm2d(8); self.relu1 = nn.ReLU(); self.pool1 = nn.MaxPool2d(3, 2)
            self.conv2 = nn.Conv2d(8, 8, 3, padding=1); self.add = Sum(); self.relu2 = nn.ReLU()
            self.a = nn.Conv2d(8, 6, 1); self.relu_a = nn.ReLU()
            self.b = nn.Conv2d(8, 6, 3, padding=1); self.relu_b = nn.ReLU()
            self.gap = nn.AdaptiveAvgPool2d(1); self.fc_gap = nn.Linear(12, 5)
            self.grid = nn.AdaptiveAvgPool2d((2, 3))
            self.fc1 = nn.Linear(72, 10); self.relu3 = nn.ReLU(); self.fc2 = nn.Linear(10, 5); self.sum = Sum()

        def forward(self, x):
            h = self.pool1(self.relu1(self.bn1(self.conv1(x))))
            h = self.relu2(self.add(torch.stack([self.conv2(h), h], -1)))
            h = torch.cat([self.relu_a(self.a(h)), self.relu_b(self.b(h))], 1)
            y = self.fc2(self.relu3(self.fc1(self.grid(h).flatten(1))))
            return self.sum(torch.stack([y, self.fc_gap(self.gap(h).flatten(1))], -1))

    t = load_file(os.path.join(HERE, "../explain/explain.safetensors"))
    net = Net(); net.load_state_dict({k[2:]: v for k, v in t.items() if k.startswith("w.")}, strict=False); net.eval()
    canonizers = [SequentialMergeBatchNorm()]
    def plain(rule):
        return LayerMapComposite(layer_map_base(EPSILON) + [(Convolution, rule), (torch.nn.Linear, Epsilon(EPSILON))],
                                 canonizers=canonizers)
    composites = {"epsilon": plain(Epsilon(EPSILON)), "gamma": plain(Gamma(0.25, EPSILON)),
                  "z-box": EpsilonGammaBox(LOW, HIGH, epsilon=EPSILON, gamma=0.25, stabilizer=EPSILON, canonizers=canonizers)}
    made = make()
    for name, composite in composites.items():
        x = t["input"].clone().requires_grad_()
        with composite.context(net) as hooked:
            y = hooked(x)
            start = torch.zeros_like(y)
            for i, c in enumerate(t["target"].long()): start[i, c] = y[i, c].detach()
            theirs, = torch.autograd.grad(y, x, start)
        print(name, float((theirs - made[name]).abs().max() / theirs.abs().max()))


if __name__ == "__main__":
    if "--zennit" in sys.argv:
        zennit()
    elif "--verify" in sys.argv:
        old = load_file(OUT)
        for k, v in make().items():
            difference = float((v - old[k]).abs().max() / old[k].abs().max())
            print(k, difference)
            assert difference < 1e-4
    else:
        save_file(make(), OUT)
