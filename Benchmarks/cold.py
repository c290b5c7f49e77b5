"""One photo to one Grad-CAM picture with pytorch-grad-cam, the way a script does it.

    python3 cold.py explain --net resnet18 --weights FILE --layer layer4 --target 0 --threads 2 \\
        --photo FILE --output FILE.png [--numbers FILE.npy]
    python3 cold.py jpeg FROM.png TO.jpg
"""

import argparse


def explain(options):
    import networks
    import numpy
    import torch
    from PIL import Image
    from pytorch_grad_cam import GradCAM
    from pytorch_grad_cam.utils.image import show_cam_on_image
    from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget
    from torchvision import transforms

    torch.set_num_threads(options.threads)
    model = networks.explained_network(options.net, options.weights)
    crop = transforms.Compose([transforms.Resize(256), transforms.CenterCrop(224)])
    normalise = transforms.Compose([
        transforms.ToTensor(),
        transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
    ])
    photo = crop(Image.open(options.photo).convert("RGB"))
    cam = GradCAM(model, [model.get_submodule(options.layer)])
    maps = cam(
        input_tensor=normalise(photo)[None], targets=[ClassifierOutputTarget(options.target)])
    picture = show_cam_on_image(numpy.float32(photo) / 255, maps[0], use_rgb=True)
    Image.fromarray(picture).save(options.output)
    if options.numbers:
        numpy.save(options.numbers, maps)


def jpeg(options):
    from PIL import Image

    Image.open(options.source).convert("RGB").save(options.output, quality=92)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("explain")
    for name in ["net", "weights", "layer", "photo", "output"]:
        command.add_argument(f"--{name}", required=True)
    command.add_argument("--target", type=int, required=True)
    command.add_argument("--threads", type=int, required=True)
    command.add_argument("--numbers")
    command.set_defaults(run=explain)
    command = commands.add_parser("jpeg")
    command.add_argument("source")
    command.add_argument("output")
    command.set_defaults(run=jpeg)
    options = parser.parse_args()
    options.run(options)


if __name__ == "__main__":
    main()
