internal import NIOCore
internal import NIOHTTP1
internal import Synchronization

/// How many connections there are, in all and from each address.
@available(SwiftSSE 1.0, *)
final class ConnectionCount: Sendable {
    private struct State {
        var total = 0
        var byAddress: [String: Int] = [:]
    }

    private let maximum: Int
    private let maximumPerAddress: Int?
    private let state = Mutex(State())

    init(maximum: Int, maximumPerAddress: Int?) {
        self.maximum = maximum
        self.maximumPerAddress = maximumPerAddress
    }

    var current: Int { self.state.withLock { $0.total } }

    /// Counts a connection in.
    ///
    /// - Returns: The status with which it is to be refused, if it is one too many. Then it is not counted.
    func insert(_ address: SocketAddress?) -> HTTPResponseStatus? {
        self.state.withLock { state in
            guard state.total < self.maximum else { return .serviceUnavailable }
            if let maximumPerAddress, let address = address?.ipAddress {
                let count = state.byAddress[address, default: 0]
                guard count < maximumPerAddress else { return .tooManyRequests }
                state.byAddress[address] = count + 1
            }
            state.total += 1
            return nil
        }
    }

    /// Counts a connection out that has been counted in.
    func remove(_ address: SocketAddress?) {
        self.state.withLock { state in
            state.total -= 1
            guard self.maximumPerAddress != nil, let address = address?.ipAddress else { return }
            let count = state.byAddress[address, default: 0]
            state.byAddress[address] = count > 1 ? count - 1 : nil
        }
    }
}
