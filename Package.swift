// swift-tools-version: 6.2

import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0335-existential-any.md
    .enableUpcomingFeature("ExistentialAny"),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0409-access-level-on-imports.md
    .enableUpcomingFeature("InternalImportsByDefault"),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0444-member-import-visibility.md
    .enableUpcomingFeature("MemberImportVisibility"),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0461-async-function-isolation.md
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    // Mutex, Duration and Clock are what sets the floor.
    .enableExperimentalFeature(
        "AvailabilityMacro=SwiftSSE 1.0:macOS 15.0, iOS 18.0, watchOS 11.0, tvOS 18.0, visionOS 2.0"
    ),
]

/// Each dependency is asked for only while a trait that needs it is on, so that a consumer fetches what it uses.
func product(_ name: String, _ package: String, when traits: String...) -> Target.Dependency {
    .product(name: name, package: package, condition: .when(traits: Set(traits)))
}

let package = Package(
    name: "swift-sse",
    products: [
        .library(name: "ServerSentEvents", targets: ["ServerSentEvents"]),
        .library(name: "ServerSentEventsNIO", targets: ["ServerSentEventsNIO"]),
        .library(name: "SSEClient", targets: ["SSEClient"]),
        .library(name: "SSEBroker", targets: ["SSEBroker"]),
        .library(name: "SSEBrokerTesting", targets: ["SSEBrokerTesting"]),
        .library(name: "SSESQLite", targets: ["SSESQLite"]),
        .library(name: "SSEServer", targets: ["SSEServer"]),
        .library(name: "SSEHummingbird", targets: ["SSEHummingbird"]),
        .library(name: "SSEHub", targets: ["SSEHub"]),
        .library(name: "SSENATS", targets: ["SSENATS"]),
        .executable(name: "sse", targets: ["sse"]),
    ],
    traits: [
        .trait(name: "Broker", description: "SSEBroker: publish and subscribe within a process."),
        .trait(
            name: "NIO",
            description: "ServerSentEventsNIO and SSEServer: event streams on SwiftNIO.",
            enabledTraits: ["Broker"]
        ),
        .trait(
            name: "AsyncHTTPClient",
            description: "SSEClient over AsyncHTTPClient.",
            enabledTraits: ["NIO"]
        ),
        .trait(name: "URLSession", description: "SSEClient over URLSession, without SwiftNIO."),
        .trait(
            name: "Hummingbird",
            description: "SSEHummingbird: event streams as responses of Hummingbird routes.",
            enabledTraits: ["NIO"]
        ),
        .trait(name: "Hub", description: "SSEHub: the hub as a library.", enabledTraits: ["NIO"]),
        // In no other trait: it needs a library of the system's, libnats-dev on Debian.
        .trait(
            name: "NATS",
            description: "SSENATS: a broker's log in NATS JetStream, for hubs on many machines. Needs libnats.",
            enabledTraits: ["Broker"]
        ),
        .trait(
            name: "CommandLineTool",
            description: "The program `sse`.",
            enabledTraits: ["AsyncHTTPClient", "Hub", "Hummingbird"]
        ),
        // Not among the defaults: it needs a C library that not every machine has.
        .trait(
            name: "SQLite",
            description: "SSESQLite: a broker's events in a file. Needs libsqlite3-dev on Linux.",
            enabledTraits: ["Broker"]
        ),
        // Everything that builds on a bare machine, so that a clone builds, runs and tests without a flag.
        .default(enabledTraits: ["CommandLineTool"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.0"),
        // For tests only, as are swift-certificates and swift-crypto: certificates and signatures.
        .package(url: "https://github.com/apple/swift-asn1.git", from: "1.7.0"),
        .package(url: "https://github.com/apple/swift-certificates.git", from: "1.21.0"),
        .package(url: "https://github.com/apple/swift-collections.git", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-configuration.git", from: "1.4.0"),
        .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-distributed-tracing.git", from: "1.7.0"),
        .package(url: "https://github.com/apple/swift-http-types.git", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.14.0"),
        .package(url: "https://github.com/apple/swift-metrics.git", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-extras.git", from: "1.34.1"),
        .package(url: "https://github.com/apple/swift-nio-http2.git", from: "1.46.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl.git", from: "2.37.0"),
        .package(url: "https://github.com/groue/GRDB.swift.git", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.0"),
        .package(url: "https://github.com/swift-server/async-http-client.git", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.13.0"),
        .package(url: "https://github.com/vapor/jwt-kit.git", from: "5.7.1"),
        .package(url: "https://github.com/jpsim/Yams.git", from: "6.2.0"),
    ],
    targets: [
        // The codec: bytes in, values out. Nothing but the standard library and memchr.
        .target(name: "ServerSentEvents", swiftSettings: settings),

        // Topics, the log, cursors. No I/O.
        .target(
            name: "SSEBroker",
            dependencies: [
                "ServerSentEvents",
                product("DequeModule", "swift-collections", when: "Broker"),
                product("HeapModule", "swift-collections", when: "Broker"),
                product("CoreMetrics", "swift-metrics", when: "Broker"),
                product("ServiceLifecycle", "swift-service-lifecycle", when: "Broker"),
            ],
            swiftSettings: settings
        ),
        // What every engine must do, as checks.
        .target(
            name: "SSEBrokerTesting",
            dependencies: ["SSEBroker", "ServerSentEvents"],
            swiftSettings: settings
        ),

        // A broker's log in a file. Without the trait there is only what says that it is missing.
        .target(
            name: "SSESQLite",
            dependencies: [
                "SSEBroker",
                "ServerSentEvents",
                product("DequeModule", "swift-collections", when: "SQLite"),
                product("GRDB", "GRDB.swift", when: "SQLite"),
            ],
            swiftSettings: settings
        ),

        // ByteBuffer in, ByteBuffer out: what SSEClient and SSEServer share.
        .target(
            name: "ServerSentEventsNIO",
            dependencies: [
                "ServerSentEvents",
                product("NIOCore", "swift-nio", when: "NIO"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "SSEServer",
            dependencies: [
                "SSEBroker",
                "ServerSentEvents",
                "ServerSentEventsNIO",
                product("CoreMetrics", "swift-metrics", when: "NIO"),
                product("DequeModule", "swift-collections", when: "NIO"),
                product("HTTPTypes", "swift-http-types", when: "NIO"),
                product("NIOCore", "swift-nio", when: "NIO"),
                product("NIOHTTP1", "swift-nio", when: "NIO"),
                product("NIOHTTPTypes", "swift-nio-extras", when: "NIO"),
                product("NIOPosix", "swift-nio", when: "NIO"),
                product("ServiceLifecycle", "swift-service-lifecycle", when: "NIO"),
            ],
            swiftSettings: settings
        ),
        // The hub's server: HTTP/1.1, HTTP/2 and TLS, with what keeps one client from harming another.
        .target(
            name: "SSEHTTPServer",
            dependencies: [
                "SSEBroker",
                "SSEServer",
                "ServerSentEvents",
                product("CoreMetrics", "swift-metrics", when: "Hub"),
                product("NIOCore", "swift-nio", when: "Hub"),
                product("NIOHTTP1", "swift-nio", when: "Hub"),
                product("NIOHTTP2", "swift-nio-http2", when: "Hub"),
                product("NIOPosix", "swift-nio", when: "Hub"),
                product("NIOSSL", "swift-nio-ssl", when: "Hub"),
                product("NIOTLS", "swift-nio", when: "Hub"),
                product("ServiceLifecycle", "swift-service-lifecycle", when: "Hub"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "SSEHummingbird",
            dependencies: [
                "SSEBroker",
                "ServerSentEvents",
                "SSEServer",
                product("HTTPTypes", "swift-http-types", when: "Hummingbird"),
                product("Hummingbird", "hummingbird", when: "Hummingbird"),
                product("HummingbirdCore", "hummingbird", when: "Hummingbird"),
                product("Logging", "swift-log", when: "Hummingbird"),
                product("NIOCore", "swift-nio", when: "Hummingbird"),
                product("NIOHTTP1", "swift-nio", when: "Hummingbird"),
                product("NIOHTTPTypesHTTP1", "swift-nio-extras", when: "Hummingbird"),
                product("NIOTLS", "swift-nio", when: "Hummingbird"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "SSEClient",
            dependencies: [
                "ServerSentEvents",
                product("AsyncHTTPClient", "async-http-client", when: "AsyncHTTPClient"),
                product("HTTPTypes", "swift-http-types", when: "AsyncHTTPClient", "URLSession"),
                product("NIOCore", "swift-nio", when: "AsyncHTTPClient"),
                product("NIOHPACK", "swift-nio-http2", when: "AsyncHTTPClient"),
                product("NIOHTTP1", "swift-nio", when: "AsyncHTTPClient"),
                product("NIOHTTP2", "swift-nio-http2", when: "AsyncHTTPClient"),
                product("NIOPosix", "swift-nio", when: "AsyncHTTPClient"),
                product("NIOSSL", "swift-nio-ssl", when: "AsyncHTTPClient"),
            ],
            swiftSettings: settings
        ),
        // The Mercure protocol on the hub's server.
        .target(
            name: "SSEHub",
            dependencies: [
                "SSEBroker",
                "SSEHTTPServer",
                "SSEServer",
                "ServerSentEvents",
                product("CoreMetrics", "swift-metrics", when: "Hub"),
                product("Crypto", "swift-crypto", when: "Hub"),
                product("DequeModule", "swift-collections", when: "Hub"),
                product("JWTKit", "jwt-kit", when: "Hub"),
                product("Logging", "swift-log", when: "Hub"),
                product("NIOCore", "swift-nio", when: "Hub"),
                product("NIOHTTP1", "swift-nio", when: "Hub"),
                product("ServiceLifecycle", "swift-service-lifecycle", when: "Hub"),
                product("Tracing", "swift-distributed-tracing", when: "Hub"),
            ],
            swiftSettings: settings
        ),
        // The client library of NATS. Nothing looks for it while the trait is off.
        .systemLibrary(name: "CNats", pkgConfig: "libnats", providers: [.apt(["libnats-dev"]), .brew(["cnats"])]),
        // A broker's log in NATS JetStream.
        .target(
            name: "SSENATS",
            dependencies: [
                "SSEBroker",
                "ServerSentEvents",
                .target(name: "CNats", condition: .when(traits: ["NATS"])),
                product("Logging", "swift-log", when: "NATS"),
            ],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "sse",
            dependencies: [
                "SSEBroker",
                "SSEClient",
                "SSEHTTPServer",
                "SSEHub",
                "SSEHummingbird",
                "SSENATS",
                "SSESQLite",
                "SSEServer",
                "ServerSentEvents",
                product("ArgumentParser", "swift-argument-parser", when: "CommandLineTool"),
                product("AsyncHTTPClient", "async-http-client", when: "CommandLineTool"),
                product("Configuration", "swift-configuration", when: "CommandLineTool"),
                product("HTTPTypes", "swift-http-types", when: "CommandLineTool"),
                product("Hummingbird", "hummingbird", when: "CommandLineTool"),
                product("Logging", "swift-log", when: "CommandLineTool"),
                product("NIOCore", "swift-nio", when: "CommandLineTool"),
                product("NIOHTTP1", "swift-nio", when: "CommandLineTool"),
                product("NIOPosix", "swift-nio", when: "CommandLineTool"),
                product("NIOExtras", "swift-nio-extras", when: "CommandLineTool"),
                product("NIOSOCKS", "swift-nio-extras", when: "CommandLineTool"),
                product("NIOSSL", "swift-nio-ssl", when: "CommandLineTool"),
                product("ServiceLifecycle", "swift-service-lifecycle", when: "CommandLineTool"),
                product("UnixSignals", "swift-service-lifecycle", when: "CommandLineTool"),
                product("Yams", "Yams", when: "CommandLineTool"),
            ],
            swiftSettings: settings
        ),
        // Drives the client as a conformance harness in another process says.
        .executableTarget(
            name: "SSEContractService",
            dependencies: [
                "SSEClient",
                "ServerSentEvents",
                product("ArgumentParser", "swift-argument-parser", when: "CommandLineTool"),
                product("AsyncHTTPClient", "async-http-client", when: "CommandLineTool"),
                product("HTTPTypes", "swift-http-types", when: "CommandLineTool"),
                product("Hummingbird", "hummingbird", when: "CommandLineTool"),
                product("Logging", "swift-log", when: "CommandLineTool"),
                product("NIOCore", "swift-nio", when: "CommandLineTool"),
                product("NIOHTTP1", "swift-nio", when: "CommandLineTool"),
                product("ServiceLifecycle", "swift-service-lifecycle", when: "CommandLineTool"),
                product("UnixSignals", "swift-service-lifecycle", when: "CommandLineTool"),
            ],
            swiftSettings: settings
        ),

        .testTarget(
            name: "ServerSentEventsTests",
            dependencies: ["ServerSentEvents"],
            resources: [.copy("Fixtures")],
            swiftSettings: settings
        ),
        // How many tests run side by side.
        .target(name: "CTestWidth", path: "Tests/CTestWidth"),
        // A clock moved by hand, certificates, and a client and a server that show the bytes on the wire.
        .target(
            name: "SSETestSupport",
            dependencies: [
                "CTestWidth",
                "SSEBroker",
                "SSEServer",
                product("Crypto", "swift-crypto", when: "NIO"),
                product("NIOCore", "swift-nio", when: "NIO"),
                product("NIOHPACK", "swift-nio-http2", when: "Hub"),
                product("NIOPosix", "swift-nio", when: "NIO"),
                product("NIOSSL", "swift-nio-ssl", when: "Hub"),
                product("SwiftASN1", "swift-asn1", when: "NIO"),
                product("X509", "swift-certificates", when: "NIO"),
            ],
            path: "Tests/SSETestSupport",
            swiftSettings: settings
        ),
        .testTarget(
            name: "SSEBrokerTests",
            dependencies: [
                "SSEBroker",
                "SSEBrokerTesting",
                "SSETestSupport",
                "ServerSentEvents",
                product("MetricsTestKit", "swift-metrics", when: "Broker"),
                product("ServiceLifecycle", "swift-service-lifecycle", when: "Broker"),
                product("ServiceLifecycleTestKit", "swift-service-lifecycle", when: "Broker"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "SSENATSTests",
            dependencies: [
                "SSEBroker",
                "SSEBrokerTesting",
                "SSENATS",
                "SSETestSupport",
                "ServerSentEvents",
                .target(name: "CNats", condition: .when(traits: ["NATS"])),
                product("Logging", "swift-log", when: "NATS"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "SSESQLiteTests",
            dependencies: [
                "SSEBroker",
                "SSEBrokerTesting",
                "SSESQLite",
                "SSETestSupport",
                "ServerSentEvents",
                product("GRDB", "GRDB.swift", when: "SQLite"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "SSEHubTests",
            dependencies: [
                "SSEBroker",
                "SSEHTTPServer",
                "SSEHub",
                "SSEServer",
                "SSETestSupport",
                "ServerSentEvents",
                product("CoreMetrics", "swift-metrics", when: "Hub"),
                product("Crypto", "swift-crypto", when: "Hub"),
                product("InMemoryTracing", "swift-distributed-tracing", when: "Hub"),
                product("JWTKit", "jwt-kit", when: "Hub"),
                product("Logging", "swift-log", when: "Hub"),
                product("NIOCore", "swift-nio", when: "Hub"),
                product("NIOEmbedded", "swift-nio", when: "Hub"),
                product("NIOHPACK", "swift-nio-http2", when: "Hub"),
                product("NIOHTTP1", "swift-nio", when: "Hub"),
                product("NIOPosix", "swift-nio", when: "Hub"),
                product("ServiceLifecycle", "swift-service-lifecycle", when: "Hub"),
                product("ServiceLifecycleTestKit", "swift-service-lifecycle", when: "Hub"),
                product("Tracing", "swift-distributed-tracing", when: "Hub"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "SSEServerTests",
            dependencies: [
                "SSEBroker",
                "SSEHTTPServer",
                "ServerSentEvents",
                "ServerSentEventsNIO",
                "SSEServer",
                "SSETestSupport",
                product("CoreMetrics", "swift-metrics", when: "NIO"),
                product("HTTPTypes", "swift-http-types", when: "NIO"),
                product("MetricsTestKit", "swift-metrics", when: "NIO"),
                product("NIOCore", "swift-nio", when: "NIO"),
                product("NIOEmbedded", "swift-nio", when: "NIO"),
                product("NIOHTTP1", "swift-nio", when: "NIO"),
                product("NIOHTTP2", "swift-nio-http2", when: "Hub"),
                product("NIOHTTPTypes", "swift-nio-extras", when: "NIO"),
                product("NIOPosix", "swift-nio", when: "NIO"),
                product("NIOSSL", "swift-nio-ssl", when: "Hub"),
                product("NIOTLS", "swift-nio", when: "NIO"),
                product("ServiceLifecycle", "swift-service-lifecycle", when: "NIO"),
                product("ServiceLifecycleTestKit", "swift-service-lifecycle", when: "NIO"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "SSEHummingbirdTests",
            dependencies: [
                "SSEBroker",
                "ServerSentEvents",
                "SSEServer",
                "SSEHummingbird",
                "SSETestSupport",
                product("HTTPTypes", "swift-http-types", when: "Hummingbird"),
                product("Hummingbird", "hummingbird", when: "Hummingbird"),
                product("HummingbirdCore", "hummingbird", when: "Hummingbird"),
                product("HummingbirdTesting", "hummingbird", when: "Hummingbird"),
                product("Logging", "swift-log", when: "Hummingbird"),
                product("NIOCore", "swift-nio", when: "Hummingbird"),
                product("NIOPosix", "swift-nio", when: "Hummingbird"),
                product("ServiceLifecycle", "swift-service-lifecycle", when: "Hummingbird"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "SSEClientTests",
            dependencies: [
                "ServerSentEvents",
                "SSEClient",
                "SSETestSupport",
                product("AsyncHTTPClient", "async-http-client", when: "AsyncHTTPClient"),
                product("HTTPTypes", "swift-http-types", when: "AsyncHTTPClient"),
                product("NIOCore", "swift-nio", when: "AsyncHTTPClient"),
                product("NIOEmbedded", "swift-nio", when: "AsyncHTTPClient"),
                product("NIOHPACK", "swift-nio-http2", when: "AsyncHTTPClient"),
                product("NIOHTTP1", "swift-nio", when: "AsyncHTTPClient"),
                product("NIOHTTP2", "swift-nio-http2", when: "AsyncHTTPClient"),
                product("NIOHTTPCompression", "swift-nio-extras", when: "AsyncHTTPClient"),
                product("NIOPosix", "swift-nio", when: "AsyncHTTPClient"),
                product("NIOSSL", "swift-nio-ssl", when: "AsyncHTTPClient"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "IntegrationTests",
            dependencies: [
                "SSEBroker",
                "SSEHTTPServer",
                "SSEHub",
                "ServerSentEvents",
                "SSEClient",
                "SSEHummingbird",
                "SSEServer",
                "SSETestSupport",
                "sse",
                product("HTTPTypes", "swift-http-types", when: "Hummingbird"),
                product("Hummingbird", "hummingbird", when: "Hummingbird"),
                product("HummingbirdCore", "hummingbird", when: "Hummingbird"),
                product("HummingbirdTLS", "hummingbird", when: "Hummingbird"),
                product("HummingbirdTesting", "hummingbird", when: "Hummingbird"),
                product("Logging", "swift-log", when: "Hummingbird"),
                product("AsyncHTTPClient", "async-http-client", when: "AsyncHTTPClient"),
                product("NIOSSL", "swift-nio-ssl", when: "AsyncHTTPClient"),
                product("NIOCore", "swift-nio", when: "Hummingbird"),
                product("NIOHTTP1", "swift-nio", when: "Hummingbird"),
                product("NIOHTTP2", "swift-nio-http2", when: "Hub"),
                product("NIOPosix", "swift-nio", when: "Hummingbird"),
            ],
            // Programs in other languages that the tests start.
            exclude: ["Peers"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "SSEContractServiceTests",
            dependencies: [
                "SSEContractService",
                "SSETestSupport",
                product("AsyncHTTPClient", "async-http-client", when: "CommandLineTool"),
                product("HTTPTypes", "swift-http-types", when: "CommandLineTool"),
                product("NIOCore", "swift-nio", when: "CommandLineTool"),
                product("NIOHTTP1", "swift-nio", when: "CommandLineTool"),
            ],
            swiftSettings: settings
        ),
        // Compiles what the documentation shows, and runs it where it can run.
        .testTarget(
            name: "DocumentationTests",
            dependencies: [
                "SSEBroker",
                "SSEBrokerTesting",
                "ServerSentEvents",
                "ServerSentEventsNIO",
                "SSEClient",
                "SSEHTTPServer",
                "SSEHub",
                "SSEHummingbird",
                "SSENATS",
                "SSESQLite",
                "SSEServer",
                product("AsyncHTTPClient", "async-http-client", when: "AsyncHTTPClient"),
                product("Hummingbird", "hummingbird", when: "Hummingbird"),
                product("Logging", "swift-log", when: "Hummingbird"),
                product("NIOCore", "swift-nio", when: "NIO"),
                product("NIOHTTP1", "swift-nio", when: "NIO"),
                product("ServiceLifecycle", "swift-service-lifecycle", when: "NIO"),
            ],
            swiftSettings: settings
        ),
    ]
)
