internal import NIOCore
internal import NIOHTTP1
internal import Synchronization

/// How many connections there are, in all and from each address.
///
/// Those that are one too many are counted as well: a few of them are told so, the others are closed at once, so that
/// not even refusals can use up the files that the process may open.
@available(SwiftSSE 1.0, *)
final class ConnectionCount: Sendable {
    enum Admission: Equatable {
        /// Counted in.
        case accepted
        /// To be refused with this status; counted among the refused.
        case refused(HTTPResponseStatus)
        /// To be closed at once; not counted.
        case none
    }

    /// The most connections at a time that wait for being refused.
    static let maximumRefused = 128

    private struct State {
        var total = 0
        var refused = 0
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

    var refused: Int { self.state.withLock { $0.refused } }

    /// Counts a connection in.
    func insert(_ address: SocketAddress?) -> Admission {
        self.state.withLock { state in
            guard let status = self.status(address, &state) else {
                state.total += 1
                return .accepted
            }
            guard state.refused < Self.maximumRefused else { return .none }
            state.refused += 1
            return .refused(status)
        }
    }

    /// Why a connection is one too many, `nil` if it is not; then its address is counted.
    private func status(_ address: SocketAddress?, _ state: inout State) -> HTTPResponseStatus? {
        guard state.total < self.maximum else { return .serviceUnavailable }
        guard let maximumPerAddress, let address = address?.ipAddress else { return nil }
        let count = state.byAddress[address, default: 0]
        guard count < maximumPerAddress else { return .tooManyRequests }
        state.byAddress[address] = count + 1
        return nil
    }

    /// Counts a connection out, as it has been counted in.
    func remove(_ address: SocketAddress?, _ admission: Admission) {
        self.state.withLock { state in
            switch admission {
            case .none: break
            case .refused: state.refused -= 1
            case .accepted:
                state.total -= 1
                guard self.maximumPerAddress != nil, let address = address?.ipAddress else { return }
                let count = state.byAddress[address, default: 0]
                state.byAddress[address] = count > 1 ? count - 1 : nil
            }
        }
    }
}
