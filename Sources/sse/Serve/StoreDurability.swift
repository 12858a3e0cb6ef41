/// What the events in a hub's file outlive.
@available(SwiftSSE 1.0, *)
enum StoreDurability: String, CaseIterable {
    /// A power failure.
    case full
    /// A power failure, but for the last events.
    case normal
    /// The end of the hub, whatever way it ends.
    case off
}
