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
        var byAddress: [IPAddress: Int] = [:]
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
    ///
    /// - Parameter address: Where it comes from, `nil` if that does not matter.
    func insert(_ address: IPAddress?) -> Admission {
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
    private func status(_ address: IPAddress?, _ state: inout State) -> HTTPResponseStatus? {
        guard state.total < self.maximum else { return .serviceUnavailable }
        guard let address else { return nil }
        return self.insert(address, &state) ? nil : .tooManyRequests
    }

    private func insert(_ address: IPAddress, _ state: inout State) -> Bool {
        guard let maximumPerAddress else { return true }
        let count = state.byAddress[address.client, default: 0]
        guard count < maximumPerAddress else { return false }
        state.byAddress[address.client] = count + 1
        return true
    }

    /// Counts a connection out, as it has been counted in.
    func remove(_ address: IPAddress?, _ admission: Admission) {
        self.state.withLock { state in
            switch admission {
            case .none: break
            case .refused: state.refused -= 1
            case .accepted:
                state.total -= 1
                if let address { self.remove(address, &state) }
            }
        }
    }

    private func remove(_ address: IPAddress, _ state: inout State) {
        guard self.maximumPerAddress != nil else { return }
        let count = state.byAddress[address.client, default: 0]
        state.byAddress[address.client] = count > 1 ? count - 1 : nil
    }

    // MARK: Behind proxies

    /// Counts in what a proxy forwards for an address, which is no connection of the address's own.
    ///
    /// - Returns: Whether it is not one too many.
    func insertForwarded(_ address: IPAddress) -> Bool {
        self.state.withLock { self.insert(address, &$0) }
    }

    /// Counts out what has been forwarded for an address.
    func removeForwarded(_ address: IPAddress) {
        self.state.withLock { self.remove(address, &$0) }
    }
}
