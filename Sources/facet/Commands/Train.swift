import ArgumentParser
import FacetTraining
import FacetWorkbench

extension TrainingStrategy: ExpressibleByArgument {}
extension OptimiserKind: ExpressibleByArgument {}

struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Trains a network on a folder of faces.",
    discussion: """
      The photos are split into training, calibration and test parts, person by person; which photo \
      went where is recorded in the model file, so that a report never judges the model on photos it \
      was trained on.
      """)

  @Option(name: .shortAndLong, help: "A folder with one folder of photos for each person.")
  var data: String

  @Option(help: "The network's design: \(ModelOptions.architectures).")
  var arch = "small"

  @Option(
    help: ArgumentHelp(
      "scratch, features or finetune.",
      discussion: "From random weights; new last layers on a trained network; or all of one."))
  var strategy = TrainingStrategy.scratch

  @Option(help: "Weights to start from, for features and finetune: a file, or imagenet.")
  var weights: String?

  @Option(name: .shortAndLong, help: "The model file to write, .safetensors.")
  var output: String

  @Option(help: "Epochs at most. (default: by strategy)")
  var epochs: Int?

  @Option(help: "adam, or sgd with momentum 0.9. (default: adam)")
  var optimiser: OptimiserKind?

  @Option(help: "Learning rate. (default: by strategy and optimiser)")
  var rate: Float?

  @Option(help: "Changes of training images: \(Self.augmentations). (default: by strategy)")
  var augment: String?

  private static let augmentations = TrainingRecipe.augmentationNames

  @OptionGroup var settings: RunOptions

  func run() throws {
    let recipe = try TrainingRecipe(
      architecture: arch, strategy: strategy, weights: weights, epochs: epochs, rate: rate,
      augmentation: augment, optimiser: optimiser, seed: settings.seed)
    let job = TrainJob(.init(data: data, recipe: recipe, output: output))
    say(try job.run(settings.context(notes: true)).summary(output: output))
  }
}
