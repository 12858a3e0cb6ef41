internal import ServerSentEvents
internal import Testing

/// What the web-platform-tests ask of `EventSource`, asked of everything here that reads a stream.
struct ConformanceTests {
    @Test
    func `The fixture holds 59 cases`() throws {
        #expect(try EventStreamCase.load().count == 59)
    }

    @Test(arguments: EventStreamCase.all)
    @available(SwiftSSE 1.0, *)
    func `A case comes out right in one chunk`(_ example: EventStreamCase) {
        self.expect(Outcome.parsing([example.bytes]), of: example)
        self.expect(Outcome.parsingLazily([example.bytes]), of: example)
    }

    @Test(arguments: EventStreamCase.all)
    @available(SwiftSSE 1.0, *)
    func `A case comes out right byte by byte`(_ example: EventStreamCase) {
        self.expect(Outcome.parsing(example.bytes.chunks(of: 1)), of: example)
        self.expect(Outcome.parsingLazily(example.bytes.chunks(of: 1)), of: example)
    }

    @Test(arguments: EventStreamCase.all)
    @available(SwiftSSE 1.0, *)
    func `A case comes out right however it is cut in two`(_ example: EventStreamCase) {
        for chunks in example.bytes.allCuts {
            self.expect(Outcome.parsing(chunks), of: example, "cut at \(chunks[0].count)")
        }
    }

    @Test(arguments: EventStreamCase.all)
    @available(SwiftSSE 1.0, *)
    func `A case comes out right lazily however it is cut in two`(_ example: EventStreamCase) {
        for chunks in example.bytes.allCuts {
            self.expect(Outcome.parsingLazily(chunks), of: example, "cut at \(chunks[0].count)")
        }
    }

    @Test(arguments: EventStreamCase.all)
    @available(SwiftSSE 1.0, *)
    func `A case comes out right as a sequence of chunks`(_ example: EventStreamCase) async throws {
        for chunks in [[example.bytes], example.bytes.chunks(of: 1)] + example.bytes.allCuts {
            let events = try await Self.events(of: ChunkSource(chunks).serverSentEvents())
            #expect(events == example.events, "chunks of \(chunks.map(\.count))")
        }
    }

    @Test(arguments: EventStreamCase.all)
    @available(SwiftSSE 1.0, *)
    func `A case comes out right as a sequence of items`(_ example: EventStreamCase) async throws {
        for chunks in [[example.bytes], example.bytes.chunks(of: 1)] + example.bytes.allCuts {
            var outcome = Outcome()
            for try await item in ChunkSource(chunks).eventStreamItems() {
                outcome.findings.append(Finding(item))
                if case .retry(let time) = item { outcome.reconnectionTime = time.milliseconds }
            }
            self.expect(outcome, of: example, "chunks of \(chunks.map(\.count))")
        }
    }

    @Test(arguments: EventStreamCase.all)
    @available(SwiftSSE 1.0, *)
    func `A case comes out right as a sequence of single bytes`(_ example: EventStreamCase) async throws {
        let events = try await Self.events(of: ChunkSource(example.bytes).serverSentEvents())
        #expect(events == example.events)
    }

    @Test(arguments: EventStreamCase.all)
    @available(SwiftSSE 1.0, *)
    func `The model that other tests compare with gets a case right`(_ example: EventStreamCase) {
        self.expect(ModelParser.parse(example.bytes), of: example)
    }

    @available(SwiftSSE 1.0, *)
    private static func events<Base>(
        of sequence: ServerSentEventSequence<Base>
    ) async throws -> [EventStreamCase.Event] {
        var events: [EventStreamCase.Event] = []
        var iterator = sequence.makeAsyncIterator()
        while let event = try await iterator.next() {
            events.append(
                EventStreamCase.Event(
                    type: ByteText(event.type.rawValue),
                    data: ByteText(event.data),
                    lastEventID: ByteText(iterator.lastEventID.rawValue)
                )
            )
        }
        return events
    }

    private func expect(
        _ outcome: Outcome,
        of example: EventStreamCase,
        _ comment: Comment? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(outcome.dispatchedEvents == example.events, comment, sourceLocation: sourceLocation)
        #expect(outcome.reconnectionTime == example.reconnectionTime, comment, sourceLocation: sourceLocation)
        #expect(outcome.error == nil, comment, sourceLocation: sourceLocation)
    }
}
