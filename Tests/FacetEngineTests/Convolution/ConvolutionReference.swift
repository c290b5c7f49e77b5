import FacetGraph
import FacetTensor

/// A convolution's gradients as their definition has them, in double precision.
struct ConvolutionReference {
  private(set) var input: [Double]
  private(set) var weight: [Double]

  init(_ c: Convolution, x: Tensor, weight w: Tensor, gy: Tensor) {
    input = [Double](repeating: 0, count: x.count)
    weight = [Double](repeating: 0, count: w.count)
    let (height, width) = (x.shape[2], x.shape[3])
    let (groupInputs, groupOutputs) = (c.inChannels / c.groups, c.outChannels / c.groups)
    for n in 0..<x.shape[0] {
      for o in 0..<c.outChannels {
        for y in 0..<gy.shape[2] {
          for column in 0..<gy.shape[3] {
            let g = Double(
              gy.scalars[((n * c.outChannels + o) * gy.shape[2] + y) * gy.shape[3] + column])
            for i in 0..<groupInputs {
              let channel = o / groupOutputs * groupInputs + i
              for ky in 0..<c.kernel.height {
                let iy = y * c.stride.height + ky * c.dilation.height - c.padding.height
                guard 0..<height ~= iy else { continue }
                for kx in 0..<c.kernel.width {
                  let ix = column * c.stride.width + kx * c.dilation.width - c.padding.width
                  guard 0..<width ~= ix else { continue }
                  let place = ((n * c.inChannels + channel) * height + iy) * width + ix
                  let tap = ((o * groupInputs + i) * c.kernel.height + ky) * c.kernel.width + kx
                  input[place] += g * Double(w.scalars[tap])
                  weight[tap] += g * Double(x.scalars[place])
                }
              }
            }
          }
        }
      }
    }
  }
}
