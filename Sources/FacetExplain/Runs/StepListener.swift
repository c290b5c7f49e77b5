/// Who is told how far a long method is: network runs done, and the most that the call takes.
///
/// Called on the caller's thread after each part of a batch, the images of a call one after the other
/// or together, so `done` only rises; a budget may end the call before `total`. Methods of one or two
/// runs say nothing. Fused layers and flips are calls of their own, each from the beginning.
public typealias StepListener = @Sendable (_ done: Int, _ total: Int) -> Void
