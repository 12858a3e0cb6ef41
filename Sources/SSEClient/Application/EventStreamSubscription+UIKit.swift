#if canImport(UIKit) && canImport(Network) && !os(watchOS)
internal import Network
internal import UIKit

@available(SwiftSSE 1.0, *)
extension EventStreamSubscription {
    /// Pauses while the application is in the background, connects at once when it comes back, and reconnects when the
    /// network is another one. Runs until the task is cancelled.
    ///
    /// ```swift
    /// .task { await subscription.followApplicationState() }
    /// ```
    public func followApplicationState() async {
        let (changes, continuation) = AsyncStream<ApplicationChange>.makeStream()
        let center = NotificationCenter.default
        // Blocks and not sequences: they run as the notifications are posted, so that these keep their order.
        let observers = [
            center.addObserver(forName: UIApplication.didEnterBackgroundNotification, object: nil, queue: nil) { _ in
                continuation.yield(.background)
            },
            center.addObserver(forName: UIApplication.willEnterForegroundNotification, object: nil, queue: nil) { _ in
                continuation.yield(.foreground)
            },
        ]
        defer { for observer in observers { center.removeObserver(observer) } }
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                // The first path is the one there is already.
                for await path in NWPathMonitor().dropFirst() where path.status == .satisfied {
                    continuation.yield(.network)
                }
            }
            await self.follow(changes)
            group.cancelAll()
        }
    }
}
#endif
