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
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                let center = NotificationCenter.default
                for await _ in center.notifications(named: UIApplication.didEnterBackgroundNotification) {
                    continuation.yield(.background)
                }
            }
            group.addTask {
                let center = NotificationCenter.default
                for await _ in center.notifications(named: UIApplication.willEnterForegroundNotification) {
                    continuation.yield(.foreground)
                }
            }
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
