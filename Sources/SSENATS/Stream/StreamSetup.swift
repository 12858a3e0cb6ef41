#if NATS
internal import CNats
internal import Logging
internal import SSEBroker

/// Sees to it that the stream is there and is one that can hold a log.
@available(SwiftSSE 1.0, *)
struct StreamSetup: Sendable {
    let configuration: JetStreamConfiguration
    let subjects: SubjectEncoding
    let logger: Logger

    /// Finds the stream or makes it. Waits for the servers, so not to be called by a task.
    func run(_ connection: NATSConnection) throws(NATSFailure) -> StreamSnapshot {
        do throws(NATSFailure) {
            return try self.find(connection)
        } catch  where error.has(JSStreamNotFoundErr) {
            do throws(NATSFailure) {
                return try self.make(connection)
            } catch  where error.has(JSStreamNameExistErr) || error.has(JSStreamSubjectOverlapErr) {
                // Another broker was faster, unless it is another stream that has the subjects.
                do throws(NATSFailure) {
                    return try self.find(connection)
                } catch let other where other.has(JSStreamNotFoundErr) {
                    throw error
                }
            }
        }
    }

    private func find(_ connection: NATSConnection) throws(NATSFailure) -> StreamSnapshot {
        var information: UnsafeMutablePointer<jsStreamInfo>?
        var code = jsErrCode(0)
        let stream = self.configuration.stream
        try check(js_GetStreamInfo(&information, connection.context, stream, nil, &code), code)
        defer { jsStreamInfo_Destroy(information) }
        guard let information, let existing = information.pointee.Config else {
            throw NATSFailure(NATS_ERR, text: "the answer is empty")
        }
        try self.checkHoldsLog(existing.pointee)
        let differences = self.differences(existing.pointee)
        guard !differences.isEmpty else { return StreamSnapshot(information.pointee) }
        let text = differences.joined(separator: ", ")
        switch self.configuration.existingStream {
        case .use:
            self.logger.warning(
                "The stream exists with other limits and is used as it is",
                metadata: ["stream": "\(stream)", "differences": "\(text)"]
            )
            return StreamSnapshot(information.pointee)
        case .update:
            self.setLimits(of: &existing.pointee)
            var updated: UnsafeMutablePointer<jsStreamInfo>?
            try check(js_UpdateStream(&updated, connection.context, existing, nil, &code), code)
            defer { jsStreamInfo_Destroy(updated) }
            guard let updated else { throw NATSFailure(NATS_ERR, text: "the answer is empty") }
            self.logger.notice(
                "The stream existed with other limits and has been given these",
                metadata: ["stream": "\(stream)", "differences": "\(text)"]
            )
            return StreamSnapshot(updated.pointee)
        }
    }

    private func make(_ connection: NATSConnection) throws(NATSFailure) -> StreamSnapshot {
        let snapshot = self.configuration.stream.withCString { name in
            self.subjects.allSubjects.withCString { subject in
                StreamEpoch.now.description.withCString { description in
                    Result { () throws(NATSFailure) in try self.make(connection, name, subject, description) }
                }
            }
        }
        let result = try snapshot.get()
        self.logger.info("The stream has been made", metadata: ["stream": "\(self.configuration.stream)"])
        return result
    }

    private func make(
        _ connection: NATSConnection,
        _ name: UnsafePointer<CChar>,
        _ subject: UnsafePointer<CChar>,
        _ description: UnsafePointer<CChar>
    ) throws(NATSFailure) -> StreamSnapshot {
        var configuration = jsStreamConfig()
        try check(jsStreamConfig_Init(&configuration))
        var subjects: [UnsafePointer<CChar>?] = [subject]
        configuration.Name = name
        configuration.Description = description
        configuration.SubjectsLen = 1
        configuration.Storage = js_FileStorage
        configuration.Retention = js_LimitsPolicy
        configuration.Discard = js_DiscardOld
        self.setLimits(of: &configuration)
        var information: UnsafeMutablePointer<jsStreamInfo>?
        var code = jsErrCode(0)
        let status = subjects.withUnsafeMutableBufferPointer { subjects in
            configuration.Subjects = subjects.baseAddress
            return js_AddStream(&information, connection.context, &configuration, nil, &code)
        }
        try check(status, code)
        defer { jsStreamInfo_Destroy(information) }
        guard let information else { throw NATSFailure(NATS_ERR, text: "the answer is empty") }
        return StreamSnapshot(information.pointee)
    }

    private func setLimits(of stream: inout jsStreamConfig) {
        stream.Replicas = Int64(self.configuration.replicas)
        stream.MaxMsgs = Int64(self.configuration.retention.events)
        stream.MaxBytes = Int64(self.configuration.retention.bytes)
        stream.MaxAge = self.maximumAge
        stream.Duplicates = self.duplicateWindow
    }

    private var maximumAge: Int64 { self.configuration.retention.age?.wholeNanoseconds ?? 0 }

    /// Servers refuse a window that is longer than events are kept.
    private var duplicateWindow: Int64 {
        let window = self.configuration.duplicateWindow.wholeNanoseconds
        return self.maximumAge > 0 ? min(window, self.maximumAge) : window
    }

    /// Refuses what would lose events in silence.
    private func checkHoldsLog(_ stream: jsStreamConfig) throws(NATSFailure) {
        func refuse(_ text: String) -> NATSFailure {
            NATSFailure(NATS_INVALID_ARG, text: "it exists and cannot hold a log: \(text)")
        }
        guard stream.Storage == js_FileStorage else {
            throw refuse("it is in memory, and gone when its server restarts")
        }
        guard stream.Retention == js_LimitsPolicy else {
            throw refuse("it lets go of events when somebody has read them")
        }
        guard stream.Discard == js_DiscardOld else { throw refuse("it takes no more events when it is full") }
        guard stream.MaxMsgsPerSubject <= 0 else {
            throw refuse("it has a limit for each subject, which makes holes that nobody is told of")
        }
        let names = (0..<max(0, Int(stream.SubjectsLen))).compactMap { index in
            stream.Subjects?[index].map { String(cString: $0) }
        }
        guard names.contains(self.subjects.allSubjects) || names.contains(">") else {
            throw refuse(
                "it takes in \(names.joined(separator: ", ")) and not \(self.subjects.allSubjects)"
            )
        }
    }

    private func differences(_ stream: jsStreamConfig) -> [String] {
        let pairs: [(String, Int64, Int64)] = [
            ("replicas", stream.Replicas, Int64(self.configuration.replicas)),
            ("events", stream.MaxMsgs, Int64(self.configuration.retention.events)),
            ("bytes", stream.MaxBytes, Int64(self.configuration.retention.bytes)),
            ("age in ns", stream.MaxAge, self.maximumAge),
            ("duplicate window in ns", stream.Duplicates, self.duplicateWindow),
        ]
        return pairs.filter { $1 != $2 }.map { "\($0): \($1) instead of \($2)" }
    }
}
#endif
