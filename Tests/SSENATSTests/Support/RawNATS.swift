#if NATS
internal import CNats
internal import SSETestSupport

@testable internal import SSENATS

/// What others do to a stream: a connection without an engine.
@available(SwiftSSE 1.0, *)
struct RawNATS {
    private let connection: NATSConnection

    init(_ server: NATSServer) throws {
        self.connection = try NATSConnection.connect(JetStreamConfiguration(servers: [server.url]))
    }

    /// Publishes a message, and waits until it is in a stream.
    @discardableResult
    func publish(_ subject: String, _ data: [UInt8] = [], headers: [(String, String)] = []) throws -> UInt64 {
        var message: OpaquePointer?
        let status = data.withUnsafeBytes {
            natsMsg_Create(
                &message,
                subject,
                nil,
                $0.baseAddress?.assumingMemoryBound(to: CChar.self),
                Int32(data.count)
            )
        }
        try check(status)
        defer { natsMsg_Destroy(message) }
        for (name, value) in headers { try check(natsMsgHeader_Add(message, name, value)) }
        var acknowledgement: UnsafeMutablePointer<jsPubAck>?
        var code = jsErrCode(0)
        try check(js_PublishMsg(&acknowledgement, self.connection.context, message, nil, &code), code)
        defer { jsPubAck_Destroy(acknowledgement) }
        return acknowledgement?.pointee.Sequence ?? 0
    }

    /// Publishes many messages as fast as the socket takes them.
    func publishWithoutWaiting(_ subject: String, count: Int) throws {
        for number in 1...count {
            try check(natsConnection_PublishString(self.connection.handle, subject, "\(number) of many messages"))
        }
        try check(natsConnection_Flush(self.connection.handle))
    }

    func delete(_ sequence: UInt64, stream: String = "SSE") throws {
        try check(js_DeleteMsg(self.connection.context, stream, sequence, nil, nil))
    }

    func purge(stream: String = "SSE") throws {
        try check(js_PurgeStream(self.connection.context, stream, nil, nil))
    }

    func deleteStream(_ stream: String = "SSE") throws {
        try check(js_DeleteStream(self.connection.context, stream, nil, nil))
    }

    /// Makes a stream.
    func makeStream(_ stream: StreamChange = StreamChange()) throws {
        var configuration = jsStreamConfig()
        try check(jsStreamConfig_Init(&configuration))
        try "SSE".withCString { name in
            try stream.subject.withCString { subject in
                var subjects: [UnsafePointer<CChar>?] = [subject]
                try subjects.withUnsafeMutableBufferPointer { subjects in
                    configuration.Name = name
                    configuration.Subjects = subjects.baseAddress
                    configuration.SubjectsLen = 1
                    configuration.Storage = stream.isInMemory ? js_MemoryStorage : js_FileStorage
                    configuration.Retention = stream.isQueue ? js_WorkQueuePolicy : js_LimitsPolicy
                    configuration.MaxMsgsPerSubject = stream.perSubject
                    var code = jsErrCode(0)
                    try check(js_AddStream(nil, self.connection.context, &configuration, nil, &code), code)
                }
            }
        }
    }

    /// What a stream's description says.
    func description(stream: String = "SSE") throws -> String? {
        var information: UnsafeMutablePointer<jsStreamInfo>?
        try check(js_GetStreamInfo(&information, self.connection.context, stream, nil, nil))
        defer { jsStreamInfo_Destroy(information) }
        return information?.pointee.Config?.pointee.Description.map { String(cString: $0) }
    }

    /// How many consumers a stream has.
    func consumerCount(stream: String = "SSE") throws -> Int {
        var information: UnsafeMutablePointer<jsStreamInfo>?
        try check(js_GetStreamInfo(&information, self.connection.context, stream, nil, nil))
        defer { jsStreamInfo_Destroy(information) }
        return Int(information?.pointee.State.Consumers ?? 0)
    }
}

/// A stream that somebody else makes.
struct StreamChange {
    var subject = "sse.>"
    var isInMemory = false
    var isQueue = false
    var perSubject: Int64 = -1
}
#endif
