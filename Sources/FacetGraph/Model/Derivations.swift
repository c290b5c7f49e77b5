import Synchronization

/// What is computed from a model and kept as long as any copy of it lives: weights in the order that
/// kernels want, plans of runs. It is no part of the model's value.
package final class Derivations: Sendable {
  private let slots = Mutex<[ObjectIdentifier: any AnyObject & Sendable]>([:])

  init() {}

  /// The one object of its class, made at the first call.
  package func object<T: AnyObject & Sendable>(_ make: () -> T) -> T {
    slots.withLock { slots in
      if let object = slots[ObjectIdentifier(T.self)] as? T { return object }
      let object = make()
      slots[ObjectIdentifier(T.self)] = object
      return object
    }
  }
}
