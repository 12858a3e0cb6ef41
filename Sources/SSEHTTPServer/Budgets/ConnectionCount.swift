internal import NIOHTTP1
internal import Synchronization

/// How many connections there are, in all and from each address.
///
/// Those that are one too many are counted as well: a few of them are told so, the others are closed at once, so that
/// not even refusals can use up the files that the process may open.
@available(SwiftSSE 1.0, *)
final class ConnectionCount: Sendable {
    enum Outcome: Equatable {
        /// Counted in.
        case accepted
        /// Counted in beyond the maximum, for whoever does not subscribe.
        case kept
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
        var kept = 0
        var announcing = 0
        var keptByAddress: [IPAddress: Int] = [:]
        var byAddress: [IPAddress: Int] = [:]
    }

    private let maximum: Int
    private let maximumPerAddress: Int?
    /// When there are so many connections, one address gets no more than ``share``, so that it cannot take all places.
    private let nearlyFull: Int
    private let share: Int
    /// The places beyond the maximum, and how many of them one address gets.
    private let maximumKept: Int
    private let keptShare: Int
    private let state = Mutex(State())

    /// - Parameter kept: The places beyond the maximum that are kept for those who do not subscribe.
    init(maximum: Int, maximumPerAddress: Int?, kept: Int = 0) {
        self.maximum = maximum
        self.maximumKept = kept
        self.keptShare = max(1, kept / 4)
        self.maximumPerAddress = maximumPerAddress
        self.nearlyFull = maximum - maximum / 4
        self.share = max(1, maximum / 20)
    }

    var current: Int { self.state.withLock { $0.total } }

    /// The number of connections that have one of the places that are kept.
    var kept: Int { self.state.withLock { $0.kept } }

    var refused: Int { self.state.withLock { $0.refused } }

    /// Counts a connection in.
    ///
    /// - Parameter address: Where it comes from, `nil` if that does not matter.
    func insert(_ address: IPAddress?) -> Outcome {
        self.state.withLock { state in
            guard let status = self.status(address, &state) else {
                state.total += 1
                return .accepted
            }
            if status == .serviceUnavailable, self.insertKept(address, &state) { return .kept }
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
        let count = state.byAddress[address.client, default: 0]
        guard count < self.maximumPerAddress ?? .max else { return false }
        // Behind the address of this machine there may be a proxy that nobody has told us of, and all its clients.
        guard state.total < self.nearlyFull || count < self.share || address.isLoopback else { return false }
        state.byAddress[address.client] = count + 1
        return true
    }

    /// Gives a connection one of the places that are kept, unless all are taken, or too many by its address.
    private func insertKept(_ address: IPAddress?, _ state: inout State) -> Bool {
        guard state.kept < self.maximumKept else { return false }
        if let address {
            let count = state.keptByAddress[address.client, default: 0]
            guard count < self.keptShare || address.isLoopback, self.insert(address, &state) else { return false }
            state.keptByAddress[address.client] = count + 1
        }
        state.kept += 1
        return true
    }

    /// Counts a connection out, as it has been counted in.
    func remove(_ address: IPAddress?, _ outcome: Outcome) {
        self.state.withLock { state in
            switch outcome {
            case .none: break
            case .refused: state.refused -= 1
            case .kept:
                state.kept -= 1
                guard let address else { break }
                let count = state.keptByAddress[address.client, default: 0]
                state.keptByAddress[address.client] = count > 1 ? count - 1 : nil
                self.remove(address, &state)
            case .accepted:
                state.total -= 1
                if let address { self.remove(address, &state) }
            }
        }
    }

    private func remove(_ address: IPAddress, _ state: inout State) {
        let count = state.byAddress[address.client, default: 0]
        state.byAddress[address.client] = count > 1 ? count - 1 : nil
    }

    // MARK: Behind proxies

    /// Counts in a connection of which a proxy has still to say whose it is, before it gets a place.
    ///
    /// - Returns: A Boolean value that indicates whether there are not more of them than places.
    func beginAnnouncement() -> Bool {
        self.state.withLock { state in
            guard state.announcing < self.maximum else { return false }
            state.announcing += 1
            return true
        }
    }

    /// Counts out a connection of which the proxy has said whose it is, or will not.
    func endAnnouncement() { self.state.withLock { $0.announcing -= 1 } }

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
