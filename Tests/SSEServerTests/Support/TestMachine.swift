internal import NIOCore
internal import SSETestSupport

@testable internal import SSEServer

/// A state machine whose senders are names and whose times are those of a clock that nobody moves.
@available(SwiftSSE 1.0, *)
typealias TestMachine = OutboxStateMachine<String, ManualClock.Instant>

@available(SwiftSSE 1.0, *)
extension OutboxStateMachine where Sender == String, Instant == ManualClock.Instant {
    static func make(keepAlive: Duration? = .seconds(15), timeout: Duration? = .seconds(30)) -> Self {
        Self(keepAliveInterval: keepAlive, writeTimeout: timeout, now: .init(.zero))
    }

    /// Submits a write whose sender has the name of its bytes.
    mutating func submit(_ id: UInt64, _ text: String) -> SSEServerError.Code? {
        self.submit(Write(id: id, bytes: ByteBuffer(string: text), sender: text))?.code
    }

    mutating func next(at seconds: Int = 0) -> String {
        switch self.next(now: .init(.seconds(seconds))) {
        case .write(let bytes): "write \(String(buffer: bytes))"
        case .wait: "wait"
        case .stop: "stop"
        }
    }

    mutating func written(at seconds: Int = 0) -> String? { self.written(now: .init(.seconds(seconds))) }

    func tick(at seconds: Int) -> TimerAction { self.tick(now: .init(.seconds(seconds))) }

    mutating func submitKeepAlive(_ id: UInt64 = 100, at seconds: Int) -> Bool {
        self.submitKeepAlive(ByteBuffer(string: ":"), id: id, now: .init(.seconds(seconds)))
    }

    /// How the stream ended, as text.
    var endingName: String? {
        switch self.ending {
        case nil: nil
        case .completed: "completed"
        case .failed(let error): "\(error.code)"
        }
    }
}

@available(SwiftSSE 1.0, *)
extension OutboxStateMachine.TimerAction where Instant == ManualClock.Instant {
    static func sleep(untilSecond seconds: Int) -> Self { .sleep(until: .init(.seconds(seconds))) }
}
