/// What a whole stream came to.
package struct Outcome: Hashable, Sendable {
    package var findings: [Finding]

    /// The last event ID in force at the end.
    package var lastEventID: ByteText

    /// The reconnection time in force at the end, in milliseconds.
    package var reconnectionTime: Int64?

    /// The name of the error that ended the stream.
    package var error: String?

    package init(
        _ findings: [Finding] = [],
        lastEventID: ByteText = "",
        reconnectionTime: Int64? = nil,
        error: String? = nil
    ) {
        self.findings = findings
        self.lastEventID = lastEventID
        self.reconnectionTime = reconnectionTime
        self.error = error
    }
}

extension Outcome: CustomStringConvertible {
    package var description: String {
        "\(self.findings), last event ID \(self.lastEventID)"
            + (self.reconnectionTime.map { ", \($0) ms" } ?? "")
            + (self.error.map { ", \($0)" } ?? "")
    }
}
