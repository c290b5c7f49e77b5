extension Sample {
  /// What ``results`` are as Markdown.
  static let markdown = """
    A Processor, 2 cores, AVX-512, peak 250 GF/s, Linux 6.1. Facet 0.1.0, PyTorch 2.15.0. \
    2026-01-02.

    Float32, 2 threads, the same weights and input on both sides. Facet and the peer take turns \
    in one run, each in a process of its own; times are medians in ms, the ratio is the peer's \
    time divided by Facet's, the median of all rounds with its quartiles. PyTorch counts with \
    the better of its two memory formats. GF/s count two operations for each multiply-add of a \
    direct convolution, so a faster algorithm can pass the machine's peak. MB is the process's \
    peak memory. Difference is the largest between the two sides' numbers, relative to the \
    largest number.

    `FACET_ISA=avx2 facet-bench --json x.json`

    ### Forward, batch 1

    | Network | Against | Facet ms | Peer ms | Ratio | GF/s | Of peak | MB | Peer's MB | \
    Difference |
    | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
    | resnet18 | PyTorch, channels_last | 10.0 | 20.0 | 2.00 (range 2.00 to 2.50) | 200 | 80 % \
    | 100 | 100 | 2.5e-06 |
    | vgg16 | PyTorch, channels_last | 10.0 | 20.0 | 2.00 (range 2.00 to 2.50) | 200 | 80 % | \
    100 | 100 | 5.0e-01 DIFFERS |

    - forward of vgg16, batch 1, against PyTorch: disagrees: logits of PyTorch: 0.5, at most \
    0.001 was expected
    - forward of vgg16, batch 1, against PyTorch: Facet computed for 50 % of the time it should \
    have waited

    ### Grad-CAM, batch 1

    Layers: resnet18 `layer4`.

    | Network | Against | Facet ms | Peer ms | Ratio | GF/s | Of peak | MB | Peer's MB | \
    Difference |
    | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
    | resnet18 | captum | skipped: captum is not installed: python3 -m pip install captum |  |  \
    |  |  |  |  |  |

    ### One photo to one Grad-CAM picture, as a cold process

    | Network | Against | Facet ms | Peer ms | Ratio | Computing ms | Peer's | MB | Peer's MB | \
    Difference |
    | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
    | resnet18 | pytorch-grad-cam | 200 | 5000 | 25.00 (range 25.00 to 25.00) | 300 | 5000 | \
    100 | 100 | 2.5e-06 |

    ### 2 threads against one, forward

    | Network | Batch | Facet ms | One thread's ms | Ratio | GF/s | Of peak | MB |
    | --- | --- | --- | --- | --- | --- | --- | --- |
    | resnet18 | 8 | 100 | 195 | 1.95 (range 1.90 to 2.00) | 160 | 64 % | 100 |

    ### Cost of an image by batch

    | Network | batch 1 | batch 8 |
    | --- | --- | --- |
    | resnet18 | 10.0 ms an image | 5.00 ms an image |

    ### Cost of a pixel by image size

    | Network | 224x224 | 448x448 |
    | --- | --- | --- |
    | resnet18 | 50.0 ns a pixel | 50.0 ns a pixel |

    """
}
