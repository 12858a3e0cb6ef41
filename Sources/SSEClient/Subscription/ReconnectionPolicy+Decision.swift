internal import HTTPTypes

@available(SwiftSSE 1.0, *)
extension ReconnectionPolicy {
    /// What follows on an end.
    ///
    /// - Parameters:
    ///   - end: The end.
    ///   - canDiffer: Whether the next request would be another one: it would go to another place, or without an id that
    ///     was too long.
    func decision(on end: ConnectionEnd, nextDiffers canDiffer: Bool = false) -> ReconnectionDecision {
        var decision = self.standardDecision(on: end)
        if canDiffer, !self.isStrict, decision == .fail, end.refusal != nil { decision = .reconnect }
        return self.overrule?(end, decision) ?? decision
    }

    private func standardDecision(on end: ConnectionEnd) -> ReconnectionDecision {
        guard let error = end.error else { return .reconnect }
        guard let error = error as? SSEClientError else { return .fail }
        switch error.code {
        case .connectionFailed, .connectTimeout, .connectionCut, .idleTimeout, .invalidResponse, .undecodableBody:
            return .reconnect
        case .refused: return self.isStrict ? .fail : Self.decision(on: error.refusal)
        default: return .fail
        }
    }

    private static func decision(on refusal: SSEClientError.Refusal?) -> ReconnectionDecision {
        switch refusal?.response.status.code {
        case 204: .end
        case 408, 425, 429, .some(500...599): .reconnect
        default: .fail
        }
    }

    /// What a growing delay grows from at least, in seconds.
    private static var leastGrowingDelay: Double { 0.1 }

    /// How long to wait before the next attempt.
    ///
    /// - Parameters:
    ///   - failures: How many connections have failed in a row, at least 1.
    ///   - reconnectionTime: What the stream has set, if it has.
    ///   - random: A number from 0 up to but not including 1.
    func delay(failures: Int, reconnectionTime: Duration?, random: Double) -> Duration {
        // Only a server may ask for more than the cap.
        let base = max(reconnectionTime ?? min(self.initialDelay, self.maximumDelay), .zero)
        // In seconds, because durations of many years must not overflow on the way to the cap.
        let baseSeconds = base / .seconds(1)
        let growth = self.multiplier.magnitude > 1 ? self.multiplier.power(min(failures - 1, 1024)) : 1
        // From zero nothing would grow: a server that asks to be asked at once, and then is down, would be asked all the
        // time.
        let origin = growth > 1 ? max(baseSeconds, Self.leastGrowingDelay) : baseSeconds
        let target = max(baseSeconds, min(origin * growth, self.maximumDelay / .seconds(1)))
        let jitter = min(max(self.jitter, 0), 1)
        // At the first attempt only upwards, then downwards from the target, and never below what was asked for.
        let low = max(baseSeconds, target * (1 - jitter))
        let high = max(target, min(baseSeconds * (1 + jitter), self.maximumDelay / .seconds(1)))
        let seconds = low + (high - low) * random
        return seconds < 1e12 ? max(base, .seconds(seconds)) : base
    }
}

extension Double {
    fileprivate func power(_ exponent: Int) -> Double {
        var result = 1.0
        for _ in 0..<exponent where result < 1e15 { result *= self }
        return result
    }
}
